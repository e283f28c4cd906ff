"""What our answers say beside their bytes: types, caching, and what a browser must not do."""

from pathlib import PurePath

Headers = list[tuple[str, str]]

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
    ("content-security-policy", CSP),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    ("cross-origin-opener-policy", "same-origin"),
]
# A year, all hosts below ours, and ready for the browsers' own lists.
HSTS = ("strict-transport-security", "max-age=31536000; includeSubDomains; preload")

# A browser asks each time and mostly gets 304. A shared cache in front of us holds a page for five
# seconds, so that an election night costs it one question in five seconds and a correction is
# everywhere as soon; when we are dead it may go on with what it has.
PAGE = "public, max-age=0, s-maxage=5, stale-if-error=86400"
FOR_EVER = "public, max-age=31536000, immutable"

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
COMPRESSIBLE = (".css", ".html", ".js", ".json", ".svg", ".txt", ".vtt", ".webmanifest", ".xml")


def content_type(path: str) -> str:
    """By the name's ending; from a table of our own, for the system's differs between machines."""
    return TYPES.get(PurePath(path).suffix.lower(), "application/octet-stream")


def security(*, https: bool) -> Headers:
    """On every answer; with `https` browsers are told never to come without it again."""
    return [*SECURITY, HSTS] if https else list(SECURITY)
