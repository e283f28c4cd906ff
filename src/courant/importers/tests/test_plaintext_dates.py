"""The forms of dates and bylines that copy uses, and those that are not taken for one."""

from zoneinfo import ZoneInfo

import pytest

from courant.importers.plaintext.bylines import byline
from courant.importers.plaintext.captions import caption
from courant.importers.plaintext.dates import scan

SITE = ZoneInfo("Europe/Kyiv")


def moment_of(text: str) -> str:
    stamps = scan(text)
    assert stamps is not None
    moment = stamps[0].at(SITE)
    assert moment is not None
    return moment.isoformat()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("January 3, 2026 - 12:41 PM ET", "2026-01-03T12:41:00-05:00"),
        ("July 3, 2026 - 12:41 PM ET", "2026-07-03T12:41:00-04:00"),
        ("Published: 12:41 p.m. ET Jan. 3, 2026", "2026-01-03T12:41:00-05:00"),
        ("Sat, 3 Jan 2026 12:41:00 +0200", "2026-01-03T12:41:00+02:00"),
        ("3rd January 2026, 9am GMT", "2026-01-03T09:00:00+00:00"),
        ("Tue 3 Nov 2026 06.00 GMT", "2026-11-03T06:00:00+00:00"),
        ("2026-01-03 12:41 UTC+2", "2026-01-03T12:41:00+02:00"),
        ("2026-01-03T12:41:00Z", "2026-01-03T12:41:00+00:00"),
        ("12:05 AM PT, March 1, 2026", "2026-03-01T00:05:00-08:00"),
        ("June 1, 2026, 12:41 BST", "2026-06-01T12:41:00+01:00"),
        ("June 1, 2026 at 12:41 (Kyiv time)", "2026-06-01T12:41:00+03:00"),
        ("03.01.2026 12:41", "2026-01-03T12:41:00+02:00"),
        ("13/1/2026", "2026-01-13T00:00:00+02:00"),
        ("1/13/2026", "2026-01-13T00:00:00+02:00"),
        ("3 січня 2026 року, 12:41", "2026-01-03T12:41:00+02:00"),
        ("субота, 3 січня 2026, 12:41 за Києвом", "2026-01-03T12:41:00+02:00"),
        ("January 3, 2026", "2026-01-03T00:00:00+02:00"),
    ],
)
def test_a_date_is_read_in_its_zone_or_the_sites(text: str, moment: str) -> None:
    assert moment_of(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "On January 3, 2026 the ferry returned",
        "30 February 2026",
        "25:61, 3 January 2026",
        "3 January 2026, 14:00 PM",
        "The 2026 budget",
        "10",
        "Monday",
        "",
    ],
)
def test_what_is_more_or_less_than_a_date_is_none(text: str) -> None:
    assert scan(text) is None


@pytest.mark.parametrize(
    "text", ["3 hours ago", "Yesterday, 12:41", "2 години тому", "Jan 3, 12:41"]
)
def test_a_date_that_lacks_its_day_or_year_gives_no_moment(text: str) -> None:
    stamps = scan(text)
    assert stamps
    assert stamps[0].vague
    assert stamps[0].at(SITE) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("by Jane Example", ["Jane Example"]),
        ("BY JANE EXAMPLE AND OMAR FIELD", ["JANE EXAMPLE", "OMAR FIELD"]),
        (
            "By Jane Example, Omar Field & Ruth Sample",
            ["Jane Example", "Omar Field", "Ruth Sample"],
        ),
        ("By J. R. van der Berg", ["J. R. van der Berg"]),
        ("By Jean-Luc O’Neil in Kyiv, Ukraine", ["Jean-Luc O’Neil"]),
        ("By The Associated Press", ["The Associated Press"]),
        ("Автор: Дар'я Лук'яненко", ["Дар'я Лук'яненко"]),
        ("Автори: Олена Приклад та Іван Зразок", ["Олена Приклад", "Іван Зразок"]),
    ],
)
def test_a_byline_gives_its_names(text: str, names: list[str]) -> None:
    found = byline(text)
    assert found is not None
    assert [b.name for b in found.bylines] == names


@pytest.mark.parametrize(
    "text", ["By Tuesday", "By the river, they waited.", "By hand", "By 2030", "Текст пісні"]
)
def test_a_phrase_with_by_is_no_byline(text: str) -> None:
    assert byline(text) is None


@pytest.mark.parametrize(
    ("line", "text", "credit"),
    [
        ("A boat. (Photo by A. Roe/Agency via Getty Images)", "A boat.",
         "A. Roe/Agency via Getty Images"),
        ("A boat (AP Photo/Ann Roe)", "A boat", "AP Photo/Ann Roe"),
        ("A boat [Ann Roe/Reuters]", "A boat", "Ann Roe/Reuters"),
        ("Ann Roe/AFP via Getty Images", "", "Ann Roe/AFP via Getty Images"),
        ("A boat at sea. Credit: Ann Roe", "A boat at sea.", "Ann Roe"),
        ("Photo courtesy of Ann Roe", "", "Ann Roe"),
        ("Фото: пресслужба ДСНС", "", "пресслужба ДСНС"),
        ("Caption: A boat at sea", "A boat at sea", ""),
    ],
)  # fmt: skip
def test_a_caption_is_told_from_its_credit(line: str, text: str, credit: str) -> None:
    found = caption(line)
    assert found is not None
    assert (found.text, found.credit) == (text, credit)


@pytest.mark.parametrize(
    "line",
    [
        "It runs on both systems (Windows/Linux).",
        "Credit: who pays for the ferry?",
        "The photo was taken by a stranger (Ann never learned his name).",
        "Image matters, they say, and so does money.",
        "She came via Paris.",
    ],
)
def test_a_sentence_is_no_caption(line: str) -> None:
    assert caption(line) is None
