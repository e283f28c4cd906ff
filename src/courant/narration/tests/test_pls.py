"""The lexicon as a W3C file: what is taken, what is refused and why; it comes back whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courant.narration import pls
from courant.narration.models import LexiconEntry

HEAD = (
    '<lexicon version="1.0" xmlns="http://www.w3.org/2005/01/pronunciation-lexicon" '
    'alphabet="{alphabet}" xml:lang="en-GB">{lexemes}</lexicon>'
)


def file(*lexemes: str, alphabet: str = "ipa") -> bytes:
    return HEAD.format(alphabet=alphabet, lexemes="".join(lexemes)).encode()


def rows(taken: pls.Taken) -> list[tuple[str, str, str, bool]]:
    return [(each.grapheme, each.alias, each.ipa, each.exact) for each in taken.entries]


def test_a_lexeme_with_two_spellings_becomes_two_rules():
    taken = pls.read(
        file(
            "<lexeme><grapheme>Kyiv</grapheme><grapheme> Kyïv </grapheme>"
            "<phoneme>kɪˈjiu̯</phoneme><phoneme prefer='true'>ˈkɪjiu̯</phoneme>"
            "<alias>Keev</alias></lexeme>"
        )
    )
    assert rows(taken) == [
        ("Kyiv", "Keev", "ˈkɪjiu̯", True),
        ("Kyïv", "Keev", "ˈkɪjiu̯", True),
    ]
    assert {each.language for each in taken.entries} == {"en"}
    assert taken.refused == []


def test_an_alias_like_the_word_says_that_it_is_right():
    taken = pls.read(file("<lexeme><grapheme>Oslo</grapheme><alias>Oslo</alias></lexeme>"))
    assert rows(taken) == [("Oslo", "", "", True)]


@pytest.mark.parametrize(
    ("lexeme", "reason"),
    [
        ("<lexeme><alias>Keev</alias></lexeme>", "Lexeme 2: it has no grapheme."),
        (
            "<lexeme><grapheme>Kyiv</grapheme></lexeme>",
            "Lexeme 2 (“Kyiv”): it has neither an alias nor a phoneme.",
        ),
        (
            "<lexeme><grapheme>Kyiv</grapheme><phoneme alphabet='x-sampa'>k</phoneme></lexeme>",
            "Lexeme 2 (“Kyiv”): its phonemes are in the alphabet “x-sampa”; "
            "only “ipa” is understood.",
        ),
        (
            "<lexeme><grapheme>Kyiv</grapheme><phoneme>k</phoneme></lexeme>",
            "Lexeme 2 (“Kyiv”): Say it in letters too: not every voice takes IPA.",
        ),
        (
            "<lexeme><grapheme>Oslo</grapheme><alias>Ozlo</alias></lexeme>",
            "Lexeme 2 (“Oslo”): “Oslo” was in the file before.",
        ),
        (
            "<lexeme><grapheme>Ky{iv</grapheme><alias>Keev</alias></lexeme>",
            "Lexeme 2 (“Ky{iv”): “{” is an instruction to some voices: leave it out.",
        ),
    ],
)
def test_a_lexeme_that_cannot_be_taken_is_named_and_the_others_are_taken(lexeme, reason):
    taken = pls.read(file("<lexeme><grapheme>Oslo</grapheme><alias>Osslo</alias></lexeme>", lexeme))
    assert taken.refused == [reason]
    assert rows(taken) == [("Oslo", "Osslo", "", True)]


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + file()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (BOMB, "The file has a document type or entities, which a lexicon has no need of"),
        (BOMB.decode().encode("utf-16"), "The file has a document type or entities"),
        (b"<lexicon", "The file is no XML: "),
        (b"<rss/>", "The file is no PLS lexicon: it begins with “rss”."),
        (file().replace(b'xml:lang="en-GB"', b""), "The lexicon does not say its language"),
        (b" " * (pls.LARGEST + 1), "the most is 5242880."),
    ],
)
def test_a_file_that_is_no_lexicon_is_refused_whole(data, reason):
    with pytest.raises(pls.NotALexicon) as error:
        pls.read(data)
    assert reason in str(error.value)


WORDS = st.from_regex(r"[A-Za-zéїß&'<>.-]{0,3}", fullmatch=True).map(lambda rest: f"K{rest}")


@given(
    st.lists(
        st.builds(
            LexiconEntry,
            language=st.just("en"),
            grapheme=WORDS.filter(lambda word: not set("<>") & set(word)),
            alias=st.sampled_from(["", "Keev", "A & T"]),
            exact=st.booleans(),
        ),
        unique_by=lambda entry: entry.grapheme,
        max_size=4,
    )
)
def test_what_is_written_is_read_again_as_it_was(entries):
    taken = pls.read(pls.write(entries, "en"))
    assert taken.refused == []
    assert rows(taken) == [(each.grapheme, each.alias, each.ipa, each.exact) for each in entries]


def test_sounds_come_back_beside_their_letters():
    entry = LexiconEntry(language="en", grapheme="Kyiv", alias="Keev", ipa="ˈkɪjiu̯")
    data = pls.write([entry], "en")
    assert b"role=" not in data
    assert rows(pls.read(data)) == [("Kyiv", "Keev", "ˈkɪjiu̯", True)]
