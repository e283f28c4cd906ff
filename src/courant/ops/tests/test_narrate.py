"""`courant narrate`, as its user sees it."""

import argparse
from types import SimpleNamespace

import pytest

from courant.narration import produce
from courant.narration.voices import named
from courant.ops.commands import Refused, narrate
from courant.pipeline.path import publish
from courant.stories.models import FrontPage
from courant.stories.tests.make import make_desk_story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def voice(settings, tmp_path):
    """Folders of this test; a voice of tones."""
    for name in ("PUBLIC", "RENDITIONS", "AUDIO"):
        setattr(settings, f"COURANT_{name}", tmp_path / name.lower())
    settings.COURANT_WAKE = tmp_path / "public" / ".wake"
    settings.COURANT_SIGNING = tmp_path / "none.pem"
    settings.COURANT_VOICES = {"en": {"BACKEND": "courant.narration.voices.memory.MemoryVoice"}}
    voice = named("en")
    voice.spoken.clear()
    voice.error = ""
    return voice


@pytest.fixture
def run(capsys):
    """Runs the command; gives its exit code and what it said, on both streams."""

    def act(*words):
        parser = argparse.ArgumentParser()
        narrate.add_arguments(parser)
        code = narrate.run(parser.parse_args(words))
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err)

    return act


def test_without_stories_it_says_what_puts_them_out(run):
    for words in (["--missing"], ["--all"], ["--check"]):
        said = run(*words)
        assert (said.code, said.out) == (0, f"{narrate.NO_STORIES}\n")


def test_what_is_missing_is_spoken_once_and_then_nothing_is_missing(run, voice):
    story = make_desk_story()
    publish()
    assert "Waiting." in run("--check").out
    said = run("--missing")
    assert said.code == 0
    assert said.out.startswith("1 of 1 stories spoken, ")
    assert "Pages play it once a worker has baked them" in said.out
    assert produce.heard([story.pk])
    voice.spoken.clear()
    assert run("--missing").out.startswith("Nothing is missing; stories looked at: 1.")
    assert run("--check").out == "1 of 1 stories can be heard as they should.\n"
    assert run(str(story.pk)).code == run("--all").code == 0
    assert voice.spoken == []  # made anew from sentences that are kept


def test_what_fails_is_named_with_its_reason(run, voice):
    voice.error = "quota used up"
    story = make_desk_story(slug="rain")
    publish()
    said = run("--all")
    assert said.code == 1
    assert said.err == "/harbour/rain/: quota used up\n"
    assert said.out.startswith("0 of 1 stories spoken")
    assert "Pages play it" not in said.out
    voice.error = ""
    assert run("--missing").code == 0
    assert produce.heard([story.pk])


@pytest.mark.parametrize("what", ["nosuch", "/no/such/", "999", "the front page"])
def test_what_is_no_story_is_refused_by_its_name(run, what):
    name = str(FrontPage.objects.get().pk) if what == "the front page" else what
    with pytest.raises(Refused, match=f"No published story is at '{name}'"):
        run(name)


def test_progress_tells_sentences_speed_and_time_left(monkeypatch):
    monkeypatch.setattr(narrate.time, "monotonic", iter([0, *[10] * 9]).__next__)
    pace = narrate.Pace(stories=4)
    assert pace.word(0.5, 3, 6) == "sentence 3/6, 70 s left"
    pace.sound = 300
    assert pace.word(2) == "30 s/s, 10 s left"
