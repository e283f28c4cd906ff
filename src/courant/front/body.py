"""Blocks of a story -> what their templates show: the block and its texts as HTML."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString

from courant.front.inline import runs_html, sentences_html
from courant.narration.script import anchor, block_sentences
from courant.narration.sentences import sentences
from courant.stories import published as out

KINDS: dict[type[out.Block], str] = {
    out.Paragraph: "paragraph",
    out.Subheading: "subheading",
    out.PhotoBlock: "photo",
    out.Quote: "quote",
    out.PullQuote: "pull_quote",
    out.ListBlock: "list",
    out.Box: "box",
    out.Table: "table",
    out.Embed: "embed",
    out.RelatedStory: "related",
    out.Update: "update",
}


@dataclass(frozen=True)
class BlockView:
    """`texts` are the block's inline texts in reading order, each with its looks and sentences."""

    block: out.Block
    texts: tuple[SafeString, ...]
    speaker: str = ""  # of a quote: heard behind it

    @property
    def template(self) -> str:
        return f"front/blocks/{KINDS[type(self.block)]}.html"


@dataclass(frozen=True)
class Entry:
    """One update of live coverage with what belongs to it."""

    head: BlockView
    views: tuple[BlockView, ...]


def parted(views: Iterable[BlockView]) -> tuple[tuple[BlockView, ...], tuple[Entry, ...]]:
    """What stands before all updates, and the updates."""
    groups: list[list[BlockView]] = [[]]
    for view in views:
        if isinstance(view.block, out.Update):
            groups.append([])
        groups[-1].append(view)
    opening, *entries = groups
    return tuple(opening), tuple(Entry(head, tuple(rest)) for head, *rest in entries)


def block_texts(block: out.Block) -> tuple[out.Inline, ...]:
    """The inline texts of a block, in the order in which narration reads them."""
    match block:
        case out.Paragraph(runs=runs) | out.Quote(runs=runs):
            return (runs,)
        case out.Subheading(text=text) | out.PullQuote(text=text) | out.Update(headline=text):
            return ((out.Run(text),),)
        case out.ListBlock(items=items):
            return items
        case out.Box(title=title, paragraphs=paragraphs):
            return ((out.Run(title),), *paragraphs)
    return ()


def block_view(block: out.Block, language: str, *, spoken: bool) -> BlockView:
    """A block for its template; sentences are marked only where there is a voice to follow."""
    texts, speaker = block_texts(block), _speaker(block)
    marks = block_sentences(block, language) if spoken else ()
    if len(marks) != len(texts):  # the voice reads this block in another way: nothing to follow
        return BlockView(block, tuple(runs_html(text) for text in texts), runs_html(speaker))
    last = (sentences(out.plain(speaker), language),)
    *shown, said_by = _marked(block.id, (*texts, speaker), (*marks, *last))
    return BlockView(block, tuple(shown), said_by)


def _speaker(block: out.Block) -> out.Inline:
    """Who said a quote, in the words in which narration says it."""
    if not isinstance(block, out.Quote):
        return ()
    name, role = block.speaker.strip(), block.speaker_role.strip()
    return (out.Run(name, bold=True), out.Run(", " + role if name and role else role))


def _marked(
    block_id: str, texts: tuple[out.Inline, ...], marks: tuple[tuple[slice, ...], ...]
) -> Iterator[SafeString]:
    first = 0  # sentence numbers run through the whole block
    for text, slices in zip(texts, marks, strict=True):
        yield sentences_html(text, slices, lambda number: anchor(block_id, number), first)
        first += len(slices)


def line_view(key: str, text: str, language: str, *, spoken: bool) -> SafeString:
    """One line outside the body, such as the headline, marked like a paragraph with that id."""
    return block_view(out.Paragraph(key, (out.Run(text),)), language, spoken=spoken).texts[0]
