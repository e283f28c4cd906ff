"""The public tree over WSGI, from a bounded memory cache (RFC 9110, RFC 9111).

Reads nothing but files: readers are served while the database, the desk and the workers are dead.
"""

import mimetypes
import re
from collections.abc import Callable, Iterable, Iterator
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from courant.ops.cache import Cache, Served

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Headers = list[tuple[str, str]]

PIECE = 1 << 16
HASHED_NAME = re.compile(r"[.-][0-9a-f]{8,64}(-\d+)?(-[a-z0-9]+)?\.[a-z0-9]+$")

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SECURITY: Headers = [
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}


class PublicFiles:
    """A WSGI application for a public root."""

    def __init__(self, root: Path, capacity: int = 64 << 20) -> None:
        self.root, self.cache = root, Cache(capacity)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            return self._refuse(start_response)
        path = environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace")
        name = self._name(path)
        file = self.cache.get(self.root / name) if name else None
        if file is None and name and self._is_folder(name):
            return self._redirect(environ, start_response)
        if file is None:
            return self._missing(start_response, method)
        return self._answer(environ, start_response, method, file)

    def _name(self, path: str) -> str:
        """The file's name inside the tree; empty for what is never served."""
        parts = path.removeprefix("/").split("/")
        if path.endswith("/"):
            parts[-1] = "index.html"
        if any(not part or part.startswith(".") or "\0" in part for part in parts):
            return ""
        return "/".join(parts)

    def _is_folder(self, name: str) -> bool:
        return self.cache.get(self.root / name / "index.html") is not None

    def _answer(
        self, environ: Environ, start_response: StartResponse, method: str, file: Served
    ) -> Iterable[bytes]:
        headers = self._headers(file)
        if _is_fresh(environ, file):
            start_response("304 Not Modified", [h for h in headers if h[0] != "Content-Type"])
            return []
        span = _range(environ, file)
        if span == UNSATISFIABLE:
            headers += [("Content-Range", f"bytes */{file.size}"), ("Content-Length", "0")]
            start_response("416 Range Not Satisfiable", headers)
            return []
        first, last = span or (0, file.size - 1)
        headers.append(("Content-Length", str(last - first + 1)))
        if span:
            headers.append(("Content-Range", f"bytes {first}-{last}/{file.size}"))
        start_response("206 Partial Content" if span else "200 OK", headers)
        return [] if method == "HEAD" else _body(file, first, last)

    def _headers(self, file: Served) -> Headers:
        kind = TYPES.get(file.path.suffix) or mimetypes.guess_type(file.path.name)[0]
        hashed = HASHED_NAME.search(file.path.name)
        caching = "public, max-age=31536000, immutable" if hashed else "public, max-age=0"
        return [
            ("Content-Type", kind or "application/octet-stream"),
            ("ETag", file.etag),
            ("Last-Modified", formatdate(file.modified_ns / 1e9, usegmt=True)),
            ("Cache-Control", caching if hashed else f"{caching}, must-revalidate"),
            ("Accept-Ranges", "bytes"),
            *SECURITY,
        ]

    def _missing(self, start_response: StartResponse, method: str) -> Iterable[bytes]:
        page = self.cache.get(self.root / "404.html")
        body = page.data if page and page.data is not None else b"Not found"
        kind = TYPES[".html"] if page else TYPES[".txt"]
        headers = [("Content-Type", kind), ("Content-Length", str(len(body)))]
        start_response("404 Not Found", [*headers, ("Cache-Control", "no-cache"), *SECURITY])
        return [] if method == "HEAD" else [body]

    def _redirect(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = quote(environ["PATH_INFO"].encode("latin-1"))
        query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
        # One slash in front only: //host would lead to another site.
        where = "/" + path.lstrip("/") + "/" + query
        start_response(
            "301 Moved Permanently", [("Location", where), ("Content-Length", "0"), *SECURITY]
        )
        return []

    def _refuse(self, start_response: StartResponse) -> Iterable[bytes]:
        body = b"Public pages can only be read.\n"
        headers = [("Allow", "GET, HEAD"), ("Content-Type", TYPES[".txt"])]
        headers.append(("Content-Length", str(len(body))))
        start_response("405 Method Not Allowed", [*headers, *SECURITY])
        return [body]


UNSATISFIABLE = (-1, -1)


def _is_fresh(environ: Environ, file: Served) -> bool:
    """Whether the reader's copy is still the file (RFC 9110, 13.2.2)."""
    if wanted := environ.get("HTTP_IF_NONE_MATCH"):
        tags = [tag.strip().removeprefix("W/") for tag in wanted.split(",")]
        return "*" in tags or file.etag in tags
    if since := environ.get("HTTP_IF_MODIFIED_SINCE"):
        try:
            return int(file.modified_ns / 1e9) <= parsedate_to_datetime(since).timestamp()
        except ValueError:
            return False
    return False


def _range(environ: Environ, file: Served) -> tuple[int, int] | None:
    """First and last byte asked for; None for the whole file, also when several ranges are."""
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", environ.get("HTTP_RANGE", "").strip())
    if not match or match.groups() == ("", ""):
        return None
    if (condition := environ.get("HTTP_IF_RANGE")) and condition != file.etag:
        return None
    start, end = match.groups()
    if not start:
        length = min(int(end), file.size)
        return (file.size - length, file.size - 1) if length else UNSATISFIABLE
    first, last = int(start), min(int(end or file.size - 1), file.size - 1)
    return (first, last) if first <= last else UNSATISFIABLE


def _body(file: Served, first: int, last: int) -> Iterable[bytes]:
    if file.data is not None:
        whole = first == 0 and last == file.size - 1
        return [file.data if whole else file.data[first : last + 1]]
    return _pieces(file.path, first, last)


def _pieces(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(first)
        left = last - first + 1
        while left and (piece := stream.read(min(PIECE, left))):
            left -= len(piece)
            yield piece
