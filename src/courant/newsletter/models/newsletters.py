"""What readers can subscribe to."""

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.validators import EmailValidator, MaxValueValidator
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.utils.timezone import now
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel

from courant.newsletter.addresses import parse_address
from courant.stories.links import front_page

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_WELCOMES = 12
LANGUAGES = [("en", "English"), ("uk", "Українська")]


@dataclass(frozen=True)
class NewsletterFacts:
    """All that a letter says of its newsletter; nothing is empty but the description."""

    slug: str
    name: str
    description: str
    language: str
    from_name: str
    from_address: str

    @property
    def domain(self) -> str:
        """Stands in message ids and list ids."""
        return self.from_address.rpartition("@")[2]


class Newsletter(ClusterableModel):
    """Something that readers subscribe to. What is left empty is taken from the paper."""

    class Rhythm(models.TextChoices):
        NEVER = "", "Never: editors make its editions"
        DAILY = "daily", "Every day"
        WEEKLY = "weekly", "Every week"

    slug = models.SlugField(
        max_length=60, unique=True, help_text="Its name in forms and addresses."
    )
    name = models.CharField(max_length=100, blank=True, help_text="Empty: the name of the paper.")
    description = models.CharField(
        max_length=250, blank=True, help_text="What it brings and how often, in one sentence."
    )
    language = models.CharField(
        max_length=12, choices=LANGUAGES, default="en", help_text="Of forms, mails and pages."
    )
    from_name = models.CharField(
        max_length=100,
        blank=True,
        help_text="Sender that readers see. Empty: the name of the paper.",
    )
    from_address = models.CharField(
        max_length=254,
        blank=True,
        validators=[EmailValidator()],
        help_text="Empty: the address of the setting mail_from.",
    )
    is_default = models.BooleanField(
        default=False, help_text="Meant where a form or a command names no newsletter."
    )

    once_only = models.BooleanField(
        "never twice",
        default=False,
        help_text="Where nobody can know whether a letter arrived, it is not sent again: "
        "nobody gets two, a few may get none. Editors see who, and may send again by hand.",
    )

    count_clicks = models.BooleanField(
        "count clicks",
        default=False,
        help_text="Links of letters lead through the paper's own address, the same for all "
        "readers: numbers by link, nothing of who clicked. Else they lead straight to their pages.",
    )

    digest = models.CharField(
        "sent by itself",
        max_length=6,
        choices=Rhythm,
        blank=True,
        default=Rhythm.NEVER,
        help_text="What was published since a reader's last one; nothing when there is nothing.",
    )
    digest_hour = models.PositiveSmallIntegerField(
        "hour",
        default=7,
        validators=[MaxValueValidator(23)],
        help_text="0 to 23. Also of digests for readers who want letters once a day or week.",
    )
    digest_weekday = models.PositiveSmallIntegerField(
        "day of weekly digests", choices=list(enumerate(WEEKDAYS)), default=4
    )
    digest_local = models.BooleanField(
        "at the reader's hour",
        default=False,
        help_text="In the time zone of readers who told theirs; else in the paper's.",
    )
    digest_held = models.BooleanField(
        "waits for an editor", default=False, help_text="Each digest is approved before it goes."
    )
    digest_sections = models.ManyToManyField(
        "stories.Section", blank=True, related_name="+", help_text="None: stories of all sections."
    )
    digest_since = models.DateTimeField(
        null=True, editable=False, help_text="When digests were turned on."
    )

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slug"), FieldPanel("description")]),
        MultiFieldPanel([FieldPanel("from_name"), FieldPanel("from_address")], heading="Sender"),
        FieldPanel("language"),
        FieldPanel("is_default"),
        FieldPanel("once_only"),
        FieldPanel("count_clicks"),
        InlinePanel(
            "welcomes",
            label="Letter",
            heading="Welcome series",
            help_text="Letters to each new reader, so many days after the confirmation. One that "
            "is added later goes to those whose day for it is still to come. Who leaves gets no "
            "more, who pauses gets it afterwards; who came by a list gets none.",
            max_num=MOST_WELCOMES,
        ),
        MultiFieldPanel(
            [
                FieldPanel("digest"),
                FieldPanel("digest_hour"),
                FieldPanel("digest_weekday"),
                FieldPanel("digest_local"),
                FieldPanel("digest_held"),
                FieldPanel("digest_sections", widget=CheckboxSelectMultiple),
            ],
            heading="Digest",
        ),
    ]

    class Meta:
        ordering = ["-is_default", "slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="one_default_newsletter",
                violation_error_message="Another newsletter is the default one: change it first.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.slug

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Digests begin when they are turned on: nobody gets what is older than that."""
        if not self.digest:
            self.digest_since = None
        elif self.digest_since is None:
            self.digest_since = now()
        super().save(*args, **kwargs)

    def facts(self) -> NewsletterFacts:
        page = front_page()
        paper = page.title if page else settings.WAGTAIL_SITE_NAME
        return NewsletterFacts(
            slug=self.slug,
            name=self.name or paper,
            description=self.description,
            language=self.language,
            from_name=self.from_name or paper,
            from_address=_ascii(self.from_address or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        )


def _ascii(address: str) -> str:
    """As mail servers need it; a numeric domain, as of a test machine, is left alone."""
    return address if address.isascii() else parse_address(address).ascii
