"""Versions of a story and fronts, from the desk to readers' files."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from courant.pipeline import oracle, path
from courant.stories.checks import cannot_be_version
from courant.stories.models import FrontPage, LanguageFront, Story
from courant.stories.tests.make import make_desk_section, make_desk_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(own_folders: Path) -> tuple[Story, Story]:
    """A public story and its Ukrainian version, both baked."""
    first = make_desk_story(title="The river", slug="river")
    second = make_desk_story(title="Річка", slug="richka", language="uk", original=first)
    path.publish()
    return first, second


def page(own_folders: Path, name: str) -> str:
    file = own_folders / "current" / name / "index.html"
    return file.read_text() if file.exists() else ""


def readers_have_what_is_published() -> bool:
    return list(oracle.findings().lines()) == []


def test_both_pages_and_sitemaps_name_the_other_as_soon_as_it_is_there(family, own_folders):
    assert 'hreflang="uk" rel="alternate" href="/harbour/richka/"' in page(
        own_folders, "harbour/river"
    )
    assert 'hreflang="en" rel="alternate" href="/harbour/river/"' in page(
        own_folders, "harbour/richka"
    )
    for language in ("en", "uk"):
        sitemap = (own_folders / "current" / f"sitemap-{language}-1.xml").read_text()
        assert len(re.findall("<xhtml:link", sitemap)) == 3
    assert readers_have_what_is_published()


@pytest.mark.parametrize("which", [0, 1])
def test_a_version_that_is_taken_back_is_named_nowhere(family, own_folders, which):
    gone, left = family[which], family[1 - which]
    gone.unpublish()
    path.publish()
    address = f"/harbour/{gone.slug}/"
    files = [f for f in own_folders.glob("current/**/*") if f.suffix in (".html", ".xml", ".json")]
    own = f"harbour/{gone.slug}"
    naming = [f for f in files if address in f.read_text() and own not in str(f)]
    assert naming == []
    assert "hreflang" not in page(own_folders, f"harbour/{left.slug}")
    assert readers_have_what_is_published()


def test_a_version_at_another_address_is_named_there(family, own_folders):
    draft = family[1].get_latest_revision_as_object()
    draft.slug = "povin"
    draft.save_revision().publish()
    path.publish()
    assert "/harbour/povin/" in page(own_folders, "harbour/river")
    assert "/harbour/povin/" in (own_folders / "current" / "sitemap-en-1.xml").read_text()
    assert readers_have_what_is_published()


def test_a_draft_of_a_version_is_named_nowhere(own_folders):
    first = make_desk_story(slug="river")
    make_desk_story(slug="richka", language="uk", original=first, publish=False)
    path.publish()
    assert "richka" not in page(own_folders, "harbour/river")


def test_a_front_in_another_language_comes_and_goes_with_the_desk(family, own_folders):
    front = FrontPage.objects.get()
    front.fronts = [LanguageFront(language="uk", tagline="Новини")]
    front.save_revision().publish()
    path.publish()
    assert "Новини" in page(own_folders, "uk")
    assert 'href="/uk/">Українська</a>' in page(own_folders, "about")
    assert readers_have_what_is_published()
    front.refresh_from_db()
    front.fronts = []
    front.save_revision().publish()
    path.publish()
    assert page(own_folders, "uk") == ""
    assert "Українська</a>" not in page(own_folders, "about")
    assert readers_have_what_is_published()


# ── What the desk refuses ─────────────────────────────────────────────────────────────────────────


def refusal(story: Story, original: Story, language: str = "uk") -> str:
    return cannot_be_version(story, original, language)


def test_the_desk_says_why_a_story_may_not_be_a_version():
    first = make_desk_story(title="The river")
    second = make_desk_story(title="Річка", language="uk", original=first)
    third = make_desk_story()
    assert refusal(second, first) == ""
    assert refusal(third, second) == (
        "“Річка” is itself a version. Choose its original, “The river”."
    )
    assert "is in the same language" in refusal(third, first, "en")
    assert "has a version in this language already: “Річка”" in refusal(third, first)
    assert "no version of itself" in refusal(third, third)
    assert "“Річка” names this story as its original" in refusal(first, third)


def test_a_front_in_the_papers_own_language_is_refused():
    with pytest.raises(ValidationError, match="This is the paper's own language"):
        LanguageFront(language="en").clean()


def test_a_language_of_the_paper_is_no_address_of_a_section():
    with pytest.raises(ValidationError, match="used by the paper itself"):
        make_desk_section("Ukrainian", slug="uk").full_clean()
