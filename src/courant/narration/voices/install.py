"""Fetches Piper voices: only what is known by its digest, and with its licence on record."""

import json
import re
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from courant.lib.digests import digest_of_file
from courant.lib.files import move_whole, write_whole

CATALOGUE = Path(__file__).with_name("catalogue.toml")
RECORD = "installed.json"
A_PIECE = 1 << 18
PATIENCE = 60.0  # seconds without a byte
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
DIGEST = re.compile(r"[0-9a-f]{64}")

Progress = Callable[[int, int], None]
"""Called with the bytes that are there, and of how many (0: not known)."""


class CannotInstall(Exception):
    """A voice could not be installed; the message says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """A voice that may be installed: two files at a place, known by their digests."""

    name: str
    language: str
    url: str  # of the folder
    sha256: str
    config_sha256: str
    licence: str
    notes: str = ""


def catalogue() -> dict[str, Entry]:
    """The voices whose licence was read and recorded."""
    rows = tomllib.loads(CATALOGUE.read_text())
    return {name: Entry(name, **facts) for name, facts in rows.items()}


def installed(folder: Path) -> dict[str, Entry]:
    """What is there, as it was recorded. Raises CannotInstall for a record that was harmed."""
    found = {}
    for record in sorted(folder.glob(f"*/{RECORD}")):
        try:
            entry = Entry(**json.loads(record.read_text()))
        except (ValueError, TypeError) as error:
            raise CannotInstall(harmed(record, error)) from error
        found[entry.name] = entry
    return found


def harmed(record: Path, error: Exception) -> str:
    """What is said of a record that cannot be read."""
    return (
        f"{record} is no record of an installed voice: {error!r}. Install the voice again: what is "
        "there is not fetched twice."
    )


def install(entry: Entry, folder: Path, progress: Progress) -> Path:
    """Fetch a voice into `folder`; what was fetched before goes on from there.

    Returns the model's path. Raises CannotInstall; nothing that is wrong is ever put in place.
    """
    _check(entry)
    target = folder / entry.name
    target.mkdir(parents=True, exist_ok=True)
    model = target / f"{entry.name}.onnx"
    for file, digest in ((model, entry.sha256), (Path(f"{model}.json"), entry.config_sha256)):
        if not (file.exists() and digest_of_file(file) == digest):
            _fetch(f"{entry.url.rstrip('/')}/{file.name}", file, digest, progress)
    write_whole(target / RECORD, json.dumps(asdict(entry), indent=1).encode())
    return model


def _check(entry: Entry) -> None:
    if not NAME.fullmatch(entry.name):
        raise CannotInstall(f"{entry.name!r} is no name of a voice: letters, digits, . _ and -.")
    for digest in (entry.sha256, entry.config_sha256):
        if not DIGEST.fullmatch(digest):
            raise CannotInstall(f"{digest!r} is no SHA-256: 64 digits of 0-9 and a-f.")
    if not entry.url.startswith(("https://", "http://127.0.0.1")):
        raise CannotInstall(f"{entry.url} is no https:// address.")
    if not entry.licence.strip():
        raise CannotInstall("Say which licence the voice has; without one it is not installed.")


def _fetch(url: str, file: Path, digest: str, progress: Progress) -> None:
    part = file.with_name(f"{file.name}.part")
    try:
        _download(url, part, progress)
    except urllib.error.HTTPError as error:
        if error.code != 416:  # all of it is there already
            raise CannotInstall(f"{url} answered {error.code} {error.reason}.") from error
    except (OSError, ValueError) as error:
        have = part.stat().st_size if part.exists() else 0
        reason = getattr(error, "reason", error)
        kept = f"{have} bytes are kept; run it again to go on." if have else "Run it again."
        raise CannotInstall(f"{url} could not be fetched: {reason}. {kept}") from error
    found = digest_of_file(part)
    if found != digest:
        part.unlink()
        raise CannotInstall(
            f"What came from {url} is not what is expected: its SHA-256 is {found}, not {digest}. "
            "It was deleted. Compare the digest with the one on the voice's page; if they are the "
            "same, run it again."
        )
    move_whole(part, file)


def _download(url: str, part: Path, progress: Progress) -> None:
    """Append what is missing; a server that cannot go on in the middle sends all of it again."""
    have = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={have}-"} if have else {}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - checked above
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
        if answer.status != 206:
            have = 0
        missing = int(answer.headers.get("Content-Length") or 0)
        total = have + missing if missing else 0
        with part.open("ab" if have else "wb") as out:
            while piece := answer.read(A_PIECE):
                out.write(piece)
                have += len(piece)
                progress(have, total)
        if total and have < total:
            raise ConnectionError(f"the connection ended after {have} of {total} bytes")
