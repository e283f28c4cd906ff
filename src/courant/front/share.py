"""The picture that others show when somebody shares a page without a photo: its title, drawn."""

import io
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from anyascii import anyascii
from PIL import Image, ImageColor, ImageDraw, ImageFont

from courant.front.assets import DRAWING

SIZE = (1200, 630)  # 1.91:1, which all who show cards take
EDGE, BAR = 72, 16
LARGEST, SMALLEST, LINES = 96, 48, 5  # of the title: pixels, pixels, lines at most
PAPER, INK, SOFT = "#fdfcf9", "#191815", "#5b5850"  # those of style.css, in light
ACCENTS = {
    "blue": "#1d4f91",
    "teal": "#0a6560",
    "red": "#a8242b",
    "ochre": "#835400",
    "plum": "#7d2a67",
    "green": "#2c6330",
}
CYRILLIC = re.compile("[\u0301\u0400-\u045f\u0490\u0491\u20b4\u2116]")
LATIN = re.compile("[ -~\u00a0-\u00ffıŁłŒœŠšŽž\u2009-\u2122\u2190-\u2193\u2212]")
AXES: dict[str, list[float]] = {"serif": [700, 60], "sans": [700]}  # weight, optical size
STEPS, FULL = 5, 255  # of an ink: shades that smooth the edges of letters; all of it
VERSION = 3  # raise it when the drawing changes: other bytes, another name


@dataclass(frozen=True)
class Card:
    """What is drawn: a small line, the title, who signs it."""

    title: str
    signature: str
    kicker: str = ""
    accent: str = "blue"


def draw_card(card: Card) -> bytes:
    """A PNG of `SIZE`, of sixteen colours: all is drawn grey, and each band gets its ink."""
    grey = Image.new("L", SIZE, 0)
    pen = ImageDraw.Draw(grey)
    pen.rectangle((0, 0, SIZE[0], BAR), fill=FULL)
    top = EDGE
    if card.kicker:
        _write(pen, (EDGE, top), _shortened(card.kicker, "sans", 32), "sans", 32)
        top += 60
    size, lines = _fitted(card.title)
    for number, line in enumerate(lines):
        _write(pen, (EDGE, top + round(number * size * 1.12)), line, "serif", size)
    foot = SIZE[1] - EDGE - 24
    pen.line((EDGE, foot - 28, SIZE[0] - EDGE, foot - 28), fill=FULL, width=2)
    _write(pen, (EDGE, foot - 8), _shortened(card.signature, "serif", 36), "serif", 36)
    accent = ACCENTS.get(card.accent, ACCENTS["blue"])
    return _inked(grey, ((0, accent), (top - 8, INK), (foot - 30, SOFT)))


def _inked(grey: Image.Image, bands: Sequence[tuple[int, str]]) -> bytes:
    """The PNG of a drawing in these inks, each from a row on, in STEPS shades."""
    palette, ends = [*ImageColor.getrgb(PAPER)], [*(top for top, _ in bands[1:]), SIZE[1]]
    image = Image.new("P", SIZE)
    for number, ((top, ink), end) in enumerate(zip(bands, ends, strict=True)):
        for step in range(1, STEPS + 1):
            palette += _between(PAPER, ink, step / STEPS)
        shares = [round(value / FULL * STEPS) for value in range(FULL + 1)]
        table = [share and number * STEPS + share for share in shares]
        image.paste(grey.crop((0, top, SIZE[0], end)).point(table), (0, top))
    image.putpalette(palette)
    buffer = io.BytesIO()
    # Runs of one colour are all that there is to find: as small as with a search, in half the time.
    image.save(buffer, "PNG", bits=4, compress_type=zlib.Z_RLE)
    return buffer.getvalue()


def _between(paper: str, ink: str, share: float) -> list[int]:
    pairs = zip(ImageColor.getrgb(paper), ImageColor.getrgb(ink), strict=True)
    return [round(one + (other - one) * share) for one, other in pairs]


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest size at which the title has few enough lines; what is too long ends with …"""
    lines: list[str] = []
    for size in range(LARGEST, SMALLEST - 1, -6):
        lines = _lines(title, size)
        if len(lines) <= min(LINES, 390 // round(size * 1.12)):
            return size, lines
    return SMALLEST, [*lines[: LINES - 1], _shortened(" ".join(lines[LINES - 1 :]) + "…")]


def _lines(text: str, size: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _length(longer, "serif", size) > SIZE[0] - 2 * EDGE:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_shortened(line, "serif", size) for line in lines]


def _shortened(text: str, family: str = "serif", size: int = SMALLEST) -> str:
    """As much of it as one line holds."""
    if _length(text, family, size) <= SIZE[0] - 2 * EDGE:
        return text
    text = text.rstrip("…")
    while text and _length(f"{text}…", family, size) > SIZE[0] - 2 * EDGE:
        text = text[:-1].rstrip()
    return f"{text}…"


def _length(text: str, family: str, size: int) -> float:
    return sum(typeface(family, script, size).getlength(run) for script, run in runs(text))


def _write(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, family: str, size: int
) -> None:
    left, top = at
    base = top + round(size * 0.8)  # the fonts of two scripts share a base line
    for script, run in runs(text):
        font = typeface(family, script, size)
        pen.text((left, base), run, font=font, fill=FULL, anchor="ls")
        left += round(font.getlength(run))


def runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in stretches of one font file; letters of other scripts in Latin ones."""
    known = (c if CYRILLIC.match(c) or LATIN.match(c) else anyascii(c) for c in text)
    spelt = "".join(known)
    for cyrillic, run in groupby(spelt, key=lambda c: bool(CYRILLIC.match(c))):
        yield ("cyrillic" if cyrillic else "latin"), "".join(run)


@cache
def typeface(family: str, script: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(DRAWING / f"{family}-{script}.woff2", size)
    font.set_variation_by_axes(AXES[family])
    return font
