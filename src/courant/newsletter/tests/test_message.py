"""The bytes of mails."""

from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courant.newsletter.message import Sender, make_mail, one_line
from courant.newsletter.tests.make import NOON

HOSTILE = st.text(
    st.one_of(
        st.sampled_from('\r\n\x00\x0b\x0c\x1c\x85\u2028\u2029\t =?<>",;:@\\.éїв☕\ud800'),
        st.characters(),
    ),
    max_size=120,
)


def make(**facts):
    defaults = {
        "sender": Sender("The Test Lantern", "letters@lantern.example"),
        "recipient": "anna@example.org",
        "subject": "The ferry returns",
        "date": NOON,
        "message_id": "<abc@lantern.example>",
        "text": "Hello\n",
        "html": "<p>Hello</p>\n",
    }
    return make_mail(**(defaults | facts))


def parsed(mail):
    return message_from_bytes(mail.data, policy=SMTP)


@settings(max_examples=300, deadline=None)
@given(subject=HOSTILE, name=HOSTILE)
def test_no_subject_and_no_name_becomes_another_header(subject, name):
    mail = parsed(make(subject=subject, sender=Sender(name, "letters@lantern.example")))
    assert mail.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "MIME-Version",
        "Content-Type",
    ]
    assert [a.addr_spec for a in mail["From"].addresses] == ["letters@lantern.example"]
    assert [a.addr_spec for a in mail["To"].addresses] == ["anna@example.org"]
    assert len(list(mail.iter_parts())) == 2


@settings(max_examples=200, deadline=None)
@given(
    subject=st.text(
        st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=150
    )
)
def test_a_subject_is_read_back_as_written(subject):
    assert " ".join(parsed(make(subject=subject))["Subject"].split()) == one_line(subject)


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), max_size=300))
def test_the_text_is_read_back_as_written(text):
    mail = make(text=text, html=text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    for part in parsed(mail).iter_parts():
        assert part.get_content().replace("\r\n", "\n").rstrip("\n") == lines.rstrip("\n")


@settings(max_examples=100, deadline=None)
@given(text=HOSTILE, subject=HOSTILE)
def test_lines_are_short_plain_and_end_with_cr_lf(text, subject):
    data = make(text=text * 20, subject=subject).data
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"") and b"\r" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 78 or b"Subject" in line for line in data.split(b"\r\n"))


@pytest.mark.parametrize(
    "name", ["Ланцюг, Новини", 'The "Lantern", weekly', "=?utf-8?q?x?=", "Zoë"]
)
def test_a_name_is_read_back_as_written(name):
    found = parsed(make(sender=Sender(name, "letters@lantern.example")))["From"].addresses[0]
    assert found.display_name == name


def test_the_longest_address_stays_on_one_line():
    address = "a" * 64 + "@" + ".".join(["b" * 60] * 3) + ".example"
    assert parsed(make(recipient=address))["To"].addresses[0].addr_spec == address


@pytest.mark.parametrize("bad", ["a@b.de\r\nBcc: c@d.de", "a@b.de\nX: y", "é@b.de", "a" * 999])
def test_an_address_that_would_break_a_header_is_refused(bad):
    with pytest.raises(ValueError, match="cannot stand in a mail header"):
        make(recipient=bad)


def test_the_same_mail_has_the_same_bytes():
    assert make().data == make().data
