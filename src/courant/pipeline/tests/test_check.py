"""`bake --check` finds what is stale, missing or extra, and `--repair` mends it."""

from pathlib import Path

import pytest

from courant.pipeline import oracle, path
from courant.stories.models import PublicListing, PublicStory, Story
from courant.stories.tests.make import make_desk_photo, make_desk_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def current(own_folders) -> Path:
    make_desk_story(title="First", lead_photo=make_desk_photo())
    path.publish()
    return own_folders / "current"


def lines() -> list[str]:
    return list(oracle.findings().lines())


def mend() -> list[str]:
    oracle.repair(oracle.findings())
    path.publish()
    return lines()


def test_nothing_is_found_where_nothing_is_wrong(current):
    assert lines() == []


@pytest.mark.parametrize("name", ["index.html", "feed.xml", "sitemap-en-1.xml"])
def test_a_file_that_was_altered_is_found_and_put_right(current, name):
    (current / name).write_text("defaced")
    assert lines() == [f"stale: {name}"]
    assert mend() == []


def test_a_compressed_variant_that_was_altered_is_found_and_put_right(current):
    variant = current / "index.html.br"
    variant.write_bytes(variant.read_bytes()[:-1] + b"x")
    assert lines() == ["stale: index.html"]
    assert mend() == []


def test_a_picture_that_was_altered_is_found_and_put_right(current):
    picture = next((current / "media").glob("*.webp"))
    picture.write_bytes(b"another picture")
    assert lines() == [f"stale: media/{picture.name}"]
    assert mend() == []


def test_a_file_that_is_missing_is_found_and_put_back(current):
    (current / "about" / "index.html").unlink()
    assert lines() == ["missing: about/index.html"]
    assert mend() == []


def test_a_file_that_nobody_made_is_found_and_taken_away(current):
    (current / "planted.html").write_text("a planted page")
    assert lines() == ["extra: planted.html"]
    assert mend() == []


def test_a_change_past_all_signals_is_found_and_mended(current):
    story = Story.objects.get()
    Story.objects.update(standfirst="Changed in the database")
    found = lines()
    assert found[0] == f"story {story.pk}: readers have an older text of it"
    assert mend() == []
    assert "Changed in the database" in (current / "index.html").read_text()


def test_a_story_that_readers_should_not_have_is_found_and_taken_away(current):
    Story.objects.update(live=False)
    pk = Story.objects.get().pk
    assert f"story {pk}: readers have it, and it is not published" in lines()
    assert mend() == []


def test_rows_of_the_index_that_are_wrong_are_found_and_mended(current):
    pk = Story.objects.get().pk
    PublicListing.objects.filter(name="all").delete()
    assert lines()[0] == f"story {pk}: it stands in the wrong lists"
    assert mend() == []
    PublicStory.objects.all().delete()
    assert f"story {pk}: it is published, and readers do not have it" in lines()
    assert mend() == []


def test_there_is_nothing_to_check_before_the_first_bake(own_folders):
    with pytest.raises(oracle.NothingBaked, match="Run: courant bake"):
        oracle.findings()


def test_the_podcast_of_the_only_language_appears_when_there_is_another(current):
    assert not (current / "podcast-en.xml").exists()
    make_desk_story(title="Друга", language="uk")
    path.publish()
    assert (current / "podcast-en.xml").exists()
    assert (current / "podcast-uk.xml").exists()
    Story.objects.get(title="Друга").unpublish()
    path.publish()
    assert not list(current.glob("podcast-*.xml"))
