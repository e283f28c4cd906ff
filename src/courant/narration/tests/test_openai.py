"""A server that fails, refuses, or answers with something else."""

import base64
import json
import logging

import pytest

from courant.narration.tests.speech_server import SpeechServer, wav_of
from courant.narration.voices import openai
from courant.narration.voices.base import VoiceError
from courant.narration.voices.openai import OpenAIVoice


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(openai, "WAIT", 0.01)
    made = SpeechServer()
    yield made
    made.close()


def test_the_server_is_asked_for_wav_with_the_key_of_its_file(server, tmp_path, caplog):
    key = tmp_path / "key"
    key.write_text("s3cret\n")
    voice = OpenAIVoice(url=server.url, model="kokoro", voice="af_sky", key_file=str(key))
    with caplog.at_level(logging.DEBUG):
        voice.speak("Hello [pause:9s] there.")
    assert server.asked == [
        {
            "path": "/v1/audio/speech",
            "key": "Bearer s3cret",
            "model": "kokoro",
            "voice": "af_sky",
            "input": "Hello  pause:9s  there.",
            "response_format": "wav",
            "speed": 1.0,
        }
    ]
    assert "s3cret" not in caplog.text + voice.name + voice.version + voice.key


def test_a_busy_server_is_asked_again(server):
    server.answers += [(503, b"loading"), (429, b"slow down")]
    assert OpenAIVoice(url=server.url).speak("One two three.").seconds > 0.3
    assert len(server.asked) == 3


def test_a_server_that_stays_busy_is_an_error_that_may_pass(server):
    server.answers += [(500, b"out of memory")] * 3
    with pytest.raises(VoiceError, match=r"no sound in 3 tries: 500 .*out of memory") as caught:
        OpenAIVoice(url=server.url).speak("One.")
    assert not caught.value.permanent


def test_a_refusal_is_permanent_and_says_why(server):
    server.answers += [(400, b'{"detail": "voice af_no not found"}')]
    with pytest.raises(VoiceError, match=r"refused: 400 .*voice af_no not found") as caught:
        OpenAIVoice(url=server.url).speak("One.")
    assert caught.value.permanent
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [(b"", "answered with nothing"), (b"<html>It works!</html>", "with no sound: '<html>It works")],
)
def test_an_answer_that_is_no_sound_is_told(server, answer, said):
    server.answers += [(200, answer)]
    with pytest.raises(VoiceError, match=said):
        OpenAIVoice(url=server.url).speak("One.")


def test_a_server_that_is_not_there_is_told(server):
    server.close()
    with pytest.raises(VoiceError, match=r"no sound in 3 tries: .*refused"):
        OpenAIVoice(url=server.url).speak("One.")


def test_timed_words_that_are_not_in_the_text_are_left_out(server):
    sound, _ = wav_of("One two.")
    words = [
        {"word": "One", "start_time": 0.1, "end_time": 0.2},
        {"word": "zwei", "start_time": 0.2, "end_time": 0.3},
        {"word": "two.", "start_time": 0.3, "end_time": 0.4},
    ]
    facts = {"audio": base64.b64encode(sound).decode(), "timestamps": words}
    server.answers += [(200, json.dumps(facts).encode())]
    found = OpenAIVoice(url=server.url, word_times=True).speak("One two.").words
    assert [(w.start, w.length, w.at) for w in found] == [(0, 3, 0.1), (4, 4, 0.3)]


def test_a_sentence_that_is_too_long_is_not_sent(server):
    with pytest.raises(VoiceError, match="5000 characters is too long"):
        OpenAIVoice(url=server.url).speak("a" * 5000)
    assert server.asked == []
