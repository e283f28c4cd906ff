"""The narration app."""

from django.apps import AppConfig


class NarrationConfig(AppConfig):
    name = "courant.narration"
    label = "narration"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from courant.narration import checks  # noqa: F401 - registers itself
