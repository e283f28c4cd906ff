"""What the sign-up form wrote down."""

from django.db import models

from courant.newsletter.models.newsletters import Newsletter
from courant.newsletter.models.outgoing import Outgoing
from courant.newsletter.models.readers import Subscription


class SignupRequest(Outgoing):
    """An address that somebody typed, and the one mail that may follow from it.

    The form only adds this row, for every address alike; the worker decides what it means.
    """

    class Notice(models.TextChoices):
        CONFIRM = "confirm"
        ALREADY = "already"

    email = models.EmailField("e-mail")
    email_key = models.CharField(max_length=254)
    newsletter = models.ForeignKey(Newsletter, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=500, blank=True)
    network = models.CharField(max_length=50, blank=True)
    user_agent = models.CharField(max_length=250, blank=True)
    trapped = models.BooleanField(
        default=False, help_text="A field that people do not see was filled."
    )
    created = models.DateTimeField()
    message_id = models.CharField(
        max_length=200, blank=True, help_text="The same at every attempt."
    )
    notice = models.CharField(max_length=10, choices=Notice, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    subscription = models.ForeignKey(
        Subscription, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-created", "-pk"]
        indexes = [
            models.Index("email_key", "decided_at", name="requests_of_address"),
            models.Index("network", "created", name="requests_of_network"),
            models.Index("state", "next_at", name="requests_due"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.newsletter}"
