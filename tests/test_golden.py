"""How every kind of page looks, beside how it looked. `make golden` takes the pictures anew."""

import os

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser

from tests import golden
from tests.browser import HOW_TO_GET_ONE, chromium
from tests.every_page import PAGES, write_every_page
from tests.search_paper import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.soak,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]
ANEW = bool(os.environ.get("GOLDEN"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("paper")
    write_every_page(folder)
    golden.with_sans_of_the_house(folder / "public")
    with served(folder / "public") as url:
        yield url


@pytest.mark.parametrize("scheme", golden.SCHEMES)
@pytest.mark.parametrize("width", golden.WIDTHS)
def test_every_page_looks_as_it_did(browser: Browser, site, width, scheme):
    shooter, wrong = golden.Shooter(browser, site, scheme, width), []
    for path in PAGES:
        name, seen = golden.name_of(path, width, scheme), shooter.shot(path)
        if ANEW:
            golden.keep(seen, name)
        if (part := golden.difference(seen, golden.kept(name))) > golden.TOLERANCE:
            wrong.append(f"{name}: {part:.0%} of it is other")
    shooter.close()
    assert wrong == [], "Look at them; if they are meant to look so: make golden"


def test_every_kind_of_page_has_its_picture_and_all_of_them_are_small():
    files = list(golden.FOLDER.glob("*.png"))
    wanted = {
        golden.name_of(path, width, scheme)
        for path in PAGES
        for width in golden.WIDTHS
        for scheme in golden.SCHEMES
    }
    assert {file.name for file in files} == wanted
    assert sum(file.stat().st_size for file in files) < 1_500_000


def test_the_eye_sees_what_is_missing_moved_or_of_another_colour():
    page = golden.kept(golden.name_of("/town/news/", 768, "light"))
    middle = page.height // 3
    missing = page.copy()
    ImageDraw.Draw(missing).rectangle((0, middle, page.width, middle + 40), fill=250)
    moved = Image.new("L", page.size, 250)
    moved.paste(page, (0, 12))
    for other in (missing, moved, page.point(lambda value: 255 - value)):
        assert golden.difference(page, other) > golden.TOLERANCE
    paler = page.point(lambda value: min(255, value + 5))
    assert golden.difference(page, paler) <= golden.TOLERANCE
