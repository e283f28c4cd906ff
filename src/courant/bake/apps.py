"""The bake app."""

from django.apps import AppConfig


class BakeConfig(AppConfig):
    name = "courant.bake"
    label = "bake"
    default_auto_field = "django.db.models.BigAutoField"
