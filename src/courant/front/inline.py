"""Runs of text -> HTML, with a span around each sentence when the story is spoken."""

from collections.abc import Callable, Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from courant.stories.published import Inline, Run

SAFE_HREFS = ("http://", "https://", "mailto:", "tel:", "/", "#")
Anchor = Callable[[int], str]
"""The id of the sentence with that number."""


def safe_href(href: str) -> str:
    """The address, or "" for what is no plain link. Upstream filters too; this is the last gate."""
    href = href.strip()
    return href if href.lower().startswith(SAFE_HREFS) else ""


def runs_html(runs: Inline, base: str = "") -> SafeString:
    """The look of runs as elements; `base` makes paths of this paper absolute (for feeds)."""
    return mark_safe("".join(_run_html(run, base) for run in runs))  # noqa: S308 - escaped below


def _run_html(run: Run, base: str) -> str:
    html: str = escape(run.text)
    if not run.text.strip():  # the space between two sentences of a link is no link of its own
        return html
    if run.italic:
        html = f"<em>{html}</em>"
    if run.bold:
        html = f"<strong>{html}</strong>"
    href = safe_href(run.href)
    if href:
        href = base + href if href.startswith("/") and not href.startswith("//") else href
        html = f'<a href="{escape(href)}">{html}</a>'
    return html


def sentences_html(
    runs: Inline, sentences: Iterable[slice], anchor: Anchor, first: int = 0
) -> SafeString:
    """Runs with each sentence in a span that the player finds; words between stay outside.

    A run that crosses the border of a sentence is split: spans and looks never overlap.
    """
    out: list[str] = []
    done = 0
    for number, sentence in enumerate(sentences, first):
        out.append(runs_html(tuple(cut(runs, done, sentence.start))))
        inside = runs_html(tuple(cut(runs, sentence.start, sentence.stop)))
        out.append(f'<span id="{escape(anchor(number))}" data-s>{inside}</span>')
        done = sentence.stop
    out.append(runs_html(tuple(cut(runs, done, sum(len(run.text) for run in runs)))))
    return mark_safe("".join(out))  # noqa: S308 - put together from escaped parts


def cut(runs: Inline, start: int, stop: int) -> Iterator[Run]:
    """The runs that make up the characters from start to stop."""
    at = 0
    for run in runs:
        text = run.text[max(0, start - at) : max(0, stop - at)]
        if text:
            yield Run(text, run.bold, run.italic, run.href)
        at += len(run.text)
