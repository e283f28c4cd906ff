import os
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.utils.timezone import now

from courant.lib.digests import digest_of_file
from courant.narration import produce
from courant.narration.models import Narration
from courant.narration.script import script_for
from courant.narration.signals import narration_ready
from courant.narration.tests.hear import decoded, loudness
from courant.stories.tests.make import make_byline, make_published_story, paragraph

pytestmark = pytest.mark.django_db
MEMORY = "courant.narration.voices.memory.MemoryVoice"


# ── The real voice ────────────────────────────────────────────────────────────────────────────────

ENGLISH = ("The ferry is back. It came at six.", "Nobody was there, and the quay was dark.")
UKRAINIAN = ("Пором повернувся. Він прийшов о шостій.", "На причалі нікого не було.")


@pytest.mark.parametrize(("language", "texts"), [("en", ENGLISH), ("uk", UKRAINIAN)])
def test_every_form_decodes_and_its_cues_are_where_the_sentences_are(language, texts, settings):
    settings.COURANT_AUDIO_FORMATS = ["mp3", "m4a", "opus"]
    story = make_published_story(*texts, language=language)
    assert produce.narrate(story).error == ""
    spoken = produce.spoken(story)
    assert [(c.block, c.sentence) for c in spoken.cues] == [
        (u.block, u.sentence) for u in script_for(story).utterances
    ]
    assert [file.media_type for file in spoken.files] == ["audio/mpeg", "audio/mp4", "audio/ogg"]
    for file in spoken.files:
        samples, rate = decoded(file.file)
        frame = 1024 / 22050  # the longest of all
        assert len(samples) / rate == pytest.approx(spoken.seconds, abs=frame)
        for cue, following in zip(spoken.cues, [*spoken.cues[1:], None], strict=True):
            heard = samples[round(cue.start * rate) : round(cue.end * rate)]
            assert loudness(heard) > 0.05, cue
            until = following.start if following else spoken.seconds
            # A coder's window is two frames long, and what sounds in it is heard before too.
            pause = samples[round((cue.end + frame) * rate) : round((until - 2 * frame) * rate)]
            assert np.abs(pause).max() < 0.003, cue


def test_the_public_names_say_what_is_in_the_files():
    story = make_published_story(*ENGLISH, path="/harbour/ferry-returns/")
    row = produce.narrate(story)
    spoken = produce.spoken(story)
    name = f"/audio/ferry-returns-{digest_of_file(spoken.file)[:12]}"
    assert [file.path for file in spoken.files] == [f"{name}.mp3", f"{name}.m4a"]
    assert (spoken.cues_path, spoken.captions_path) == (f"{name}.json", f"{name}.vtt")
    assert spoken.chapters_path == ""  # no subheadings
    for file, ending in zip(spoken.files, ("mp3", "m4a"), strict=True):
        assert file.size == file.file.stat().st_size == row.files[ending]["size"]
        assert row.files[ending]["sha256"] == digest_of_file(file.file)
    assert (spoken.source_type, row.preview) == ("algorithmicMedia", True)


# ── Once per text ─────────────────────────────────────────────────────────────────────────────────


def test_a_story_is_spoken_once_per_text(voice):
    story = make_published_story("It rained.", headline="Rain", bylines=())
    first = produce.narrate(story)
    second = produce.narrate(story)
    assert first == second
    assert voice.spoken == ["Rain", "It rained."]


def test_only_the_edited_sentence_is_spoken_again(voice):
    story = make_published_story(paragraph("One. Two. Three.", "b"), headline="Rain", bylines=())
    produce.narrate(story)
    voice.spoken.clear()
    edited = replace(story, body=(paragraph("One. Two and a half. Three.", "b"),))
    produce.narrate(edited)
    assert voice.spoken == ["Two and a half."]
    assert produce.spoken(edited)


def test_audio_of_another_text_is_never_given_out(voice):
    story = make_published_story("It rained.")
    produce.narrate(story)
    assert produce.spoken(story)
    for other in (
        replace(story, headline="Another"),
        replace(story, body=(paragraph("It snowed.", story.body[0].id),)),
        replace(story, bylines=(make_byline("Jon Hale"),)),
    ):
        assert produce.spoken(other) is None


def test_audio_in_another_voice_is_not_given_out(voice, settings):
    story = make_published_story("It rained.")
    produce.narrate(story)
    settings.COURANT_VOICES = {"en": {"BACKEND": MEMORY, "OPTIONS": {"language": "en-x"}}}
    assert produce.spoken(story) is None
    produce.narrate(story)
    assert produce.spoken(story).voice == "memory en-x"


def test_a_change_that_is_not_read_keeps_the_audio(voice):
    story = make_published_story("It rained.")
    produce.narrate(story)
    assert produce.spoken(replace(story, standfirst="New", updated=now()))


