"""Small texts that every letter has: days, labels, lines of a length."""

import re
from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from courant.newsletter import pieces
from courant.newsletter.archive import Offered
from courant.newsletter.message import one_line
from courant.stories.published import PublishedCard


def label(story: PublishedCard) -> str:
    """ "Harbour · Opinion"."""
    kinds = {
        "analysis": pgettext("story", "Analysis"),
        "opinion": pgettext("story", "Opinion"),
        "explainer": pgettext("story", "Explainer"),
        "interview": pgettext("story", "Interview"),
        "feature": pgettext("story", "Feature"),
    }
    return " · ".join(part for part in (story.section.title, kinds.get(story.kind)) if part)


def reading_time(story: PublishedCard) -> str:
    forms = ngettext("%(n)d minute to read", "%(n)d minutes to read", story.minutes)
    return forms % {"n": story.minutes}


def rhythm(newsletter: Offered) -> str:
    """How often it comes."""
    days = (
        _("Every Monday"),
        _("Every Tuesday"),
        _("Every Wednesday"),
        _("Every Thursday"),
        _("Every Friday"),
        _("Every Saturday"),
        _("Every Sunday"),
    )
    if newsletter.rhythm == "weekly":
        return days[newsletter.weekday]
    return _("Every day") if newsletter.rhythm == "daily" else _("When there is something to say")


def listening_time(seconds: float) -> str:
    return _("Listen (%(n)d min)") % {"n": ceil(seconds / 60)}


def day(time: datetime, zone: str) -> str:
    # Translators: a date by Django's format letters; E is a month's name as it stands after a day.
    return date_format(time.astimezone(ZoneInfo(zone)), pgettext("letter", "j F Y"))


def day_and_time(time: datetime, zone: str) -> str:
    return f"{day(time, zone)}, {date_format(time.astimezone(ZoneInfo(zone)), 'H:i')}"


def shortened(text: str, longest: int) -> str:
    line = one_line(text)
    return line if len(line) <= longest else line[: longest - 1].rsplit(" ", 1)[0] + "…"


def tidy(text: str) -> str:
    """Wrapped for reading, at most one empty line in a row."""
    lines = [line for piece in text.strip().split("\n") for line in pieces.wrapped(piece)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"
