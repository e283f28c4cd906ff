"""The blocks of a story as pieces of a letter, in HTML and in plain text."""

import textwrap
from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courant.newsletter.message import one_line
from courant.stories import published as out

WIDTH = 74
Rows = list[str]


def block_html(
    block: out.Block, site: str, photo_url: Callable[[out.PublishedPhoto], str]
) -> SafeString:
    """One block, escaped and marked up; CSS is inlined later."""
    facts: dict[str, object] = {"block": block, "kind": type(block).__name__}
    match block:
        case out.Paragraph(runs=runs) | out.Quote(runs=runs):
            facts["words"] = runs_html(runs, site)
        case out.ListBlock(items=items):
            facts["rows"] = [runs_html(item, site) for item in items]
        case out.Box(paragraphs=paragraphs):
            facts["rows"] = [runs_html(runs, site) for runs in paragraphs]
        case out.PhotoBlock(photo=photo):
            return photo_html(photo, photo_url)
        case out.Gallery(photos=photos):
            each = ((photo_html(photo, photo_url),) for photo in photos)
            return format_html_join("\n", "{}", each)
        case out.Embed(url=url):
            facts["link"] = absolute(url, site)
        case out.RelatedStory(path=path):
            facts["link"] = absolute(path, site)
        case out.Update():
            facts["clock"] = clock(block)
    return render_to_string("newsletter/block.html", facts)


def block_text(block: out.Block, site: str) -> str:
    match block:
        case out.Paragraph(runs=runs):
            return runs_text(runs, site)
        case out.Subheading(text=text):
            return f"## {one_line(text)}"
        case out.Update(headline=headline):
            return f"## {clock(block)} {one_line(headline)}"
        case out.Quote(runs=runs):
            who = ", ".join(part for part in (block.speaker, block.speaker_role) if part)
            return f"“{runs_text(runs, site)}”" + (f"\n— {one_line(who)}" if who else "")
        case out.ListBlock(items=items, ordered=ordered):
            signs = (f"{n}." if ordered else "•" for n in range(1, len(items) + 1))
            rows = zip(signs, items, strict=True)
            return "\n".join(f"{sign} {runs_text(item, site)}" for sign, item in rows)
        case out.Box(title=title, paragraphs=paragraphs):
            rows_ = [one_line(title), *(runs_text(runs, site) for runs in paragraphs)]
            return "\n\n".join(f"| {row}" for row in rows_ if row)
        case out.Table(caption=caption, header=header, rows=table):
            lines = [one_line(" | ".join(row)) for row in (header, *table) if row]
            return "\n".join([one_line(caption), *lines]).strip()
        case out.PhotoBlock(photo=photo):
            return photo_text(photo)
        case out.Gallery(photos=photos):
            return "\n".join(photo_text(photo) for photo in photos)
        case out.Embed(url=url, title=title):
            return f"→ {one_line(title) or one_line(url)}\n{absolute(url, site)}".strip()
        case out.RelatedStory(path=path, headline=headline):
            return f"→ {one_line(headline)}\n{absolute(path, site)}"
    return ""  # a pull quote is display: its words stand in the text already


def clock(update: out.Update) -> str:
    """ "14:05", on the paper's clock."""
    return f"{update.time.astimezone(get_default_timezone()):%H:%M}"


def runs_html(runs: out.Inline, site: str) -> SafeString:
    return format_html_join("", "{}", ((_run_html(run, site),) for run in runs))


def runs_text(runs: out.Inline, site: str) -> str:
    parts = []
    for run in runs:
        link = absolute(run.href, site) if run.href else ""
        parts.append(f"{run.text} ({link})" if link and link != run.text else run.text)
    return one_line("".join(parts))


def paragraphs_html(paragraphs: Iterable[out.Inline], site: str) -> SafeString:
    return format_html_join("", "<p>{}</p>", ((runs_html(runs, site),) for runs in paragraphs))


def paragraphs_text(paragraphs: Iterable[out.Inline], site: str) -> str:
    return "\n\n".join(runs_text(runs, site) for runs in paragraphs)


def _run_html(run: out.Run, site: str) -> SafeString:
    words = format_html("{}", run.text)
    if run.italic:
        words = format_html("<em>{}</em>", words)
    if run.bold:
        words = format_html("<strong>{}</strong>", words)
    link = absolute(run.href, site) if run.href else ""
    return format_html('<a href="{}">{}</a>', link, words) if link else words


def absolute(href: str, site: str) -> str:
    """An address that works in a mail; "" for what does not belong there, such as javascript:."""
    address = one_line(href).replace(" ", "%20")
    if address.startswith("/") and not address.startswith("//"):
        return f"{site}{address}"
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return ""
    return address if scheme in ("http", "https", "mailto") else ""


def photo_html(
    photo: out.PublishedPhoto, photo_url: Callable[[out.PublishedPhoto], str]
) -> SafeString:
    url = photo_url(photo)
    return render_to_string("newsletter/photo.html", {"photo": photo, "url": url})


def photo_text(photo: out.PublishedPhoto) -> str:
    words = one_line(photo.caption or photo.alt)
    credit = one_line(photo.credit)
    inside = " ".join(part for part in (words, credit) if part)
    return f"[{inside}]" if inside else ""


def byline(bylines: Iterable[out.PublishedByline]) -> str:
    """ "By Marta Quill · Photos: Ilse Brandt"."""
    forms = {
        "by": _("By %(names)s"),
        "with": _("With %(names)s"),
        "photos": _("Photos: %(names)s"),
        "drawings": _("Drawings: %(names)s"),
        "translation": _("Translation: %(names)s"),
        "editing": _("Editing: %(names)s"),
    }
    names: dict[str, Rows] = {}
    for one in bylines:
        names.setdefault(one.role, []).append(one_line(one.name))
    return " · ".join(
        forms.get(role, "%(names)s") % {"names": ", ".join(people)}
        for role, people in names.items()
    )


def corrections(
    found: Iterable[out.PublishedCorrection], zone: str, date: Callable[[datetime, str], str]
) -> Rows:
    """ "Correction, 20 November 2026: …", oldest first."""
    labels = {
        "correction": pgettext("story", "Correction"),
        "clarification": pgettext("story", "Clarification"),
        "update": pgettext("story", "Update"),
    }
    return [
        f"{labels.get(one.kind, labels['correction'])}, {date(one.time, zone)}: "
        f"{one_line(one.text)}"
        for one in sorted(found, key=lambda one: one.time)
    ]


def corrections_html(rows: Rows) -> SafeString:
    return format_html_join("", '<p class="correction">{}</p>', ((row,) for row in rows))


def first_words(body: Iterable[out.Block]) -> str:
    """The first paragraph, where there is no standfirst."""
    return next((out.plain(b.runs) for b in body if isinstance(b, out.Paragraph)), "")


def wrapped(line: str) -> Rows:
    """A line of text, broken between words; addresses stay whole."""
    return textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
