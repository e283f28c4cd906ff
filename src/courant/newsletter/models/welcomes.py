"""The series of letters that welcomes new readers, and what became of each with each reader."""

from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.timezone import now
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel

from courant.newsletter.models.newsletters import Newsletter
from courant.newsletter.models.outgoing import Outgoing
from courant.newsletter.models.readers import Subscription
from courant.newsletter.models.welcome_panel import WelcomePanel

LATEST = 365  # days after the confirmation; who has read for a year is new no more


class WelcomeLetter(models.Model):
    """One letter of a newsletter's series. Readers for whom it came too late do not get it."""

    newsletter = ParentalKey(Newsletter, on_delete=models.CASCADE, related_name="welcomes")
    after_days = models.PositiveSmallIntegerField(
        "days after the confirmation",
        default=0,
        validators=[MaxValueValidator(LATEST)],
        help_text="0: at once. A reader gets the letters in this order, never two within a day.",
    )
    subject = models.CharField(max_length=150, help_text="What readers see first in their inbox.")
    text = models.TextField(
        max_length=10_000,
        help_text="Plain text, an empty line between paragraphs. An address that begins with "
        "https:// can be followed.",
    )
    created = models.DateTimeField(default=now, editable=False)
    looked_to = models.DateTimeField(
        null=True, editable=False, help_text="Who confirmed until then was looked at."
    )

    panels = [
        FieldPanel("after_days"),
        FieldPanel("subject"),
        FieldPanel("text"),
        WelcomePanel(),
    ]

    class Meta:
        ordering = ["after_days", "pk"]

    def __str__(self) -> str:
        return self.subject

    @property
    def after(self) -> timedelta:
        return timedelta(days=self.after_days)

    @property
    def floor(self) -> datetime:
        """Who confirmed earlier would have had it before it was written, and does not get it."""
        return self.created - self.after


class WelcomeMail(Outgoing):
    """One letter of a series to one reader: kept like a delivery, so that it never comes again."""

    subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, related_name="welcomes", db_index=False
    )
    letter = models.ForeignKey(
        WelcomeLetter,
        null=True,
        on_delete=models.SET_NULL,
        related_name="mails",
        db_index=False,
        help_text="None: it was taken out of the series.",
    )
    subject = models.CharField(max_length=150, help_text="As this reader got it.")
    email = models.EmailField("e-mail", blank=True, help_text="Where it goes.")
    created = models.DateTimeField(help_text="When it was lined up.")
    date = models.DateTimeField(help_text="What the letter says, at every attempt.")
    message_id = models.CharField(max_length=200, help_text="The same at every attempt.")

    class Meta:
        ordering = ["-created", "-pk"]
        constraints = [
            models.UniqueConstraint("subscription", "letter", name="one_welcome_a_letter")
        ]
        indexes = [
            models.Index("letter", "state", name="welcomes_of_letter"),
            models.Index("state", "next_at", name="welcomes_due"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.subject}"
