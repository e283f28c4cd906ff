"""What is read aloud of a story, sentence by sentence."""

import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property

from courant.lib.digests import digest_of
from courant.narration.choices import AS_WRITTEN, Choices, spoken_corrections, spoken_date
from courant.narration.sentences import sentences
from courant.narration.tongues import tongue
from courant.stories import published as out

HEADLINE, BYLINE = "headline", "byline"
# What no element of the page shows.
OPENING, DATE, CORRECTIONS, CLOSING = "opening", "date", "corrections", "closing"
DISCLOSURE, QUOTE_BEGINS, QUOTE_ENDS = "disclosure", "quote-begins", "quote-ends"

# What an utterance is: voices, pauses and chapters go by it. Headline and byline are roles too.
TEXT, SUBHEADING, QUOTE, ATTRIBUTION = "text", "subheading", "quote", "attribution"

# Seconds of silence behind a sentence, and behind the last one of a block.
PAUSE = 0.35
PAUSE_AFTER = {
    HEADLINE: 0.9,
    BYLINE: 1.0,
    OPENING: 0.9,
    DATE: 1.0,
    CORRECTIONS: 0.65,
    CLOSING: 0.65,
    DISCLOSURE: 0.65,
    QUOTE_BEGINS: PAUSE,
    QUOTE_ENDS: 0.65,
    out.Subheading: 0.7,
    out.Update: 0.7,
    out.Paragraph: 0.65,
    out.Quote: 0.8,
    out.ListBlock: 0.65,
    out.Box: 0.9,
}
ROLES = {out.Subheading: SUBHEADING, out.Update: SUBHEADING, out.Quote: QUOTE}
PAUSE_BETWEEN_TEXTS = 0.5  # items of a list, paragraphs of a box

# What some voice takes for an instruction: [[phonemes]], [pause:9s], <markup/>, {…}, | and \.
INSTRUCTIONS = frozenset("[]{}<>|\\^~*_`")
TO_SPACES = str.maketrans(dict.fromkeys(INSTRUCTIONS, " "))
SPACES, NOTHINGS = ("Cc", "Zl", "Zp"), ("Cf", "Cs", "Co", "Cn")  # Unicode categories


@dataclass(frozen=True)
class Utterance:
    """One sentence to be spoken. `text` is what the voice gets, not what the page shows."""

    block: str
    sentence: int
    text: str
    pause: float  # seconds of silence behind it
    role: str = TEXT


@dataclass(frozen=True)
class Script:
    """All of a story that is read, in order."""

    language: str
    utterances: tuple[Utterance, ...]

    @cached_property
    def digest(self) -> str:
        """Names this script. Places count too: cues of another numbering would mark other words."""
        return digest_of([self.language, [asdict(utterance) for utterance in self.utterances]])


def script_for(story: out.PublishedStory, choices: Choices = AS_WRITTEN) -> Script:
    """All that is read by these choices; without them the text itself, headline and byline."""
    return Script(
        story.language,
        (*_before(story, choices), *_body(story, choices), *_behind(story, choices)),
    )


def _before(story: out.PublishedStory, choices: Choices) -> Iterator[Utterance]:
    language = story.language
    yield from _line(OPENING, choices.opening, language)
    if choices.headline:
        yield from _read(HEADLINE, (story.headline,), language, PAUSE_AFTER[HEADLINE], HEADLINE)
    if choices.byline and (byline := spoken_byline(story.bylines, language)):
        yield Utterance(BYLINE, 0, prepared(byline), PAUSE_AFTER[BYLINE], BYLINE)
    if choices.date:
        yield from _line(DATE, spoken_date(story), language)


def _body(story: out.PublishedStory, choices: Choices) -> Iterator[Utterance]:
    for block in story.body:
        texts = (*spoken_texts(block), *_attribution(block))
        if not texts or type(block) in choices.unread:
            continue
        role = ROLES.get(type(block), TEXT)
        found = _read(block.id, texts, story.language, PAUSE_AFTER[type(block)], role)
        if _attribution(block) and found:
            found[-1] = replace(found[-1], role=ATTRIBUTION)
        yield from _quoted(found, choices, story.language) if role == QUOTE else found


def _quoted(found: list[Utterance], choices: Choices, language: str) -> Iterator[Utterance]:
    """A quote between the words that let a listener hear where it begins and ends."""
    said = [each for each in found if each.role == QUOTE]
    if said:
        yield from _line(QUOTE_BEGINS, choices.quote_begins, language)
    yield from said
    if said:
        yield from _line(QUOTE_ENDS, choices.quote_ends, language)
    yield from (each for each in found if each.role != QUOTE)


