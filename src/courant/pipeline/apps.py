"""The pipeline app."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "courant.pipeline"
    label = "pipeline"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from courant.pipeline import changes

        changes.connect()
