"""One letter, many readers: the bytes are those that a careful writer would make one by one."""

from email import message_from_bytes
from email.policy import SMTP
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courant.newsletter.message import ByteTemplate, Sender
from courant.newsletter.tests.make import NOON
from courant.newsletter.tests.test_message import HOSTILE

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x0b\x0c\x1c\x1d\x1e\x85"))


def template(text, html="<p>@link@</p>", **facts):
    return ByteTemplate(
        sender=Sender("The Test Lantern", "letters@lantern.example"),
        subject="The ferry returns",
        date=NOON,
        text=text,
        html=html,
        marks={"@name@": "name", "@link@": "link"},
        more=(("List-Unsubscribe", "<@link@>"),),
        **facts,
    )


def written(made, **values):
    return made.mail("anna@example.org", "<1@lantern.example>", values).data


def parts(data):
    mail = message_from_bytes(data, policy=SMTP)
    return [part.get_content().replace("\r\n", "\n") for part in mail.iter_parts()]


@settings(max_examples=200, deadline=None)
@given(before=WORDS, name=WORDS, after=WORDS)
def test_values_are_read_back_where_they_stand_escaped_in_html_alone(before, name, after):
    text = f"{before}@name@{after}\n@name@ and @link@."
    data = written(template(text, f"<i>{text}</i>"), name=name, link="https://l.example/x")
    wanted = f"{before}{name}{after}\n{name} and https://l.example/x."
    in_html = f"<i>{before}{escape(name)}{after}\n{escape(name)} and https://l.example/x.</i>"
    assert [part.rstrip("\n") for part in parts(data)] == [wanted, in_html]


@settings(max_examples=300, deadline=None)
@given(text=HOSTILE, name=HOSTILE)
def test_the_body_is_its_own_canonical_form_and_fits_every_server(text, name):
    data = written(template(f"{text}@name@{text * 5}"), name=name, link="https://l.example/x")
    body = data.partition(b"\r\n\r\n")[2]
    assert body.endswith(b"--\r\n") and data.isascii()
    for line in body.split(b"\r\n"):
        assert len(line) <= 76 and b"\n" not in line and b"\r" not in line
        assert b"  " not in line and b"\t" not in line and not line.endswith(b" ")
        assert not line.startswith((b".", b"From "))


def test_a_long_link_with_signs_of_its_own_is_read_back_whole():
    link = "https://lantern.example/newsletter/unsubscribe/" + "Ab-_9" * 30 + "?a=b&c=d"
    text, html = parts(written(template("Leave: @link@"), name="", link=link))
    assert link in text and escape(link) in html


@pytest.mark.parametrize("bad", ["https://x.example/\r\nBcc: a@b.example", "https://é.example"])
def test_a_value_that_would_break_a_header_is_refused(bad):
    with pytest.raises(ValueError, match="cannot stand in a mail header"):
        written(template("@link@"), name="", link=bad)


@pytest.mark.parametrize("bad", ["a@b.example> SIZE=1", "a b@c.example", "<a@b.example>", "nobody"])
def test_an_address_that_would_break_the_envelope_is_refused(bad):
    with pytest.raises(ValueError, match="cannot stand in an envelope"):
        template("x").mail(bad, "<1@lantern.example>", {"name": "", "link": "x"})
    with pytest.raises(ValueError, match="cannot stand in an envelope"):
        template("x").mail("a@b.example", "<1@l.example>", {"name": "", "link": "x"}, returns=bad)


def test_a_reader_without_a_value_that_the_letter_needs_gets_no_letter():
    with pytest.raises(ValueError, match="needs link, name of every reader"):
        template("x").mail("a@b.example", "<1@lantern.example>")
