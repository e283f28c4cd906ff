"""The square picture that podcast directories ask for: the paper's name on its own colour."""

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from courant.front.assets import DRAWING

SIDE = 1500  # pixels: directories want 1400 to 3000
MARGIN = 120
LARGEST, SMALLEST = 300, 60
INK, PAPER, ACCENT = "#141412", "#fdfcf9", "#1f5f8b"


@lru_cache(maxsize=64)  # the same for every bake
def cover(paper: str, name: str = "") -> bytes:
    """A PNG with the paper's name, and below it that of the section."""
    picture = Image.new("RGB", (SIDE, SIDE), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, SIDE, 48), fill=ACCENT)
    bottom = _written(draw, paper, MARGIN * 1.4, INK, LARGEST, SIDE * 0.5)
    if name:
        _written(draw, name, bottom + 60, ACCENT, LARGEST // 2, SIDE * 0.25)
    _bars(draw)
    out = io.BytesIO()
    picture.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


def _written(
    draw: ImageDraw.ImageDraw, text: str, top: float, colour: str, largest: int, height: float
) -> float:
    """Write a text as large as it fits; returns where it ends."""
    size = largest
    while size > SMALLEST:
        lines = _lines(text, _font(text, size))
        if lines and len(lines) * size * 1.1 <= height:
            break
        size -= 12
    font = _font(text, size)
    for line in _lines(text, font) or [text]:
        draw.text((MARGIN, top), line, fill=colour, font=font)
        top += size * 1.1
    return top


def _lines(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    """Broken between words; nothing when a word is wider than the picture."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= SIDE - 2 * MARGIN:
            lines[-1] = longer
        elif font.getlength(word) <= SIDE - 2 * MARGIN:
            lines.append(word)
        else:
            return []
    return lines


@lru_cache(maxsize=128)
def _font(text: str, size: int) -> ImageFont.FreeTypeFont:
    script = "cyrillic" if any("Ѐ" <= letter <= "ӿ" for letter in text) else "latin"
    return ImageFont.truetype(DRAWING / f"serif-{script}.woff2", size)


def _bars(draw: ImageDraw.ImageDraw) -> None:
    """A voice, as a row of bars along the foot."""
    heights = (40, 90, 150, 70, 200, 120, 60, 180, 110, 50, 140, 80, 30)
    step = (SIDE - 2 * MARGIN) / len(heights)
    for number, height in enumerate(heights):
        left, middle = MARGIN + number * step, SIDE - 240
        box = (left, middle - height / 2, left + step * 0.55, middle + height / 2)
        draw.rounded_rectangle(box, radius=18, fill=ACCENT)
