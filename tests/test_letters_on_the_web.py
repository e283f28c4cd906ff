"""The newsletters' own pages in a real Chromium: by machine, small and large."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from courant.newsletter.models import Newsletter
from courant.newsletter.tests.make import make_newsletter
from courant.pipeline import path
from courant.pipeline.tests.archived import go_out_with
from courant.pipeline.tests.conftest import own_folders  # noqa: F401 - a fixture
from courant.stories.models import Byline, Correction, Story
from courant.stories.tests.make import make_desk_photo, make_desk_story
from tests.browser import ARGUMENTS, HOW_TO_GET_ONE, chromium
from tests.search_paper import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not chromium(), reason=HOW_TO_GET_ONE),
]


@dataclass
class Site:
    url: str
    paths: list[str]


def write_letters() -> list[str]:
    """A newsletter with a letter of one story, of several, and of one that was taken back."""
    tide = Newsletter.objects.get()
    tide.name, tide.description = "First Tide", "The harbour before breakfast."
    tide.save()
    make_newsletter(slug="haven", name="Гавань", language="uk", digest="weekly", digest_weekday=4)
    stories = [
        make_desk_story(
            "The night ferry left Pell Quay at ten past eleven.", "It was full.", title=title
        )
        for title in ("The ferry returns", "The pilots object", "Nobody swims", "Gone by noon")
    ]
    first = stories[0].get_latest_revision_as_object()
    first.lead_photo, first.standfirst = make_desk_photo(), "After eleven weeks, at a price."
    first.bylines = [Byline(name="Ottilie Marsh")]
    first.corrections = [Correction(text="It was ten past eleven, not eleven.")]
    first.save_revision().publish()
    path.publish()
    one, *others = [story.pk for story in stories]
    letters = [go_out_with(one), go_out_with(one, *others, words="Good morning from the quay.")]
    letters.append(go_out_with(others[-1]))
    Story.objects.get(pk=others[-1]).unpublish()
    path.publish()
    hub = f"/newsletters/{tide.slug}/"
    return ["/newsletters/", hub, "/newsletters/haven/", *(letter.path for letter in letters)]


@pytest.fixture
def site(own_folders: Path) -> Iterator[Site]:  # noqa: F811
    paths = write_letters()
    with served(own_folders / "current") as url:
        yield Site(url, paths)


def test_they_can_be_read_by_everybody_and_nothing_runs_over_the_edge(site: Site) -> None:
    # Not the browser that tests share: its loop would run before the database is there.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for scheme in ("light", "dark"):
            page = browser.new_page(color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
            for where in site.paths:
                page.set_viewport_size({"width": 1280, "height": 900})
                assert page.goto(site.url + where).status == 200
                found = Axe().run(page)
                assert found.violations_count == 0, f"{where}: {found.generate_report()}"
                page.set_viewport_size({"width": 320, "height": 700})
                assert page.evaluate("() => document.documentElement.scrollWidth") <= 320, where
        browser.close()
