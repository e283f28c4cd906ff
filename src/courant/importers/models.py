"""What was imported from where, so that a second import updates and does not double."""

from django.db import models


class ImportedFile(models.Model):
    """One text that became a story; its source is a path, or `-:` and a digest for a pipe."""

    source = models.CharField(max_length=1000, unique=True)
    digest = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of its bytes.")
    story = models.ForeignKey(
        "stories.Story", on_delete=models.CASCADE, related_name="imported_from"
    )
    revision = models.ForeignKey(
        "wagtailcore.Revision", null=True, on_delete=models.SET_NULL, related_name="+"
    )  # what the importer wrote; a later one is an editor's
    imported_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.source
