"""What is read around a story's text, and that a change of it speaks only what it changes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from courant.narration import produce
from courant.narration.captions import transcript, webvtt
from courant.narration.choices import Choices
from courant.narration.chosen import ReadingSettings, SpokenLines, choices_of
from courant.narration.models import LexiconEntry, Narration
from courant.narration.script import script_for
from courant.stories import published as out
from courant.stories.tests.make import make_byline, make_published_story

MONDAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
WRONG = out.PublishedCorrection(MONDAY, "correction", "The bridge has two lanes. Not four.")
QUOTE = out.Quote("q", (out.Run("It was cold. Very."),), "Ann")


@pytest.fixture
def story():
    return make_published_story(
        "It rained.",
        QUOTE,
        headline="Rain",
        bylines=(make_byline("Jo Hale"),),
        published=MONDAY,
        corrections=(WRONG,),
    )


def heard(story, **choices) -> list[str]:
    return [each.text for each in script_for(story, Choices(**choices)).utterances]


def test_without_a_choice_headline_byline_and_body_are_read(story):
    assert heard(story) == ["Rain", "By Jo Hale.", "It rained.", "It was cold.", "Very.", "Ann"]


def test_what_is_not_chosen_is_not_read(story):
    unread = frozenset({out.Quote})
    assert heard(story, headline=False, byline=False, unread=unread) == ["It rained."]


def test_lines_and_disclosure_stand_around_the_story(story):
    lines = heard(
        story, opening="This is the Courier.", closing="Good night.", disclosure="A machine"
    )
    assert lines[:2] == ["This is the Courier.", "Rain"]
    assert lines[-2:] == ["Good night.", "A machine"]


def test_date_and_corrections_are_read_where_they_are_wanted(story):
    lines = heard(story, date=True, corrections=True)
    assert lines[2] == "2 November 2026."
    assert lines[-2:] == ["Correction: The bridge has two lanes.", "Not four."]


def test_date_and_corrections_are_read_in_the_language_of_the_story(story):
    lines = heard(replace(story, language="uk"), date=True, corrections=True)
    assert lines[2] == "2 листопада 2026."
    assert lines[-2] == "Виправлення: The bridge has two lanes."


def test_a_quote_is_heard_to_begin_and_to_end_before_its_speaker_is_named(story):
    lines = heard(story, quote_begins="Quote.", quote_ends="End of quote.")
    assert lines[3:] == ["Quote.", "It was cold.", "Very.", "End of quote.", "Ann"]


# ── At the desk ───────────────────────────────────────────────────────────────────────────────────


def chosen(**facts) -> ReadingSettings:
    row = ReadingSettings.load()
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    return row


@pytest.mark.django_db
def test_the_lines_of_a_language_hold_in_its_countries_and_in_no_other():
    row = chosen(quotes=False)
    SpokenLines.objects.create(settings=row, language="en", opening="Hello.")
    assert choices_of("en-GB").opening == "Hello."
    assert choices_of("uk").opening == ""
    assert choices_of("uk").unread == {out.Quote}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("setting", "asked", "said"),
    [("shown", False, False), ("shown", True, True), ("spoken", False, True), ("off", True, False)],
)
def test_the_voice_says_that_it_is_one_where_setting_or_desk_want_it(
    settings, setting, asked, said
):
    settings.COURANT_DISCLOSURE = setting
    chosen(disclosure=asked)
    assert bool(choices_of("en").disclosure) == said


@pytest.mark.django_db
def test_a_new_line_is_all_that_is_spoken_and_the_old_sound_is_heard_meanwhile(voice, story):
    old = produce.narrate(story)
    voice.spoken.clear()
    SpokenLines.objects.create(settings=chosen(), language="en", closing="Good night.")
    new = produce.request(story)
    assert new.pk != old.pk
    assert produce.spoken(story).path.endswith(f"{old.files['mp3']['sha256'][:12]}.mp3")
    produce.narrate(story)
    assert voice.spoken == ["Good night."]
    assert list(Narration.objects.ready()) == [new]
    assert produce.spoken(story).cues[-1].text == "Good night."


@pytest.mark.django_db
def test_captions_hold_a_spoken_correction_as_it_is_written(voice, story):
    LexiconEntry.objects.create(language="en", grapheme="Kyiv", alias="Keev")
    wrong = replace(WRONG, text="The bridge in Kyiv cost $3.5m, not $5m.")
    SpokenLines.objects.create(settings=chosen(corrections=True), language="en", closing="24/7.")
    corrected = replace(story, corrections=(wrong,))
    produce.narrate(corrected)
    assert "Keev cost three point five million dollars" in " ".join(voice.spoken)
    cues = produce.spoken(corrected).cues
    captions = webvtt(cues).decode()
    assert "Correction: The bridge in Kyiv cost $3.5m, not $5m." in captions
    assert "Keev" not in captions + transcript(cues)
    assert cues[-1].text == "24/7."


@pytest.mark.django_db
def test_another_text_is_never_heard_by_whatever_choices(voice, story):
    produce.narrate(story)
    chosen(date=True)
    edited = replace(story, headline="Snow")
    produce.request(edited)
    assert produce.spoken(edited) is None


@pytest.mark.django_db
def test_a_correction_speaks_itself_and_the_sentence_that_it_corrects(voice, story):
    chosen(corrections=True)
    before = replace(story, corrections=())
    produce.narrate(before)
    voice.spoken.clear()
    corrected = replace(
        story, body=(*before.body[:1], replace(QUOTE, runs=(out.Run("It was cool. Very."),)))
    )
    produce.narrate(corrected)
    assert voice.spoken == ["It was cool.", "Correction: The bridge has two lanes.", "Not four."]


@pytest.mark.django_db
def test_choices_taken_back_bring_the_old_sound_back_unspoken(voice, story):
    old = produce.narrate(story)
    chosen(date=True)
    produce.narrate(story)
    chosen(date=False)
    voice.spoken.clear()
    assert produce.narrate(story) == old
    assert voice.spoken == []