def test_an_edit_supersedes_what_waits(voice):
    story = make_published_story("It rained.")
    produce.request(story)
    edited = replace(story, headline="Another")
    row = produce.request(edited)
    assert list(Narration.objects.filter(story_id=story.id)) == [row]


def test_a_text_that_comes_back_is_not_spoken_again(voice):
    story = make_published_story("It rained.")
    produce.narrate(story)
    produce.narrate(replace(story, headline="Another"))
    assert produce.spoken(story) is None
    voice.spoken.clear()
    produce.narrate(story)
    assert voice.spoken == []
    assert produce.spoken(story)
    assert produce.spoken(replace(story, headline="Another")) is None


def test_all_spoken_stories_are_found_with_one_query(voice, django_assert_num_queries):
    stories = [make_published_story(f"Story {n}.") for n in range(3)]
    for story in stories[:2]:
        produce.narrate(story)
    with django_assert_num_queries(1):
        found = produce.spoken_all(stories)
    assert set(found) == {stories[0].id, stories[1].id}
    assert produce.spoken_all([]) == {}


def test_the_house_hears_of_a_ready_narration_after_the_commit(
    voice, django_capture_on_commit_callbacks
):
    heard = []

    def listen(story_id, **_):
        heard.append((story_id, Narration.objects.get(story_id=story_id).status))

    narration_ready.connect(listen)
    story = make_published_story("It rained.")
    try:
        with django_capture_on_commit_callbacks(execute=True):
            produce.narrate(story)
            assert heard == []
    finally:
        narration_ready.disconnect(listen)
    assert heard == [(story.id, "ready")]


def test_progress_is_told_and_recorded(voice):
    told = []
    story = make_published_story("One. Two.", bylines=())
    row = produce.narrate(story, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    row.refresh_from_db()
    assert (row.sentences_done, row.sentences_total) == (3, 3)


def test_a_narration_gives_way_at_each_sentence_of_each_step(voice, settings):
    settings.COURANT_AUDIO_FORMATS = ["mp3", "m4a"]
    story = make_published_story("One. Two.", bylines=())
    asked = []
    produce.narrate(story, voice=voice, give_way=lambda: asked.append(len(voice.spoken)))
    assert len(asked) >= 3 * 4, "three sentences are spoken, coded, and written in two forms"
    assert asked[0] == 1, "after the first sentence, not only when all are spoken"


def test_an_edit_taken_back_is_heard_at_once_in_its_old_sound(voice):
    story = make_published_story("It rained.")
    edited = replace(story, headline="Snow")
    old = produce.narrate(story)
    produce.request(edited)
    assert produce.spoken(edited) is None
    produce.narrate(edited)
    voice.spoken.clear()
    assert produce.request(story) == old
    assert produce.spoken(story)
    assert produce.spoken(edited) is None
    produce.narrate(story)
    assert voice.spoken == []


def test_asking_for_all_stories_is_three_queries_when_nothing_changed(
    voice, django_assert_num_queries
):
    stories = [make_published_story(f"Story {n}.") for n in range(4)]
    produce.narrate(stories[0])
    produce.narrate(stories[1])
    produce.request_all(stories)
    assert Narration.objects.waiting().count() == 2
    with django_assert_num_queries(3):
        produce.request_all(stories)
    produce.spoken(stories[0]).file.unlink()
    edited = replace(stories[1], headline="Another")
    produce.request_all([stories[0], edited])
    assert Narration.objects.waiting().count() == 4
    assert produce.spoken(stories[1]) is None


# ── Letting go ────────────────────────────────────────────────────────────────────────────────────


def test_a_story_that_was_taken_back_is_forgotten(voice, audio):
    story = make_published_story("It rained.")
    produce.narrate(story)
    produce.forget(story.id)
    assert produce.spoken(story) is None
    assert not (audio / str(story.id)).exists()


def test_old_audio_is_pruned_and_present_audio_is_kept(voice, audio):
    story = make_published_story("It rained.")
    produce.narrate(story)
    edited = replace(story, headline="Another")
    produce.narrate(edited)
    assert produce.prune() == 0  # a bake may still copy it
    Narration.objects.superseded().update(superseded_at=now() - timedelta(hours=2))
    for file in (audio / str(story.id)).iterdir():
        os.utime(file, (0, 0))
    assert produce.prune() == 3
    assert produce.spoken(edited)
    assert Narration.objects.filter(story_id=story.id).count() == 1


def test_sentences_unused_for_long_are_pruned(voice, audio):
    produce.narrate(make_published_story("It rained.", headline="Rain", bylines=()))
    old, new = audio.glob("sentences/*/*/*")
    os.utime(old, (0, 0))
    assert produce.prune() == 1
    assert new.exists()


def test_a_text_with_figures_is_heard_by_the_page_that_shows_it():
    story = make_published_story("The repair cost £1.2 million, 40% of it in 2026.")
    assert produce.narrate(story).error == ""
    assert produce.spoken(story).digest == script_for(story).digest
