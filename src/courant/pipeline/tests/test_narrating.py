"""Which stories wait for their sound, which have none, and what never happens to readers."""

import pytest
from django.urls import reverse

from courant.bake.generations import public_root
from courant.narration import produce
from courant.narration.faults import Fault
from courant.narration.models import (
    ATTEMPTS,
    LexiconEntry,
    Narration,
    ReadingSettings,
    SpokenLines,
)
from courant.narration.voices import named
from courant.newsletter.models import Edition
from courant.pipeline.editions import CannotDeliver, edition_of
from courant.pipeline.path import narrate_next, publish
from courant.pipeline.state import problems
from courant.stories.publication import read_story
from courant.stories.tests.make import make_desk_section, make_desk_story

pytestmark = pytest.mark.django_db
MEMORY = "courant.narration.voices.memory.MemoryVoice"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    """A public root, sound and pictures of its own; a voice of tones."""
    settings.COURANT_PUBLIC = tmp_path / "public"
    settings.COURANT_AUDIO = tmp_path / "narration"
    settings.COURANT_RENDITIONS = tmp_path / "renditions"
    settings.COURANT_WAKE = tmp_path / "public" / ".wake"
    settings.COURANT_VOICES = {"en": {"BACKEND": MEMORY, "OPTIONS": {"language": "en"}}}
    named("en").error = ""
    named("en").spoken.clear()


@pytest.fixture
def waiting():
    return make_desk_section("Long reads", audio="wait")


def page_of(story):
    return public_root() / read_story(story.pk).path.strip("/") / "index.html"


def speak_all():
    while narrate_next():
        pass
    publish(everything=True)


def correct(story, title):
    story.title = title
    story.save_revision().publish()


def test_by_default_a_story_is_out_at_once_and_gets_its_audio_later():
    story = make_desk_story()
    publish(everything=True)
    assert "<audio" not in page_of(story).read_text()
    speak_all()
    assert "<audio" in page_of(story).read_text()


def test_where_a_section_waits_the_story_comes_out_with_its_audio(waiting):
    story = make_desk_story(section=waiting)
    publish(everything=True)
    assert not page_of(story).exists()
    assert story.title not in (public_root() / "feed.xml").read_text()
    speak_all()
    assert "<audio" in page_of(story).read_text()
    assert story.title in (public_root() / "feed.xml").read_text()


def test_a_correction_is_never_held_back(waiting):
    story = make_desk_story(section=waiting)
    publish(everything=True)
    speak_all()
    correct(story, "Corrected headline")
    publish(everything=True)
    page = page_of(story).read_text()
    assert "Corrected headline" in page
    assert "<audio" not in page  # never the sound of another text
    speak_all()
    assert "<audio" in page_of(story).read_text()


def test_a_section_that_begins_to_wait_hides_nothing_that_is_out(waiting):
    waiting.audio = "after"
    waiting.save_revision().publish()
    story = make_desk_story(section=waiting)
    publish(everything=True)
    waiting.audio = "wait"
    waiting.save_revision().publish()
    publish(everything=True)
    assert page_of(story).exists()


def test_a_story_whose_audio_failed_for_good_comes_out_without(waiting):
    story = make_desk_story(section=waiting)
    named("en").error = "quota used up"
    publish(everything=True)
    for attempt in range(ATTEMPTS):
        assert not page_of(story).exists(), attempt
        Narration.objects.update(next_at="2026-01-01T00:00Z")
        narrate_next()
        publish(everything=True)
    assert page_of(story).exists()


def test_a_section_without_audio_is_never_spoken_and_loses_what_it_had():
    section = make_desk_section("Notices")
    story = make_desk_story(section=section)
    publish(everything=True)
    speak_all()
    assert "<audio" in page_of(story).read_text()
    section.audio = "none"
    section.save_revision().publish()
    publish(everything=True)
    assert "<audio" not in page_of(story).read_text()
    assert not Narration.objects.exists()
    assert produce.heard([story.pk]) == set()
    assert not narrate_next()


def test_a_story_that_waits_cannot_be_delivered_yet(waiting):
    story = make_desk_story(section=waiting)
    publish(everything=True)
    with pytest.raises(CannotDeliver, match="waits for its audio"):
        edition_of(story.pk)
    assert not Edition.objects.exists()


# ── The desk ──────────────────────────────────────────────────────────────────────────────────────


