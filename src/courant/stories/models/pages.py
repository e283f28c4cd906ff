"""The pages below the front page: sections, their stories, and pages that are no stories."""

from django.db import models
from modelcluster.contrib.taggit import ClusterTaggableManager
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from courant.stories.blocks import BodyBlock
from courant.stories.forms import StoryForm
from courant.stories.models.base import LANGUAGES, Accent, AddressedPage, BakedPage, Checked
from courant.stories.models.voices import VoiceField


class Section(AddressedPage):
    """A part of the paper, such as Harbour or Opinion."""

    Accent = Accent

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


class StandingPage(Checked, AddressedPage):
    """A page that is no story: standards, contact, how to send us something in secret."""

    class Purpose(models.TextChoices):
        STANDARDS = "standards", "Standards: how we work"
        CONTACT = "contact", "Contact"
        TIPS = "tips", "Secure tips: the page loads no script and asks for nothing"

    purpose = models.CharField(max_length=10, choices=Purpose, blank=True)
    standfirst = models.TextField(blank=True, help_text="One or two sentences below the title.")
    body = StreamField(BodyBlock(), blank=True)

    parent_page_types = ["stories.FrontPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("standfirst"),
        FieldPanel("purpose"),
        FieldPanel("body"),
    ]


class Story(Checked, BakedPage):
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
    original = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="versions",
        help_text="The story that this one tells in another language.",
    )
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
    unread = models.JSONField(default=list, blank=True, editable=False)  # ids of blocks

    parent_page_types = ["stories.Section"]
    subpage_types: list[str] = []
    base_form_class = StoryForm
    content_panels = [
        *Page.content_panels,
        FieldPanel("standfirst"),
        InlinePanel("bylines", label="Byline"),
        FieldRowPanel([FieldPanel("kind"), FieldPanel("ended"), FieldPanel("language")]),
        PageChooserPanel("original", "stories.Story"),
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
