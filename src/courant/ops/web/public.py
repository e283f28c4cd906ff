"""The public tree over HTTP (RFC 9110, RFC 9111): from a request to an answer, without a network.

Beside a file `x` may lie `x.br`, `x.zst` and `x.gz`. A folder is answered with its `index.html`;
one whose story was taken back has a `gone.html` instead, and says so with 410.
"""

import os
from pathlib import Path
from time import monotonic
from urllib.parse import quote

from courant.lib.content import COMPRESSIBLE, FOR_EVER, HASHED, PAGE, TOLD, address_of
from courant.ops.web.answers import Answer, Prepared, partial, prepare, says
from courant.ops.web.cache import Cache, File
from courant.ops.web.conditions import CONDITIONS, Outcome, RequestHeaders, outcome, wanted_part
from courant.ops.web.headers import Headers, of_file, security
from courant.ops.web.negotiation import CODED, ENDINGS, LONGEST, PLAIN, codings

INDEX, MISSING = "/index.html", "/404.html"
UNASKED = (*CODED.values(), "/gone.html", INDEX)  # parts of what is answered at other addresses
CHOICES = 10_000  # that are remembered
TRUSTED = 1.0  # seconds in which the choice of a coding stands; the file is looked at each time
NOTHING = ("", 0.0)
QUERY_SAFE = "%/:?&=+,;@!$'()*~[]-._"


class PublicFiles:
    """A public root, of which at most `capacity` bytes are kept in memory.

    Below the folders in `hashed` a name never gets another content. `https`: readers come by it.
    `told`: the cache in front of us is told of every change, so it may hold a page for longer.
    `frames`: hosts of players that the newsroom added to the list.
    """

    def __init__(
        self,
        root: Path,
        capacity: int = 64 << 20,
        *,
        https: bool = False,
        hashed: tuple[str, ...] = HASHED,
        told: bool = False,
        frames: tuple[str, ...] = (),
    ) -> None:
        self.root, self.cache = str(root), Cache(capacity)
        self.hashed, self.security = hashed, security(https=https, frames=frames)
        self.told = told
        # Which file answered an address and an Accept-Encoding, and until when that stands.
        self.chosen: dict[tuple[str, str], tuple[str, float]] = {}

    def answer(self, method: str, path: str, headers: RequestHeaders, query: str = "") -> Answer:
        """What is answered; `path` is decoded and begins with a slash."""
        if method not in ("GET", "HEAD"):
            allowed = [("allow", "GET, HEAD"), *self.security]
            return says(405, "Public pages can only be read.", allowed)
        file = self._file(path, headers)
        if file is None:
            return self._without_file(path, headers, query)
        prepared: Prepared = file.answers or self._prepare(file)
        for condition in CONDITIONS:
            if headers.get(condition) is not None:
                return self._on_conditions(method, headers, file, prepared)
        return prepared.whole

    def _file(self, path: str, headers: RequestHeaders) -> File | None:
        """The file at an address, in the coding that suits the reader."""
        lines = headers.get_all("accept-encoding")
        accepted = lines[0] if len(lines) == 1 else ",".join(lines)
        place, until = self.chosen.get((path, accepted), NOTHING)
        if until > monotonic() and (file := self.cache.get(place)):
            return file
        if not _is_proper(path) or path == MISSING or path.endswith(UNASKED):
            return None
        file = self._choose(f"{path}index.html" if path.endswith("/") else path, accepted)
        if file and len(accepted) <= LONGEST:
            if len(self.chosen) >= CHOICES:
                self.chosen.clear()
            self.chosen[path, accepted] = file.path, monotonic() + TRUSTED
        return file

    def _choose(self, name: str, accepted: str) -> File | None:
        """The best coding of a file below the root; None when there is no such file."""
        path = self.root + name
        if not _exists(path):  # a coding of it that a killed baker left does not bring it back
            return None
        wanted = codings(accepted) if name.endswith(COMPRESSIBLE) else (PLAIN,)
        found = (self.cache.get(path + ENDINGS[coding]) for coding in wanted)
        return next((file for file in found if file), None)

    def _prepare(self, file: File, status: int = 200) -> Prepared:
        name = file.path.removeprefix(self.root)
        page = TOLD if self.told else PAGE
        caching = FOR_EVER if name.lstrip("/").startswith(self.hashed) else page
        shared = [("cache-control", caching), *of_file(name.lstrip("/"), self.security)]
        if self.told:
            shared += keys_of(name.lstrip("/"))
        file.answers = prepare(file, shared, status)
        return file.answers

    def _on_conditions(
        self, method: str, headers: RequestHeaders, file: File, prepared: Prepared
    ) -> Answer:
        result = outcome(headers, file.etag, prepared.modified)
        if result is Outcome.UNCHANGED:
            return prepared.unchanged
        if result is Outcome.FAILED:
            return says(412, "The file is another one now.", self.security)
        if method != "GET":
            return prepared.whole
        part = wanted_part(headers, file.size, file.etag, prepared.modified)
        if part is None:
            return prepared.whole
        if not part:
            size = ("content-range", f"bytes */{file.size}")
            return says(416, f"The file has {file.size} bytes.", [size, *self.security])
        return partial(file, prepared.whole, part)

    def _without_file(self, path: str, headers: RequestHeaders, query: str) -> Answer:
        """Where no file is: a page that is gone, the right address of one, or nothing."""
        answer = None
        if _is_proper(path):
            if path.endswith("/"):
                answer = self._explained(410, f"{path}gone.html", headers)
            else:
                answer = self._moved(f"{path.removesuffix(INDEX)}/", query)
        answer = answer or self._explained(404, MISSING, headers)
        return answer or says(404, "There is nothing at this address.", self.security)

    def _explained(self, status: int, name: str, headers: RequestHeaders) -> Answer | None:
        """The page that explains a status to readers; None where there is none."""
        if file := self._choose(name, ",".join(headers.get_all("accept-encoding"))):
            prepared: Prepared = file.answers or self._prepare(file, status)
            return prepared.whole
        return None

    def _moved(self, folder: str, query: str) -> Answer | None:
        """To the one address of a folder's page; None when the folder has none."""
        place = self.root + folder
        if not _exists(place) or not (
            _exists(place + "index.html") or _exists(place + "gone.html")
        ):
            return None
        where = quote(folder) + (f"?{quote(query, safe=QUERY_SAFE)}" if query else "")
        headers = [("location", where), ("cache-control", PAGE), *self.security]
        return says(301, "This page has another address.", headers)


def keys_of(path: str) -> Headers:
    """The surrogate keys by which a CDN is told that this file changed: Fastly's, Cloudflare's."""
    for ending in CODED.values():
        path = path.removesuffix(ending)
    address = address_of(path)
    return [("surrogate-key", address), ("cache-tag", address)]


def _is_proper(path: str) -> bool:
    """Whether it can be the address of anything: no hidden or parent folder, no empty name."""
    return path[:1] == "/" and not ("/." in path or "//" in path or "\0" in path)


def _exists(path: str) -> bool:
    try:
        os.stat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return False
    return True
