"""Develops photos as soon as they are at the desk: renditions in every form, before a page asks.

An editor's upload waits for none of it, and neither does a page: until a photo is developed, its
pages have WebP and JPEG. Then the photo has changed, and they are made again with AVIF.
"""

import logging
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from courant.front.looks import develop
from courant.front.pictures import PictureError, Pictures
from courant.front.pixels import read
from courant.front.tones import tones_of
from courant.pipeline.changes import touch
from courant.stories.body import published_photo
from courant.stories.models import Photo

log = logging.getLogger(__name__)

A_GLANCE = 0.02  # of a photo's size, to see its colours


def develop_next() -> bool:
    """Develop the newest photo that waits; False when none does.

    One whose file cannot be read is left as it is: the pages that show it say so.
    """
    photo = Photo.objects.filter(developed="").order_by("-pk").first()
    if photo is None:
        return False
    negative, facts = photo.negative, {"tones": "", "avif": False}
    try:
        facts = {"tones": _developed(photo), "avif": True}
    except PictureError as error:
        log.warning("%s", error)
    rows = Photo.objects.filter(pk=photo.pk, developed="")
    same = any(row.negative == negative for row in rows)  # else somebody has changed it meanwhile
    if same and rows.update(developed=negative, **facts):
        touch([photo])
    return True


def _developed(photo: Photo) -> str:
    """Make everything that pages may ask for; returns the photo's tones."""
    published = published_photo(photo)
    tones = tones_of(read(published, A_GLANCE))
    pictures = Pictures(Path(settings.COURANT_RENDITIONS))
    for avif in (False, True):  # what pages cannot do without comes first
        develop(replace(published, avif=avif), pictures)
    return tones
