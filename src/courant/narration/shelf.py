"""Where sound is kept: files of stories, named by digest, and encoded sentences for corrections."""

import json
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from courant.narration.encode import BrokenFrames, seconds_of
from courant.narration.models import Narration


def story_folder(story_id: int) -> Path:
    return _root() / str(story_id)


def sound_file(row: Narration) -> Path:
    return story_folder(row.story_id) / f"{row.digest[:12]}.mp3"


def cues_file(row: Narration) -> Path:
    return sound_file(row).with_suffix(".json")


def files_of(row: Narration) -> tuple[Path, Path]:
    return sound_file(row), cues_file(row)


def is_there(row: Narration) -> bool:
    """The files are whole: cues are written before the sound, whose size is in the row."""
    try:
        return sound_file(row).stat().st_size == row.size and cues_file(row).exists()
    except FileNotFoundError:
        return False


@lru_cache(maxsize=2000)  # every bake asks for every story
def cue_times(file: Path, made_at: datetime | None) -> tuple[tuple[float, float], ...]:
    """Start and end of each cue. `made_at` tells a file that was made again from the first one."""
    return tuple((start, end) for _, start, end in json.loads(file.read_bytes())["cues"])


def sentence_file(key: str) -> Path:
    return _root() / "sentences" / key[:2] / key


def kept_sentence(key: str) -> bytes:
    """The frames of a sentence; empty when there are none or the file was harmed."""
    file = sentence_file(key)
    try:
        data = file.read_bytes()
        seconds_of(data)
        file.touch()  # still in use: what is old may go
    except (FileNotFoundError, BrokenFrames):
        return b""
    return data


def story_files() -> Iterable[Path]:
    return (path for path in _root().glob("*/*") if path.is_file())


def sentence_files() -> Iterable[Path]:
    return _root().glob("sentences/*/*")


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
    return removed


def _root() -> Path:
    return Path(settings.COURANT_AUDIO)
