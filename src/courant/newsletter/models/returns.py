"""What came back after a message was sent."""

from django.db import models

from courant.newsletter.models.editions import Delivery


class Return(models.Model):
    """One report about one delivery: by mail, or from a provider. The same report counts once."""

    class Kind(models.TextChoices):
        BOUNCED = "bounced"
        DELAYED = "delayed"
        DELIVERED = "delivered"
        COMPLAINED = "complained"

    class Fault(models.TextChoices):
        """Whose fault a bounce is, by the code of RFC 3463."""

        ADDRESS = "address"
        OURS = "ours"
        PASSING = "passing"  # a full mailbox, a server out of order

    wagtail_reference_index_ignore = True

    source = models.CharField(max_length=20, help_text="mail, mailbox, or the provider's name.")
    event = models.CharField(max_length=100, help_text="The report's own name, to count it once.")
    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="returns")
    kind = models.CharField(max_length=10, choices=Kind)
    fault = models.CharField(max_length=10, choices=Fault, blank=True)
    status = models.CharField(max_length=12, blank=True, help_text="RFC 3463, such as 5.1.1.")
    detail = models.CharField(max_length=500, blank=True, help_text="The server's words.")
    time = models.DateTimeField()

    class Meta:
        ordering = ["-time", "-pk"]
        constraints = [models.UniqueConstraint("source", "event", name="one_return_a_report")]
        indexes = [models.Index("delivery", "fault", name="returns_of_delivery")]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.kind} {self.status}"
