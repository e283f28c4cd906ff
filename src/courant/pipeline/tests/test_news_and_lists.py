"""News passes the lists that name it, and lists are made all the same."""

from math import inf

import pytest

from courant.pipeline import path
from courant.pipeline.models import Change
from courant.stories.tests.make import make_desk_story

pytestmark = pytest.mark.django_db
NEWS = 25  # changes, each of which comes while the one before is taken in


@pytest.mark.parametrize(("patience", "is_made"), [(0.0, True), (inf, False)])
def test_lists_are_made_while_there_is_news_all_the_time(
    own_folders, monkeypatch, patience, is_made
):
    story = make_desk_story(title="First")
    path.publish()
    story.title = "Ferry back"
    story.save_revision().publish()
    front, absorb = own_folders / "current" / "index.html", path.absorb
    named: list[bool] = []

    def absorb_and_bring_news(held, **kind):
        named.append("Ferry back" in front.read_text())
        if len(named) < NEWS:
            Change.objects.create(subject=f"page:{story.pk}")
        return absorb(held, **kind)

    monkeypatch.setattr(path, "absorb", absorb_and_bring_news)
    monkeypatch.setattr(path, "LISTS_WAIT", patience)
    path.publish()
    assert any(named[: NEWS - 1]) == is_made
    assert "Ferry back" in front.read_text()
