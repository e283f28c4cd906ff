"""The newsletter app."""

from django.apps import AppConfig, apps


class NewsletterConfig(AppConfig):
    name = "courant.newsletter"
    label = "newsletter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        if apps.is_installed("anymail"):
            from courant.newsletter.returns import webhooks

            webhooks.connect()
