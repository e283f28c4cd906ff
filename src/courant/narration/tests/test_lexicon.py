"""How the newsroom says a word: in a sentence, in stories, and only where it counts."""

from dataclasses import replace
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from courant.narration import lexicon, produce
from courant.narration.models import LexiconEntry, Narration, SpokenText
from courant.narration.plan import plan_for
from courant.narration.reading.lexicon import Rule, Rules, speak
from courant.narration.voices.memory import MemoryVoice
from courant.stories import published as out
from courant.stories.tests.make import make_published_story, paragraph

KYIV = Rule("Kyiv", "Keev")
NEW_YORK, YORK = Rule("New York", "Noo York"), Rule("York", "Yawk")


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Kyiv is calm.", "Keev is calm."),
        ("In Kyiv's streets", "In Keev's streets"),
        ("In Kyiv’s streets", "In Keev’s streets"),
        ("A Kyiv-based firm, Kyiv.", "A Keev-based firm, Keev."),
        ("The Kyivstar firm", "The Kyivstar firm"),
        ("kyiv", "kyiv"),
        ("From New York to York", "From Noo York to Yawk"),
        ("new york", "new york"),
        ("", ""),
    ],
)
def test_a_rule_is_for_whole_words_the_longest_first(sentence, said):
    assert speak(sentence, Rules([YORK, NEW_YORK, KYIV])) == said


def test_a_rule_for_any_case_yields_to_the_one_for_this_case():
    rules = Rules([Rule("us", "you ess", exact=False), Rule("US", "United States")])
    assert speak("US, Us", rules) == "United States, you ess"


def test_a_word_with_signs_inside_and_at_its_end_is_found():
    rules = Rules([Rule("AT&T", "A T and T"), Rule("Yahoo!", "yahoo")])
    assert speak("AT&T bought Yahoo! today.", rules) == "A T and T bought yahoo today."


def test_a_voice_that_takes_sounds_gets_them_and_the_others_the_letters():
    rules = Rules([Rule("Kyiv", "Keev", "ˈkɪjiu̯")])
    assert speak("Kyiv.", rules, ipa=True) == "[[ˈkɪjiu̯]]."
    assert speak("Kyiv.", rules) == "Keev."


def test_a_word_that_is_right_keeps_a_shorter_rule_from_it():
    rules = Rules([YORK, Rule("New York")])
    assert speak("New York and York", rules) == "New York and Yawk"


@given(
    st.text("AaBbß .'-é", max_size=60),
    st.lists(st.from_regex(r"[AaBbßé]{1,3}( [AaBb])?", fullmatch=True), max_size=5),
    st.booleans(),
)
def test_what_no_rule_is_for_stays_as_it_is(sentence, graphemes, exact):
    spans = list(Rules(Rule(each, "x", exact=exact) for each in graphemes).spans(sentence))
    for before, after in pairwise(spans):
        assert before.stop <= after.start
    for span in spans:
        written = sentence[span.start : span.stop]
        assert written.casefold() == span.rule.grapheme.casefold()
        assert not exact or written == span.rule.grapheme
        assert not sentence[span.stop : span.stop + 1].isalnum()
        assert not sentence[: span.start][-1:].isalnum()


# ── What may be a rule ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"grapheme": "Ky[iv"}, "“[” is an instruction to some voices: leave it out."),
        ({"alias": "K|eev"}, "“|” is an instruction to some voices: leave it out."),
        (
            {"grapheme": "@kyiv"},
            "“@kyiv” does not begin with a letter or a digit, so it is no word.",
        ),
        ({"alias": "…"}, "“…” has no letter that could be said."),
        ({"alias": "Ke\u200bev"}, "There is a character in it that nobody sees: type it anew."),
        ({"alias": "", "ipa": "kɪ"}, "Say it in letters too: not every voice takes IPA."),
        ({"language": "e1"}, "“e1” is no language: two letters such as “en”."),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_a_rule_is_refused_with_the_reason(facts, message):
    entry = LexiconEntry(**{"language": "en", "grapheme": "Kyiv", "alias": "Keev"} | facts)
    with pytest.raises(ValidationError) as error:
        entry.full_clean()
    assert message in error.value.messages


# ── In stories ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def story():
    body = paragraph("It rained in Kyiv. The ferry came.", "b")
    return make_published_story(body, headline="Rain", bylines=())


def rule(grapheme="Kyiv", alias="Keev", **facts):
    return LexiconEntry.objects.create(
        **{"language": "en", "grapheme": grapheme, "alias": alias} | facts
    )


@pytest.mark.django_db
def test_a_rule_speaks_only_its_sentences_again(voice, story):
    produce.narrate(story)
    voice.spoken.clear()
    rule()
    produce.narrate(story)
    assert voice.spoken == ["It rained in Keev."]
    assert [cue.text for cue in produce.spoken(story).cues][1] == "It rained in Kyiv."


