"""Search: what a reader's browser asks for, as files. Nobody is told what is looked for.

    /search/                   the page; search.js does the rest in the browser
    /search/index.json                 which stacks there are, the rules by which words lose endings
    /search/words/1-16-38-128-17.txt   part 17 of the 128 of stack 1, which has volumes 16 to 37
    /search/cards/40.json              what results show of 32 stories

`stories.searched` says what a part holds. A result's passage is found in the story's own page.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext

from courant.front import labels
from courant.front.alternates import alternates_of_fronts
from courant.front.heads import Head
from courant.front.kind import Kind
from courant.front.made import Made
from courant.front.render import page
from courant.front.sheet import Press
from courant.front.times import in_language
from courant.lib.word_rules import RULES
from courant.stories.index import Delta
from courant.stories.paper import Paper
from courant.stories.published import PublishedCard, PublishedFront
from courant.stories.searched import SHARDS, SHORT, VOLUME

A_FILE = 32  # cards


class SearchWords(Kind):
    """The parts of each stack."""

    name, order = "search-words", 66

    def keys(self, paper: Paper) -> Iterator[str]:
        for stack in paper.stacks():
            yield from (f"{stack.number}:{part}" for part in stack.names())

    def touched(self, delta: Delta) -> Iterable[str]:
        """All that changed: a stack may have begun or grown."""
        return delta.named("words")

    def make(self, press: Press, key: str) -> Made | None:
        number, _, part = key.partition(":")
        stack = press.paper.stack(int(number))
        if stack is None or part not in stack.names():
            return None
        name = f"{number}-{stack.first}-{stack.end}-{stack.parts}-{part}"
        text = press.paper.words(stack, part)
        # Never empty: a file without a byte is what a full disk leaves.
        return Made(f"search/words/{name}.txt", (text or "\n").encode())


class SearchCards(Kind):
    """What results show of stories."""

    name, order = "search-cards", 67

    def keys(self, paper: Paper) -> Iterator[str]:
        return map(str, sorted({story_id // A_FILE for story_id in paper.story_ids()}))

    def touched(self, delta: Delta) -> Iterable[str]:
        return {str(story_id // A_FILE) for story_id in delta.stories}

    def make(self, press: Press, key: str) -> Made | None:
        first = int(key) * A_FILE
        cards = press.paper.cards(range(first, first + A_FILE))
        facts = {str(card.id): _facts(card) for card in cards}
        return _json(f"search/cards/{key}.json", facts) if facts else None


def search_index(press: Press) -> Made:
    """What search.js reads first."""
    paper = press.paper
    stacks = [
        (stack.number, stack.first, stack.end, stack.parts, count)
        for stack, count in paper.searched()
    ]
    sizes = {"volume": VOLUME, "shards": SHARDS, "short": SHORT, "cards": A_FILE}
    facts = {"stacks": stacks, "zone": paper.time_zone, "rules": RULES}
    return _json("search/index.json", sizes | facts)


def search_page(press: Press, of: PublishedFront | None = None) -> Made:
    """The form, in the words of a front; without JavaScript the ways to the archive."""
    paper = press.paper
    sheet = press.sheet(of.language if of else paper.language)
    with in_language(sheet.language):
        described = gettext(
            "Search in the full text of every story. Nobody learns what you look for."
        )
        head = Head(
            gettext("Search"),
            sheet.here("/search/"),
            described,
            alternates=alternates_of_fronts(paper, "/search/"),
        )
        facts = {"people": paper.people(), "kinds": labels.kinds()}
    return sheet.made(head.path, page(sheet, "search", head, **facts))


def _facts(card: PublishedCard) -> list[str]:
    with in_language(card.language):
        names, kind = labels.names(labels.writers(card)), labels.own_kind(card)
    told = (card.path, card.headline, card.standfirst, card.section.title, card.section.accent)
    return [*told, kind, names, card.language, card.published.isoformat(timespec="minutes")]


def _json(path: str, value: Any) -> Made:
    return Made(path, json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
