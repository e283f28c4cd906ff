"""The paper's sign on home screens: its logo where that is about square, else its first letter."""

import io
import re
from collections.abc import Callable

from PIL import Image, ImageDraw

from courant.front.pictures import PictureError, Pictures
from courant.front.pixels import read
from courant.front.share import ACCENTS, typeface
from courant.front.share import runs as letters_of
from courant.lib.digests import digest_of
from courant.stories.published import Masthead, PublishedPhoto

INK, PAPER = "#1b1a17", "#fdfcf9"  # as in icon.svg
VERSION = 1  # raise it when the drawing changes: other bytes, another name
SQUARE = 1.6  # a logo that is wider against its height, or higher, is no sign
TOUCH, SMALL, LARGE = 180, 192, 512  # pixels: Apple's, and the two that a manifest should have
ARTICLES = {"the", "a", "an"}


def icon(masthead: Masthead, pictures: Pictures, side: int, *, whole: bool = True) -> str:
    """Its address. `whole`: to the corners, for systems that cut it to their own shape."""
    logo = masthead.logo
    if logo and logo.width and logo.height and 1 / SQUARE <= logo.width / logo.height <= SQUARE:
        try:
            return _named(
                pictures, [logo.digest], side, whole, lambda: with_logo(logo, side, whole)
            )
        except PictureError:
            pass  # every page reports it; until it is mended, the letter
    letter, brand = initial(masthead), masthead.brand
    return _named(pictures, [letter, brand], side, whole, lambda: draw(letter, brand, side, whole))


def _named(
    pictures: Pictures, facts: list[str], side: int, whole: bool, drawn: Callable[[], bytes]
) -> str:
    name = f"icon-{digest_of([VERSION, *facts, side, whole])[:12]}-{side}.png"
    return pictures.drawn(name, drawn)


def initial(masthead: Masthead) -> str:
    """The first letter of the name, but for its article; a newspaper's where there is none."""
    words = [word for word in re.findall(r"\w+", masthead.name) if word.lower() not in ARTICLES]
    return words[0][0].upper() if words else "N"


def draw(letter: str, brand: str, side: int, whole: bool) -> bytes:
    """A PNG: light letter on the paper's own colour."""
    image = _tile(ACCENTS.get(brand, INK), side, whole)
    script, shown = next(iter(letters_of(letter)))
    font = typeface("serif", script, round(side * 0.62))
    left, top, right, bottom = font.getbbox(shown)
    place = ((side - left - right) / 2, (side - top - bottom) / 2)
    ImageDraw.Draw(image).text(place, shown, font=font, fill=PAPER)
    return _png(image)


def with_logo(logo: PublishedPhoto, side: int, whole: bool) -> bytes:
    """The logo in the middle of a light tile, within the circle that every system leaves.

    Raises PictureError.
    """
    image = _tile(PAPER, side, whole)
    sign = read(logo).convert("RGBA")
    sign.thumbnail((round(side * 0.6), round(side * 0.6)))
    image.alpha_composite(sign, ((side - sign.width) // 2, (side - sign.height) // 2))
    return _png(image)


def _tile(colour: str, side: int, whole: bool) -> Image.Image:
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    radius = 0 if whole else side * 5 / 32
    ImageDraw.Draw(image).rounded_rectangle((0, 0, side - 1, side - 1), radius, fill=colour)
    return image


def _png(image: Image.Image) -> bytes:
    """Few colours weigh little; one that is opaque to the corners says so."""
    out, opaque = io.BytesIO(), image.getchannel("A").getextrema() == (255, 255)
    flat = image.convert("RGB") if opaque else image
    flat.quantize(32, Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return out.getvalue()
