import os
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.utils.timezone import now

from courant.lib.digests import digest_of_file
from courant.narration import produce
from courant.narration.models import ATTEMPTS, DEATHS, Narration
from courant.narration.script import script_for
from courant.narration.signals import narration_ready
from courant.narration.tests.hear import decoded, loudness
from courant.narration.voices import voice_for
from courant.narration.voices.memory import MemoryVoice
from courant.stories.tests.make import make_byline, make_published_story, paragraph

pytestmark = pytest.mark.django_db
MEMORY = "courant.narration.voices.memory.MemoryVoice"


@pytest.fixture(autouse=True)
def audio(settings, tmp_path):
    settings.COURANT_AUDIO = tmp_path / "narration"
    return settings.COURANT_AUDIO


@pytest.fixture
def voice(settings):
    """The voice of all stories: tones."""
    settings.COURANT_VOICES = {"en": {"BACKEND": MEMORY, "OPTIONS": {"language": "en"}}}
    chosen = voice_for("en")
    chosen.spoken.clear()
    chosen.error = ""
    return chosen


def files_of(story, folder):
    return sorted(path.name for path in (folder / str(story.id)).glob("*"))


def expire_leases():
    Narration.objects.update(claimed_until=now() - timedelta(seconds=1))


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
            pause = samples[round((cue.end + frame) * rate) : round((until - frame) * rate)]
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


def test_asking_for_all_stories_is_one_query_when_nothing_changed(voice, django_assert_num_queries):
    stories = [make_published_story(f"Story {n}.") for n in range(4)]
    produce.narrate(stories[0])
    produce.narrate(stories[1])
    produce.request_all(stories)
    assert Narration.objects.waiting().count() == 2
    with django_assert_num_queries(1):
        produce.request_all(stories)
    produce.spoken(stories[0]).file.unlink()
    edited = replace(stories[1], headline="Another")
    produce.request_all([stories[0], edited])
    assert Narration.objects.waiting().count() == 4
    assert produce.spoken(stories[1]) is None


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


@pytest.fixture
def small_disk(settings, tmp_path):
    """A file system of 300 kB for the sound."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(folder)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("Only root may make a small file system.")
    settings.COURANT_AUDIO = folder
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_leaves_a_reason_and_no_half_file(voice, small_disk):
    story = make_published_story(*(f"It rained on day {n} of the month." for n in range(20)))
    row = produce.narrate(story)
    assert row.status == "failed"
    assert "No space left" in row.error
    assert shutil.disk_usage(small_disk).free < 60_000
    assert produce.spoken(story) is None
    assert not list(small_disk.rglob("*.tmp"))
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    row.retry()
    already = len(voice.spoken)
    produce.narrate(story)
    samples, rate = decoded(produce.spoken(story).file)
    assert len(samples) / rate == pytest.approx(produce.spoken(story).seconds, abs=0.03)
    assert already > 5
    assert len(set(voice.spoken)) == 22
    assert len(voice.spoken) <= 23  # what was kept before the disk was full is not spoken again


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
