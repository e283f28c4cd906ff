"""The front page: what the paper is called, how it looks, what stands on top."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.models import Orderable, Page

from courant.stories.models.base import LANGUAGES, Accent, BakedPage


class FrontPage(BakedPage):
    """The paper itself: its title is the paper's name, its children are the sections."""

    class Bar(models.TextChoices):
        BREAKING = "breaking", "Breaking news"
        LIVE = "live", "Live"

    class Ground(models.TextChoices):
        WHITE = "white", "White"
        COOL = "cool", "Cool"

    tagline = models.CharField(max_length=200, blank=True)
    about = models.TextField(blank=True, help_text="Who makes this paper; two or three sentences.")
    notice = models.TextField(blank=True, help_text="Stands in the footer of every page.")
    search_engines = models.BooleanField(
        "search engines may list the paper", default=True, help_text="Says so in robots.txt."
    )
    ai_training = models.BooleanField(
        "AI may be trained on the paper",
        default=False,
        help_text="Else robots.txt, a licence file and every page say that the right is reserved.",
    )
    whole_feeds = models.BooleanField(
        "feeds bring whole stories", default=True, help_text="Else headline and standfirst."
    )
    llms_txt = models.BooleanField(
        "offer llms.txt", default=False, help_text="A guide to the paper for language models."
    )
    logo = models.ForeignKey(
        "stories.Photo",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Stands for the name on every page: PNG or WebP with a clear ground.",
    )
    logo_dark = models.ForeignKey(
        "stories.Photo",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="logo on dark",
        help_text="Empty: the logo on both grounds.",
    )
    ground = models.CharField("paper", max_length=10, choices=Ground, blank=True, default="")
    brand = models.CharField(
        "lines", max_length=10, choices=Accent, blank=True, help_text="Empty: black."
    )
    bar = models.CharField(
        max_length=10,
        choices=Bar,
        blank=True,
        help_text="Above all else on the front page. Empty: live coverage has it while it goes on.",
    )
    bar_story = models.ForeignKey(
        "stories.Story",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name="story",
        help_text="The bar is there while this story is public.",
    )
    bar_text = models.CharField(
        "words", max_length=150, blank=True, help_text="Empty: the story's headline."
    )

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["stories.Section", "stories.StandingPage"]
    max_count = 1
    content_panels = [
        *Page.content_panels,
        FieldPanel("tagline"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("bar"), FieldPanel("bar_text")]),
                PageChooserPanel("bar_story", "stories.Story"),
            ],
            heading="Bar",
        ),
        InlinePanel("picks", label="Story", heading="Chosen stories, in this order"),
        FieldPanel("about"),
        FieldPanel("notice"),
        MultiFieldPanel(
            [
                FieldPanel("search_engines"),
                FieldPanel("ai_training"),
                FieldPanel("whole_feeds"),
                FieldPanel("llms_txt"),
            ],
            "What machines may have",
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("logo"), FieldPanel("logo_dark")]),
                FieldRowPanel([FieldPanel("ground"), FieldPanel("brand")]),
            ],
            heading="Look",
        ),
        InlinePanel("menu", label="Line", heading="Menu; empty: all sections"),
        InlinePanel("fronts", label="Front", heading="Fronts in other languages"),
    ]

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        """The paper's own front, and those in other languages."""
        names = dict(LANGUAGES)
        others = [(row.language, names[row.language]) for row in self.fronts.all()]
        return [*self.DEFAULT_PREVIEW_MODES, *others]


class MenuLine(Orderable):
    """A line of the menu that editors chose."""

    front_page = ParentalKey(FrontPage, on_delete=models.CASCADE, related_name="menu")
    page = models.ForeignKey(
        Page, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    address = models.URLField(blank=True, help_text="Of a page elsewhere.")
    title = models.CharField(max_length=60, blank=True, help_text="Empty: the page's own title.")

    panels = [
        PageChooserPanel("page", ["stories.Section", "stories.StandingPage"]),
        FieldRowPanel([FieldPanel("address"), FieldPanel("title")]),
    ]

    def clean(self) -> None:
        super().clean()
        if bool(self.page_id) == bool(self.address):
            raise ValidationError("A line of the menu leads to a page or to an address.")
        if self.address and not self.title.strip():
            raise ValidationError({"title": "Say what stands in the menu for this address."})


class LanguageFront(Orderable):
    """That the paper has a front page in another language as well, at /uk/ for Ukrainian."""

    front_page = ParentalKey(FrontPage, on_delete=models.CASCADE, related_name="fronts")
    language = models.CharField(max_length=10, choices=LANGUAGES)
    tagline = models.CharField(max_length=200, blank=True, help_text="In that language.")
    notice = models.TextField(
        blank=True, help_text="In the footer of pages in that language. Empty: the paper's own."
    )

    panels = [FieldPanel("language"), FieldPanel("tagline"), FieldPanel("notice")]

    class Meta(Orderable.Meta):
        constraints = [
            models.UniqueConstraint(  # by fields: so forms find two of a kind themselves
                fields=["front_page", "language"], name="one_front_per_language"
            )
        ]

    def clean(self) -> None:
        super().clean()
        if self.language == settings.LANGUAGE_CODE:
            own = "This is the paper's own language: its front is the one at /."
            raise ValidationError({"language": own})


class FrontPick(Orderable):
    """A story that editors chose for a place on the front page."""

    class Place(models.TextChoices):
        TOP = "top", "On top; the first is the largest"
        IMPORTANT = "important", "Most important now"
        OPINION = "opinion", "Opinion"

    front_page = ParentalKey(FrontPage, on_delete=models.CASCADE, related_name="picks")
    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=10, choices=Place, default=Place.TOP)

    panels = [PageChooserPanel("story", "stories.Story"), FieldPanel("place")]
