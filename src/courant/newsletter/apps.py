"""The newsletter app."""

from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "courant.newsletter"
    label = "newsletter"
    default_auto_field = "django.db.models.BigAutoField"
