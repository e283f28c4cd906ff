"""What goes wrong while a story is spoken, and what is left of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils.timezone import now

from courant.narration import produce
from courant.narration.models import ATTEMPTS, DEATHS, Narration
from courant.narration.voices.memory import MemoryVoice
from courant.stories.tests.make import make_published_story, paragraph

pytestmark = pytest.mark.django_db


def files_of(story, folder):
    return sorted(path.name for path in (folder / str(story.id)).glob("*"))


def expire_leases():
    Narration.objects.update(claimed_until=now() - timedelta(seconds=1))


# ── When it goes wrong ────────────────────────────────────────────────────────────────────────────


def test_a_failure_is_a_row_with_a_reason_and_tried_again_later_and_later(voice):
    voice.error = "quota used up"
    story = make_published_story("It rained.")
    waits = []
    for _ in range(ATTEMPTS):
        row = produce.narrate(story)
        assert (row.status, row.error) == ("failed", "quota used up")
        assert not Narration.objects.due().exists()
        if row.next_at:
            waits.append(row.next_at - now())
            Narration.objects.update(next_at=now())
    assert len(waits) == ATTEMPTS - 1
    assert waits[1] > 3 * waits[0]
    assert row.next_at is None
    assert produce.narrate(story).attempts == ATTEMPTS  # nothing more is tried


def test_a_failed_narration_can_be_tried_again_by_hand(voice):
    voice.error = "quota used up"
    story = make_published_story("It rained.")
    row = produce.narrate(story)
    voice.error = ""
    row.retry()
    assert (row.status, row.error) == ("waiting", "")
    assert produce.narrate(story).status == "ready"


def test_a_language_without_a_voice_is_a_failed_row_and_no_exception(voice):
    story = make_published_story("Padało.", language="pl")
    row = produce.narrate(story)
    assert row.status == "failed"
    assert "'pl'" in row.error
    assert "the setting `voices` has en." in row.error
    assert produce.spoken(story) is None


def test_a_story_with_nothing_to_read_says_so(voice):
    story = make_published_story("…", headline="—", bylines=())
    assert produce.narrate(story).error == "There is nothing to read in this story."


def test_a_harmed_sentence_in_the_cache_is_spoken_again(voice, audio):
    story = make_published_story("It rained.", headline="Rain", bylines=())
    produce.narrate(story)
    kept = next(path for path in audio.glob("sentences/*/*/*"))
    kept.write_bytes(kept.read_bytes()[:-5])
    voice.spoken.clear()
    produce.forget(story.id)
    produce.narrate(story)
    assert len(voice.spoken) == 1


@pytest.mark.parametrize("suffix", [".mp3", ".m4a", ".json"])
def test_a_lost_file_is_made_again(voice, suffix):
    story = make_published_story("It rained.")
    produce.narrate(story)
    produce.spoken(story).file.with_suffix(suffix).unlink()
    assert produce.spoken(story) is None
    assert produce.narrate(story).status == "ready"
    assert produce.spoken(story)


def test_a_cut_off_file_is_not_given_out(voice):
    story = make_published_story("It rained.")
    produce.narrate(story)
    file = produce.spoken(story).file
    file.write_bytes(file.read_bytes()[:-100])
    assert produce.spoken(story) is None


# ── Several workers ───────────────────────────────────────────────────────────────────────────────


def test_work_in_other_hands_is_left_alone(voice):
    story = make_published_story("It rained.")
    assert produce.request(story).claim()
    assert produce.narrate(story).status == "speaking"
    assert voice.spoken == []


def test_the_work_of_a_dead_worker_is_taken_over(voice):
    story = make_published_story("It rained.")
    produce.request(story).claim()
    expire_leases()
    assert produce.narrate(story).status == "ready"


def test_a_narration_that_kills_its_workers_is_given_up(voice):
    story = make_published_story("It rained.")
    for _ in range(DEATHS):
        assert produce.request(story).claim()
        expire_leases()
    row = produce.narrate(story)
    assert row.error == f"The worker died {DEATHS} times in this narration."
    assert row.next_at is None


def test_a_late_worker_changes_nothing(voice):
    story = make_published_story("It rained.")
    late = produce.request(story)
    late.claim()
    expire_leases()
    row = produce.request(story)
    assert row.claim()
    assert not late.finish(voice="late", seconds=1)
    assert not late.fail("late", permanent=False)
    assert not late.hold(1, 2)
    row.refresh_from_db()
    assert (row.status, row.voice) == ("speaking", "")


class Meanwhile(MemoryVoice):
    """Does something at the second sentence: another worker, an editor."""

    def __init__(self, act):
        super().__init__()
        self.act = act

    def speak(self, text):
        if len(self.spoken) == 1:
            self.act()
        return super().speak(text)


def test_an_edit_stops_the_narration_of_the_old_text(audio, monkeypatch):
    monkeypatch.setattr(produce, "HOLD_EVERY", 0)
    story = make_published_story("One. Two. Three. Four.")
    edited = replace(story, headline="Another")
    voice = Meanwhile(lambda: produce.request(edited, voice=voice))
    produce.narrate(story, voice=voice)
    assert len(voice.spoken) == 2
    assert Narration.objects.get(story_id=story.id).status == "waiting"
    assert files_of(story, audio) == []


TEXTS = ("One. Two. Three. Four.", "One. Two. Six. Seven.", "One. Two. Eight. Four.")


def edit_twice_within_a_second(monkeypatch):
    """While the second sentence is spoken; returns all that was said."""
    monkeypatch.setattr(produce, "HOLD_EVERY", 0)
    body = [paragraph(text, "b") for text in TEXTS]
    story = make_published_story(body[0], headline="Rain", bylines=())
    edits = [replace(story, body=(each,)) for each in body[1:]]
    voice = Meanwhile(lambda: [produce.request(edit, voice=voice) for edit in edits])
    produce.narrate(story, voice=voice)
    assert Narration.objects.filter(superseded_at=None).count() == 1
    for edit in edits:  # a page that was made of either text asks for its own sound
        assert produce.spoken(edit) is None
    assert produce.narrate(edits[-1], voice=voice).status == "ready"
    return voice.spoken


def test_of_two_edits_within_a_second_only_the_last_is_spoken(audio, monkeypatch):
    said = edit_twice_within_a_second(monkeypatch)
    assert said == ["Rain", "One.", "Two.", "Eight.", "Four."]


def test_a_worker_that_does_not_notice_an_edit_is_found_by_what_it_says(audio, monkeypatch):
    monkeypatch.setattr(produce.Held, "beat", lambda held: None)
    said = edit_twice_within_a_second(monkeypatch)
    assert "Three." in said


def test_a_story_that_is_taken_back_leaves_no_sound(audio):
    story = make_published_story("One. Two.")
    voice = Meanwhile(lambda: produce.forget(story.id))
    produce.narrate(story, voice=voice)
    assert not Narration.objects.filter(story_id=story.id).exists()
    assert files_of(story, audio) == []


def test_a_worker_that_lost_its_claim_leaves_the_others_files(audio):
    story = make_published_story("One. Two.")
    other = MemoryVoice()

    def overtake():
        expire_leases()
        assert produce.narrate(story, voice=other).status == "ready"

    produce.narrate(story, voice=Meanwhile(overtake))
    assert Narration.objects.get(story_id=story.id).status == "ready"
    assert len(files_of(story, audio)) == 3


def test_the_newest_text_is_spoken_first(voice):
    old, new = make_published_story(), make_published_story()
    old = replace(old, published=now() - timedelta(days=2))
    new = replace(new, published=now() - timedelta(days=1))
    produce.request(new)
    produce.request(old)
    assert Narration.objects.due().first().story_id == new.id
    produce.request(replace(old, headline="Corrected", updated=now()))
    assert Narration.objects.due().first().story_id == old.id
