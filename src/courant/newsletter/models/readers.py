"""Readers who gave an address, what they agreed to, and addresses that get nothing."""

from datetime import date
from typing import Any, NoReturn

from django.db import models

from courant.newsletter.models.newsletters import LANGUAGES, Newsletter


class Subscriber(models.Model):
    """A reader who gave an address. One who was deleted stays as a nameless row: see `erasure`."""

    wagtail_reference_index_ignore = True

    email = models.EmailField("e-mail", help_text="As its owner writes it.")
    email_key = models.CharField(max_length=254, unique=True)
    language = models.CharField(max_length=12, choices=LANGUAGES, default="en")
    time_zone = models.CharField(
        max_length=50, blank=True, help_text="IANA name; empty: the paper's."
    )
    created = models.DateTimeField()
    paused_until = models.DateField(
        null=True, blank=True, help_text="The first day on which letters come again."
    )
    without_sections = models.JSONField(
        default=list, blank=True, help_text="Sections whose stories are not wanted, by their ids."
    )
    links_round = models.PositiveIntegerField(
        default=1, help_text="Links to the preferences of an earlier round are dead."
    )

    class Meta:
        ordering = ["-created", "-pk"]
        indexes = [models.Index("time_zone", name="subscribers_by_zone")]

    def __str__(self) -> str:
        return self.email or "a deleted reader"

    @property
    def is_erased(self) -> bool:
        return not self.email

    def pauses(self, day: date) -> bool:
        return self.paused_until is not None and day < self.paused_until


class Subscription(models.Model):
    """That a subscriber wants one newsletter. `round` counts how often it was asked for anew."""

    class Status(models.TextChoices):
        PENDING = "pending"
        ACTIVE = "active"
        UNSUBSCRIBED = "unsubscribed"

    class Rhythm(models.TextChoices):
        """What is not sent to a reader as it comes is sent as a digest of what they missed."""

        EACH = "", "as it comes"
        DAILY = "daily", "once a day"
        WEEKLY = "weekly", "once a week"

    wagtail_reference_index_ignore = True

    subscriber = models.ForeignKey(
        Subscriber, on_delete=models.PROTECT, related_name="subscriptions"
    )
    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.PROTECT, related_name="subscriptions"
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.PENDING)
    round = models.PositiveIntegerField(default=1)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    welcome_from = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the reader's own yes began the welcome series. None: came by a list.",
    )
    rhythm = models.CharField(
        "how often",
        max_length=6,
        choices=Rhythm,
        blank=True,
        default=Rhythm.EACH,
        help_text="As the reader chose.",
    )
    rhythm_since = models.DateTimeField(
        null=True, blank=True, help_text="When it was chosen: no digest of before is due."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("subscriber", "newsletter", name="one_subscription_a_pair")
        ]
        indexes = [
            models.Index("newsletter", "status", "id", name="audience"),
            models.Index("newsletter", "rhythm", "status", "id", name="audience_by_rhythm"),
            models.Index(
                fields=["newsletter", "status", "welcome_from"],
                condition=models.Q(welcome_from__isnull=False),
                name="to_be_welcomed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber}: {self.newsletter} ({self.status})"


class AppendOnly(models.QuerySet[Any]):
    """Rows that are evidence."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("Consent is evidence: its rows are added, never changed.")

    def delete(self) -> NoReturn:
        raise TypeError("Consent is evidence: its rows are added, never deleted.")


class ConsentEvent(models.Model):
    """A yes or no with everything that proves it."""

    class Kind(models.TextChoices):
        ASKED = "asked"
        CONFIRMED = "confirmed"
        UNSUBSCRIBED = "unsubscribed"
        CHANGED = "changed"  # wishes: pause, language, sections
        MOVED = "moved"  # to another address
        IMPORTED = "imported"
        ERASED = "erased"

    class Reason(models.TextChoices):
        """Why somebody left, if they said so."""

        TOO_OFTEN = "too often"
        NOT_FOR_ME = "not for me"
        NOT_ASKED = "not asked for"
        OTHER = "other"

    wagtail_reference_index_ignore = True

    kind = models.CharField(max_length=12, choices=Kind)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="consent")
    newsletter = models.ForeignKey(
        Newsletter,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="None: about all of them.",
    )
    time = models.DateTimeField()
    text = models.TextField(help_text="The exact words that were agreed to.")
    text_version = models.CharField(max_length=20)
    text_language = models.CharField(max_length=12)
    page = models.CharField(max_length=500, blank=True)
    user_agent = models.CharField(max_length=250, blank=True)
    network = models.CharField(max_length=50, blank=True, help_text="The /24 or /48, no more.")
    reason = models.CharField(max_length=20, choices=Reason, blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["time", "pk"]

    def __str__(self) -> str:
        return f"{self.subscriber} {self.kind} {self.newsletter or ''}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError("Consent is evidence: its rows are added, never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("Consent is evidence: its rows are added, never deleted.")


class Suppression(models.Model):
    """An address that gets nothing. Its digest says nothing about it without the secret key."""

    address_hmac = models.CharField(max_length=64, unique=True)
    reason = models.CharField(max_length=200)
    until_signup = models.BooleanField(
        default=False, help_text="Ends when the owner of the address subscribes again."
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created"]

    def __str__(self) -> str:
        return f"{self.address_hmac[:12]}… ({self.reason})"
