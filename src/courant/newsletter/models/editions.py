"""Editions and their deliveries: what was sent, to whom, and how each message fared."""

import secrets

from django.conf import settings
from django.db import models

from courant.newsletter.models.newsletters import Newsletter
from courant.newsletter.models.outgoing import Outgoing
from courant.newsletter.models.readers import Subscriber


def new_seed() -> str:
    """What an edition's deliveries get their names from: 128 bits that nobody can guess."""
    return secrets.token_hex(16)


class Edition(models.Model):
    """One newsletter sent once. Letter and audience are frozen before the first message goes."""

    class State(models.TextChoices):
        PREPARING = "preparing"
        HELD = "held"  # frozen, and waits for a person; `hold` says why
        SENDING = "sending"
        PAUSED = "paused"
        FINISHED = "finished"
        CANCELLED = "cancelled"
        FAILED = "failed"

    wagtail_reference_index_ignore = True

    key = models.CharField(
        max_length=200, unique=True, help_text="A second edition with the same key is the same one."
    )
    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="editions")
    story_id = models.PositiveBigIntegerField(
        null=True, blank=True, db_index=True, help_text="Empty: it holds several stories."
    )
    section_id = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="Readers who do not want this section get none."
    )
    subject = models.CharField(max_length=250)
    preheader = models.CharField(max_length=250, blank=True)
    artefact = models.JSONField(
        default=dict, help_text="The letter, frozen; empty where readers get different ones."
    )
    digest = models.CharField(max_length=64, help_text="Of the artefact.")
    path = models.CharField(
        max_length=200, blank=True, db_index=True, help_text="Its page in the public archive."
    )
    out_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When its letters began to go: from then on its page is public.",
    )
    state = models.CharField(max_length=10, choices=State, default=State.PREPARING)
    error = models.TextField("reason", blank=True)
    candidates = models.PositiveIntegerField(default=0)
    excluded = models.PositiveIntegerField(default=0)
    prepared = models.PositiveIntegerField(default=0)
    ceiling = models.PositiveBigIntegerField(
        default=0, help_text="The newest subscription that counts."
    )
    watermark = models.PositiveBigIntegerField(
        default=0, help_text="The audience is frozen up to here."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    hold = models.TextField(
        "waits for a person", blank=True, help_text="Why somebody has to approve it."
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    next_at = models.DateTimeField(
        null=True, blank=True, help_text="A limit is reached; not to be gone on with before."
    )
    once_only = models.BooleanField(
        default=False, help_text="Of the newsletter, when the audience was frozen."
    )
    clicks_counted = models.BooleanField(
        default=False, help_text="Of the newsletter, when the audience was frozen."
    )
    held = models.JSONField(
        "held back",
        default=dict,
        blank=True,
        help_text="Domains whose servers refuse us, each with the reason.",
    )
    seed = models.CharField(
        max_length=32, default=new_seed, editable=False, help_text="Names its deliveries."
    )
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index("newsletter", "out_at", name="editions_out")]

    def __str__(self) -> str:
        return self.subject

    def holds(self) -> set[tuple[int, int | None]]:
        """Its stories by id, each with the variant that holds it; None: all of its letters do."""
        found = {(row.story_id, row.variant_id) for row in self.stories.all()}
        return found | {(self.story_id, None)} if self.story_id else found

    def tells(self) -> set[tuple[int, int]]:
        """Stories of which a letter tells a correction, each with that variant."""
        return {(row.story_id, row.variant_id) for row in self.told.all()}


class Variant(models.Model):
    """One of several letters of an edition, where not every reader gets the same."""

    wagtail_reference_index_ignore = True

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="variants")
    key = models.CharField(max_length=64, help_text="Digest of what it is made of.")
    letter = models.JSONField(help_text="Frozen.")
    noted = models.JSONField(
        null=True, help_text="With marks around its correction notes, if not all editions share it."
    )

    class Meta:
        constraints = [models.UniqueConstraint("edition", "key", name="one_variant_a_key")]

    def __str__(self) -> str:
        return f"{self.edition}: {self.letter.get('subject', '')}"


class EditionStory(models.Model):
    """That a letter holds a story as it stood at `version`."""

    wagtail_reference_index_ignore = True

    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="stories")
    variant = models.ForeignKey(
        Variant,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stories",
        help_text="Empty: every letter of the edition holds it.",
    )
    story_id = models.PositiveBigIntegerField(db_index=True)
    version = models.DateTimeField(help_text="When its text had last changed.")
    corrections = models.JSONField(
        null=True, help_text="Times of those that it had; empty where this was not noted."
    )

    def __str__(self) -> str:
        return f"{self.edition}: story {self.story_id}"


class Delivery(Outgoing):
    """One edition to one subscriber. Its name in reports follows from edition and id: `names`."""

    class Returned(models.TextChoices):
        BOUNCED = "bounced"
        COMPLAINED = "complained"

    # The constraint below is the index.
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="deliveries", db_index=False
    )
    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="deliveries")
    variant = models.ForeignKey(
        Variant, null=True, blank=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    email = models.CharField("e-mail", max_length=254, help_text="As it was when prepared.")
    returned = models.CharField(
        max_length=10, choices=Returned, blank=True, help_text="What came back after it was sent."
    )

    class Meta:
        ordering = ["-edition_id", "pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint("edition", "subscriber", name="one_delivery_a_subscriber")
        ]
        indexes = [
            models.Index("edition", "state", "id", name="deliveries_due"),
            models.Index(
                fields=["edition"], condition=models.Q(doubts__gt=0), name="deliveries_doubtful"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.state}"
