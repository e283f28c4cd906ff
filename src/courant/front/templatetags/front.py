"""What templates may ask of the sheet they are printed on."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from courant.front import labels, times
from courant.front.assets import asset_url, integrity
from courant.front.body import BlockView
from courant.front.embeds import frame, frame_sources
from courant.front.inline import safe_href
from courant.front.lite import lite_path
from courant.front.sheet import Sheet
from courant.stories.published import (
    PublishedByline,
    PublishedCard,
    PublishedLink,
    PublishedPhoto,
    PublishedSection,
)

register = template.Library()
register.simple_tag(asset_url, name="asset")
register.simple_tag(integrity)
register.simple_tag(frame)
register.filter("language_name", labels.language_name)
register.filter("own_kind", labels.own_kind)
register.filter("bar", labels.bar_label)
register.filter("correction", labels.correction_label)
register.filter("min_read", labels.minutes_label)
register.filter("stories", labels.stories_label)
register.filter("href", safe_href)
register.filter("frame_sources", frame_sources)
register.filter("lite", lite_path)
register.filter("authors", labels.writers)


@register.simple_tag(takes_context=True)
def here(context: Any, path: str) -> str:
    """The address that the page's front has of /search/, /people/, a person, a topic."""
    sheet: Sheet = context["sheet"]
    return sheet.here(path)


@register.simple_tag(takes_context=True)
def picture(context: Any, photo: PublishedPhoto, look: str, alt: str | None = None) -> SafeString:
    sheet: Sheet = context["sheet"]
    return sheet.picture(photo, look, alt)


@register.simple_tag(takes_context=True)
def when(context: Any, moment: datetime, kind: str = "") -> SafeString:
    """Date, time and zone; `kind` says to machines which time it is (microformats)."""
    return times.time_tag(moment, context["sheet"].paper.time_zone, kind=kind)


@register.simple_tag(takes_context=True)
def day(context: Any, moment: datetime) -> SafeString:
    """The date alone."""
    zone = context["sheet"].paper.time_zone
    return times.time_tag(moment, zone, times.long_date(moment, zone))


@register.simple_tag(takes_context=True)
def soon(context: Any, moment: datetime) -> SafeString:
    """The hour if it is of the page's newest day, else the day."""
    sheet: Sheet = context["sheet"]
    zone = sheet.paper.time_zone
    if sheet.today is None:
        return times.time_tag(moment, zone, times.long_date(moment, zone))
    return times.time_tag(moment, zone, times.short_time(moment, zone, sheet.today))


@register.simple_tag(takes_context=True)
def hour(context: Any, moment: datetime, day: datetime) -> SafeString:
    """The hour alone on that day; else with its date."""
    zone = context["sheet"].paper.time_zone
    return times.time_tag(moment, zone, times.hour(moment, zone, day))


@register.simple_tag(takes_context=True)
def date_line(context: Any) -> SafeString:
    """The newest story's day, below the masthead of the front page."""
    sheet: Sheet = context["sheet"]
    newest, zone = sheet.today, sheet.paper.time_zone
    if newest is None:
        return SafeString("")
    return times.time_tag(newest, zone, times.date_line(newest, zone))


@register.simple_tag(takes_context=True)
def iso(context: Any, moment: datetime) -> str:
    """For meta elements."""
    return times.local(moment, context["sheet"].paper.time_zone).isoformat(timespec="seconds")


@register.simple_tag(takes_context=True)
def lang(context: Any, language: str, *around: str) -> SafeString:
    """A lang attribute where this language, or one around it, is not the page's."""
    if {language, *around} == {context["sheet"].language}:
        return SafeString("")
    return format_html(' lang="{}"', language)


@register.simple_tag(takes_context=True)
def other_languages(context: Any) -> list[tuple[str, str, str]]:
    """Code, name and address: this page in the paper's other languages, else their fronts."""
    sheet: Sheet = context["sheet"]
    paths = context["head"].paths
    return [
        (
            front.language,
            labels.language_name(front.language),
            paths.get(front.language, front.path),
        )
        for front in sheet.paper.masthead.every_front
        if front.language != sheet.front.language
    ]


@register.simple_tag(takes_context=True)
def menu(context: Any) -> tuple[PublishedLink, ...]:
    """The menu of the page's front."""
    sheet: Sheet = context["sheet"]
    return sheet.paper.masthead.menu_on(sheet.front)


@register.simple_tag(takes_context=True)
def own_sections(context: Any) -> tuple[PublishedSection, ...]:
    """The sections of the page's front."""
    sheet: Sheet = context["sheet"]
    return sheet.paper.masthead.sections_on(sheet.front)


@register.simple_tag(takes_context=True)
def has_audio(context: Any, story: PublishedCard) -> bool:
    """Whether its page can be heard."""
    return story.id in context["sheet"].heard


@register.simple_tag(takes_context=True)
def block_html(context: Any, view: BlockView) -> SafeString:
    """One block of the body by its own template."""
    found: Any = context.template.engine.get_template(view.template)
    with context.push(block=view.block, texts=view.texts, speaker=view.speaker):
        return SafeString(found.render(context).strip())


@register.simple_tag(takes_context=True)
def byline_lines(context: Any, story: PublishedCard) -> SafeString:
    """By A and B, each linked to the page of the person, then who else had a hand in it."""
    sheet: Sheet = context["sheet"]
    lines = [
        format_html(
            '<span class="byline-line">{} {}</span>',
            label,
            _joined([_linked(byline, story, sheet) for byline in bylines]),
        )
        for label, bylines in labels.byline_groups(story)
    ]
    return format_html_join(" ", "{}", ((line,) for line in lines))


@register.simple_tag
def writer_names(story: PublishedCard) -> str:
    """For cards: names without links."""
    return labels.names(labels.writers(story))


@register.simple_tag
def writer_face(story: PublishedCard) -> PublishedPhoto | None:
    """The portrait of the first writer who has one."""
    people = (byline.person for byline in labels.writers(story) if byline.person)
    return next((person.portrait for person in people if person.portrait), None)


def _linked(byline: PublishedByline, story: PublishedCard, sheet: Sheet) -> SafeString:
    author = " p-author h-card" if byline.role in ("by", "with", "agency") else ""
    if byline.person:
        link = '<a rel="author" class="name{}" href="{}">{}</a>'
        path = sheet.here(byline.person.path, story.language)
        return format_html(link, author, path, byline.name)
    return format_html('<span class="name{}">{}</span>', author, byline.name)


def _joined(parts: list[SafeString]) -> SafeString:
    if len(parts) < 2:
        return SafeString("".join(parts))
    head = format_html_join(", ", "{}", ((part,) for part in parts[:-1]))
    return format_html("{} {} {}", head, gettext("and"), parts[-1])
