"""The ops app."""

from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "courant.ops"
    label = "ops"
    default_auto_field = "django.db.models.BigAutoField"
