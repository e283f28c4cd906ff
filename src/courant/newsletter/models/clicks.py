"""Where the links of an edition lead, and how often each was followed, by day."""

from django.db import models

from courant.newsletter.models.editions import Edition


class EditionLink(models.Model):
    """A web address to which letters of an edition lead through ours. It leads there for ever."""

    wagtail_reference_index_ignore = True

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="links", db_index=False
    )
    digest = models.CharField(max_length=64, help_text="Of the address.")
    url = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint("edition", "digest", name="one_link_an_address")]

    def __str__(self) -> str:
        return self.url


class ClickDay(models.Model):
    """How often a link was followed on one day from one of an edition's letters."""

    wagtail_reference_index_ignore = True

    link = models.ForeignKey(
        EditionLink, on_delete=models.CASCADE, related_name="days", db_index=False
    )
    variant_id = models.PositiveBigIntegerField(default=0, help_text="0: the only letter.")
    day = models.DateField(db_index=True)
    clicks = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint("link", "variant_id", "day", name="one_number_of_clicks")
        ]

    def __str__(self) -> str:
        return f"{self.link_id} on {self.day}: {self.clicks}"
