"""Quoted-printable (RFC 2045) with fixed places that are open for values.

What comes out is its own canonical form by DKIM's relaxed rules (RFC 6376, 3.4.4): no tab, no two
blanks in a row, no blank at a line's end. So a body can be hashed as it is sent. No line begins
with a dot, so SMTP has nothing to double, nor with “From ”, which some mailboxes change.
"""

import re
from collections.abc import Mapping

LINE_END = b"\r\n"
SOFT_BREAK = b"=\r\n"
LONGEST = 73  # 76, less the soft break's sign and the two that an encoded dot adds
UNSAFE = re.compile(rb"[^ !-<>-~]|(?<= ) | $")
PLAIN = re.compile(rb"[!-<>-~]{,%d}" % LONGEST)

Piece = bytes | str
"""Fixed bytes, or the name of a field whose value stands there."""


def encoded(text: str) -> bytes:
    """Any text; its line ends become CR LF."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return LINE_END.join(_line(line.encode(errors="replace")) for line in lines)


def pieces(text: str, marks: Mapping[str, str]) -> list[Piece]:
    """The text with the name of a field in place of each mark.

    Every field stands between two soft breaks: its value is lines of its own, of any length.
    """
    if not marks:
        return [encoded(text)]
    found: list[Piece] = []
    for number, part in enumerate(re.split(f"({'|'.join(map(re.escape, marks))})", text)):
        if number % 2:
            found.append(marks[part])
            continue
        fixed = encoded(part)
        before = SOFT_BREAK if number else b""
        found.append(before + fixed + SOFT_BREAK)
    last = found.pop()
    assert isinstance(last, bytes)  # noqa: S101 - a split ends with what is after the last mark
    return [*found, last.removesuffix(SOFT_BREAK)]


def _line(data: bytes) -> bytes:
    """One line, broken softly where it is too long."""
    if PLAIN.fullmatch(data):
        return _safe_start(data)
    quoted = UNSAFE.sub(lambda found: b"=%02X" % found[0][0], data)
    return SOFT_BREAK.join(_safe_start(part) for part in _parts(quoted))


def _parts(quoted: bytes) -> list[bytes]:
    """Parts that fit a line and cut no encoded byte in two."""
    found, start = [], 0
    while len(quoted) - start > LONGEST:
        end = start + LONGEST
        cut = quoted.find(b"=", end - 2, end)
        end = cut if cut >= 0 else end
        found.append(quoted[start:end])
        start = end
    return [*found, quoted[start:]]


def _safe_start(line: bytes) -> bytes:
    if line.startswith(b"."):
        return b"=2E" + line[1:]
    return b"=46" + line[1:] if line.startswith(b"From ") else line
