"""After any sequence of changes readers have what is published: nothing stale, nothing more."""

import difflib
import random
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import TestCase
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from courant.bake import generations
from courant.bake.kinds import kinds
from courant.bake.make import SpokenStories
from courant.front.pictures import Pictures
from courant.front.sheet import Press
from courant.pipeline import path
from courant.pipeline.oracle import findings
from courant.pipeline.tests.newsroom import DEEDS, Newsroom
from courant.stories.models import GoneStory
from courant.stories.publication import read_paper

pytestmark = pytest.mark.django_db

MEMORY = {"BACKEND": "courant.narration.voices.memory.MemoryVoice"}
FOLDERS = ("PUBLIC", "RENDITIONS", "AUDIO")


class AnyNewsroom(RuleBasedStateMachine):
    """Each example has a database transaction and folders of its own, undone at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.clean = False
        self.folder = Path(tempfile.mkdtemp(prefix="courant-oracle-"))
        self.before = {name: getattr(django_settings, f"COURANT_{name}") for name in FOLDERS}
        for name in FOLDERS:
            setattr(django_settings, f"COURANT_{name}", self.folder / name.lower())
        self.undo = transaction.atomic()
        self.undo.__enter__()

    @initialize(seed=st.integers(0, 2**32))
    def found(self, seed: int) -> None:
        self.room = Newsroom(random.Random(seed))
        self.do("new_section")
        for _ in range(3):
            self.do("new_story")
        self.bake()

    @rule(names=st.lists(st.sampled_from(sorted(DEEDS)), min_size=1, max_size=3))
    def change(self, names: list[str]) -> None:
        for name in names:
            self.do(name)
        self.bake()

    @invariant()
    def readers_have_what_is_published(self) -> None:
        if hasattr(self, "room"):
            self.clean = not (found := list(findings().lines()))
            assert found == []

    def do(self, name: str) -> None:
        with TestCase.captureOnCommitCallbacks(execute=True), suppress(ValidationError):
            DEEDS[name](self.room)

    def bake(self) -> None:
        path.publish()
        assert path.publish() is None

    def teardown(self) -> None:
        try:
            if hasattr(self, "room") and self.clean:
                assert_same(baked_files(), files_from_memory())
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)
            for name, value in self.before.items():
                setattr(django_settings, f"COURANT_{name}", value)
            shutil.rmtree(self.folder)


def assert_same(baked: dict[str, bytes], wanted: dict[str, bytes]) -> None:
    assert sorted(baked) == sorted(wanted)
    for path_, data in wanted.items():
        if baked[path_] != data:
            lines = difflib.unified_diff(
                baked[path_].decode().splitlines(), data.decode().splitlines(), n=0, lineterm=""
            )
            raise AssertionError("\n".join([path_, *lines]))


def baked_files() -> dict[str, bytes]:
    """What stands in the public tree, pictures and sounds by name alone."""
    generation = generations.current()
    assert generation is not None
    store = generations.store_of(generation)
    return {path: store.read(path) or b"" for path in store.paths()}


def files_from_memory() -> dict[str, bytes]:
    """The same from one reading of the desk, past all tables of bake's and the index."""
    frame = path.frame_of_today()
    generation = generations.current()
    assert generation is not None
    paper = read_paper()
    said = generation.targets.filter(kind="gone").exclude(path="").values_list("key", flat=True)
    rows = GoneStory.objects.filter(path__in=list(said))
    paper.taken_back = dict(rows.values_list("path", "story_id"))
    pictures = Pictures(django_settings.COURANT_RENDITIONS)
    press = Press(paper, pictures, SpokenStories(), frame.box, frame.counted)
    files: dict[str, bytes] = {}
    for kind in kinds().values():
        for key in kind.keys(paper):
            made = kind.make(press, key)
            if made is None and kind.may_be_absent(key):
                continue
            assert made is not None
            files |= made.files
    return files


def run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        AnyNewsroom,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # a step takes too long to look for a shorter sequence
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(autouse=True)
def memory_voice(settings) -> None:
    settings.COURANT_VOICES = {"en": MEMORY, "uk": MEMORY}


@pytest.mark.slow
@pytest.mark.parametrize("quarter", [1, 2, 3, 4])
def test_after_two_hundred_steps_of_any_kind_readers_have_what_is_published(quarter):
    run(examples=2, steps=25)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="here two hundred steps are taken")
def test_after_a_few_steps_of_any_kind_readers_have_what_is_published():
    run(examples=2, steps=10)


@pytest.mark.soak
def test_after_two_thousand_steps_of_any_kind_readers_have_what_is_published():
    run(examples=40, steps=50)


def test_there_are_more_than_thirty_kinds_of_change():
    assert len(DEEDS) > 30
