"""The front app."""

from django.apps import AppConfig


class FrontConfig(AppConfig):
    name = "courant.front"
    label = "front"
    default_auto_field = "django.db.models.BigAutoField"
