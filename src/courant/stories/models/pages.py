"""The pages of the desk's tree: the front page, its sections, their stories."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, Revision
from wagtail.search import index

from courant.stories.blocks import BodyBlock
from courant.stories.checks import Unpublishable, unpublishable
from courant.stories.forms import StoryForm
from courant.stories.models.voices import VoiceField

LANGUAGES = [("en", "English"), ("uk", "Українська")]
# First parts of addresses that pages, files and forms of the paper have.
TAKEN_SLUGS = {
    *("about", "archive", "corrections", "lite", "people", "search", "topics"),
    *("desk", "newsletter", "media", "audio", "static"),
}
TAKEN_SLUGS |= {code for code, _ in LANGUAGES}


class BakedPage(Page):
    """A page that readers get as a file; the desk's preview renders the same file's text."""

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """For the desk's eyes: readers are given files and never come here."""
        return import_string(settings.COURANT_PREVIEW)(self, request)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return import_string(settings.COURANT_PREVIEW)(self, request)


class FrontPage(BakedPage):
    """The paper itself: its title is the paper's name, its children are the sections."""

    class Bar(models.TextChoices):
        BREAKING = "breaking", "Breaking news"
        LIVE = "live", "Live"

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
    subpage_types = ["stories.Section"]
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
    ]


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


class Section(BakedPage):
    """A part of the paper, such as Harbour or Opinion."""

    class Accent(models.TextChoices):
        BLUE = "blue"
        TEAL = "teal"
        RED = "red"
        OCHRE = "ochre"
        PLUM = "plum"
        GREEN = "green"

    class Audio(models.TextChoices):
        AFTER = "after", "Publish at once, add audio when it is ready"
        WAIT = "wait", "Publish when the audio is ready"
        NONE = "none", "No audio"

    description = models.CharField(max_length=255, blank=True)
    language = models.CharField(max_length=10, choices=LANGUAGES, default="en")
    accent = models.CharField(max_length=10, choices=Accent, default=Accent.BLUE)
    audio = models.CharField(max_length=10, choices=Audio, default=Audio.AFTER)
    voice = VoiceField()

    parent_page_types = ["stories.FrontPage", "stories.Section"]
    subpage_types = ["stories.Story", "stories.Section"]
    content_panels = [
        *Page.content_panels,
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("language"), FieldPanel("accent")]),
        FieldRowPanel([FieldPanel("audio"), FieldPanel("voice")], heading="Narration"),
    ]

    def minimal_clean(self) -> None:
        super().minimal_clean()
        self._check_address()

    def clean(self) -> None:
        super().clean()
        self._check_address()

    def _check_address(self) -> None:
        if self.slug in TAKEN_SLUGS:
            taken = f"The address /{self.slug}/ is used by the paper itself. Choose another slug."
            raise ValidationError({"slug": taken})


class Story(BakedPage):
    """One story, written once. Its title is the headline."""

    class Kind(models.TextChoices):
        NEWS = "news", "News"
        ANALYSIS = "analysis", "Analysis"
        OPINION = "opinion", "Opinion"
        EXPLAINER = "explainer", "Explainer"
        INTERVIEW = "interview", "Interview"
        FEATURE = "feature", "Feature"
        LIVE = "live", "Live coverage"
        GALLERY = "gallery", "Pictures"

    standfirst = models.TextField(blank=True, help_text="One or two sentences below the headline.")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.NEWS)
    ended = models.BooleanField(
        "coverage has ended", default=False, help_text="Of live coverage: nothing more will come."
    )
    language = models.CharField(max_length=10, choices=LANGUAGES, default="en")
    lead_photo = models.ForeignKey(
        "stories.Photo", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lead_caption = models.TextField(
        "caption", blank=True, help_text="Empty: the caption kept with the photo."
    )
    body = StreamField(BodyBlock(), blank=True)
    topics = ClusterTaggableManager(through="stories.StoryTopic", blank=True)
    published_at = models.DateTimeField(
        "published", null=True, blank=True, help_text="Empty: the moment at which it goes live."
    )
    updated_at = models.DateTimeField(
        "updated", null=True, blank=True, help_text="Empty: the last time it was published again."
    )
    voice = VoiceField()
    recording = models.ForeignKey(
        "stories.Recording",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Somebody reads it: heard instead of a machine.",
    )
    unspoken = models.BooleanField(
        "no audio", default=False, help_text="Nobody reads this story, whatever its section does."
    )

    parent_page_types = ["stories.Section"]
    subpage_types: list[str] = []
    base_form_class = StoryForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("standfirst"),
        InlinePanel("bylines", label="Byline"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("ended"), FieldPanel("language")]),
        MultiFieldPanel([FieldPanel("lead_photo"), FieldPanel("lead_caption")], "Lead photo"),
        FieldPanel("body"),
        FieldPanel("topics"),
        InlinePanel("corrections", label="Correction"),
        FieldRowPanel(
            [FieldPanel("published_at"), FieldPanel("updated_at")], heading="Times shown"
        ),
        FieldRowPanel(
            [FieldPanel("voice"), FieldPanel("recording"), FieldPanel("unspoken")],
            heading="Narration",
        ),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("standfirst"),
        index.SearchField("body"),
    ]

    class Meta:
        verbose_name_plural = "stories"

    @property
    def headline(self) -> str:
        return self.title

    def publish(self, revision: Revision, *args: Any, **kwargs: Any) -> Any:
        """Every road to publication ends here. Raises Unpublishable, naming what is missing."""
        if problems := unpublishable(revision.as_object()):
            raise Unpublishable(problems)
        return super().publish(revision, *args, **kwargs)
