"""What a public file is called and said to be: its address, its type, how long it may be kept."""

from pathlib import PurePath
from urllib.parse import quote

# A browser asks each time and mostly gets 304. A shared cache in front of us holds a page for five
# seconds, so that an election night costs it one question in five seconds and a correction is
# everywhere as soon; when we are dead it may go on with what it has.
PAGE = "public, max-age=0, s-maxage=5, stale-if-error=86400"
# A cache that is told of every change may hold a page longer; should one not reach it, so long.
TOLD = "public, max-age=0, s-maxage=300, stale-if-error=86400"
FOR_EVER = "public, max-age=31536000, immutable"
HASHED = ("static/", "media/", "audio/")  # a name below these changes with its content

TYPES = {
    ".avif": "image/avif",
    ".css": "text/css; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml; charset=utf-8",
}
CODINGS = {".br": "br", ".zst": "zstd", ".gz": "gzip"}  # how files end; the smallest first
COMPRESSIBLE = (".css", ".html", ".js", ".json", ".svg", ".txt", ".vtt", ".webmanifest", ".xml")


def content_type(path: str) -> str:
    """By the name's ending; from a table of our own, for the system's differs between machines."""
    return TYPES.get(PurePath(path).suffix.lower(), "application/octet-stream")


def address_of(path: str) -> str:
    """The address, percent-encoded, at which a public file answers: "/harbour/" for its page."""
    folder, _, name = path.rpartition("/")
    if name in ("index.html", "gone.html"):
        return quote(f"/{folder}/" if folder else "/")
    return quote(f"/{path}")
