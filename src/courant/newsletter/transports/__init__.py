"""What hands a message on: a folder, an SMTP server, memory. One is chosen in COURANT_TRANSPORT."""

from django.conf import settings
from django.utils.module_loading import import_string

from courant.newsletter.transports.base import Transport


def get_transport() -> Transport:
    """The one that the settings name."""
    chosen: type[Transport] = import_string(settings.COURANT_TRANSPORT)
    return chosen.from_settings()
