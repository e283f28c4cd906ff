"""What the front's tests stand on: no database, a folder for pictures, one browser a file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from courant.front.pictures import Pictures
from tests.browser import ARGUMENTS, chromium


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    return Pictures(tmp_path / "renditions")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium for the tests of one file."""
    from playwright.sync_api import sync_playwright

    unsafe = os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()
    if unsafe:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = unsafe
