"""The stories app."""

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    name = "courant.stories"
    label = "stories"
    default_auto_field = "django.db.models.BigAutoField"
