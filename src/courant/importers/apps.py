"""The importers app."""

from django.apps import AppConfig


class ImportersConfig(AppConfig):
    name = "courant.importers"
    label = "importers"
    default_auto_field = "django.db.models.BigAutoField"
