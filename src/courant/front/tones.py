"""What stands where a picture is going to be: its sky and its ground, as two colours of a palette.

As classes, because a strict policy lets no page bring styles of its own.
"""

from PIL import Image

LEVELS = (0x24, 0x60, 0x9C, 0xD8)  # of each of red, green and blue
STEP = 60  # between two levels


def tones_of(image: Image.Image) -> str:
    """The colours of the upper and the lower half: "1a2f"; empty for what one can see through."""
    if "A" in image.getbands() or "transparency" in image.info:
        return ""
    small = image.convert("RGB").resize((1, 2), Image.Resampling.BOX)
    return "".join(f"{_nearest(small.getpixel((0, half))):02x}" for half in (0, 1))  # type: ignore[arg-type]


def classes(tones: str) -> str:
    """The classes of an `<img>`: "1a2f" -> "t1a b2f"."""
    return f"t{tones[:2]} b{tones[2:]}" if len(tones) == 4 else ""


def css() -> str:
    """The rules behind the classes."""
    colours = [f"#{_level(n, 4):02x}{_level(n, 2):02x}{_level(n, 0):02x}" for n in range(64)]
    rules = "".join(
        f".{side}{n:02x}{{--{side}:{c}}}" for side in "tb" for n, c in enumerate(colours)
    )
    return f"\nimg[class]{{background:linear-gradient(var(--t),var(--b))}}\n{rules}\n"


def _level(number: int, shift: int) -> int:
    return LEVELS[number >> shift & 3]


def _nearest(pixel: tuple[int, int, int]) -> int:
    red, green, blue = (min(3, max(0, round((part - LEVELS[0]) / STEP))) for part in pixel)
    return red << 4 | green << 2 | blue
