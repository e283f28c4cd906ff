"""What tests of the whole path stand on: folders of their own, a voice that needs nothing."""

from pathlib import Path

import pytest

MEMORY = {"BACKEND": "courant.narration.voices.memory.MemoryVoice"}


@pytest.fixture
def own_folders(settings, tmp_path: Path) -> Path:
    """The public root and the private ones below a folder of this test."""
    for name in ("PUBLIC", "RENDITIONS", "AUDIO"):
        setattr(settings, f"COURANT_{name}", tmp_path / name.lower())
    settings.COURANT_WAKE = tmp_path / "public" / ".wake"
    settings.COURANT_VOICES = {"en": MEMORY, "uk": MEMORY}
    return tmp_path / "public"
