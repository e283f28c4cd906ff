"""Search: what a reader's browser asks for, as files. Nobody is told what is looked for.

    /search/                   the page; search.js does the rest in the browser
    /search/index.json         which volumes there are, and the rules by which words lose endings
    /search/words/3-64-17.txt  shard 17 of the 64 of volume 3: terms and their stories
    /search/cards/40.json      what results show of 32 stories

`stories.searched` says what a shard holds. A result's passage is found in the story's own page.
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
from courant.stories.searched import FACTS, VOLUME, shards_for

A_FILE = 32  # cards


class SearchWords(Kind):
    """The shards of each volume."""

    name, order = "search-words", 40

    def keys(self, paper: Paper) -> Iterator[str]:
        for volume, count in paper.volumes():
            yield from (f"{volume}:{shard}" for shard in (*range(shards_for(count)), FACTS))

    def touched(self, delta: Delta) -> Iterable[str]:
        """All that changed: a volume may have begun or ended."""
        return delta.named("words")

    def make(self, press: Press, key: str) -> Made | None:
        volume, _, shard = key.partition(":")
        found = press.paper.words(int(volume), int(shard))
        if found is None:
            return None
        text, shards = found
        # Never empty: a file without a byte is what a full disk leaves.
        return Made(f"search/words/{volume}-{shards}-{shard}.txt", (text or "\n").encode())


class SearchCards(Kind):
    """What results show of stories."""

    name, order = "search-cards", 41

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
    volumes = [(volume, count, shards_for(count)) for volume, count in paper.volumes()]
    facts = {"volumes": volumes, "volume": VOLUME, "facts": FACTS, "cards": A_FILE}
    return _json("search/index.json", facts | {"zone": paper.time_zone, "rules": RULES})


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
