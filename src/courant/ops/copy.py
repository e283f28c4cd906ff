"""Texts from files or a pipe -> stories: what `courant import` and `courant publish` share."""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from courant.lib.digests import digest_of_bytes

LARGEST = 10 << 20  # bytes read before the importer is asked; it refuses much smaller ones


@dataclass(frozen=True)
class Copy:
    """One text as it came in. `source` identifies it when it comes again."""

    name: str
    source: str
    data: bytes


def add_copy_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="plain texts; - reads a pipe")
    parser.add_argument("--section", default="", metavar="SLUG", help="section to put them in")
    parser.add_argument("--json", action="store_true", help="say what was recognised and left out")


def take_in(args: argparse.Namespace, *, publish: bool) -> int:
    """Import every file; one that cannot be read is named and holds up none of the others."""
    from courant.importers.plaintext.model import UnreadableText

    failed = 0
    for name in args.files:
        try:
            facts = _take_in_one(_read(name), args.section, publish=publish)
        except (UnreadableText, LookupError, CannotPublish) as error:
            failed += 1
            print(error.args[0], file=sys.stderr)
            if args.json:
                print(json.dumps({"file": name, "error": error.args[0]}, ensure_ascii=False))
            continue
        print(json.dumps(facts, ensure_ascii=False) if args.json else facts["path"], flush=True)
    return 1 if failed else 0


class CannotPublish(Exception):
    """A story was saved as a draft and may not be published."""


def _read(name: str) -> Copy:
    from courant.importers.plaintext.model import UnreadableText

    if name == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
        return Copy("standard input", f"-:{digest_of_bytes(data)}", data)
    path = Path(name)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableText(f"{name}: {error.strerror}. Check the path and try again.") from None
    return Copy(name, str(path.resolve()), data)


def _take_in_one(copy: Copy, section: str, *, publish: bool) -> dict[str, Any]:
    from django.conf import settings
    from django.core.exceptions import ValidationError

    from courant.importers.plaintext.read import read
    from courant.importers.save import desk_has_changed, save_draft, section_for
    from courant.stories.links import path_of

    found = read(
        copy.data,
        name=copy.name,
        zone=ZoneInfo(settings.TIME_ZONE),
        typography=settings.COURANT_TYPOGRAPHY,
    )
    story = save_draft(
        found,
        source=copy.source,
        digest=digest_of_bytes(copy.data),
        section=section_for(found, section),
    )
    if publish and _embargo_is_unclear(found):
        raise CannotPublish(
            f"{copy.name} was saved as a draft only: it has an embargo notice whose time cannot be "
            "read. Set the time at the desk and publish it there."
        )
    if publish and (story.has_unpublished_changes or not story.live):
        if reason := desk_has_changed(story):
            raise CannotPublish(f"{copy.name} was not published. {reason}")
        try:
            story.get_latest_revision().publish()
        except ValidationError as error:
            reasons = " ".join(error.messages)
            raise CannotPublish(f"{copy.name} was saved as a draft only. {reasons}") from None
        story.refresh_from_db()
        if not story.live:
            print(f"{copy.name} is embargoed; it goes live at {story.go_live_at}.", file=sys.stderr)
    return {"file": copy.name, "path": path_of(story), **facts_of(found)}


def _embargo_is_unclear(found: Any) -> bool:
    """An embargo that cannot be dated is a stop sign: nobody can say when it ends."""
    notices = any(line.reason.startswith("embargo notice") for line in found.dropped)
    return notices and found.embargo is None


def facts_of(found: Any) -> dict[str, Any]:
    """What was recognised in a text and what was left out, as JSON values."""
    time = found.published.isoformat() if found.published else None
    return {
        "headline": found.headline,
        "standfirst": found.standfirst,
        "bylines": [byline.name for byline in found.bylines],
        "published": time,
        "updated": found.updated.isoformat() if found.updated else None,
        "embargo": found.embargo.isoformat() if found.embargo else None,
        "dateline": found.dateline,
        "caption": found.caption,
        "credit": found.credit,
        "language": found.language,
        "paragraphs": list(found.paragraphs),
        "subheadings": [block.text for block in found.blocks if block.kind == "subheading"],
        "blocks": [asdict(block) for block in found.blocks],
        "dropped": [
            {"line": line.number, "text": line.text, "reason": line.reason}
            for line in found.dropped
        ],
    }
