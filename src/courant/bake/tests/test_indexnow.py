"""Search engines are told which pages are others now, once each, and of nothing else."""

import json
from typing import Any

import pytest

from courant.bake.followers import follow
from courant.bake.models import Following
from courant.bake.tests.make import WORLD, says
from courant.bake.tests.test_followers import Api, api, bake, catch_up, tree
from courant.front.made import PublicFile

__all__ = ["api", "tree"]  # fixtures
pytestmark = pytest.mark.django_db


@pytest.fixture
def engine(settings: Any, api: Api) -> Api:
    settings.COURANT_URL = "https://news.example.org"
    settings.COURANT_INDEXNOW = {"key": "0123456789abcdef", "url": api.url}
    return api


def told(engine: Api) -> list[dict[str, Any]]:
    found = [json.loads(body) for _, _, _, body in engine.told]
    engine.told.clear()
    return found


def test_a_search_engine_is_told_of_pages_that_change_and_go(tree, engine, tmp_path):
    picture = tmp_path / "quay-0123.webp"
    picture.write_bytes(b"x")
    says("story/1/index.html", "ferry", PublicFile("media/quay-0123.webp", picture))
    bake(tree, "story 1")
    assert catch_up() == []
    assert told(engine) == []  # the sitemaps tell of a whole tree
    says("list/1/index.html", "list")
    bake(tree, "story 1", "list 1")
    assert catch_up() == []
    assert told(engine) == [
        {
            "host": "news.example.org",
            "key": "0123456789abcdef",
            "keyLocation": "https://news.example.org/0123456789abcdef.txt",
            "urlList": ["https://news.example.org/list/1/"],
        }
    ]
    WORLD.pop("story 1")
    bake(tree, "story 1")
    assert catch_up() == []
    assert ["https://news.example.org/story/1/"] in [each["urlList"] for each in told(engine)]
    bake(tree)
    assert catch_up() == []
    assert told(engine) == []


@pytest.mark.parametrize(
    ("status", "cure"),
    [(403, "named by `indexnow_key`"), (422, "Mend `site_url`"), (503, "It is tried again.")],
)
def test_what_a_search_engine_refuses_is_said_with_what_to_do(tree, engine, status, cure):
    bake(tree)
    catch_up()
    says("story/1/index.html", "ferry")
    bake(tree, "story 1")
    engine.answer = (status, {}, b"no")
    (error,) = catch_up()
    assert error.startswith(f"IndexNow answers {status}: no.")
    assert cure in error
    engine.answer = (200, {}, b"")
    follow.retry()
    assert catch_up() == []
    assert Following.objects.get().error == ""
