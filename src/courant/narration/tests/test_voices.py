"""What every voice must do, and what the espeak process survives."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from courant.narration.takes import fault_of
from courant.narration.tests import tiny_models
from courant.narration.tests.speech_server import SpeechServer
from courant.narration.voices import name_for, quote_voice_for, voice_for
from courant.narration.voices.base import VoiceError
from courant.narration.voices.espeak import PROCESS, EspeakVoice
from courant.narration.voices.kokoro import KokoroVoice
from courant.narration.voices.memory import MemoryVoice
from courant.narration.voices.openai import OpenAIVoice
from courant.narration.voices.piper import PiperVoice

SENTENCES = {
    "en": "The council voted nine to four.",
    "uk": "Рада ухвалила рішення дев’ятьма голосами.",
}
VOICES = {
    "memory": (lambda: MemoryVoice(), "en"),
    "espeak en": (lambda: EspeakVoice(voice="en-gb"), "en"),
    "espeak uk": (lambda: EspeakVoice(voice="uk"), "uk"),
    "piper": (lambda: PiperVoice(voice=str(models() / "tiny.onnx")), "en"),
    "kokoro": (lambda: kokoro(), "en"),
    "openai": (lambda: OpenAIVoice(url=server().url, licence="CC0-1.0"), "en"),
    "openai, words timed": (
        lambda: OpenAIVoice(url=server().url, voice="b", word_times=True, licence="CC0-1.0"),
        "en",
    ),
}


@cache
def models() -> Path:
    """Real, tiny models of Piper's and Kokoro's shape, made here."""
    folder = Path(tempfile.mkdtemp(prefix="courant-voices-"))
    tiny_models.write_piper(folder / "tiny.onnx")
    (folder / "installed.json").write_text('{"licence": "CC0-1.0"}')
    tiny_models.write_kokoro(folder)
    return folder


def kokoro() -> KokoroVoice:
    folder = models()
    return KokoroVoice(
        model=str(folder / "kokoro.onnx"), voices=str(folder / "voices.bin"), voice="am_test"
    )


@cache
def server() -> SpeechServer:
    return SpeechServer()


@pytest.fixture(params=VOICES, scope="module")
def voice_and_sentence(request):
    make, language = VOICES[request.param]
    voice = make()
    yield voice, SENTENCES[language]
    voice.close()


@pytest.fixture
def espeak():
    made = []

    def make(**options):
        made.append(EspeakVoice(**options))
        return made[-1]

    yield make
    for voice in made:
        voice.close()


# ── The contract ──────────────────────────────────────────────────────────────────────────────────


def test_a_sentence_becomes_samples_between_minus_one_and_one(voice_and_sentence):
    voice, sentence = voice_and_sentence
    sound = voice.speak(sentence)
    assert sound.rate == voice.sample_rate
    assert sound.samples.dtype == np.float32
    assert 0.5 < sound.seconds < 10
    assert 0.05 < np.abs(sound.samples).max() <= 1
    assert fault_of(sound, sentence) == ""


def test_a_longer_sentence_takes_longer(voice_and_sentence):
    voice, sentence = voice_and_sentence
    longer = f"{sentence[:-1]} {sentence}"
    assert voice.speak(longer).seconds > voice.speak(sentence).seconds * 1.3


def test_a_voice_names_itself_and_how_its_sound_is_made(voice_and_sentence):
    voice, _ = voice_and_sentence
    assert voice.name
    assert voice.version
    assert voice.language
    assert voice.source_type in ("algorithmicMedia", "trainedAlgorithmicMedia")


def test_the_key_is_the_same_for_the_same_voice_and_no_other(voice_and_sentence):
    voice, _ = voice_and_sentence
    keys = [make().key for make, _ in VOICES.values()]
    assert voice.key in keys
    assert len(set(keys)) == len(keys)


def test_several_threads_may_ask_at_once(voice_and_sentence):
    voice, sentence = voice_and_sentence
    lengths: list[float] = []
    ask = [
        threading.Thread(target=lambda: lengths.append(voice.speak(sentence).seconds))
        for _ in range(2)
    ]
    for thread in ask:
        thread.start()
    for thread in ask:
        thread.join()
    assert len(lengths) == 2
    assert abs(lengths[0] - lengths[1]) < 0.5  # a trained voice never says it twice alike


def test_a_closed_voice_may_speak_again(voice_and_sentence):
    voice, sentence = voice_and_sentence
    voice.speak(sentence)
    voice.close()
    assert len(voice.speak(sentence).samples)


def test_a_voice_that_times_words_tells_where_they_stand_and_in_order(voice_and_sentence):
    voice, sentence = voice_and_sentence
    sound = voice.speak(sentence)
    if not voice.supports_timings:
        return
    assert len(sound.words) >= 0.7 * len(sentence.split())
    for word in sound.words:
        assert sentence[word.start : word.start + word.length].strip()
        assert 0 <= word.at <= word.until <= sound.seconds + 0.01
    assert [w.at for w in sound.words] == sorted(w.at for w in sound.words)


def test_a_voice_has_a_licence_and_a_tier(voice_and_sentence):
    voice, _ = voice_and_sentence
    assert voice.licence
    assert voice.tier in ("preview", "full")


def test_as_many_sentences_at_once_as_a_voice_says_are_all_spoken(voice_and_sentence):
    voice, sentence = voice_and_sentence
    with ThreadPoolExecutor(voice.parallel) as pool:
        sounds = list(pool.map(voice.speak, [sentence] * (voice.parallel + 1)))
    assert all(sound.seconds > 0.5 for sound in sounds)


def test_a_voice_that_fails_says_why():
    with pytest.raises(VoiceError, match="quota used up"):
        MemoryVoice(error="quota used up").speak("Hello.")


# ── Which voice ───────────────────────────────────────────────────────────────────────────────────


def test_a_language_has_the_voice_of_the_setting():
    assert voice_for("uk").language == "uk"
    assert voice_for("en-GB") is voice_for("en")


def test_a_language_without_a_voice_is_named_with_the_setting():
    with pytest.raises(VoiceError, match=r"'pl': the setting `voices` has en, uk") as caught:
        voice_for("pl")
    assert caught.value.permanent


@pytest.fixture
def several(settings):
    memory = "courant.narration.voices.memory.MemoryVoice"
    settings.COURANT_VOICES = {
        name: {
            "BACKEND": memory,
            "LANGUAGE": language,
            "QUOTES": quotes,
            "OPTIONS": {"language": name},
        }
        for name, language, quotes in (
            ("en", "", "other"),
            ("uk", "", ""),
            ("other", "en", ""),
            ("marta", "uk", ""),
        )
    }


@pytest.mark.parametrize(
    ("language", "asked", "expected"),
    [
        ("en", (), "en"),
        ("en", ("other",), "other"),
        ("en-GB", ("other",), "other"),
        ("en", ("marta", "other"), "other"),  # Marta's own voice speaks Ukrainian only
        ("en", ("marta",), "en"),
        ("uk", ("marta",), "marta"),
        ("uk", ("", "other"), "uk"),
    ],
)
def test_the_first_voice_that_was_asked_for_and_speaks_the_language_is_taken(
    several, language, asked, expected
):
    assert name_for(language, asked) == expected


def test_quotes_have_the_second_voice_where_there_is_one(several):
    assert quote_voice_for("en").language == "other"
    assert quote_voice_for("en", ["other"]).language == "other"
    assert quote_voice_for("uk").language == "uk"


def test_a_voice_that_is_asked_for_and_not_there_is_named(several):
    with pytest.raises(VoiceError, match="no voice 'alba', which the story, its author or its sec"):
        voice_for("en", ["alba"])


def test_a_voice_with_a_wrong_setting_is_an_error_of_the_voice_and_of_nothing_else(settings):
    settings.COURANT_VOICES = {"en": {"BACKEND": "piper", "OPTIONS": {"pitch": 3}}}
    with pytest.raises(VoiceError, match=r"'en' of the setting `voices` cannot be made: .*pitch"):
        voice_for("en")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            {"BACKEND": "espeak", "OPTIONS": {"speed": 3}},
            "this engine has no option speed. It takes voice, words_a_minute, time_limit.",
        ),
        ({"BACKEND": "openai", "OPTIONS": {"model": "x"}}, "url is missing. It takes url, model,"),
        (
            {"BACKEND": "kokoro", "OPTIONS": {"model": "/no.onnx", "voices": "v", "voice": "a"}},
            "There is no file /no.onnx, which `model` names.",
        ),
    ],
)
def test_a_wrong_option_is_named_as_it_stands_in_the_setting(settings, facts, said):
    settings.COURANT_VOICES = {"en": facts}
    with pytest.raises(VoiceError) as error:
        voice_for("en")
    assert said in str(error.value)


# ── The process of espeak ─────────────────────────────────────────────────────────────────────────


def test_the_process_is_killed_and_the_next_sentence_has_another(espeak):
    voice = espeak()
    voice.speak("One.")
    first = voice.process_id
    os.kill(first, signal.SIGKILL)
    assert len(voice.speak("Two.").samples)
    assert voice.process_id != first


def test_a_process_that_hangs_is_ended_at_the_time_limit(espeak):
    voice = espeak(time_limit=3)
    voice.speak("One.")
    first = voice.process_id
    os.kill(first, signal.SIGSTOP)
    start = time.monotonic()
    assert len(voice.speak("Two.").samples)
    assert time.monotonic() - start >= 3
    assert not _runs(first)


def faulty(folder: Path, fault: str, times: int) -> tuple[str, ...]:
    """A command that goes wrong in the first `times` processes and then is the real one."""
    script = folder / "faulty.py"
    script.write_text(
        textwrap.dedent(f"""
        import os, signal, sys, time
        marks = {str(folder)!r}
        number = sum(name.startswith("mark") for name in os.listdir(marks))
        open(f"{{marks}}/mark{{number}}", "x").close()
        if number >= {times}:
            os.execv({PROCESS[0]!r}, {list(PROCESS)!r})
        sys.stdin.readline()
        """)
        + fault
    )
    return (sys.executable, str(script))


CRASH = "os.kill(os.getpid(), signal.SIGSEGV)\n"
HANG = "time.sleep(600)\n"
NOTHING = (
    """sys.stdout.write('{"rate": 22050, "bytes": 0}\\n'); sys.stdout.flush(); time.sleep(600)\n"""
)
HALF = """sys.stdout.write('{"rate": 22050, "bytes": 90}\\nxxx'); sys.stdout.flush()\n"""
NOISE = """print("not JSON", flush=True); time.sleep(600)\n"""
FAULTS = {
    "crash": (CRASH, "ended with -11"),
    "hang": (HANG, "no answer within 3 s"),
    "nothing": (NOTHING, "no sound came back"),
    "half": (HALF, "3 of 90 bytes"),
    "noise": (NOISE, "Expecting value"),
}

LIMIT = {True: 3, False: 30}  # a hang is waited for; nothing else may depend on a busy machine


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_once_is_not_heard(espeak, tmp_path, fault):
    voice = espeak(time_limit=LIMIT[fault == "hang"], command=faulty(tmp_path, FAULTS[fault][0], 1))
    assert voice.speak("The ferry is back.").seconds > 0.5
    assert len(list(tmp_path.glob("mark*"))) == 2


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_twice_is_an_error_that_names_the_sentence(espeak, tmp_path, fault):
    code, reason = FAULTS[fault]
    voice = espeak(time_limit=LIMIT[fault == "hang"], command=faulty(tmp_path, code, 2))
    with pytest.raises(VoiceError, match=rf"failed twice on 'The ferry is back.'.*{reason}") as e:
        voice.speak("The ferry is back.")
    assert not e.value.permanent
    assert voice.process_id is None
    assert len(voice.speak("The third try works.").samples)


def test_a_voice_that_espeak_does_not_have_is_a_permanent_error(espeak):
    with pytest.raises(VoiceError, match="no voice 'xx-none'") as caught:
        espeak(voice="xx-none").speak("Hello.")
    assert caught.value.permanent


@pytest.mark.parametrize("wrong", ["en-gb-scotlnd", "en-au", "en-gb+f3", "qqq"])
def test_a_voice_that_espeak_would_replace_with_another_is_an_error_and_near_ones_are_named(wrong):
    voice = EspeakVoice(voice=wrong)
    with pytest.raises(VoiceError) as error:
        voice.speak("Good evening.")
    voice.close()
    assert error.value.permanent
    assert f"espeak-ng has no voice {wrong!r}" in str(error.value)
    assert ("near it are" in str(error.value)) == wrong.startswith("en")


@pytest.mark.parametrize("right", ["en", "en-GB", "EN-us", "fr-fr", "en+f3", "English (Scotland)"])
def test_espeak_takes_languages_accents_variants_and_names(right):
    voice = EspeakVoice(voice=right)
    try:
        assert voice.speak("Good evening.").seconds > 0.3
    finally:
        voice.close()


def test_what_the_process_complains_of_is_in_the_error(espeak):
    voice = espeak(command=(sys.executable, "-c", "import no_such_library"))
    with pytest.raises(VoiceError, match="No module named 'no_such_library'"):
        voice.speak("Hello.")


def test_the_process_ends_when_its_parent_is_killed(tmp_path):
    code = """
from courant.narration.voices.espeak import EspeakVoice
import time
voice = EspeakVoice()
voice.speak("Hello.")
print(voice.process_id, flush=True)
time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    assert _runs(child)
    parent.kill()
    parent.communicate()
    assert _soon(lambda: not _runs(child))


def test_the_process_starts_without_django():
    command = [sys.executable, "-X", "importtime", *PROCESS[1:]]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0
    assert "courant.narration.voices" in done.stderr
    assert "django" not in done.stderr


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def _soon(true, seconds=5.0) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()
