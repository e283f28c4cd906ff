from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courant.narration.sentences import sentences

ENGLISH = [
    ["The U.S. President spoke on Jan. 24 in Washington.", "He left at noon."],
    ["Mr. Smith and Dr. Jones met Gov. Ramos at 3 p.m. Tuesday.", "They agreed."],
    ["The meeting ended at 5 p.m.", "The council then adjourned."],
    ["She moved to the U.S.", "She never left."],
    ['"We won\'t pay!" he said.', '"Not now."'],
    ["“This is a disaster,” said Ms. Petrov.", "“We need help.”"],
    ["The company, Acme Inc., reported a $3.5bn loss.", "Shares fell 4.2%."],
    ["No. 2 seed Duke beat No. 7 seed Yale.", "Fans roared."],
    ["J.D. Vance and J. K. Rowling were both mentioned."],
    ["Why now?", "Because there is no choice!", "That is all."],
    ["Wait... what happened?", "Nobody knows."],
    ["The suspect (who was 19 at the time.) fled.", "Police followed."],
    ["Martin Luther King Jr. spoke there.", "So did John Kerry Sr. in 2004."],
    ["The ship sank at 2 a.m. Sunday, Capt. Lee said."],
    ["1. The bridge will close."],
    ["Ferry returns"],
]
UKRAINIAN = [
    ["У м. Київ 5 р. тому відкрили міст.", "Нині він зачинений."],
    ["«Це кінець!» — сказала вона.", "Ніхто не відповів."],
    ["Зустріч відбулася о 15 год. 30 хв. у мерії.", "Рішення ухвалили."],
    ["Міст збудували у 1954 р.", "Він стояв 70 років."],
    ["Проф. І. П. Коваль та ін. виступили проти.", "Рада погодилась."],
    ["— Ми підемо? — спитав він.", "— Так."],
    ["На вул. Т. Шевченка, 5, горів будинок.", "Постраждалих немає."],
    ["Збитки — 3,5 млрд грн.", "Уряд обіцяє допомогу."],
]


@pytest.mark.parametrize(
    ("language", "case"), [("en", c) for c in ENGLISH] + [("uk", c) for c in UKRAINIAN]
)
def test_news_text_is_split_where_sentences_end(language, case):
    text = " ".join(case)
    assert split(text, language) == case


TABLE = [
    row.split("\t")
    for row in (Path(__file__).parent / "cases/sentences.tsv").read_text().splitlines()
    if not row.startswith("#")
]
FIRST_SCORE, SCORE = 239, 251  # of 256: when the table was new, and since rules were mended


def test_most_cases_of_the_table_are_split_as_a_reader_would():
    assert len({tuple(case) for _, _, *case in TABLE}) == len(TABLE) >= 150
    wrong = [case for language, _, *case in TABLE if split(" ".join(case), language) != case]
    print(f"{len(TABLE) - len(wrong)} of {len(TABLE)} texts", *wrong, sep="\n")
    assert len(TABLE) - len(wrong) >= SCORE > FIRST_SCORE


def split(text, language):
    return [text[span] for span in sentences(text, language)]


NEWS = st.text(alphabet="aZбЇ.!?… \n\"'“”«»()[]—-05;:,\u00a0\u200b\u00ad’")


@settings(deadline=None)
@given(st.text() | NEWS, st.sampled_from(["en", "uk", "en-GB", "pl", ""]))
def test_every_character_that_is_no_space_is_in_exactly_one_sentence(text, language):
    spans = sentences(text, language)
    at = 0
    for span in spans:
        assert at <= span.start < span.stop <= len(text)
        assert not text[at : span.start].strip()
        assert not text[span.start].isspace()
        assert not text[span.stop - 1].isspace()
        at = span.stop
    assert not text[at:].strip()
