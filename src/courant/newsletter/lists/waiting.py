"""Lists that somebody uploaded and has not taken over yet: files in the home, for a day."""

import json
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from courant.lib.files import write_whole

KEPT = 24 * 60 * 60  # seconds
OWNER_ONLY = 0o600


@dataclass(frozen=True)
class Waiting:
    """One of them, by its key. `file`: what it was called."""

    key: str
    file: str
    source: str
    newsletter: int

    @property
    def data(self) -> bytes:
        return _path(self.key).read_bytes()


def keep(data: bytes, *, file: str, source: str, newsletter: int) -> Waiting:
    """Raises OSError. Older ones are forgotten by the way."""
    _forget_old()
    made = Waiting(secrets.token_hex(16), file, source, newsletter)
    write_whole(_path(made.key), data, mode=OWNER_ONLY)
    facts = json.dumps(asdict(made)).encode()
    write_whole(_path(made.key).with_suffix(".json"), facts, mode=OWNER_ONLY)
    return made


def find(key: str) -> Waiting | None:
    """None for a key that is none, or has had its day."""
    if len(key) != 32 or not key.isalnum():
        return None
    try:
        return Waiting(**json.loads(_path(key).with_suffix(".json").read_bytes()))
    except FileNotFoundError:
        return None


def forget(key: str) -> None:
    for path in (_path(key), _path(key).with_suffix(".json")):
        path.unlink(missing_ok=True)


def _forget_old() -> None:
    for path in settings.COURANT_LISTS.glob("*"):
        if path.stat().st_mtime < time.time() - KEPT:
            path.unlink(missing_ok=True)


def _path(key: str) -> Path:
    folder: Path = settings.COURANT_LISTS
    return folder / key
