"""`courant publish` and `courant import`, run in this process: what needs no worker."""

import io
import json
import sys
from collections.abc import Callable

import pytest

from courant.__main__ import main
from courant.stories.models import Story

pytestmark = pytest.mark.django_db

STORY = """\
Ice closes the upper river

By Hedda Vane
January 14, 2026, 6:30 a.m. GMT

The last barge came down on Monday with 214 tons of salt on board.

“We heard it before we saw it,” said Jonas Fry, who keeps the lock.

The board said the season had earned £1.2 million. It will put aside 40% of that.
"""
PATH = "/news/ice-closes-the-upper-river/"

Run = Callable[..., tuple[str, str]]


@pytest.fixture
def courant(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command that must end with `code`; what it printed, and what it said beside that."""

    def run(*arguments: str, code: int = 0) -> tuple[str, str]:
        assert main(arguments) == code
        said = capsys.readouterr()
        return said.out, said.err

    return run


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "ice.txt"
    file.write_text(STORY)
    return file


def edit(*, publish: bool) -> None:
    """What an editor does at the desk."""
    draft = Story.objects.get().get_latest_revision_as_object()
    draft.title = "An editor is not done with this"
    revision = draft.save_revision()
    if publish:
        revision.publish()


def draft_of() -> str:
    return str(Story.objects.get().get_latest_revision_as_object().body)


def test_json_says_what_was_recognised_and_what_was_left_out(courant, file):
    file.write_text(STORY + "\nRead also: Salt by the ton\n\n© 2026 The Test Lantern\n")
    facts = json.loads(courant("import", "--json", str(file))[0])
    assert facts["headline"] == "Ice closes the upper river"
    assert facts["bylines"] == ["Hedda Vane"]
    assert facts["published"] == "2026-01-14T06:30:00+00:00"
    assert len(facts["paragraphs"]) == 3
    assert [line["line"] for line in facts["dropped"]] == [12, 14]
    assert all(line["reason"] for line in facts["dropped"])
    assert not Story.objects.get().live


def test_the_same_file_again_updates_its_story_and_does_not_double_it(courant, file):
    assert courant("publish", str(file)) == (f"{PATH}\n", "")
    assert courant("publish", str(file)) == (f"{PATH}\n", "")
    file.write_text(STORY.replace("40%", "45%"))
    assert courant("publish", str(file)) == (f"{PATH}\n", "")
    assert "45% of that" in str(Story.objects.get().body)


def test_a_pipe_is_a_file_too(courant, monkeypatch):
    for _ in range(2):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(STORY.encode())))
        assert courant("publish", "-") == (f"{PATH}\n", "")
    assert Story.objects.get().live


def test_what_cannot_be_read_is_named_in_one_sentence_and_holds_up_nobody(courant, file, tmp_path):
    empty, picture = tmp_path / "empty.txt", tmp_path / "picture.txt"
    empty.write_bytes(b"")
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    missing = tmp_path / "missing.txt"
    out, said = courant("publish", *map(str, (empty, missing, picture, file)), code=1)
    lines = said.strip().splitlines()
    assert len(lines) == 3
    for line, name in zip(lines, ("empty.txt", "missing.txt", "picture.txt"), strict=True):
        assert name in line
        assert line.endswith(".")
    assert out == f"{PATH}\n"


def test_publishing_a_file_again_does_not_publish_what_an_editor_has_not(courant, file):
    courant("publish", str(file))
    edit(publish=False)
    _, said = courant("publish", str(file), code=1)
    assert "It was changed at the desk since: publish it there." in said
    assert Story.objects.get().title == "Ice closes the upper river"


def test_publishing_a_file_again_does_not_bring_back_what_was_taken_back(courant, file):
    courant("publish", str(file))
    Story.objects.get().unpublish()
    _, said = courant("publish", str(file), code=1)
    assert "It was taken back at the desk: publish it there." in said
    assert not Story.objects.get().live


def test_a_changed_file_does_not_replace_what_an_editor_published(courant, file):
    courant("publish", str(file))
    edit(publish=True)
    file.write_text(STORY.replace("40%", "45%"))
    _, said = courant("publish", str(file), code=1)
    assert "It was changed at the desk since: publish it there." in said
    story = Story.objects.get()
    assert story.title == "An editor is not done with this"
    assert "45% of that" not in str(story.body)
    assert "45% of that" in draft_of()  # the new copy waits as a draft
