"""What search knows of a story: its terms with their weights, and how they are laid out in shards.

Stories are kept in volumes by their id, so that a new or changed story touches one volume only. The
terms of a volume are cut into shards by their first two letters: a shard holds all forms of a word,
and most of its misspellings.

A shard is text, a line for each term: `ferri 12C340F`, the term and in which stories of the volume
(id within it) it stands with what weight (A to O). Terms that begin with @ are facts to choose by:
`@s:3` a section, `@p:8` somebody in a byline, `@k:opinion`, `@l:uk`, `@d:2026-11-20`.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC

from courant.lib.words import terms
from courant.stories import published as out

VOLUME = 1024  # ids
FACTS = 64  # the shard of what begins with @, behind all others
LARGEST = 15  # weight

# How much a word counts by where it stands.
HEADLINE, NAME, STANDFIRST, TEXT = 5.0, 3.0, 2.5, 1.0
# Okapi BM25, with the usual length of a story instead of the average: it stays when others change.
SATURATION, LENGTH_COUNTS, USUAL_LENGTH = 1.2, 0.6, 400

Weights = Mapping[str, int]


def place_of(story_id: int) -> tuple[int, int]:
    """The volume of a story and its number there."""
    return divmod(story_id, VOLUME)


def shards_for(stories: int) -> int:
    """Into how many shards the words of so many stories are cut: small files, and not too many."""
    return 4 if stories < 64 else 16 if stories < 256 else FACTS


def shard_of(term: str, shards: int) -> int:
    if term.startswith("@"):
        return FACTS
    second = ord(term[1]) if len(term) > 1 else 0
    return (ord(term[0]) * 31 + second) % shards


def weights_of(story: out.PublishedStory) -> dict[str, int]:
    """Each term of a story with how much the story is about it."""
    counted, length = dict[str, float](), 0
    for factor, text in _texts(story):
        for term in terms(text):
            counted[term] = counted.get(term, 0) + factor
            length += 1
    share = 2 ** round(math.log2(max(length, 32))) / USUAL_LENGTH  # a small edit leaves it alone
    rest = SATURATION * (1 - LENGTH_COUNTS + LENGTH_COUNTS * share)
    weights = {term: max(1, round(LARGEST * n / (n + rest))) for term, n in counted.items()}
    return weights | dict.fromkeys(_facts(story), 1)


def _texts(story: out.PublishedStory) -> Iterator[tuple[float, str]]:
    yield HEADLINE, story.headline
    yield STANDFIRST, story.standfirst
    yield from ((NAME, byline.name) for byline in story.bylines)
    yield from ((NAME, topic.name) for topic in story.topics)
    if story.lead_photo:
        yield TEXT, story.lead_photo.caption
    for block in story.body:
        yield from ((TEXT, text) for text in _block_texts(block))
    yield from ((TEXT, correction.text) for correction in story.corrections)


def _block_texts(block: out.Block) -> tuple[str, ...]:
    match block:
        case out.Paragraph(runs=runs):
            return (out.plain(runs),)
        case out.Quote(runs=runs, speaker=speaker, speaker_role=role):
            return (out.plain(runs), speaker, role)
        case out.Subheading(text=text) | out.Update(headline=text):
            return (text,)
        case out.ListBlock(items=items):
            return tuple(map(out.plain, items))
        case out.Box(title=title, paragraphs=paragraphs):
            return (title, *map(out.plain, paragraphs))
        case out.Table(caption=caption, header=header, rows=rows):
            return (caption, *header, *(cell for row in rows for cell in row))
        case out.PhotoBlock(photo=photo):
            return (photo.caption,)
        case out.Gallery(photos=photos):
            return tuple(photo.caption for photo in photos)
        case out.Embed(title=title, description=description):
            return (title, description)
    return ()  # pull quotes say what the story says; related stories are stories of their own


def _facts(story: out.PublishedStory) -> Iterator[str]:
    yield from (f"@s:{number}" for number in (story.section.id, *story.section.above))
    yield from (f"@p:{byline.person.id}" for byline in story.bylines if byline.person)
    yield f"@k:{story.kind}"
    yield f"@l:{story.language}"
    yield f"@d:{story.published.astimezone(UTC):%Y-%m-%d}"


def cut(weights: Weights, shards: int) -> dict[int, dict[str, int]]:
    """The terms of a story by shard."""
    found: dict[int, dict[str, int]] = {}
    for term, weight in weights.items():
        found.setdefault(shard_of(term, shards), {})[term] = weight
    return found


def changed(shard: str, stories: Mapping[int, Weights]) -> str:
    """A shard with these terms of stories, by number in the volume, instead of what it had."""
    numbers = "|".join(map(str, stories))
    kept = re.sub(rf"(?<![0-9])(?:{numbers})[A-O]", "", shard) if stories else shard
    lines = dict(line.split(" ") for line in kept.splitlines())
    fresh: dict[str, list[str]] = {}
    for number, weights in sorted(stories.items()):
        for term, weight in weights.items():
            fresh.setdefault(term, []).append(f"{number}{chr(64 + weight)}")
    for term, postings in fresh.items():
        lines[term] = _with(lines.get(term, ""), postings)
    return "".join(f"{term} {lines[term]}\n" for term in sorted(lines) if lines[term])


def _with(postings: str, fresh: Sequence[str]) -> str:
    """In the order of numbers; most stories are new and come last."""
    last = re.search(r"(\d+)[A-O]$", postings)
    if last is None or int(last[1]) < int(fresh[0][:-1]):
        return postings + "".join(fresh)
    return "".join(sorted([*postings_of(postings), *fresh], key=lambda each: int(each[:-1])))


def postings_of(postings: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+[A-O]", postings))
