import pytest

from courant.narration.checks import check_voices

MEMORY = "courant.narration.voices.memory.MemoryVoice"


def test_the_voices_of_the_settings_can_be_made():
    assert check_voices() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"BACKEND": "courant.narration.voices.no_such.Voice"},
        {"BACKEND": MEMORY, "OPTIONS": {"pitch": 3}},
        {"OPTIONS": {}, "VOICE": MEMORY},
        {"BACKEND": "piper", "OPTIONS": {"voice": "en_XX-not-there"}},
        {"BACKEND": "openai", "OPTIONS": {"url": "ftp://example.org"}},
    ],
)
def test_a_voice_that_cannot_be_made_stops_the_start(settings, wrong):
    settings.COURANT_VOICES = {"en": wrong}
    (error,) = check_voices()
    assert error.id == "narration.E001"
    assert error.msg.startswith("en: The ")
