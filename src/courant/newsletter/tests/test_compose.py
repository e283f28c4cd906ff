"""Letters."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courant.narration.spoken import SoundFile, SpokenStory
from courant.newsletter.compose import LONGEST_HTML, Recipient, compose, personal
from courant.newsletter.tests.make import NOON, make_facts, photo_url
from courant.stories import published as out
from courant.stories.tests.make import (
    make_byline,
    make_paper,
    make_published_photo,
    make_published_story,
    paragraph,
)

TO = Recipient(
    "anna@example.org",
    "https://lantern.example/newsletter/unsubscribe/T0K-en_/",
    "https://lantern.example/newsletter/preferences/T0K-en_/",
    "<1@l.example>",
    NOON,
)


class Read(HTMLParser):
    """The tags and words of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def all(self, tag, name):
        return [attrs.get(name) for found, attrs in self.tags if found == tag]


def letter_of(*body, spoken=None, newsletter=None, **facts):
    story = make_published_story(*body, **facts)
    paper = make_paper(story, url="https://lantern.example")
    return compose(story, paper, newsletter or make_facts(), spoken, photo_url)


def make_spoken(seconds):
    sound = SoundFile("audio/mpeg", Path("a.mp3"), "/audio/a.mp3", 9)
    return SpokenStory(
        1, "d", (sound,), "/audio/a.json", "/audio/a.vtt", "", seconds, "voice", "algorithmicMedia"
    )


def test_a_letter_holds_the_whole_story(tmp_path):
    photo = make_published_photo(
        tmp_path, id=4, alt="A boat", caption="In at six.", credit="I. Brandt"
    )
    letter = letter_of(
        "The river rose.",
        out.Subheading("s", "By night"),
        out.Quote("q", (out.Run("We saw it."),), "Ada Fell", "pilot"),
        out.PullQuote("p", "It rose"),
        out.ListBlock("l", ((out.Run("one"),), (out.Run("two", bold=True),)), ordered=True),
        out.Box("x", "How it works", ((out.Run("With water."),),)),
        out.Table("t", "Levels", ("Day", "cm"), (("Mon", "12"),)),
        out.Embed("e", "https://video.example/1", "The flood", provider="Video"),
        out.RelatedStory("r", "/harbour/old/", "The last flood"),
        out.PhotoBlock("f", photo),
        headline="The river",
        standfirst="It went down again.",
        lead_photo=photo,
        bylines=(make_byline(), make_byline("Ilse Brandt", "photos")),
        corrections=(out.PublishedCorrection(NOON, "correction", "It was Monday."),),
        kind="opinion",
        minutes=3,
        published=datetime(2026, 11, 20, 12, 0, tzinfo=UTC),
        path="/harbour/river/",
    )
    page = Read(letter.html)
    for words in (
        "The river rose.",
        "By night",
        "We saw it.",
        "Ada Fell, pilot",
        "two",
        "How it works",
        "With water.",
        "Levels",
        "Mon",
        "The flood",
        "The last flood",
        "In at six.",
        "I. Brandt",
        "By Marta Quill · Photos: Ilse Brandt",
        "20 November 2026, 12:00",
        "3 minutes to read",
        "Harbour · Opinion",
        "Correction, 20 November 2026: It was Monday.",
        "It went down again.",
    ):
        assert words in page.words, words
        assert words in letter.text or words in ("I. Brandt",), words
    assert page.all("img", "src") == ["https://lantern.example/photos/4-1200.jpg"] * 2
    assert page.all("img", "alt") == ["A boat"] * 2
    assert "It rose" in page.words and "It rose" not in letter.text
    links = page.all("a", "href")
    assert {"https://video.example/1", "https://lantern.example/harbour/old/"} <= set(links)
    assert "https://lantern.example/harbour/river/" in links
    assert letter.subject == "The river"
    assert letter.preheader == "It went down again."
    assert not letter.cut


