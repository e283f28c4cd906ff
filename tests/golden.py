"""Every kind of page as a small grey picture, and how far two of them are apart.

Machines differ in their own sans and in how they draw edges. So pages are taken with a sans of the
house's, small and without colour, and compared in coarse blocks.
"""

import hashlib
import io
from base64 import b64encode
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser

from courant.front.assets import DRAWING

FOLDER = Path(__file__).parent / "golden"
WIDTHS, SCHEMES = (360, 768, 1440), ("light", "dark")
SMALL = 120  # pixels: how wide a kept picture is
TALLEST = 3200  # CSS pixels of a page that are looked at
GREYS = 16
APART = 12  # of 255, at which a block is another one
TOLERANCE = 0.02  # the part of a page's blocks that may be


def with_sans_of_the_house(public: Path) -> None:
    """The page's second typeface from a file, in place of the machine's own."""
    (style,) = public.glob("static/style.*.css")
    before = seal(style)
    css = style.read_text()
    for script, letters in (("cyrillic", "U+400-4FF"), ("latin", "U+0-3FF, U+2000-22FF")):
        (public / "static" / f"golden-{script}.woff2").write_bytes(
            (DRAWING / f"sans-{script}.woff2").read_bytes()
        )
        css += (
            f'@font-face {{ font-family: "Golden"; src: url("/static/golden-{script}.woff2"); '
            f"font-weight: 400 700; unicode-range: {letters}; }}\n"
        )
    style.write_text(css + ':root { --sans: "Golden"; }\n')
    for page in public.rglob("*.html"):
        page.write_text(page.read_text().replace(before, seal(style)))


def seal(style: Path) -> str:
    return b64encode(hashlib.sha384(style.read_bytes()).digest()).decode()


def name_of(path: str, width: int, scheme: str) -> str:
    stem = path.strip("/").replace("/", "-").removesuffix(".html") or "front"
    return f"{stem}-{width}-{scheme}.png"


class Shooter:
    """A browser window of one width and scheme."""

    def __init__(self, browser: Browser, url: str, scheme: str, width: int) -> None:
        self.url, self.width = url, width
        self.context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
            service_workers="block",
        )
        self.page = self.context.new_page()

    def shot(self, path: str) -> Image.Image:
        self.page.goto(self.url + path)
        self.page.evaluate(ALL_THERE)
        tall = min(self.page.evaluate("() => document.documentElement.scrollHeight"), TALLEST)
        clip = {"x": 0, "y": 0, "width": self.width, "height": tall}
        data = self.page.screenshot(clip=clip, full_page=True)
        return small(Image.open(io.BytesIO(data)))

    def close(self) -> None:
        self.context.close()


ALL_THERE = """async () => {
  for (const image of document.images) image.loading = 'eager';
  await document.fonts.ready;
  await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
}"""


def small(image: Image.Image) -> Image.Image:
    grey = image.convert("L")
    return grey.resize(
        (SMALL, max(1, round(grey.height * SMALL / grey.width))), Image.Resampling.BOX
    )


def keep(image: Image.Image, name: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    image.quantize(GREYS, dither=Image.Dither.NONE).save(FOLDER / name, optimize=True)


def kept(name: str) -> Image.Image:
    with Image.open(FOLDER / name) as image:
        return image.convert("L")


def difference(one: Image.Image, other: Image.Image) -> float:
    """The part of all blocks that are other ones."""
    height = max(one.height, other.height)
    first, second = (_blocks(_padded(image, height)) for image in (one, other))
    apart = ImageChops.difference(first, second).histogram()
    return sum(apart[APART:]) / sum(apart)


def _padded(image: Image.Image, height: int) -> Image.Image:
    ground = image.getpixel((0, image.height - 1))
    whole = Image.new("L", (image.width, height), ground)
    whole.paste(image, (0, 0))
    return whole


def _blocks(image: Image.Image) -> Image.Image:
    soft = image.filter(ImageFilter.GaussianBlur(1.0))
    return soft.resize((SMALL // 2, max(1, image.height // 2)), Image.Resampling.BOX)