@pytest.mark.django_db
def test_a_rule_for_another_language_or_word_asks_for_nothing(voice, story):
    row = produce.narrate(story)
    rule(language="uk")
    rule("Lviv", "Lveev")
    assert produce.request(story) == row


@pytest.mark.django_db
def test_the_old_sound_of_the_same_text_stays_until_the_new_one_is_ready(voice, story):
    old = produce.narrate(story)
    path = produce.spoken(story).path
    rule()
    new = produce.request(story)
    assert (new.status, new.pk == old.pk) == ("waiting", False)
    assert produce.spoken(story).path == path
    produce.request_all([story])  # asked again: nothing moves
    assert produce.spoken(story).path == path
    produce.narrate(story)
    assert produce.spoken(story).path != path
    assert list(Narration.objects.ready()) == [new]


@pytest.mark.django_db
def test_when_the_new_sound_fails_the_old_one_is_still_heard(voice, story):
    produce.narrate(story)
    rule()
    voice.error = "The voice has a cold."
    assert produce.narrate(story).error == "The voice has a cold."
    assert produce.spoken(story)


@pytest.mark.django_db
def test_a_changed_text_never_plays_old_sound_whatever_the_rules(voice, story):
    produce.narrate(story)
    rule()
    edited = replace(story, headline="Snow")
    produce.request(edited)
    assert produce.spoken(edited) is None
    assert produce.spoken(story) is None  # superseded as well
    produce.narrate(edited)
    assert produce.spoken(edited)


@pytest.mark.django_db
def test_two_edits_before_a_rule_is_spoken_leave_one_row_to_be_heard(voice, story):
    produce.narrate(story)
    entry = rule()
    produce.request(story)
    entry.alias = "Keeyiv"
    entry.save()
    produce.request(story)
    assert Narration.objects.filter(superseded_at=None).count() == 2  # heard, and wanted
    produce.narrate(story)
    assert Narration.objects.filter(superseded_at=None).count() == 1
    assert voice.spoken[-1] == "It rained in Keeyiv."


@pytest.mark.django_db
def test_a_rule_that_is_taken_back_brings_the_old_sound_back_unspoken(voice, story):
    old = produce.narrate(story)
    entry = rule()
    produce.narrate(story)
    entry.delete()
    voice.spoken.clear()
    assert produce.narrate(story) == old
    assert voice.spoken == []
    assert list(Narration.objects.ready()) == [old]


@pytest.mark.django_db
def test_sound_made_before_there_were_rules_is_still_heard(voice, story):
    produce.narrate(story)
    Narration.objects.update(basis="")  # as an older version left it
    assert produce.spoken(story)
    rule()
    produce.request(story)
    assert produce.spoken(story)


def test_the_second_voice_gets_sounds_only_if_it_takes_them(settings):
    class Singer(MemoryVoice):
        supports_ipa = True

    quote = out.Quote("q", (out.Run("Kyiv is calm."),), "Ann")
    story = make_published_story("Kyiv.", quote, headline="Rain", bylines=())
    rules = Rules([Rule("Kyiv", "Keev", "kɪjiw")])
    said = [u.text for u in plan_for(story, voice=Singer(), lexicon=rules).script.utterances]
    assert said == ["Rain", "[[kɪjiw]].", "[[kɪjiw]] is calm.", "Ann"]
    said = [u.text for u in plan_for(story, voice=MemoryVoice(), lexicon=rules).script.utterances]
    assert said == ["Rain", "Keev.", "Keev is calm.", "Ann"]


# ── Which stories ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_stories_that_a_rule_touches_are_known_before_it_is_saved(story):
    other = make_published_story("Nothing of Kyivstar.", headline="Firm", bylines=())
    ukrainian = make_published_story("Kyiv.", headline="Rain", bylines=(), language="uk")
    lexicon.index([story, other, ukrainian])
    assert lexicon.touched_by("en", "Kyiv", KYIV) == [story.id]
    assert lexicon.touched_by("en", "Kyiv", Rule("Kyiv", "Kyiv")) == []
    rule()
    assert lexicon.touched_by("en", "Kyiv", KYIV) == []
    assert lexicon.touched_by("en", "Kyiv", None) == [story.id]
    assert lexicon.stories_with("en-GB", "kyiv") == [story.id]


@pytest.mark.django_db
def test_the_index_follows_the_text_and_forgets_what_is_taken_back(story, voice):
    lexicon.index([story])
    lexicon.index([replace(story, headline="Lviv")])
    assert lexicon.stories_with("en", "Lviv") == [story.id]
    produce.forget(story.id)
    assert not SpokenText.objects.exists()
