"""What is written is said as a reader would say it."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courant.narration.reading.english import ORDER
from courant.narration.reading.english import say as english
from courant.narration.reading.english.numbers import as_roman, cardinal, ordinal, roman, year
from courant.narration.reading.english.rules import apply
from courant.narration.reading.languages import say
from courant.narration.reading.lexicon import Rule, Rules, speak
from courant.narration.reading.ukrainian.numbers import form

CASES = Path(__file__).parent / "cases"
FIRST_SCORE, SCORE = 100, 107  # of 108: when the table was new, and since rules were mended


def rows(name: str) -> list[list[str]]:
    lines = (CASES / f"{name}.tsv").read_text().splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


ENGLISH, UKRAINIAN, HELD_OUT = rows("english"), rows("ukrainian"), rows("held_out")


def test_the_tables_are_as_long_as_they_are_said_to_be():
    assert len({written for written, *_ in ENGLISH}) >= 400
    assert len({written for written, *_ in UKRAINIAN}) >= 60
    assert len({written for _, written, _ in HELD_OUT}) >= 100
    assert all(len(row) == 4 and all(row) for row in (*ENGLISH, *UKRAINIAN))


@pytest.mark.parametrize("rule", sorted({row[2] for row in ENGLISH}))
def test_english_is_said_by_this_rule(rule):
    wrong = [(w, english(w), s) for w, s, r, _ in ENGLISH if r == rule and english(w) != s]
    assert wrong == []


@pytest.mark.parametrize("rule", sorted({row[2] for row in UKRAINIAN}))
def test_ukrainian_is_said_by_this_rule(rule):
    wrong = [(w, say(w, "uk"), s) for w, s, r, _ in UKRAINIAN if r == rule and say(w, "uk") != s]
    assert wrong == []


def test_most_cases_from_other_peoples_rules_are_right():
    right = [written for _, written, said in HELD_OUT if english(written) == said]
    print(f"{len(right)} of {len(HELD_OUT)} cases of the second table")
    assert len(right) >= SCORE > FIRST_SCORE


def test_a_sentence_in_which_nothing_is_to_be_said_otherwise_stays():
    for text in ("The ferry is back.", "“Stop!” he said — at last…", "It was Mary’s boat, too."):
        assert english(text) == text


def test_the_short_way_round_leaves_out_nothing():
    for written, said, *_ in ENGLISH:
        text = written
        for table in ORDER:
            text = apply(table, text)
        assert " ".join(text.split()) == said


def test_words_of_the_newsroom_come_first_and_are_kept():
    rules = Rules([Rule("BBC", "the Beeb"), Rule("Kyiv", "Keev"), Rule("5G", "five gee")])
    said = speak("Dr. Kyiv told BBC of 5G and 6G in St. Kyiv.", rules, language="en")
    assert said == "Doctor Keev told the Beeb of five gee and six G in Saint Keev."


def test_a_language_without_rules_is_left_as_it_is():
    assert say("5 € und 3 %", "de") == "5 € und 3 %"
    assert say("5 km", "en-GB") == "five kilometres"


TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from(" .,:;-–/%$£€()0123456789kmbnpcAaIVX&#@'"),
        st.characters(exclude_categories=["Cs", "Co"]),
    ),
    max_size=80,
)


@settings(deadline=None, max_examples=150)
@given(TEXT, st.sampled_from(["en", "uk"]))
def test_no_figure_is_left_and_what_has_words_keeps_some(text, language):
    said = say(text, language)
    assert not re.search(r"[0-9]", said), said
    if any(character.isalnum() and character.isascii() for character in text):
        assert said.strip()


FIGURES = st.lists(
    st.one_of(
        st.from_regex(r"[1-9]{1,4}", fullmatch=True),
        st.sampled_from([*" .,:;-–/%$£€()kmsxvH°²'", " and ", " May ", " p.m. ", "no. ", " odds "]),
    ),
    max_size=12,
).map("".join)
SAYS_A_FIGURE = re.compile(
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twel|twent|thir|fort|fift"
    "|first|second|half|halves|quarter|hundred|thousand|midnight|January|February|March|April"
    "|May|June|July|August|September|October|November|December"
)


@settings(deadline=None, max_examples=300)
@given(FIGURES)
def test_every_group_of_figures_is_heard(text):
    """At least one word for each: a rule that swallows one is found, wherever it stands."""
    groups = re.findall(r"\d+", text)
    assert len(SAYS_A_FIGURE.findall(english(text))) >= len(groups)


@settings(deadline=None, max_examples=100)
@given(TEXT | st.text("v²@§#½№+&~±4VIX ,.(", max_size=6))
@example("v²")
@example("@§")
@example("#½")
@example("4VI")
def test_what_was_said_is_said_again_the_same(text):
    once = english(text)
    assert english(once) == once


@given(st.integers(1, 10**15 - 1))
def test_every_number_has_words_of_letters_alone(number):
    assert re.fullmatch(r"[a-z]+(?:[ -][a-z]+)*", cardinal(number))
    assert re.search(r"(?:th|st|nd|rd)$|ieth$|first$|second$|third$", ordinal(number))


@given(st.integers(1, 3999))
def test_roman_numerals_are_read_as_they_are_written(number):
    assert roman(as_roman(number)) == number


def test_what_is_no_numeral_has_no_value():
    assert [roman(text) for text in ("IIII", "VX", "ABC", "", "IC")] == [0] * 5


def test_years_are_said_in_pairs():
    assert [year(y) for y in (1066, 1905, 2000, 2009, 2026)] == [
        "ten sixty-six",
        "nineteen oh five",
        "two thousand",
        "two thousand and nine",
        "twenty twenty-six",
    ]


def test_what_is_counted_agrees_with_the_number():
    forms = ("мільйон", "мільйони", "мільйонів")
    assert [form(n, forms) for n in (1, 2, 5, 11, 21, 112)] == [
        "мільйон",
        "мільйони",
        "мільйонів",
        "мільйонів",
        "мільйон",
        "мільйонів",
    ]
