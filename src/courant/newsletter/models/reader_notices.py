"""Mails to single readers about their own affairs."""

from django.db import models

from courant.newsletter.models.newsletters import Newsletter
from courant.newsletter.models.outgoing import Outgoing
from courant.newsletter.models.readers import Subscriber


class ReaderNotice(Outgoing):
    """One mail to one reader that no edition is the cause of."""

    class Kind(models.TextChoices):
        MOVE = "move"  # to a new address: is it yours?
        MOVING = "moving"  # to the old one: somebody asks for that
        LINK = "link"  # a fresh link to the preferences

    kind = models.CharField(max_length=10, choices=Kind)
    subscriber = models.ForeignKey(Subscriber, on_delete=models.PROTECT, related_name="notices")
    newsletter = models.ForeignKey(
        Newsletter, on_delete=models.PROTECT, related_name="+", help_text="Whose sender writes."
    )
    email = models.EmailField("e-mail", help_text="Where it goes.")
    email_key = models.CharField(max_length=254)
    round = models.PositiveIntegerField(help_text="Of the reader's links when it was asked for.")
    created = models.DateTimeField()
    message_id = models.CharField(max_length=200, help_text="The same at every attempt.")

    class Meta:
        ordering = ["-created", "-pk"]
        indexes = [
            models.Index("email_key", "created", name="notices_to_address"),
            models.Index("state", "next_at", name="notices_due"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.kind}"
