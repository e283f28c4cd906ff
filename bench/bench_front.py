"""What pages of the demo weigh at a first visit, and what renditions cost.

The demo is made and served by `courant up`; Chromium opens one page of each kind with an empty
cache. Bytes are bodies: as they are (plain), and as they travel (sent: compressed, pictures as they
are). Pictures below the fold come late, so they are counted apart, as far as they were asked for.
Renditions are made of one photo with 12 million pixels, in turn by form and width.

`--home` takes a demo that was made before, `--renditions 10000` the large run (half an hour of
CPU). Speed is no limit here: it ends with an error only when something could not be measured.
"""

import argparse
import io
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PAGES = {
    "front": "/",
    "section": "/harbour/",
    "story": "",  # the one whose page is longest
    "person": "",  # the first that has a page, as for topics
    "topic": "",
    "search": "/search/",
    "lite": "/lite/",
}
PHONE = {"width": 390, "height": 844}
FORMS = ("jpg", "webp", "avif")
WIDTHS = (480, 800, 1200, 1600)
PHOTO = (4000, 3000)  # pixels


class NotMeasured(Exception):
    """The figure would not be one."""


@dataclass
class Weight:
    """What a first visit of a page fetched, in bytes."""

    requests: int = 0
    plain: int = 0
    sent: int = 0
    html: int = 0
    scripts: int = 0
    pictures: int = 0
    failed: list[str] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a demo home; made when it is not there")
    parser.add_argument("--renditions", type=int, default=60)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="courant-bench-") as folder:
        try:
            weigh_pages(args.home or Path(folder) / "home")
            time_renditions(Path(folder), args.renditions)
        except NotMeasured as error:
            print(f"Not measured: {error}", file=sys.stderr)
            return 1
    return 0


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────
def weigh_pages(folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser import ARGUMENTS, HOW_TO_GET_ONE, chromium
    from tests.conftest import up

    if not chromium():
        raise NotMeasured(HOW_TO_GET_ONE)
    home = demo(folder)
    with up(home) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        names = ("requests", "KB plain", "KB sent", "html", "scripts", "pictures")
        print(f"{'first visit, 390 px':<46}" + "".join(f"{name:>10}" for name in names))
        for name, path in pages_of(home.public):
            show(f"{name} {path}", weigh(browser, server.url + path, home.public))
        browser.close()


def demo(folder: Path) -> Any:
    """The home of the demo, made if need be."""
    from tests.conftest import Home, free_port

    home = Home(folder)
    if not home.public.exists():
        print("making the demo (some minutes)", file=sys.stderr)
        process = home.start("demo", "--no-serve", "--port", str(free_port()))
        _, said = process.communicate()
        if process.returncode:
            raise NotMeasured(f"the demo was not made: {said.decode()[-500:]}")
    return home


def pages_of(public: Path) -> Iterator[tuple[str, str]]:
    for name, path in PAGES.items():
        match name:
            case "story":
                files = public.glob("*/*/index.html")
                stories = [file for file in files if b"story-body" in file.read_bytes()]
                path = _address(max(stories, key=lambda file: file.stat().st_size), public)
            case "person" | "topic":
                folder = {"person": "people", "topic": "topics"}[name]
                path = _address(min(public.glob(f"{folder}/*/index.html")), public)
        if not (public / path.strip("/") / "index.html").exists():
            raise NotMeasured(f"the demo has no page at {path}")
        yield name, path


def _address(file: Path, public: Path) -> str:
    return f"/{file.parent.relative_to(public).as_posix()}/"


def weigh(browser: Any, url: str, public: Path) -> Weight:
    """Open a page as a newcomer, and add up what it fetches."""
    weight = Weight()
    context = browser.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    page.on("response", lambda answer: add(weight, answer, public, url))
    page.goto(url)
    page.wait_for_load_state("networkidle")
    context.close()
    if weight.failed:
        raise NotMeasured(f"{url} asked for what was not there: {', '.join(weight.failed)}")
    return weight


def add(weight: Weight, answer: Any, public: Path, page: str) -> None:
    path = urlsplit(answer.url).path
    if answer.status >= 400:
        weight.failed.append(path)
        return
    file = public / path.strip("/")
    file = file / "index.html" if file.is_dir() else file
    if not file.is_file():
        return  # no file of the paper, such as a count of readers
    coding = {"br": ".br", "gzip": ".gz", "zstd": ".zst"}.get(
        answer.headers.get("content-encoding", ""), ""
    )
    plain, sent = file.stat().st_size, Path(f"{file}{coding}").stat().st_size
    weight.requests += 1
    weight.plain += plain
    weight.sent += sent
    weight.html += sent if answer.url == page else 0
    weight.scripts += sent if path.endswith(".js") else 0
    weight.pictures += sent if path.startswith("/media/") else 0


def show(name: str, weight: Weight) -> None:
    sizes = (weight.plain, weight.sent, weight.html, weight.scripts, weight.pictures)
    figures = f"{weight.requests:>10}" + "".join(f"{size / 1024:>10.1f}" for size in sizes)
    print(f"{name:<46}{figures}", flush=True)


# ── Renditions ────────────────────────────────────────────────────────────────────────────────────
def time_renditions(folder: Path, count: int) -> None:
    os.environ["COURANT_HOME"] = str(folder / "home")
    from courant.front.pixels import Cut, encoded

    photo = a_photo(folder)
    spent: dict[tuple[str, int], list[float]] = {}
    sizes: dict[tuple[str, int], int] = {}
    for number in range(count):
        place = FORMS[number % len(FORMS)], WIDTHS[number // len(FORMS) % len(WIDTHS)]
        start = time.process_time()
        cut = Cut(PHOTO, PHOTO, (place[1], place[1] * 3 // 4))
        sizes[place] = len(encoded(photo, cut, place[0]))
        spent.setdefault(place, []).append((time.process_time() - start) * 1000)
        print(f"\rrendition {number + 1:,} of {count:,}   ", end="", file=sys.stderr)
    print(f"\n{'rendition':<46}{'made':>10}{'CPU ms':>10}{'KB':>10}")
    for form, width in sorted(spent):
        times = spent[form, width]
        figures = f"{len(times):>10}{sum(times) / len(times):>10.1f}"
        print(f"{f'{form}, {width} px wide':<46}{figures}{sizes[form, width] / 1024:>10.1f}")
    total = sum(map(sum, spent.values()))
    print(f"{'all':<46}{count:>10}{total / count:>10.1f}   {total / 1000:,.1f} s of CPU")


def a_photo(folder: Path) -> Any:
    """A photo of the demo, enlarged to what a camera gives: it has edges, skies and noise."""
    import random

    from PIL import Image

    from courant.stories.tests.make import make_published_photo

    source = next(iter(sorted((ROOT / "demo" / "photos").glob("*.jpg"))))
    with Image.open(source) as opened:
        image = opened.convert("RGB").resize(PHOTO)
    noise = Image.frombytes("L", PHOTO, random.Random(1).randbytes(PHOTO[0] * PHOTO[1]))
    image = Image.blend(image, noise.convert("RGB"), 0.04)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    photo = make_published_photo(folder)
    photo.file.write_bytes(buffer.getvalue())
    return replace(photo, width=PHOTO[0], height=PHOTO[1])


if __name__ == "__main__":
    sys.exit(main())
