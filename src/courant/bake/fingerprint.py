"""What the look of every page depends on beside the stories: another one is another generation."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from courant.bake.make import FRAME
from courant.front.sheet import Frame
from courant.lib.digests import digest_of

HOUSE = Path(__file__).resolve().parent.parent
# The rooms whose code and templates readers' files come from.
ROOMS = ("front", "figures", "narration", "newsletter", "stories", "lib")
ENDINGS = {".py", ".html", ".css", ".js", ".svg", ".mo", ".txt", ".woff2"}
NOT_IN_PAGES = {"COURANT_BAKE_PROCESSES", "COURANT_TRANSPORT", "COURANT_WAKE", "COURANT_OUTBOX"}
PACKAGES = ("django", "wagtail", "pillow", "syntok", "brotli")


def fingerprint(frame: Frame) -> str:
    """Names a look: the same frame, code, templates and libraries give the same one."""
    return digest_of([FRAME.dump_json(frame).decode(), _code(), _settings()])


def _settings() -> list[tuple[str, str]]:
    """Those of ours, in any form; where they say what pages say, the pages are others."""
    names = sorted(name for name in dir(settings) if name.startswith("COURANT_"))
    return [(name, repr(getattr(settings, name))) for name in names if name not in NOT_IN_PAGES]


@cache
def _code() -> str:
    """Read once: a process keeps the code with which it began."""
    digest = hashlib.sha256(repr([(name, version(name)) for name in PACKAGES]).encode())
    for root, path in _sources():
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[tuple[Path, Path]]:
    """Files below their roots: ours, and those with which the newsroom replaces them."""
    for path in sorted(settings.COURANT_LOOK.rglob("*")):
        if path.is_file():
            yield settings.COURANT_LOOK, path
    for room in ROOMS:
        for path in sorted((HOUSE / room).rglob("*")):
            if path.suffix in ENDINGS and not {"tests", "migrations"} & set(path.parts):
                yield HOUSE, path
