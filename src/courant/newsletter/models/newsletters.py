"""What readers can subscribe to."""

from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.validators import EmailValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from courant.newsletter.addresses import parse_address
from courant.stories.links import front_page

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


class Newsletter(models.Model):
    """Something that readers subscribe to. What is left empty is taken from the paper."""

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

    welcome = models.TextField(
        blank=True,
        max_length=5000,
        help_text="Sent once to each new reader after the confirmation. Plain text, an empty line "
        "between paragraphs. Empty: no welcome.",
    )

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("slug"), FieldPanel("description")]),
        MultiFieldPanel([FieldPanel("from_name"), FieldPanel("from_address")], heading="Sender"),
        FieldPanel("language"),
        FieldPanel("is_default"),
        FieldPanel("once_only"),
        FieldPanel("welcome"),
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
