"""Tells a WebSub hub which feeds and podcasts changed, so that readers' apps need not ask.

https://www.w3.org/TR/websub/ section 7, and what hubs made of it: hub.mode=publish.
"""

import logging
import urllib.parse
import urllib.request
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils.timezone import now

from courant.front.feeds import FORMS
from courant.pipeline.models import Failure

log = logging.getLogger(__name__)
PATIENCE = 3.0  # seconds: a bake waits for it
AGAIN = timedelta(minutes=5)  # a hub that does not answer holds up no more than one bake in this
SUBJECT = "the WebSub hub"


def tell(paths: Iterable[str]) -> None:
    """Say that these public files are new. A hub that fails is a failure at the desk, no more."""
    hub = settings.COURANT_WEBSUB_HUB
    feeds = [f"{settings.COURANT_URL}/{path}" for path in paths if _is_feed(path)]
    if not hub or not feeds or _failed_just_now():
        return
    fields = [("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)]
    try:
        data = urllib.parse.urlencode(fields).encode()
        urllib.request.urlopen(hub, data, PATIENCE).close()  # noqa: S310 - the operator's setting
    except (OSError, ValueError) as error:
        log.warning("The WebSub hub %s did not take the news: %s", hub, error)
        Failure.note(Failure.Room.BAKE, SUBJECT, f"{hub} was not told of changed feeds: {error}")
    else:
        _failures().delete()


def _is_feed(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name in FORMS or (name.startswith("podcast") and name.endswith(".xml"))


def _failed_just_now() -> bool:
    return _failures().filter(last_at__gt=now() - AGAIN).exists()


def _failures() -> QuerySet[Failure]:
    return Failure.objects.filter(room=Failure.Room.BAKE, subject=SUBJECT)
