"""From text and HTML to the bytes of a mail. Every header is written here: none is smuggled in."""

import unicodedata
from binascii import b2a_qp
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from hashlib import sha256

LINE_END = "\r\n"
LONGEST_LINE = 998  # RFC 5322, without the line end
SEPARATORS = ("Cc", "Cs", "Zl", "Zp")  # controls, halves of characters, line and paragraph marks


@dataclass(frozen=True)
class Mail:
    """A message and its envelope, ready for any transport."""

    message_id: str
    date: datetime
    sender: str
    recipient: str
    data: bytes


@dataclass(frozen=True)
class Sender:
    name: str
    address: str


def make_mail(
    *,
    sender: Sender,
    recipient: str,
    subject: str,
    date: datetime,
    message_id: str,
    text: str,
    html: str,
    more: tuple[tuple[str, str], ...] = (),
) -> Mail:
    """multipart/alternative in quoted-printable, lines end with CR LF. `more`: other headers."""
    # "=_" cannot be in quoted-printable text, so no part can hold the boundary.
    boundary = f"=_{sha256(message_id.encode(errors='replace')).hexdigest()[:40]}"
    headers = [
        ("From", f"{_phrase(sender.name)} <{_verbatim(sender.address)}>"),
        ("To", _verbatim(recipient)),
        ("Subject", _words(subject)),
        ("Date", format_datetime(date)),
        ("Message-ID", _verbatim(message_id)),
        *((name, _verbatim(value)) for name, value in more),
        ("MIME-Version", "1.0"),
        ("Content-Type", f'multipart/alternative;{LINE_END} boundary="{boundary}"'),
    ]
    pieces = [
        *(f"{name}: {value}" for name, value in headers),
        "",
        f"--{boundary}",
        *_part("plain", text),
        f"--{boundary}",
        *_part("html", html),
        f"--{boundary}--",
        "",
    ]
    return Mail(message_id, date, sender.address, recipient, LINE_END.join(pieces).encode("ascii"))


def one_line(text: str) -> str:
    """The text without anything that could end a line, runs of blanks made one."""
    return " ".join(
        "".join(" " if unicodedata.category(c) in SEPARATORS else c for c in text).split()
    )


def _part(kind: str, text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    # b2a_qp takes its line end from the first one in the text, so it is given the same everywhere.
    encoded = b2a_qp(lines.encode(errors="replace"), istext=True).decode("ascii")
    return [
        f"Content-Type: text/{kind}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        encoded.replace("\n", LINE_END),
    ]


def _words(text: str) -> str:
    """RFC 2047 where it is needed, folded."""
    line = one_line(text)
    charset = "us-ascii" if line.isascii() and "=?" not in line else "utf-8"
    return Header(line, charset, header_name="Subject").encode(linesep=LINE_END)


def _phrase(name: str) -> str:
    line = one_line(name)
    if line.isascii() and "=?" not in line:
        escaped = line.replace("\\", r"\\").replace('"', r"\"")
        return f'"{escaped}"'
    return Header(line, "utf-8", header_name="From").encode(linesep=LINE_END)


def _verbatim(value: str) -> str:
    """Refuses what would not stay one line of plain characters."""
    if not value.isascii() or not value.isprintable() or len(value) > LONGEST_LINE - 50:
        raise ValueError(f"{value[:200]!r} cannot stand in a mail header.")
    return value
