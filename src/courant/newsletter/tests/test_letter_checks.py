"""What is said about a letter before it goes."""

from dataclasses import replace

import pytest

from courant.newsletter.letter_checks import Tried, foreign_links, remarks_on
from courant.newsletter.tests.make import NOON
from courant.newsletter.tests.test_compose import letter_of
from courant.newsletter.transports.memory import MemoryTransport
from courant.newsletter.trial import send_trial
from courant.stories import published as out
from courant.stories.tests.make import make_published_photo

SITE = "https://lantern.example"


def wrong(letter, there=lambda path: True):
    return " ".join(r.text for r in remarks_on(letter, SITE, there) if r.wrong)


def test_a_good_letter_has_nothing_wrong():
    assert wrong(letter_of("The river rose.", path="/harbour/river/")) == ""


def test_links_of_our_own_that_lead_nowhere_are_named():
    asked = []

    def is_there(path):
        asked.append(path)
        return path != "/harbour/river/"

    letter = letter_of("The river rose.", path="/harbour/river/")
    assert "/harbour/river/ leads nowhere" in wrong(letter, is_there)
    assert not [path for path in asked if path.startswith("/newsletter/")]


def test_other_sites_are_named_and_not_tried():
    body = out.Paragraph("p", (out.Run("words", href="https://elsewhere.example/a"),))
    told = remarks_on(letter_of(body), SITE, lambda path: "elsewhere" not in path)
    texts = [remark.text for remark in told if not remark.wrong]
    assert "Links to other sites are not tried: elsewhere.example." in texts


def test_what_other_sites_answered_is_told_and_what_is_gone_is_wrong():
    tried = [
        Tried("https://pier.example/a", 200),
        Tried("https://pier.example/b", 404),
        Tried("https://pier.example/c", 403),
        Tried("https://dry.example/", 0, "The name dry.example leads to no address."),
    ]
    told = remarks_on(letter_of("The river rose."), SITE, lambda path: True, tried)
    texts = {remark.text: remark.wrong for remark in told}
    assert texts["https://pier.example/b: it answers 404."]
    assert texts["https://dry.example/: The name dry.example leads to no address."]
    shy = "https://pier.example/c: it answers 403, perhaps to programs only. Open it yourself."
    assert texts[shy] is False
    assert texts["1 of 4 links to other sites answer."] is False


def test_links_to_try_are_those_of_other_sites():
    body = out.Paragraph("p", (out.Run("words", href="https://elsewhere.example/a"),))
    assert foreign_links(letter_of(body, body), SITE) == ["https://elsewhere.example/a"]


def test_a_photo_without_alt_text_is_named(tmp_path):
    photo = make_published_photo(tmp_path, id=4, alt="")
    assert "no alt text: https://lantern.example/photos/4-1200.jpg" in wrong(
        letter_of("The river rose.", lead_photo=photo)
    )


@pytest.mark.parametrize("left", ["{{ first_name }}", "TK", "[[weather]]", "Lorem ipsum", "TODO"])
def test_what_was_to_be_filled_in_is_found(left):
    assert f"“{left}” stands in the letter" in wrong(letter_of(f"Dear reader, {left} here."))


def test_ordinary_words_are_no_placeholders():
    words = "The tick tower has 30% more [sic] rooms; {curly} words, XX century, 100%."
    assert "was to be filled in" not in wrong(letter_of(words))


def test_a_long_subject_and_a_missing_preheader_are_told():
    letter = replace(letter_of("The river rose."), subject="x" * 90, preheader="")
    assert "The subject has 90 characters" in wrong(letter)
    assert "There is no preheader" in wrong(letter)


def test_a_letter_that_gmail_would_cut_is_told():
    letter = letter_of("The river rose.")
    assert "hides the link to unsubscribe" in wrong(
        replace(letter, html=letter.html + "x" * 100_000)
    )


def test_a_letter_without_a_way_out_is_told():
    letter = letter_of("The river rose.")
    assert "The plain text has no link to unsubscribe." in wrong(replace(letter, text="x"))


def test_a_trial_is_marked_and_nobody_can_unsubscribe_with_it():
    transport = MemoryTransport()
    send_trial(letter_of("The river rose."), "ed@example.org", NOON, transport)
    mail = transport.sent[0]
    assert mail.recipient == "ed@example.org"
    assert b"Subject: Test: " in mail.data and b"unsubscribe/test/" in mail.data
