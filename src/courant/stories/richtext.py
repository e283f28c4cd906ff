"""Wagtail's rich text -> runs: bold, italic, links. Other tags are dropped, their words stay."""

import re
from collections.abc import Callable
from html.parser import HTMLParser

from courant.stories.published import Inline, Run

PageLink = Callable[[int], str]
"""Gives the path of a public page by id, or "" when there is none."""

SAFE_SCHEMES = ("http://", "https://", "mailto:", "tel:", "/", "#")
WHITE = re.compile(r"[ \t\n\r\f]+")  # no-break spaces are the author's, and stay
BLOCK_TAGS = {"p", "div", "li", "h2", "h3", "h4", "blockquote"}


class _Reader(HTMLParser):
    def __init__(self, page_link: PageLink) -> None:
        super().__init__(convert_charrefs=True)
        self.page_link = page_link
        self.runs: list[Run] = []
        self.bold = self.italic = 0
        self.hrefs: list[str] = []
        self.gap = False  # a block ended: a space is owed before the next words

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("b", "strong"):
            self.bold += 1
        elif tag in ("i", "em"):
            self.italic += 1
        elif tag == "a":
            self.hrefs.append(self._href(dict(attrs)))
        elif tag == "br":
            self.gap = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("b", "strong"):
            self.bold = max(0, self.bold - 1)
        elif tag in ("i", "em"):
            self.italic = max(0, self.italic - 1)
        elif tag == "a" and self.hrefs:
            self.hrefs.pop()
        elif tag in BLOCK_TAGS:
            self.gap = True

    def handle_data(self, data: str) -> None:
        if self.gap and self.runs and data.strip():
            data = " " + data
            self.gap = False
        if data:
            href = self.hrefs[-1] if self.hrefs else ""
            self.runs.append(Run(data, bool(self.bold), bool(self.italic), href))

    def _href(self, attrs: dict[str, str | None]) -> str:
        if attrs.get("linktype") == "page":
            number = attrs.get("id") or ""
            return self.page_link(int(number)) if number.isdecimal() else ""
        href = (attrs.get("href") or "").strip()
        return href if href.lower().startswith(SAFE_SCHEMES) else ""


def runs_of(html: str, page_link: PageLink) -> Inline:
    """The runs of one paragraph, white space folded as a browser would."""
    reader = _Reader(page_link)
    reader.feed(html)
    reader.close()
    return _folded(reader.runs)


def _folded(runs: list[Run]) -> Inline:
    folded: list[Run] = []
    spaced = True  # nothing yet: leading space goes
    for run in runs:
        words = WHITE.sub(" ", run.text)
        if spaced:
            words = words.removeprefix(" ")
        if not words:
            continue
        spaced = words.endswith(" ")
        look = (run.bold, run.italic, run.href)
        if folded and (folded[-1].bold, folded[-1].italic, folded[-1].href) == look:
            words = folded.pop().text + words
        folded.append(Run(words, *look))
    if folded and folded[-1].text.endswith(" "):
        last = folded.pop()
        if last.text.rstrip(" "):
            folded.append(Run(last.text.rstrip(" "), last.bold, last.italic, last.href))
    return tuple(folded)
