"""What search knows of a story: its terms with their weights, and how they are laid out.

Stories are kept in volumes by their id, and the terms of a volume in shards by their first two
letters: a new or changed story touches rows of one volume only. A shard is text, a line for each
term: `ferri 12C3F`, the term and in which stories of the volume it stands with what weight (A to
O); a number says how many stories are passed over. Terms that begin with @ are facts to choose by:
`@s:3` a section, `@p:8` somebody in a byline, `@k:opinion`, `@l:uk`, `@d:2026-11-20`.

Readers' files hold many volumes at once, or a word would stand in hundreds of them: volumes lie in
four stacks at most, the newest volume alone, and each stack is cut into parts by the letters that
terms begin with. In a part's line a / leads to the next volume: `ferri 12C3F1/7A`. Large stacks
have a vocabulary too, which says in how many volumes a word is: `ferri 112`.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC

from courant.lib.words import terms
from courant.stories import published as out

VOLUME = 256  # ids
SHARDS = 64
FACTS = SHARDS  # the shard of what begins with @, behind all others
LARGEST = 15  # weight

# Readers' files.
RECENT, YEARS = 16, 256  # volumes by which the recent stack and that of past years grow
A_VOLUME = 4  # parts: 30 KB each of them, compressed
SHORT = 128  # so many parts are told by two letters, more by four: too much begins with "in"
FACT_PARTS = "dkps"  # what readers choose by; nobody asks for the language yet
VOCABULARY = [f"v{shard}" for shard in range(SHARDS)]

# How much a word counts by where it stands.
HEADLINE, NAME, STANDFIRST, TEXT = 5.0, 3.0, 2.5, 1.0
# Okapi BM25, with the usual length of a story instead of the average: it stays when others change.
SATURATION, LENGTH_COUNTS, USUAL_LENGTH = 1.2, 0.6, 400

POSTING = re.compile(r"(\d*)([A-O])")

Weights = Mapping[str, int]


# ── A story ───────────────────────────────────────────────────────────────────────────────────────


def place_of(story_id: int) -> tuple[int, int]:
    """The volume of a story and its number there."""
    return divmod(story_id, VOLUME)


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


# ── A volume ──────────────────────────────────────────────────────────────────────────────────────


def shard_of(term: str) -> int:
    return FACTS if term.startswith("@") else _two_letters(term) % SHARDS


def cut(weights: Weights) -> dict[int, dict[str, int]]:
    """The terms of a story by shard."""
    found: dict[int, dict[str, int]] = {}
    for term, weight in weights.items():
        found.setdefault(shard_of(term), {})[term] = weight
    return found


def changed(shard: str, stories: Mapping[int, Weights]) -> tuple[str, set[str]]:
    """A shard with these terms of stories, by number in the volume, instead of what it had.

    And the terms whose lines are others now.
    """
    before = dict(lines_of(shard))
    after = {term: _without(line, stories) for term, line in before.items()}
    fresh: dict[str, dict[int, int]] = {}
    for number, weights in stories.items():
        for term, weight in weights.items():
            fresh.setdefault(term, {})[number] = weight
    for term, postings in fresh.items():
        after[term] = coded(postings_of(after.get(term, "")) | postings)
    text = "".join(f"{term} {after[term]}\n" for term in sorted(after) if after[term])
    return text, {term for term, line in after.items() if line != before.get(term, "")}


def lines_of(text: str) -> Iterator[tuple[str, str]]:
    """The terms of a shard, each with its postings."""
    for line in text.splitlines():
        term, _, postings = line.partition(" ")
        yield term, postings


def postings_of(line: str) -> dict[int, int]:
    """The weights by number."""
    found, number = dict[int, int](), -1
    for passed, weight in POSTING.findall(line):
        number += int(passed or 0) + 1
        found[number] = ord(weight) - 64
    return found


def coded(postings: Mapping[int, int]) -> str:
    found, following = list[str](), 0
    for number, weight in sorted(postings.items()):
        found.append(f"{number - following or ''}{chr(64 + weight)}")
        following = number + 1
    return "".join(found)


def _without(line: str, numbers: Mapping[int, object]) -> str:
    postings = postings_of(line)
    if postings.keys().isdisjoint(numbers):
        return line
    return coded({number: w for number, w in postings.items() if number not in numbers})


def _two_letters(term: str) -> int:
    return ord(term[0]) * 31 + (ord(term[1]) if len(term) > 1 else 0)


# ── Stacks ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Stack:
    """Volumes from `first` up to `end` whose words lie together, in so many parts.

    Stack 0 is the newest volume, 1 the recent ones, 2 those of past years, 3 all that are older.
    """

    number: int
    first: int
    end: int
    parts: int

    def names(self) -> Iterator[str]:
        """The names of its parts: words by number, facts by letter, and a vocabulary.

        A misspelt word may be in any part where four letters tell it: what there is that it may
        be meant for is looked up in the vocabulary, which is cut by two.
        """
        yield from map(str, range(self.parts))
        yield from FACT_PARTS
        if self.parts > SHORT:
            yield from VOCABULARY

    def shards(self, part: str) -> range:
        """The shards of its volumes that have lines of a part."""
        if part in FACT_PARTS:
            return range(FACTS, FACTS + 1)
        if part in VOCABULARY:
            return range(int(part[1:]), int(part[1:]) + 1)
        first = int(part) % SHARDS
        return range(first, SHARDS, min(self.parts, SHARDS))


def stacks_of(volumes: Iterable[int]) -> tuple[Stack, ...]:
    """How these volumes lie: a matter of which there are, and not of how they came about.

    A volume that is full joins the recent ones, sixteen of these at once those of past years, 256
    at once the old ones: each word moves three times in its life.
    """
    known = sorted(volumes)
    if not known:
        return ()
    newest = known[-1]
    recent = max(0, newest - RECENT) // RECENT * RECENT
    bounds = (0, recent // YEARS * YEARS, recent, newest, newest + 1)
    found = []
    for number, first, end in zip((3, 2, 1, 0), bounds, bounds[1:], strict=False):
        count = sum(first <= volume < end for volume in known)
        if count:
            parts = 1 << (count * A_VOLUME - 1).bit_length()  # the next power of two
            found.append(Stack(number, first, end, parts))
    return tuple(found)


def part_of(term: str, parts: int) -> str:
    """The part of a word or fact in a stack with so many."""
    if term.startswith("@"):
        return term[1]
    two = _two_letters(term)
    if parts <= SHARDS:
        return str(two % parts)
    rest = two // SHARDS
    if parts > SHORT:
        rest = rest * 961 + sum(ord(c) * n for c, n in zip(term[2:4], (31, 1), strict=False))
    return str(two % SHARDS + SHARDS * (rest % (parts // SHARDS)))


def joined(stack: Stack, part: str, shards: Iterable[tuple[int, str]]) -> str:
    """A part of a stack, of its shards with their volumes in order."""
    if part in VOCABULARY:
        known = Counter(term for _, text in shards for term, _ in lines_of(text))
        return "".join(f"{term} {known[term]}\n" for term in sorted(known))
    found: dict[str, list[str]] = {}
    last: dict[str, int] = {}
    is_of_part = _chooser(stack, part)
    for volume, text in shards:
        for term, postings in lines_of(text):
            if not is_of_part(term):
                continue
            onward = volume - last.get(term, stack.first)
            mark = f"{onward - 1 or ''}/" if onward else ""
            found.setdefault(term, []).append(mark + postings)
            last[term] = volume
    return "".join(f"{term} {''.join(found[term])}\n" for term in sorted(found))


def _chooser(stack: Stack, part: str) -> Callable[[str], bool]:
    """Whether a term of the part's shards is in the part; beginnings are few, and asked often."""
    if part not in FACT_PARTS and stack.parts <= SHARDS:
        return lambda _: True
    known: dict[str, bool] = {}

    def is_of_part(term: str) -> bool:
        begins = term[:4]
        if begins not in known:
            known[begins] = part_of(term, stack.parts) == part
        return known[begins]

    return is_of_part
