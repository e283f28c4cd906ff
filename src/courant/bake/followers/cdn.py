"""Caches in front of the paper, told which pages are others now, by surrogate key.

A page's key is its address, percent-encoded; the web server sends it along (`ops/web/public.py`).
"""

import json
import urllib.error
import urllib.request
from abc import abstractmethod
from collections.abc import Mapping, Sequence

from courant.bake.followers.base import CannotFollow, Follower, Item
from courant.bake.stores.folder import FolderStore
from courant.lib.content import address_of

PATIENCE = 10.0  # seconds for an answer
MANY = 1000  # changed files from which on all is purged in one act
EXCERPT = 200  # characters of an answer that are told
CURES = {
    **dict.fromkeys((401, 403), "Mend `cdn_token` in courant.toml: it must be allowed to purge."),
    **dict.fromkeys((400, 404), "Mend `cdn_zone` in courant.toml."),
}
BUSY, SLOWLY = 429, 60.0  # a cache that takes no more, and the seconds it gets if it names none


class Cdn(Follower):
    """Purging what is new harms nothing: an address that was missing may be kept as missing."""

    name = "cdn"

    def put(self, items: Sequence[Item], tree: FolderStore) -> Sequence[Item]:
        del tree
        # Pictures and sounds never change under their names.
        self.purge([address_of(item.path) for item in items if item.digest])
        return items

    def delete(self, paths: Sequence[str]) -> None:
        self.purge([address_of(path) for path in paths])

    def put_all(self, count: int, *, first: bool) -> bool:
        if first or count > MANY:
            self.purge_all()
            return True
        return False

    @abstractmethod
    def purge(self, addresses: Sequence[str]) -> None:
        """Forget the pages at these addresses, `batch` at most. Raises CannotFollow."""

    @abstractmethod
    def purge_all(self) -> None:
        """Forget all pages. Raises CannotFollow."""


class Cloudflare(Cdn):
    """https://developers.cloudflare.com/api/resources/cache/methods/purge/: 100 tags a request."""

    batch = 100

    def __init__(self, zone: str, token: str, api: str = "https://api.cloudflare.com") -> None:
        self.url = f"{api}/client/v4/zones/{zone}/purge_cache"
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def purge(self, addresses: Sequence[str]) -> None:
        if addresses:
            self._say({"tags": list(addresses)})

    def purge_all(self) -> None:
        self._say({"purge_everything": True})

    def _say(self, what: Mapping[str, object]) -> None:
        answer = ask("Cloudflare", "POST", self.url, self.headers, json.dumps(what).encode())
        try:
            told = json.loads(answer)
        except ValueError:
            told = {}
        if not isinstance(told, dict) or told.get("success") is not True:
            raise CannotFollow(f"Cloudflare did not purge: {_excerpt(answer)}. It is tried again.")


class Fastly(Cdn):
    """https://www.fastly.com/documentation/reference/api/purging/: 256 keys a request.

    Soft: a page is asked for anew, and the old one is served while we do not answer.
    """

    batch = 256

    def __init__(self, service: str, token: str, api: str = "https://api.fastly.com") -> None:
        self.url = f"{api}/service/{service}"
        self.headers = {"Fastly-Key": token, "Accept": "application/json"}

    def purge(self, addresses: Sequence[str]) -> None:
        if addresses:
            headers = {**self.headers, "Fastly-Soft-Purge": "1", "Content-Type": "application/json"}
            body = json.dumps({"surrogate_keys": list(addresses)}).encode()
            ask("Fastly", "POST", f"{self.url}/purge", headers, body)

    def purge_all(self) -> None:
        ask("Fastly", "POST", f"{self.url}/purge_all", self.headers, b"")


class PurgeRequests(Cdn):
    """Caches that take the method PURGE at a page's own address: nginx, Varnish, Caddy's."""

    batch = 100

    def __init__(self, urls: Sequence[str], token: str = "") -> None:
        self.urls = [url.rstrip("/") for url in urls]
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def purge(self, addresses: Sequence[str]) -> None:
        for url in self.urls:
            for address in addresses:
                ask(url, "PURGE", url + address, self.headers, b"", fine=(404, 412))

    def purge_all(self) -> None:
        self.purge(["/*"])


def ask(
    who: str,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    fine: Sequence[int] = (),
    cures: Mapping[int, str] = CURES,
) -> bytes:
    """One request; the answer's body. Raises CannotFollow, with no secret in its sentence.

    `fine`: statuses above 399 that are no failure. `cures`: what helps against others.
    """
    request = urllib.request.Request(url, body, dict(headers), method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            data: bytes = answer.read()
            return data
    except urllib.error.HTTPError as error:
        with error:
            if error.code in fine:
                return b""
            raise _refused(who, error, cures) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise CannotFollow(f"{who} does not answer: {reason}. It is tried again.") from error


def _refused(who: str, error: urllib.error.HTTPError, cures: Mapping[int, str]) -> CannotFollow:
    if error.code == BUSY:
        wait = error.headers.get("Retry-After", "")
        seconds = float(wait) if wait.isdigit() else SLOWLY
        return CannotFollow(
            f"{who} takes no more just now; it goes on in {seconds:.0f} s.", seconds
        )
    advice = cures.get(error.code, "It is tried again.")
    return CannotFollow(f"{who} answers {error.code}: {_excerpt(error.read())}. {advice}")


def _excerpt(answer: bytes) -> str:
    text = " ".join(answer.decode(errors="replace").split())
    return (text[:EXCERPT] or "nothing more").rstrip(".")
