"""The body of a story at the desk -> frozen blocks, and the photos in and beside it."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.timezone import get_default_timezone, is_aware, make_aware, now
from wagtail.models import Page

from courant.lib.digests import digest_of
from courant.lib.reads import note, note_until
from courant.stories import published as out
from courant.stories.blocks import table_rows
from courant.stories.links import Links
from courant.stories.models import Photo, Story
from courant.stories.richtext import runs_of


def frozen_body(body: Iterable[Any], links: Links) -> tuple[out.Block, ...]:
    """The blocks of a body in order, without those that have nothing to show."""
    return newest_update_first(block for item in body if (block := _block(item, links)))


def newest_update_first(blocks: Iterable[out.Block]) -> tuple[out.Block, ...]:
    """What stands before all updates, then each update with what belongs to it.

    Sorted here, so that page, ear and inbox have one order, whatever order it was written in.
    """
    opening: list[out.Block] = []
    updates: list[list[out.Block]] = []
    for block in blocks:
        if isinstance(block, out.Update):
            updates.append([])
        (updates[-1] if updates else opening).append(block)
    updates.sort(key=_time_of, reverse=True)
    return (*opening, *(block for update in updates for block in update))


def _time_of(update: list[out.Block]) -> datetime:
    head = update[0]
    assert isinstance(head, out.Update)  # noqa: S101 - that is what began it
    return head.time


def reading_texts(block: out.Block) -> list[str]:
    """The words of a block that a reader reads through, as plain texts."""
    match block:
        case out.Paragraph(runs=runs) | out.Quote(runs=runs):
            return [out.plain(runs)]
        case out.Subheading(text=text) | out.Update(headline=text):
            return [text]
        case out.ListBlock(items=items):
            return [out.plain(item) for item in items]
        case out.Box(title=title, paragraphs=paragraphs):
            return [title, *(out.plain(text) for text in paragraphs)]
        case out.Table(header=header, rows=rows):
            return [" ".join(header), *(" ".join(row) for row in rows)]
    return []


def frozen_photo(photo: Photo, caption: str = "") -> out.PublishedPhoto | None:
    """A photo with its own caption or the one that a story gives it; None when its rights ended."""
    note(f"photo:{photo.pk}")
    if (end := photo.rights_end) is not None:
        if end <= now():
            return None
        note_until(end)
    return out.PublishedPhoto(
        id=photo.pk,
        file=Path(photo.file.path),
        width=photo.width,
        height=photo.height,
        alt=photo.alt,
        caption=caption.strip() or photo.caption,
        credit=photo.credit,
        digest=photo.file_hash or digest_of([photo.pk, photo.file.name]),
        focal_x=_share(photo.focal_point_x, photo.width),
        focal_y=_share(photo.focal_point_y, photo.height),
        source=photo.source,
        rights=photo.rights,
    )


def _share(point: int | None, whole: int) -> float:
    return round(point / whole, 4) if point is not None and whole else 0.5


def _block(item: Any, links: Links) -> out.Block | None:
    """One block of the body; None for what has nothing to show: a deleted photo, a draft."""
    kind, value, key = item.block_type, item.value, str(item.id)
    match kind:
        case "paragraph":
            runs = runs_of(value.source, links.path_of)
            return out.Paragraph(key, runs) if runs else None
        case "subheading":
            return out.Subheading(key, value)
        case "photo":
            return _photo_block(key, value)
        case "quote":
            runs = runs_of(value["text"].source, links.path_of)
            return out.Quote(key, runs, value["speaker"] or "", value["speaker_role"] or "")
        case "pull_quote":
            return out.PullQuote(key, value["text"])
        case "list":
            items = tuple(runs_of(entry.source, links.path_of) for entry in value["items"])
            return out.ListBlock(key, items, bool(value["ordered"]))
        case "box":
            texts = tuple(runs_of(entry.source, links.path_of) for entry in value["paragraphs"])
            return out.Box(key, value["title"], texts)
        case "table":
            header, *rows = table_rows(value["cells"])
            return out.Table(key, value["caption"] or "", header, tuple(rows))
        case "embed":
            card = (value[name] or "" for name in ("url", "title", "description", "provider"))
            return out.Embed(key, *card)
        case "related":
            return _related(key, value["story"], links)
        case "update":
            return out.Update(key, _aware(value["time"]), value["headline"])
    raise ValueError(f"The body has a block of a kind that outputs do not know: {kind!r}.")


def _photo_block(key: str, value: Any) -> out.PhotoBlock | None:
    photo = value["photo"]
    frozen = frozen_photo(photo, value["caption"] or "") if photo else None
    return out.PhotoBlock(key, frozen, value["size"] or "") if frozen else None


def _aware(moment: datetime) -> datetime:
    """A time typed without a zone is one on the paper's clock."""
    return moment if is_aware(moment) else make_aware(moment, get_default_timezone())


def _related(key: str, page: Page | None, links: Links) -> out.RelatedStory | None:
    path = links.path_of(page.pk) if page else ""
    story = page.specific if page and path else None
    if not isinstance(story, Story):
        return None
    return out.RelatedStory(key, path, story.title, story.standfirst, story.language)
