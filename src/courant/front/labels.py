"""The front's own words, in the active language."""

from itertools import groupby

from django.conf import settings
from django.utils.translation import gettext, ngettext, pgettext

from courant.stories.published import PublishedByline, PublishedCard


def language_name(language: str) -> str:
    """What a language calls itself, for whoever reads it."""
    names: dict[str, str] = dict(settings.LANGUAGES)
    return names.get(language, language)


def kind_label(kind: str) -> str:
    """What stands over a headline; news needs no label."""
    return {
        "analysis": pgettext("kind", "Analysis"),
        "opinion": pgettext("kind", "Opinion"),
        "explainer": pgettext("kind", "Explainer"),
        "interview": pgettext("kind", "Interview"),
        "feature": pgettext("kind", "Feature"),
        "live": pgettext("kind", "Live"),
        "gallery": pgettext("kind", "Pictures"),
    }.get(kind, "")


def kinds() -> list[tuple[str, str]]:
    """The kinds that have a label, to choose from."""
    names = ("analysis", "opinion", "explainer", "interview", "feature", "live", "gallery")
    return [("news", pgettext("kind", "News")), *((name, kind_label(name)) for name in names)]


def own_kind(story: PublishedCard) -> str:
    """The kind's label, unless the section already says so."""
    label = kind_label(story.kind)
    return "" if label == story.section.title else label


def bar_label(kind: str) -> str:
    """The word with which the bar above the front page begins."""
    return {
        "breaking": pgettext("bar", "Breaking"),
        "live": pgettext("bar", "Live"),
    }.get(kind, "")


def correction_label(kind: str) -> str:
    return {
        "clarification": pgettext("correction", "Clarification"),
        "update": pgettext("correction", "Update"),
    }.get(kind, pgettext("correction", "Correction"))


def role_label(role: str) -> str:
    """The word before names in a byline. An agency is named without one."""
    return {
        "by": pgettext("byline", "By"),
        "with": pgettext("byline", "With"),
        "photos": pgettext("byline", "Photos by"),
        "drawings": pgettext("byline", "Drawings by"),
        "translation": pgettext("byline", "Translated by"),
        "editing": pgettext("byline", "Edited by"),
    }.get(role, "")


def minutes_label(minutes: int) -> str:
    return ngettext("%(n)d min read", "%(n)d min read", minutes) % {"n": minutes}


def stories_label(count: int) -> str:
    return ngettext("%(n)d story", "%(n)d stories", count) % {"n": count}


def byline_groups(story: PublishedCard) -> list[tuple[str, list[PublishedByline]]]:
    """Neighbours with one role share its label: By A and B · Photos by C."""
    groups = groupby(story.bylines, key=lambda byline: byline.role)
    return [(role_label(role), list(bylines)) for role, bylines in groups]


def writers(story: PublishedCard) -> list[PublishedByline]:
    """Who wrote it; if nobody is named as its writer, all who are named."""
    wrote = [b for b in story.bylines if b.role in ("by", "with", "agency")]
    return wrote or list(story.bylines)


def names(bylines: list[PublishedByline]) -> str:
    """A, B and C."""
    words = [byline.name for byline in bylines]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {gettext('and')} {words[-1]}"
