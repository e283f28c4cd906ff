"""The app that counts what is read and heard."""

from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "courant.figures"
    label = "figures"
    default_auto_field = "django.db.models.BigAutoField"
