"""A WebSub hub, told which feeds are new or other, so that readers' apps need not ask.

https://www.w3.org/TR/websub/ section 7, and what hubs made of it: hub.mode=publish.
"""

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

from courant.bake.followers.base import Follower, Item
from courant.bake.followers.cdn import ask
from courant.bake.stores.folder import FolderStore

CURES = dict.fromkeys((400, 403, 404), "Mend `websub_hub` in courant.toml.")
FORMS = (".xml", ".json")


class WebSub(Follower):
    """Feeds only: whatever names this hub in its text. A feed that is gone is no news to it."""

    name, batch = "websub", 200

    def __init__(self, site: str, hub: str) -> None:
        self.site, self.hub = site, hub
        self.marks = {hub.encode(), escape(hub).encode()}  # as JSON and XML write it

    def put(self, items: Sequence[Item], tree: FolderStore) -> Sequence[Item]:
        feeds = [f"{self.site}/{item.path}" for item in items if self._is_feed(item, tree)]
        if feeds:
            fields = [("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)]
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode(fields).encode()
            ask(f"The WebSub hub {self.hub}", "POST", self.hub, headers, body, cures=CURES)
        return items

    def delete(self, paths: Sequence[str]) -> None:
        del paths

    def put_all(self, count: int, *, first: bool) -> bool:
        """Nobody has subscribed to a feed before it is there."""
        return first

    def _is_feed(self, item: Item, tree: FolderStore) -> bool:
        if not (item.digest and item.path.endswith(FORMS)):
            return False
        text = tree.read(item.path) or b""
        return any(mark in text for mark in self.marks)
