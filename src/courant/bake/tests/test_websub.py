"""A WebSub hub is told of feeds that changed, once each, and of nothing else."""

from typing import Any
from urllib.parse import parse_qs

import pytest

from courant.bake.followers import follow
from courant.bake.models import Following
from courant.bake.tests.make import says
from courant.bake.tests.test_followers import Api, api, bake, catch_up, tree

__all__ = ["api", "tree"]  # fixtures
pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(settings: Any, api: Api) -> Api:
    settings.COURANT_URL = "https://news.example.org"
    settings.COURANT_WEBSUB_HUB = f"{api.url}/?a=1&b=2"
    return api


def told(hub: Api) -> list[str]:
    """The feeds that it was told of."""
    found: list[str] = []
    for method, _, _, body in hub.told:
        fields = parse_qs(body.decode())
        assert (method, fields["hub.mode"]) == ("POST", ["publish"])
        found += fields["hub.url"]
    hub.told.clear()
    return found


def test_a_hub_is_told_of_feeds_that_name_it_when_they_change(tree, hub, settings):
    named = settings.COURANT_WEBSUB_HUB
    says("list/1/feed.json", f'{{"hubs": [{{"type": "WebSub", "url": "{named}"}}]}}')
    bake(tree, "list 1/feed.json")
    assert catch_up() == []
    assert told(hub) == []  # the first tree: nobody has subscribed
    says("list/1/feed.json", f'{{"hubs": [{{"type": "WebSub", "url": "{named}"}}], "n": 2}}')
    says("list/2/podcast.xml", f'<link rel="hub" href="{named.replace("&", "&amp;")}"/>')
    says("list/1/index.html", f"<p>{named}</p>")
    says("list/3/words.json", "{}")
    bake(tree, *(f"list {n}" for n in ("1/feed.json", "2/podcast.xml", "1", "3/words.json")))
    assert catch_up() == []
    assert sorted(told(hub)) == [
        "https://news.example.org/list/1/feed.json",
        "https://news.example.org/list/2/podcast.xml",
    ]
    bake(tree)
    assert catch_up() == []
    assert told(hub) == []


def test_a_hub_that_refuses_is_said_and_told_again_and_holds_up_no_search_engine(
    tree, hub, settings
):
    settings.COURANT_INDEXNOW = {"key": "0123456789abcdef", "url": hub.url}
    bake(tree)
    catch_up()
    hub.told.clear()
    says("list/1/feed.xml", f"<rss>{settings.COURANT_WEBSUB_HUB}</rss>")
    bake(tree, "list 1/feed.xml")
    hub.answer = (503, {}, b"busy")
    (error,) = catch_up()
    assert error == (
        f"The WebSub hub {settings.COURANT_WEBSUB_HUB} answers 503: busy. It is tried again."
    )
    assert Following.objects.get(pk="indexnow").error == ""
    hub.told.clear()
    hub.answer = (204, {}, b"")
    follow.retry()
    assert catch_up() == []
    assert told(hub) == ["https://news.example.org/list/1/feed.xml"]
    assert Following.objects.get(pk="websub").error == ""
