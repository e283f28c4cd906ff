"""What readers have now: each public story as it was frozen last, and the lists it stands in.

These rows follow the public tree, not the desk: bake changes them when a story's page is in place.
"""

from django.db import models


class PublicStory(models.Model):
    """A story as readers have it."""

    story_id = models.PositiveBigIntegerField(primary_key=True)
    path = models.CharField(max_length=1000)
    published = models.DateTimeField()
    changed = models.DateTimeField()
    language = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)  # of all of it
    card_digest = models.CharField(max_length=64)  # of what lists show
    card = models.TextField()  # JSON
    until = models.DateTimeField(null=True)  # when it changes by itself
    original = models.PositiveBigIntegerField(null=True)  # the story of which it is a version

    class Meta:
        indexes = [
            models.Index("path", name="public_path"),
            models.Index("until", name="public_until", condition=models.Q(until__isnull=False)),
            models.Index(
                "original", name="public_original", condition=models.Q(original__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.path


class PublicListing(models.Model):
    """That a public story stands in a list. Place and order are by time, then by id."""

    name = models.CharField(max_length=100)  # "section:9"
    story_id = models.PositiveBigIntegerField(db_index=True)
    published = models.DateTimeField()
    language = models.CharField(max_length=10)

    class Meta:
        constraints = [models.UniqueConstraint("name", "story_id", name="one_listing_per_list")]
        indexes = [models.Index("name", "published", "story_id", name="listing_order")]

    def __str__(self) -> str:
        return f"{self.story_id} in {self.name}"


class PublicList(models.Model):
    """A list that has stories, and how many."""

    name = models.CharField(max_length=100, primary_key=True)
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.name} ({self.size})"


class PublicSource(models.Model):
    """A row of the desk that was read when a public story was frozen: "photo:3"."""

    story_id = models.PositiveBigIntegerField(db_index=True)
    tag = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index("tag", name="source_tag")]

    def __str__(self) -> str:
        return f"{self.story_id} from {self.tag}"


class GoneStory(models.Model):
    """An address at which a story was public until it was taken back."""

    path = models.CharField(max_length=1000, unique=True)
    story_id = models.PositiveBigIntegerField(db_index=True)
    gone_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.path


class PublicWords(models.Model):
    """One shard of what search knows of the stories of a volume. A volume with stories has all."""

    volume = models.PositiveIntegerField()
    shard = models.PositiveSmallIntegerField()
    data = models.BinaryField()  # zlib

    class Meta:
        constraints = [models.UniqueConstraint("volume", "shard", name="one_row_per_shard")]

    def __str__(self) -> str:
        return f"{self.volume}-{self.shard}"
