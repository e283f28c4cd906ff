"""Sound goes to a folder of each test's own; a voice of tones for whoever asks for it."""

import pytest

from courant.narration.voices import named

MEMORY = "courant.narration.voices.memory.MemoryVoice"


@pytest.fixture(autouse=True)
def audio(settings, tmp_path):
    settings.COURANT_AUDIO = tmp_path / "narration"
    return settings.COURANT_AUDIO


@pytest.fixture
def voice(settings):
    """The voice of all stories: tones."""
    settings.COURANT_VOICES = {"en": {"BACKEND": MEMORY, "OPTIONS": {"language": "en"}}}
    chosen = named("en")
    chosen.spoken.clear()
    chosen.error = ""
    return chosen
