"""Where sound is kept: files of stories, named by digest, and sentences for corrections.

<story id>/<digest>.mp3 .m4a .json     what is published, and its cues
sentences/ab/<key>/<gain>              coded sentences
takes/<key>                            spoken and not coded yet
samples/<key>.mp3                      words that editors listened to
"""

import json
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from courant.narration import segments, takes
from courant.narration.codecs import CODECS, CodecError
from courant.narration.models import Narration
from courant.narration.segments import Segment
from courant.narration.takes import Take

# ── Files of stories ──────────────────────────────────────────────────────────────────────────────


def story_folder(story_id: int) -> Path:
    return _root() / str(story_id)


def sound_file(row: Narration, ending: str = "mp3") -> Path:
    return story_folder(row.story_id) / f"{row.digest[:12]}.{ending}"


def cues_file(row: Narration) -> Path:
    return sound_file(row, "json")


def files_of(row: Narration) -> list[Path]:
    """All that it may have, there or not."""
    return [*(sound_file(row, ending) for ending in CODECS), cues_file(row)]


def is_there(row: Narration) -> bool:
    """The files are whole: their sizes are in the row, and the cues are written before them."""
    try:
        sizes = {ending: sound_file(row, ending).stat().st_size for ending in row.files}
    except FileNotFoundError:
        return False
    return bool(sizes) and cues_file(row).exists() and sizes == _sizes(row)


def _sizes(row: Narration) -> dict[str, int]:
    return {ending: facts["size"] for ending, facts in row.files.items()}


@lru_cache(maxsize=2000)  # every bake asks for every story
def cue_facts(file: Path, made_at: datetime | None) -> dict[str, Any]:
    """What `cues_file` holds. `made_at` tells a file that was made again from the first one."""
    facts: dict[str, Any] = json.loads(file.read_bytes())
    return facts


def story_files() -> Iterable[Path]:
    return (path for path in _root().glob("[0-9]*/*") if path.is_file())


# ── Sentences ─────────────────────────────────────────────────────────────────────────────────────


def keep_segment(key: str, segment: Segment) -> None:
    _keep(_segment_folder(key) / f"{segment.gain:+.2f}", segments.to_bytes(segment))


def gains(key: str) -> list[float]:
    """The gains (dB) at which a sentence is kept."""
    with suppress(FileNotFoundError):
        return sorted(float(path.name) for path in _segment_folder(key).glob("[+-]*"))
    return []


def segment(key: str, gain: float) -> Segment | None:
    """A kept sentence; None when there is none or its file was harmed."""
    file = _segment_folder(key) / f"{gain:+.2f}"
    try:
        kept = segments.from_bytes(file.read_bytes())
    except FileNotFoundError:
        return None
    except CodecError:
        file.unlink(missing_ok=True)
        return None
    with suppress(FileNotFoundError):
        file.touch()  # still in use: what is old may go
    return kept


def keep_take(key: str, one: Take) -> None:
    _keep(_take_file(key), takes.to_bytes(one))


def take(key: str) -> Take | None:
    """A sentence that was spoken and not coded yet; None when there is none."""
    with suppress(FileNotFoundError):
        return takes.from_bytes(_take_file(key).read_bytes())
    return None


def drop_take(key: str) -> None:
    _take_file(key).unlink(missing_ok=True)


def keep_sample(key: str, data: bytes) -> None:
    """What an editor wants to hear of a voice."""
    _keep(sample_file(key), data)


def sample_file(key: str) -> Path:
    return _root() / "samples" / f"{key}.mp3"


def sentence_files() -> Iterator[Path]:
    yield from _root().glob("sentences/*/*/*")
    yield from _root().glob("takes/*")
    yield from _root().glob("samples/*")


def remove_older(files: Iterable[Path], age: timedelta) -> int:
    """Delete the files that nobody wrote or used for so long; returns how many."""
    limit = time.time() - age.total_seconds()
    removed = 0
    for file in files:
        try:
            if file.stat().st_mtime < limit:
                file.unlink()
                removed += 1
        except FileNotFoundError:
            continue  # somebody else was faster
        with suppress(OSError):
            file.parent.rmdir()  # a folder of a sentence that has nothing more
    return removed


def forget_story(story_id: int) -> None:
    shutil.rmtree(story_folder(story_id), ignore_errors=True)


def _keep(file: Path, data: bytes) -> None:
    """Whole or not at all, but not through a power cut: what is torn then is made again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(6)}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.rename(file)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _segment_folder(key: str) -> Path:
    return _root() / "sentences" / key[:2] / key


def _take_file(key: str) -> Path:
    return _root() / "takes" / key


def _root() -> Path:
    return Path(settings.COURANT_AUDIO)
