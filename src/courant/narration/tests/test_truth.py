"""Edits, rules, failures and deaths in any order: no text ever plays the sound of another one."""

import shutil
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courant.narration import produce
from courant.narration.lexicon import lexicon_of
from courant.narration.models import LexiconEntry, Narration
from courant.narration.reading.lexicon import speak
from courant.narration.script import script_for
from courant.stories.tests.make import make_published_story, paragraph

pytestmark = pytest.mark.django_db
WORDS, ALIASES = ("Kyiv", "Oslo"), ("Keev", "Ozlo")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.sampled_from(["Rain", "Sun"])),
        st.tuples(st.just("rule"), st.sampled_from(WORDS), st.sampled_from(ALIASES)),
        st.tuples(st.just("drop"), st.sampled_from(WORDS)),
        st.tuples(st.sampled_from(["ask", "speak", "fail", "die"])),
    ),
    max_size=9,
)


class Death(BaseException):
    """What a kill is to everything that is written after it."""


def die(voice, after):
    spoken = voice.speak

    def speak_and_die(text):
        spoken(text)
        after.append(text)
        raise Death

    return speak_and_die


def test_what_is_heard_is_always_the_text_and_at_the_end_all_of_it_by_the_rules(voice, audio):
    deaths = []

    @given(STEPS)
    @example([("edit", "Sun"), ("die",), ("edit", "Rain"), ("rule", "Kyiv", "Keev"), ("die",)])
    @settings(max_examples=15, deadline=None)
    def tell(steps):
        live(voice, audio, steps, deaths)

    tell()
    assert deaths  # workers were killed in the middle


def live(voice, audio, steps, deaths):
    Narration.objects.all().delete()
    LexiconEntry.objects.all().delete()
    shutil.rmtree(audio, ignore_errors=True)
    voice.spoken.clear()
    body = paragraph("It rained in Kyiv. Nobody left. Oslo was dry.", "b")
    story = make_published_story(body, headline="Rain", bylines=())
    world = SimpleNamespace(story=story, died=[])
    produce.narrate(story)
    heard = "Rain"
    for step in steps:
        step_on(world, voice, *step)
        spoken = produce.spoken(world.story)
        if spoken:
            heard = world.story.headline
            assert [cue.text for cue in spoken.cues] == texts(world.story)
        else:  # rules, failures and deaths take no sound away: only another text does
            heard = heard if heard != world.story.headline or step[0] != "edit" else ""
            assert world.story.headline != heard
    end(world, voice)
    deaths += world.died


def step_on(world, voice, kind, *facts):
    if kind == "edit":
        world.story = replace(world.story, headline=facts[0])
        produce.request(world.story)
    elif kind == "rule":
        word, alias = facts
        LexiconEntry.objects.update_or_create(
            language="en", grapheme=word, defaults={"alias": alias}
        )
    elif kind == "drop":
        LexiconEntry.objects.filter(grapheme=facts[0]).delete()
    elif kind == "ask":
        produce.request_all([world.story])
    elif kind == "speak":
        produce.narrate(world.story)
    else:
        speak_badly(world, voice, kind)


def speak_badly(world, voice, kind):
    """An engine that fails, or a worker that is killed in the middle of a narration."""
    died = list[str]()
    with pytest.MonkeyPatch.context() as patch:
        if kind == "fail":
            patch.setattr(voice, "error", "The voice has a cold.")
        else:
            patch.setattr(voice, "speak", die(voice, died))
        try:
            row = produce.narrate(world.story)
        except Death:
            assert died
            world.died += died
            Narration.objects.all().end_leases()
        else:
            assert not died
            assert row.error in ("", "The voice has a cold.")


def end(world, voice):
    """Nothing stays missing, all is said by the rules of today, and no sentence twice in vain."""
    row = produce.due_now(world.story)
    if row:
        assert produce.narrate(world.story).status == "ready"
    assert [cue.text for cue in produce.spoken(world.story).cues] == texts(world.story)
    assert Narration.objects.filter(superseded_at=None).count() == 1
    assert Narration.objects.get(superseded_at=None).digest == produce.request(world.story).digest
    times = Counter(voice.spoken) - Counter(world.died)  # what a killed worker had just said
    assert set(times.values()) <= {1}
    wanted = {speak(text, lexicon_of("en")) for text in texts(world.story)}
    assert wanted <= set(voice.spoken)


def texts(story):
    return [each.text for each in script_for(story).utterances]
