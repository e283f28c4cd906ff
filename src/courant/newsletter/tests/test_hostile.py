"""Hostile words in every field that reaches a mail: one header stays one header, one reader one."""

import random
from email import message_from_bytes
from email.policy import SMTP

import pytest

from courant.newsletter.compose import PREFERENCES, UNSUBSCRIBE, Letter, in_type
from courant.newsletter.tests.make import NOON

WEAPONS = [
    *("\r\nBcc: eve@evil.example", "\nBcc: eve@evil.example", "\rBcc: eve@evil.example"),
    *("\r\n\r\n<script>alert(1)</script>", "\x00\r\n.\r\nMAIL FROM:<eve@evil.example>"),
    *("\u2028Bcc: eve@evil.example", "\u2029X: y", "\x85X: y", "\x0bX: y", "\x0cX: y", "\x1cX: y"),
    *("=?utf-8?q?=0ABcc=3A_eve=40evil.example?=", "=?utf-8?b?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?="),
    *('"<eve@evil.example>, ', ", eve@evil.example", "(comment)", "<eve@evil.example>", "\\", '"'),
    *(
        "\ud800",
        "é" * 200,
        "x" * 2000,
        "\u202e",
        "😀" * 90,
        "\t",
        " " * 300,
        ";x=y",
        "%0d%0aBcc: e",
    ),
]
FIELDS = ("subject", "preheader", "html", "text", "from_name", "from_address", "list_id")
PARTS = ("To", "Message-ID", "link", "preferences", "returns")
ONCE = {
    *("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe"),
    *("List-Unsubscribe-Post", "MIME-Version", "Content-Type"),
}


def hostile(chance):
    words = chance.choices(["ferry", " ", "Тиха хвиля", *WEAPONS], k=chance.randint(1, 4))
    return "".join(words)


def message(chance):
    """A message with a hostile string in one place; None where it was refused."""
    good = {
        "subject": "The ferry",
        "preheader": "",
        "html": "<p>Hello unsubscribe@m@ preferences@m@</p>",
        "text": "Hello unsubscribe@m@ preferences@m@\n",
        "mark": "unsubscribe@m@",
        "from_name": "The Test Lantern",
        "from_address": "letters@lantern.example",
        "list_id": "<tide.lantern.example>",
        "language": "en",
        "cut": False,
    }
    parts = {
        "To": "anna@example.org",
        "Message-ID": "<1@lantern.example>",
        "link": "https://lantern.example/u/1",
        "preferences": "https://lantern.example/p/1",
        "returns": "bounces@lantern.example",
    }
    place = chance.choice([*FIELDS, *PARTS])
    where = good if place in good else parts
    where[place] = chance.choice([where[place] + hostile(chance), hostile(chance) + where[place]])
    try:
        links = {UNSUBSCRIBE: parts["link"], PREFERENCES: parts["preferences"]}
        mail = in_type(Letter(**good), NOON).mail(
            parts["To"], parts["Message-ID"], links, returns=parts["returns"]
        )
        return place, mail, mail.data, good["from_address"]
    except ValueError as error:
        assert "cannot stand in" in str(error)
        return place, None, b"", ""


@pytest.mark.parametrize("seed", range(4))
def test_no_string_in_any_field_becomes_a_header_a_recipient_or_a_command(seed):
    """2,000 strings in all."""
    chance = random.Random(seed)
    written = 0
    for _number in range(500):
        place, mail, data, sender = message(chance)
        if mail is None:
            assert place not in ("subject", "from_name", "html", "text", "preheader"), place
            continue
        written += 1
        parsed = message_from_bytes(data, policy=SMTP)
        assert set(parsed.keys()) == ONCE and len(parsed.keys()) == len(ONCE), place
        assert [a.addr_spec for a in parsed["To"].addresses] == [mail.recipient], place
        assert [a.addr_spec for a in parsed["From"].addresses] == [sender], place
        assert b"\nBcc:" not in data.partition(b"\r\n\r\n")[0]
        assert b"\r\n.\r\n" not in data and b"\x00" not in data
        assert not any(c in mail.recipient + mail.sender for c in "\r\n <>")
        assert len(list(parsed.iter_parts())) == 2
    assert written > 200