def _behind(story: out.PublishedStory, choices: Choices) -> Iterator[Utterance]:
    language = story.language
    if choices.corrections:
        texts = tuple(spoken_corrections(story, tongue(language)))
        yield from _read(CORRECTIONS, texts, language, PAUSE_AFTER[CORRECTIONS], TEXT)
    yield from _line(CLOSING, choices.closing, language)
    yield from _line(DISCLOSURE, choices.disclosure, language)


def _line(name: str, text: str, language: str) -> list[Utterance]:
    return _read(name, (text,), language, PAUSE_AFTER[name], TEXT)


def spoken_texts(block: out.Block) -> tuple[str, ...]:
    """The plain texts of a block that are read, in the order in which the page shows them.

    Photos, tables, embeds, links to other stories and pull quotes are seen and not read.
    """
    match block:
        case out.Paragraph():
            texts: tuple[str, ...] = (out.plain(block.runs),)
        case out.Subheading():
            texts = (block.text,)
        case out.Update():
            texts = (block.headline,)
        case out.Quote():
            texts = (out.plain(block.runs),)
        case out.ListBlock():
            texts = tuple(out.plain(item) for item in block.items)
        case out.Box():
            texts = (block.title, *(out.plain(runs) for runs in block.paragraphs))
        case _:
            return ()
    return texts


def block_sentences(block: out.Block, language: str) -> tuple[tuple[slice, ...], ...]:
    """The sentences of each of `spoken_texts(block)`, empty texts included.

    Count them through the whole block: the n-th, from 0, is where `anchor(block.id, n)` belongs.
    """
    return tuple(sentences(text, language) for text in spoken_texts(block))


def anchor(block: str, sentence: int) -> str:
    """The id of a sentence's element on the page."""
    return f"s-{block}-{sentence}"


def spoken_byline(bylines: tuple[out.PublishedByline, ...], language: str) -> str:
    """One sentence that says who made the story: "By A and B, with drawings by C." """
    uk = tongue(language) == "uk"
    labels, last = (BYLINE_UK, " і ") if uk else (BYLINE_EN, " and ")
    names: dict[str, list[str]] = {}
    for byline in bylines:
        label = labels.get(byline.role, "")
        names.setdefault(label, []).append(byline.name)
    parts = [f"{label} {_listed(who, last)}".strip() for label, who in names.items()]
    line = ("; " if uk else ", ").join(parts)
    return f"{line[0].upper()}{line[1:]}." if line else ""


BYLINE_EN = {
    "by": "by",
    "with": "with",
    "photos": "photos by",
    "drawings": "with drawings by",
    "translation": "translated by",
    "editing": "edited by",
}
BYLINE_UK = {  # nouns, so that nobody's gender is guessed
    "by": "текст:",
    "with": "за участю:",
    "photos": "фото:",
    "drawings": "малюнки:",
    "translation": "переклад:",
    "editing": "редагування:",
}


def prepared(text: str) -> str:
    """Text for a voice: no instruction to an engine, no invisible character, single spaces."""
    marked = text.translate(TO_SPACES)
    if not marked.isprintable():
        marked = "".join(map(_seen, marked))
    return " ".join(marked.split())


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if category in SPACES:
        return " "
    return "" if category in NOTHINGS else character


def _read(
    block: str, texts: tuple[str, ...], language: str, pause_after: float, role: str
) -> list[Utterance]:
    """The utterances of one block. A sentence of mere signs keeps its number and is not said."""
    found: list[Utterance] = []
    number = 0
    for text in texts:
        for span in sentences(text, language):
            words = prepared(text[span])
            if any(character.isalnum() for character in words):
                found.append(Utterance(block, number, words, PAUSE, role))
            number += 1
        found[-1:] = [_with_pause(u, PAUSE_BETWEEN_TEXTS) for u in found[-1:]]
    return found[:-1] + [_with_pause(u, pause_after) for u in found[-1:]]


def _attribution(block: out.Block) -> tuple[str, ...]:
    """Who said a quote: heard after its last sentence, numbered like one more."""
    if not isinstance(block, out.Quote):
        return ()
    said_by = ", ".join(filter(None, (block.speaker.strip(), block.speaker_role.strip())))
    return (said_by,) if said_by else ()


def _with_pause(utterance: Utterance, pause: float) -> Utterance:
    return replace(utterance, pause=pause)


def _listed(names: list[str], last: str) -> str:
    """A, B and C."""
    return last.join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
