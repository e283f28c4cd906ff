"""Search engines that take IndexNow, told which pages are new, other or gone.

https://www.indexnow.org/documentation: one engine tells the others. They believe whoever can put a
file with the key on the site (`front.rules`).
"""

import json
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from courant.bake.followers.base import Follower, Item
from courant.bake.followers.cdn import ask
from courant.bake.stores.folder import FolderStore
from courant.lib.content import address_of

CURES = {
    403: "It must find the file that is named by `indexnow_key`, at `site_url`.",
    422: "Mend `site_url` in courant.toml: it must be where readers find the paper.",
}
MANY = 2000  # pages changed at once: a new look, which is no news to a search engine


class IndexNow(Follower):
    """Pages only. What an engine makes of it is its own affair."""

    name, batch = "indexnow", 1000  # they take 10,000

    def __init__(self, site: str, key: str, url: str) -> None:
        self.site, self.key, self.url = site, key, url

    def put(self, items: Sequence[Item], tree: FolderStore) -> Sequence[Item]:
        del tree
        self._tell(item.path for item in items)
        return items

    def delete(self, paths: Sequence[str]) -> None:
        self._tell(paths)

    def put_all(self, count: int, *, first: bool) -> bool:
        """A whole tree is found by the sitemaps, and only noted."""
        return first or count > MANY

    def _tell(self, paths: Iterable[str]) -> None:
        pages = [path for path in paths if path.rpartition("/")[2] in ("index.html", "gone.html")]
        if not pages:
            return
        facts = {
            "host": urlsplit(self.site).netloc,
            "key": self.key,
            "keyLocation": f"{self.site}/{self.key}.txt",
            "urlList": [self.site + address_of(path) for path in pages],
        }
        headers = {"Content-Type": "application/json; charset=utf-8"}
        ask("IndexNow", "POST", self.url, headers, json.dumps(facts).encode(), cures=CURES)
