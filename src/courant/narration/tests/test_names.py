"""Which words of a text are listed for editors to listen to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courant.narration.reading.lexicon import NO_RULES, Rule, Rules
from courant.narration.reading.names import unheard


@pytest.mark.parametrize(
    ("sentences", "names"),
    [
        (["The mayor, Iwona Brzęk, spoke on Monday."], ["Iwona Brzęk"]),
        (["By Marta Quill and Jon Hale."], ["Marta Quill", "Jon Hale"]),
        (["In Kyiv’s port NATO met."], ["Kyiv", "NATO"]),
        (["Rain fell.", "It was dark."], []),
        (["Storms came.", "He blamed Storms."], ["Storms"]),
        (["McAllister left."], ["McAllister"]),
        (["A speech by Ursula von der Leyen."], ["Ursula von der Leyen"]),
        (["He met Ann, Bob and Cy."], ["Ann", "Bob", "Cy"]),
        (["Він поїхав до Одеси у вівторок."], ["Одеси"]),
        (["We saw Oslo.", "Then Oslo again."], ["Oslo"]),
        (["The Aix-en-Provence festival and a Jean-Luc."], ["Aix-en-Provence", "Jean-Luc"]),
        ([], []),
    ],
)
def test_names_and_acronyms_are_found_each_once(sentences, names):
    assert [name.text for name in unheard(sentences, NO_RULES)] == names


def test_a_name_that_the_lexicon_has_is_not_listed_also_when_it_is_right_as_it_is():
    text = ["The Kyiv mayor met Ann Hale and Ann Smith in Oslo."]
    rules = Rules([Rule("Kyiv", "Keev"), Rule("Oslo"), Rule("Ann"), Rule("Hale")])
    assert [name.text for name in unheard(text, rules)] == ["Ann Smith"]


@given(st.lists(st.text("ABab Éß'’.-1", max_size=30), max_size=4))
def test_every_name_stands_in_the_sentence_that_is_shown_beside_it(sentences):
    for name in unheard(sentences, NO_RULES):
        assert name.text in name.sentence
        assert any(letter.isupper() for letter in name.text)
