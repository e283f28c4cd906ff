"""Sound goes to a folder of each test's own; a voice of tones for whoever asks for it."""

import pytest

from courant.narration.tests.one_story import STORY, OneStory
from courant.narration.voices import named
from courant.stories.tests.make import make_published_story

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


@pytest.fixture
def one_story(settings, tmp_path):
    """A story that is spoken in tones by a process of its own, which may go wrong by plan."""
    folder = tmp_path / "engine"
    folder.mkdir()
    tones = "courant.narration.tests.tones.ToneVoice"
    settings.COURANT_VOICES = {"en": {"BACKEND": tones, "OPTIONS": {"folder": str(folder)}}}
    settings.COURANT_SIGNING = tmp_path / "none.pem"  # is proved elsewhere, and costs a second
    yield OneStory(folder, make_published_story(STORY, headline="High water", bylines=()))
    named("en").close()