def test_the_desk_says_what_waits_what_failed_and_what_is_a_preview(
    admin_client, waiting, settings
):
    held = make_desk_story(section=waiting, title="The long read")
    publish(everything=True)
    page = admin_client.get(reverse("desk-narrations")).content.decode()
    assert "The long read" in page
    assert "do not see it until the audio is ready" in page
    named("en").error = "quota used up"
    narrate_next()
    page = admin_client.get(reverse("desk-narrations")).content.decode()
    assert "1 failed" in page
    assert "quota used up" in page
    named("en").error = ""
    row = Narration.objects.get(story_id=held.pk)
    answer = admin_client.post(reverse("desk-retry-narration", args=[row.pk]), follow=True)
    assert "“The long read” is narrated again." in answer.content.decode()
    assert narrate_next()
    Narration.objects.update(preview=True)
    page = admin_client.get(reverse("desk-narrations")).content.decode()
    assert "1 in a preview voice" in page
    assert "memory en" in page


def test_what_failed_is_told_in_words_and_the_code_stands_under_details(admin_client):
    make_desk_story()
    publish(everything=True)
    named("en").error = "HTTP 503 of 10.0.0.7"
    narrate_next()
    Narration.objects.update(fault=Fault.UNREACHABLE)
    page = admin_client.get(reverse("desk-narrations")).content.decode()
    told = "The voice’s server gave no sound. Retry in some minutes"
    assert told in page
    assert "<summary>Details</summary><code>HTTP 503 of 10.0.0.7</code>" in page
    assert told in problems()[0]
    assert "503" not in problems()[0]
    assert problems(details=True)[0].endswith("(HTTP 503 of 10.0.0.7)")


def test_the_desk_says_when_it_shows_the_newest_ones_only(admin_client, monkeypatch):
    monkeypatch.setattr("courant.desk.narrations.SHOWN", 1)
    for _ in range(2):
        make_desk_story()
    publish(everything=True)
    page = admin_client.get(reverse("desk-narrations")).content.decode()
    assert "2 in work or waiting" in page
    assert page.count("read it already") == 1
    assert "The newest 1 are shown." in page


def test_a_retry_needs_a_button(admin_client, waiting):
    make_desk_story(section=waiting)
    publish(everything=True)
    row = Narration.objects.get()
    assert admin_client.get(reverse("desk-retry-narration", args=[row.pk])).status_code == 405


# ── Another rule of the lexicon ───────────────────────────────────────────────────────────────────


def test_a_new_rule_has_its_stories_spoken_again_and_no_other_while_pages_keep_their_sound():
    kyiv, other = make_desk_story(title="Rain in Kyiv"), make_desk_story(title="Sun")
    publish(everything=True)
    speak_all()
    before = page_of(kyiv).read_text()
    named("en").spoken.clear()
    LexiconEntry.objects.create(language="en", grapheme="Kyiv", alias="Keev")
    publish()
    assert [row.story_id for row in Narration.objects.waiting()] == [kyiv.pk]
    assert page_of(kyiv).read_text() == before  # still with its player
    speak_all()
    assert named("en").spoken == ["Rain in Keev"]
    assert "<audio" in page_of(kyiv).read_text() != before
    assert "<audio" in page_of(other).read_text()


def test_a_rule_that_is_deleted_has_its_stories_spoken_as_written():
    entry = LexiconEntry.objects.create(language="en", grapheme="Kyiv", alias="Keev")
    make_desk_story(title="Rain in Kyiv")
    publish(everything=True)
    speak_all()
    entry.delete()
    named("en").spoken.clear()
    publish()
    speak_all()
    assert named("en").spoken == ["Rain in Kyiv"]


def test_a_rule_that_touches_very_many_stories_lets_urgent_work_pass(monkeypatch):
    monkeypatch.setattr("courant.pipeline.absorb.A_CHUNK", 2)
    stories = [make_desk_story(title=f"Kyiv {number}") for number in range(5)]
    publish(everything=True)
    speak_all()
    LexiconEntry.objects.create(language="en", grapheme="Kyiv", alias="Keev")
    publish()
    waiting = {row.story_id for row in Narration.objects.waiting()}
    assert waiting == {story.pk for story in stories}


def test_an_editor_may_want_no_audio_for_one_story_also_when_it_was_heard_before():
    story, other = make_desk_story(), make_desk_story()
    publish(everything=True)
    speak_all()
    story.unspoken = True
    story.save_revision().publish()
    publish()
    speak_all()
    assert "<audio" not in page_of(story).read_text()
    assert not Narration.objects.filter(story_id=story.pk).exists()
    assert "<audio" in page_of(other).read_text()


def test_a_line_chosen_at_the_desk_is_added_to_every_story_that_readers_have():
    stories = [make_desk_story(title=f"Story {n}") for n in range(2)]
    publish(everything=True)
    speak_all()
    named("en").spoken.clear()
    SpokenLines.objects.create(settings=ReadingSettings.load(), language="en", opening="Hello.")
    publish()
    assert all(produce.spoken(read_story(story.pk)) for story in stories)
    speak_all()
    assert named("en").spoken == ["Hello."]
    for story in stories:
        assert produce.spoken(read_story(story.pk)).cues[0].text == "Hello."
        assert "<audio" in page_of(story).read_text()
