"""Sample texts, and what a desk expects of each."""

import tomllib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from courant.importers.plaintext.decode import LIMIT
from courant.importers.plaintext.model import ImportedStory, UnreadableText
from courant.importers.plaintext.read import read

SAMPLES = Path(__file__).parent / "samples"
KYIV = ZoneInfo("Europe/Kyiv")
READABLE = sorted(SAMPLES.glob("*.txt"))
UNREADABLE = sorted(SAMPLES.glob("*.bin"))


def expected_of(sample: Path) -> dict[str, Any]:
    return tomllib.loads(sample.with_suffix(".expected.toml").read_text())


def facts_of(story: ImportedStory) -> dict[str, Any]:
    """What an expected file states of a story; what is empty is left out."""
    facts = {
        "language": story.language,
        "headline": story.headline,
        "standfirst": story.standfirst,
        "bylines": [" | ".join(filter(None, (b.role, b.name, b.place))) for b in story.bylines],
        "published": story.published and story.published.isoformat(),
        "updated": story.updated and story.updated.isoformat(),
        "embargo": story.embargo and story.embargo.isoformat(),
        "dateline": story.dateline,
        "caption": story.caption,
        "credit": story.credit,
        "paragraphs": list(story.paragraphs),
        "subheads": [b.text for b in story.blocks if b.kind == "subheading"],
        "quotes": [[b.text, b.speaker] for b in story.blocks if b.kind == "quote"],
        "lists": [list(b.items) for b in story.blocks if b.kind == "list"],
        "dropped": [[d.number, d.text, d.reason] for d in story.dropped],
    }
    return {name: value for name, value in facts.items() if value}


def make_story(text: str, *, typography: bool = False) -> ImportedStory:
    return read(text.encode(), name="copy.txt", zone=KYIV, typography=typography)


@pytest.mark.parametrize("sample", READABLE, ids=lambda path: path.stem)
def test_a_sample_is_read_as_expected(sample: Path) -> None:
    story = read(sample.read_bytes(), name=sample.name, zone=KYIV)
    assert facts_of(story) == expected_of(sample)


@pytest.mark.parametrize("sample", UNREADABLE, ids=lambda path: path.stem)
def test_a_broken_sample_is_refused_with_its_sentence(sample: Path) -> None:
    with pytest.raises(UnreadableText) as refused:
        read(sample.read_bytes(), name=sample.name, zone=KYIV)
    assert str(refused.value) == expected_of(sample)["error"]


@pytest.mark.parametrize("size", [LIMIT + 1, 10_000_000])
def test_a_file_above_two_megabytes_is_refused_with_its_size(size: int) -> None:
    with pytest.raises(UnreadableText, match=r"big\.txt is \d+\.\d MB, and copy may have 2 MB"):
        read(b"a " * (size // 2) + b"a", name="big.txt", zone=KYIV)


def test_the_largest_story_is_read_in_reasonable_time() -> None:
    text = "A long report\n\n" + "The river rose again on Monday, they said.\n\n" * 40_000
    assert len(make_story(text).paragraphs) == 40_000


def test_there_are_enough_samples() -> None:
    assert len(READABLE) + len(UNREADABLE) >= 45


def test_typography_changes_quotes_and_dashes_and_no_word() -> None:
    story = make_story(
        "The 'old' street\n\nBy Ann Roe\n\n\"It's '98 again,\" she said -- and left...\n\n"
        "At 5'10\".\n",
        typography=True,
    )
    assert story.headline == "The ‘old’ street"
    assert story.paragraphs == ("“It’s ’98 again,” she said — and left…", "At 5'10\".")


def test_ukrainian_typography_has_its_own_quotes() -> None:
    story = make_story('Міст\n\nРада сказала: "Ні" - і пішла. Ім\'я відоме.\n', typography=True)
    assert story.paragraphs == ("Рада сказала: «Ні» — і пішла. Ім’я відоме.",)


def test_without_typography_every_character_stays() -> None:
    assert make_story('A street\n\n"It\'s ours," -- so they said.\n').paragraphs == (
        '"It\'s ours," -- so they said.',
    )


def make_headed(line: str) -> ImportedStory:
    return make_story(f"Clock stops again\n\n{line}\n\nIt stopped at noon.\n\nNobody minds.\n")


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("By Ann Roe | Photographs by Tom Hill", ["by Ann Roe", "photos Tom Hill"]),
        ("By Ann Roe. Edited by Tom Hill.", ["by Ann Roe", "editing Tom Hill"]),
        ("By Ann Roe and photographs by Tom Hill", ["by Ann Roe", "photos Tom Hill"]),
        ("Words and photos by Ann Roe", ["by Ann Roe", "photos Ann Roe"]),
        ("Author: Ann Roe\nEditor: Tom Hill", ["by Ann Roe", "editing Tom Hill"]),
        ("By Ann Roe\nGraphics by Tom Hill", ["by Ann Roe", "drawings Tom Hill"]),
        ("By Ann Roe\nVideo by Tom Hill", ["by Ann Roe", "with Tom Hill"]),
        ("By Ann Roe for The Valley Post", ["by Ann Roe"]),
        ("Текст: Ніна Поль, фото: Марко Лис", ["by Ніна Поль", "photos Марко Лис"]),
        ("Автор: Ніна Поль\nФото: Марко Лис", ["by Ніна Поль", "photos Марко Лис"]),
        ("Переклад з англійської: Ніна Поль", ["translation Ніна Поль"]),
    ],
)
def test_each_role_has_its_byline(line: str, named: list[str]) -> None:
    story = make_headed(line)
    assert [f"{b.role} {b.name}" for b in story.bylines] == named
    assert story.paragraphs == ("It stopped at noon.", "Nobody minds.")


@pytest.mark.parametrize("below", ["Associated Wire", "Staff Writer", "Agency correspondent"])
def test_an_affiliation_is_dropped_below_a_byline_and_only_there(below: str) -> None:
    story = make_story(
        f"Clock stops\n\nBy Ann Roe\n{below}\n\nIt stopped at noon.\n\n{below}\n\nNobody minds.\n"
    )
    assert [(d.number, d.reason) for d in story.dropped] == [(4, "job or address beside a byline")]
    assert [b.text for b in story.blocks] == ["It stopped at noon.", below, "Nobody minds."]


def test_the_length_of_a_recording_is_no_time_of_publication() -> None:
    story = make_headed("4 March 2026\n\n0:00\n/\n4:12")
    assert story.published and story.published.hour == 0
    assert [d.text for d in story.dropped] == ["0:00", "/", "4:12"]


@pytest.mark.parametrize(
    "name",
    ["Jan Novák", "Jo March", "Lena H. Sun", "Min Jin Lee", "Ali al-Rashid", "Sean “Sandy” Moen"],
)
def test_a_name_that_is_also_a_month_a_day_or_has_a_small_part_is_a_name(name: str) -> None:
    assert [b.name for b in make_headed(f"By {name} for HNA").bylines] == [name]


def test_a_title_in_capitals_above_a_byline_names_nobody() -> None:
    story = make_story(
        "A storm\n\nSCHOOL ROOF FALLS; NOBODY HURT\nBy Ann Roe\n\nIt fell.\n\nNobody minds.\n"
    )
    assert [b.name for b in story.bylines] == ["Ann Roe"]


def test_what_is_no_word_does_not_keep_a_file_from_being_read() -> None:
    story = read(b"Rain\n\nIt cost \xa3 5, \x93no more\x94.\n", name="rain.txt", zone=KYIV)
    assert story.paragraphs == ("It cost £ 5, “no more”.",)
