"""The blocks that a story's body is made of, as editors fill them in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

INLINE = ["bold", "italic", "link"]


def inline_text(**options: Any) -> blocks.RichTextBlock:
    """Text of one paragraph: bold, italic, links, nothing else."""
    return blocks.RichTextBlock(features=INLINE, **options)


class PhotoBlock(blocks.StructBlock):
    photo = ImageChooserBlock()
    caption = blocks.TextBlock(required=False, help_text="Empty: the caption kept with the photo.")
    size = blocks.ChoiceBlock(
        choices=[("wide", "Wider than the text"), ("full", "From edge to edge")], required=False
    )

    class Meta:
        icon = "image"


class GalleryBlock(blocks.StructBlock):
    photos = blocks.ListBlock(PhotoBlock(), min_num=2, max_num=40)

    class Meta:
        icon = "image"


class QuoteBlock(blocks.StructBlock):
    text = inline_text()
    speaker = blocks.CharBlock(required=False)
    speaker_role = blocks.CharBlock(required=False, label="Who that is")

    class Meta:
        icon = "openquote"


class PullQuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(help_text="A phrase of the story, shown large. It is not read aloud.")

    class Meta:
        icon = "openquote"


class ItemListBlock(blocks.StructBlock):
    ordered = blocks.BooleanBlock(required=False, label="Numbered")
    items = blocks.ListBlock(inline_text())

    class Meta:
        icon = "list-ul"


class BoxBlock(blocks.StructBlock):
    title = blocks.CharBlock()
    paragraphs = blocks.ListBlock(inline_text())

    class Meta:
        icon = "form"


class TableBlock(blocks.StructBlock):
    """A small table, a row to a line; cells divided by | or by tabs, as spreadsheets paste."""

    caption = blocks.CharBlock(required=False)
    cells = blocks.TextBlock(
        rows=6, help_text="First line: the header. A row to a line, cells divided by | or tab."
    )

    class Meta:
        icon = "table"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        rows = table_rows(cleaned["cells"])
        widths = {len(row) for row in rows}
        if len(rows) < 2 or len(widths) != 1:
            text = "A table needs a header and a row, with as many cells in each line."
            raise blocks.StructBlockValidationError({"cells": ValidationError(text)})
        return cleaned


def table_rows(text: str) -> tuple[tuple[str, ...], ...]:
    """Rows of cells; tabs divide when there are any, else vertical bars."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    divider = "\t" if any("\t" in line for line in lines) else "|"
    return tuple(tuple(cell.strip() for cell in line.strip("|").split(divider)) for line in lines)


class EmbedBlock(blocks.StructBlock):
    """A link shown as a card; nothing is loaded from there unless a reader asks for it."""

    url = blocks.URLBlock(label="Address")
    title = blocks.CharBlock()
    description = blocks.TextBlock(required=False)
    provider = blocks.CharBlock(required=False, label="Whose page it is")

    class Meta:
        icon = "link-external"


class RelatedStoryBlock(blocks.StructBlock):
    story = blocks.PageChooserBlock(page_type="stories.Story")

    class Meta:
        icon = "doc-full"


class UpdateBlock(blocks.StructBlock):
    """Begins an entry of live coverage; the blocks below belong to it, up to the next one."""

    time = blocks.DateTimeBlock(default=timezone.now)
    headline = blocks.CharBlock()

    class Meta:
        icon = "time"


class BodyBlock(blocks.StreamBlock):
    paragraph = inline_text(icon="pilcrow")
    subheading = blocks.CharBlock(icon="title")
    photo = PhotoBlock()
    gallery = GalleryBlock()
    quote = QuoteBlock()
    pull_quote = PullQuoteBlock()
    list = ItemListBlock()
    box = BoxBlock()
    table = TableBlock()
    embed = EmbedBlock()
    related = RelatedStoryBlock()
    update = UpdateBlock()
