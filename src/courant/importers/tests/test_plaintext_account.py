"""Whatever the copy: every word of it is in the story, recognised, or reported as dropped."""

import re
from collections import Counter
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from courant.importers.plaintext.decode import clean
from courant.importers.plaintext.model import ImportedBlock, ImportedStory, UnreadableText
from courant.importers.plaintext.read import read

KYIV = ZoneInfo("Europe/Kyiv")
KNOWN = [
    "By Jane Example", "by Jane Example and Omar Field in Kyiv", "January 3, 2026 - 12:41 PM ET",
    "Updated: 3/4/2026 10:15", "3 hours ago", "4 min read",
    "By Jane Example | 5 May 2026 | 3 min read",
    "Share", "Facebook", "X", "Email", "Copy link", "Sign up for our newsletter",
    "Enter your email",
    "A boat. (Photo by A. Roe/Agency via Getty Images)", "Photo: Tom Roe", "Credit: Ann Roe/AFP",
    "WORLD | Politics", "BC-Ferry", "Eds: adds quote", "###", "ENDS", "-- ", "---", "(more)",
    "EMBARGOED UNTIL 00:01 GMT, 5 January 2026", "Subject: Re: A ferry", "From: a@example.org",
    "Date: today", "> quoted words", "> — Ann Roe", "On Friday Ann wrote:", "# A title",
    "## A part",
    "- one", "- two", "1. first", "2. second", "3) third", "![boat](x.jpg)", "**Bold line**",
    "See [the map](https://example.org/m) now.", "Read also:", "Related: a story", "© 2026 Paper",
    "Jane Example", "Jane Example is a reporter.", "KYIV, Jan 3 (Agency) — It rained.",
    "“We stay.” — Ann Roe, mayor", "Hi all,", "Best regards,", "Читайте також: Інша новина",
    "Автор: Дар'я Лук'яненко", "3 січня 2026, 12:41", "Фото: Іван Зразок", "Час читання: 4 хв",
    "Поділитися", "HEADLINE: Words", "STANDFIRST: More words", "BYLINE: Ann Roe", "Caption: A boat",
    "A hard-wrapped line that is rather long and goes on", "in lower case, and ends here.", "well-",
    "    Indented words stand here.", "The council voted to keep the old observatory on Saturday.",
    "---", "title: A ferry", "author: [Ann Roe, Tom Roe]", "date: 2026-03-04 08:30", "tags:",
    "By Ann Roe in Kyiv | Photographs by Tom Roe | Edited by Omar Field", "Фото: Іван Зразок",
    "Words and photos by Ann Roe", "Getty Images", "A caption without a stop", "Reuters", "4:12",
    "0:00", "/", "Associated Wire", "Environment correspondent", "Photo: Tom Roe for the magazine",
    "Sign up to This Is Europe", "More in Local News", "14:05", "2 hours ago", "3 Likes",
    "A subhead", "(Reporting by Ann Roe; Editing by Tom Roe)", "Forwarded", "About the author",
    "Kyiv • HNA", "5 May 2026, 12:10 • 1234 views",
    "November 3, 20266:12 PM GMT+2Updated 3 hours ago",
    "[1/3]A boat. HNA/Tom Roe Purchase Licensing Rights, opens new tab", "Tags", "Related article",
    "Opinion | A bridge too few by far", "HPR | By Ann Roe", "Ann Roe Environment correspondent",
    "valleypost.com", "Media contact: a@example.org",
]  # fmt: skip
LINES = st.one_of(
    st.sampled_from(KNOWN),
    st.text(alphabet="abc АБв.,:;!?\"'“”«»()[]-–—*_#>/|@©0123456789\t \u00a0", max_size=40),
    st.text(max_size=30),
)
TEXTS = st.lists(st.one_of(LINES, st.just("")), max_size=25).map("\n".join)


def words_of(text: str) -> list[str]:
    """Runs of letters and digits; a hyphen at a line's end does not divide."""
    return re.findall(r"[^\W_]", text)


def texts_of(block: ImportedBlock) -> list[str]:
    items = [f"{n} {item}" if block.ordered else item for n, item in enumerate(block.items, 1)]
    return [block.text, *items, block.speaker]


def read_or_none(data: bytes) -> ImportedStory | None:
    try:
        return read(data, name="copy.txt", zone=KYIV)
    except UnreadableText as refused:
        assert str(refused).startswith("copy.txt ") and str(refused).endswith(".")
        return None


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_every_word_is_in_exactly_one_place(text: str) -> None:
    story = read_or_none(text.encode("utf-8", "ignore"))
    if story is None:
        return
    placed = [r.text for r in story.recognised] + [d.text for d in story.dropped]
    placed += [part for block in story.blocks for part in texts_of(block)]
    copy = clean(text.encode("utf-8", "ignore").decode())
    assert Counter(words_of(" ".join(placed))) == Counter(words_of(copy))


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_the_words_of_the_body_keep_their_order(text: str) -> None:
    story = read_or_none(text.encode("utf-8", "ignore"))
    if story is None:
        return
    copy = iter(words_of(clean(text.encode("utf-8", "ignore").decode())))
    body = "".join(part for block in story.blocks for part in texts_of(block))
    assert all(letter in copy for letter in words_of(body))


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_times_are_aware_and_a_second_reading_is_the_same(text: str) -> None:
    data = text.encode("utf-8", "ignore")
    story = read_or_none(data)
    if story is not None:
        times = (story.published, story.updated, story.embargo)
        assert all(time.tzinfo for time in times if time)
        assert read_or_none(data) == story


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.binary(max_size=300), TEXTS.map(lambda t: t.encode("cp1251", "ignore"))))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    read_or_none(data)