def test_nothing_is_loaded_but_photos_and_nothing_can_run():
    page = Read(letter_of("The river rose.").html)
    assert not {"script", "link", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert not page.all("img", "src")


def test_a_spoken_story_can_be_listened_to():
    letter = letter_of("The river rose.", spoken=make_spoken(200))
    assert "Listen (4 min)" in letter.html and "Listen (4 min)" in letter.text
    assert "#listen" in letter.html
    assert "Listen" not in letter_of("The river rose.").html


def test_dark_colours_are_kept_and_the_rest_is_inlined():
    html = letter_of("The river rose.").html
    assert "@media (prefers-color-scheme: dark)" in html
    assert '<p style="' in html


def test_a_letter_speaks_the_language_of_its_newsletter():
    facts = {"newsletter": make_facts(language="uk"), "minutes": 2}
    letter = letter_of("Річка піднялася.", published=NOON, **facts)
    for words in ("Відписатися", "2 хвилини читання", "20 листопада 2026"):
        assert words in letter.html and words in letter.text
    assert letter_of(minutes=1, newsletter=make_facts(language="uk")).html.count("1 хвилина") == 1
    assert letter_of(minutes=5, newsletter=make_facts(language="uk")).html.count("5 хвилин ") == 1


def test_a_letter_for_a_reader_has_their_own_way_out():
    mail = personal(letter_of("The river rose."), TO)
    found = message_from_bytes(mail.data, policy=SMTP)
    assert found["List-Unsubscribe"] == f"<{TO.unsubscribe_url}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["List-Id"] == "<tide.lantern.example>"
    assert found["Message-ID"] == "<1@l.example>"
    assert found["From"] == "The Test Lantern <letters@lantern.example>"
    assert found.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in found.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    for part in found.iter_parts():
        assert TO.unsubscribe_url in part.get_content()
        assert "unsubscribe.invalid" not in part.get_content()
    assert found.keys().count("List-Unsubscribe") == 1


def test_a_long_story_is_cut_before_mail_clients_cut_it():
    letter = letter_of(*[f"{n} " + "The river rose and fell. " * 40 for n in range(200)])
    assert letter.cut
    assert len(letter.html.encode()) <= LONGEST_HTML
    assert len(letter.html.encode()) > LONGEST_HTML - 5000
    assert "Read on" in letter.html and "Read on" in letter.text
    assert "Unsubscribe" in letter.html


def test_one_endless_paragraph_leaves_a_letter_that_can_be_read_on():
    letter = letter_of("The river rose. " * 20_000)
    assert letter.cut and len(letter.html.encode()) < LONGEST_HTML


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "[::1", "\njavascript:x"]
)
def test_a_link_that_does_not_belong_in_mail_loses_its_address(href):
    letter = letter_of(out.Paragraph("p", (out.Run("words", href=href),)))
    assert "words" in letter.html
    assert "javascript" not in letter.html and "evil" not in letter.html


def test_a_story_cannot_place_the_mark():
    mark = letter_of("The river rose.").mark
    letter = letter_of(f"See {mark} and https://unsubscribe.invalid/")
    mail = personal(letter, TO)
    assert mail.data.count(b"unsubscribe.invalid") >= 2


@settings(max_examples=60, deadline=None)
@given(
    words=st.text(
        st.one_of(st.sampled_from("<>&\"'{}%\r\n\u2028"), st.characters(codec="utf-8")),
        min_size=1,
        max_size=60,
    )
)
def test_words_stay_words(words):
    photo = out.PublishedPhoto(1, Path("x"), 8, 5, words, words, words, "d")
    story = make_published_story(
        paragraph(words),
        out.Quote("q", (out.Run(words, italic=True, href=words),), words, words),
        out.Box("x", words, ((out.Run(words),),)),
        out.Table("t", words, (words,), ((words,),)),
        out.Embed("e", words, words, words, words),
        headline=words,
        standfirst=words,
        lead_photo=photo,
        bylines=(make_byline(words),),
    )
    plain = make_published_story(
        *[paragraph("a"), out.Quote("q", (out.Run("a", italic=True),), "a", "a")],
        out.Box("x", "a", ((out.Run("a"),),)),
        out.Table("t", "a", ("a",), (("a",),)),
        out.Embed("e", "a", "a", "a", "a"),
        headline="a",
        standfirst="a",
        lead_photo=out.PublishedPhoto(1, Path("x"), 8, 5, "a", "a", "a", "d"),
        bylines=(make_byline("a"),),
    )
    letters = [
        compose(s, make_paper(s), make_facts(name=w), None, photo_url)
        for s, w in ((story, words), (plain, "a"))
    ]
    found, expected = (
        [tag for tag, _ in Read(one.html).tags if tag not in ("a", "p", "span")] for one in letters
    )
    missing = {"h1"} if not words.strip() else set()
    assert [t for t in found if t not in missing] == [t for t in expected if t not in missing]
    personal(letters[0], TO)
