"""What is asked of every server and what it must answer: one table for ours, nginx and Caddy.

Where one of them differs and cannot be told otherwise, the row says how, and why that is borne.
"""

from dataclasses import dataclass, field

from courant.lib.content import FOR_EVER, PAGE
from tests.serving.tree import (
    FEED,
    FRONT,
    GONE,
    LONG_SOUND,
    MISSING,
    MOVED,
    PICTURE,
    PLAIN_PAGE,
    SOUND,
    STYLE,
    coded,
)
from tests.serving.tree import (
    PAGE as FERRY_PAGE,
)

Headers = dict[str, str | None]  # None: must not be there

FERRY, KILLED = "/harbour/ferry/", "/harbour/killed/"
CSS = "/static/style.795ca43b.css"
MP3, LONG = "/audio/ferry-0123456789ab.mp3", "/audio/long-0123456789ab.mp3"
HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
LONG_AGO, IN_2099 = "Sat, 01 Jan 2000 00:00:00 GMT", "Fri, 02 Jan 2099 00:00:00 GMT"
BR, ZSTD, GZIP = (coded(FERRY_PAGE, coding) for coding in ("br", "zstd", "gzip"))


@dataclass(frozen=True)
class Expected:
    status: int
    body: bytes | None = None  # None: any
    headers: Headers = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    name: str
    request: str  # method and target
    sent: dict[str, str]  # {etag} and {modified} stand for those of the file without a coding
    expected: Expected
    unlike: dict[str, tuple[str, Expected]]  # by server: why it differs, and how

    def expected_of(self, server: str) -> Expected:
        return self.unlike[server][1] if server in self.unlike else self.expected


CASES: list[Case] = []


def case(
    name: str,
    request: str,
    status: int,
    body: bytes | None = None,
    *,
    sent: dict[str, str] | None = None,
    nginx: tuple[str, Expected] | None = None,
    caddy: tuple[str, Expected] | None = None,
    **headers: str | None,
) -> None:
    others = {"nginx": nginx, "caddy": caddy}
    unlike = {server: difference for server, difference in others.items() if difference}
    CASES.append(Case(name, request, sent or {}, answer(status, body, **headers), unlike))


def answer(status: int, body: bytes | None = None, **headers: str | None) -> Expected:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Expected(status, body, named)


def length(data: bytes) -> str:
    return str(len(data))


def span(first: int, last: int, data: bytes = SOUND) -> str:
    return f"bytes {first}-{last}/{len(data)}"


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────
case("the front page", "GET /", 200, FRONT, content_type=HTML)
case("a folder is answered with its index", f"GET {FERRY}", 200, FERRY_PAGE, content_type=HTML)
case("its length is told", f"GET {FERRY}", 200, content_length=length(FERRY_PAGE))
case("a page is asked for again", f"GET {FERRY}", 200, cache_control=PAGE)
case("a query changes nothing", f"GET {FERRY}?utm_source=x&a=%00", 200, FERRY_PAGE)
case("a moved story leads on", "GET /harbour/old-ferry/", 200, MOVED)
case("a plain text", "GET /robots.txt", 200, content_type=TEXT)
case("a feed", "GET /feed.xml", 200, FEED, content_type="application/xml; charset=utf-8")
case("the whole address in the request", f"GET http://other.example{FERRY}", 200, FERRY_PAGE)
case("an escaped letter is that letter", "GET /harbour/f%65rry/", 200, FERRY_PAGE)
case("an escaped slash is a slash", "GET /harbour%2Fferry/", 200, FERRY_PAGE)

# ── One address for each page ─────────────────────────────────────────────────────────────────────
case("the slash is added", "GET /harbour/ferry", 301, location=FERRY, cache_control=PAGE)
case(
    "the query is kept when the slash is added",
    "GET /harbour/ferry?from=mail",
    301,
    location=f"{FERRY}?from=mail",
    caddy=("where there is no query its redir would add a bare ?", answer(301, location=FERRY)),
)
case("an index by its name", f"GET {FERRY}index.html", 301, location=FERRY)
case("the front page by its name", "GET /index.html", 301, location="/")
case("a killed story without its slash", "GET /harbour/killed", 301, location=KILLED)
case("a folder without a page", "GET /harbour", 404, MISSING, location=None)
case("letters keep their case", "GET /Harbour/Ferry/", 404, MISSING)
case("a star is a star", "GET /harbour/f*rry/", 404, MISSING)
case("brackets are brackets", "GET /harbour/f[e]rry/", 404, MISSING)
case("a file is no folder", "GET /feed.xml/", 404, MISSING)

# ── What is not there, and what is gone ───────────────────────────────────────────────────────────
case("nothing at an address", "GET /nothing", 404, MISSING, content_type=HTML, cache_control=PAGE)
case("nothing in a folder", "GET /harbour/nothing/", 404, MISSING)
case("no folder is listed", "GET /harbour/empty/", 404, MISSING)
case("nor are static files", "GET /static/", 404, MISSING)
case("a hashed name is not missing for ever", "GET /static/x.00.css", 404, cache_control=PAGE)
case("what says so is a page", "GET /static/x.00.css", 404, MISSING, content_type=HTML)
case("no condition brings it back", "GET /nothing", 404, sent={"If-None-Match": "*"})
case("no part of nothing", "GET /nothing", 404, sent={"Range": "bytes=0-9"}, content_range=None)
case("the 404 page itself is no page", "GET /404.html", 404, MISSING)
case("a killed story is gone", f"GET {KILLED}", 410, GONE, content_type=HTML, cache_control=PAGE)
case("the page that says so is no page", f"GET {KILLED}gone.html", 404, MISSING)
case("the page that says so in a coding", f"GET {KILLED}gone.html.br", 404, MISSING)

# ── What is nobody's ──────────────────────────────────────────────────────────────────────────────
RESOLVED = "it resolves dots before it looks, never to above the root"
case("a hidden file", "GET /.secret", 404, MISSING)
case("a hidden folder", "GET /.git/config", 404, MISSING)
case("a hidden file in a folder", "GET /harbour/empty/.keep", 404, MISSING)
case(
    "above the root",
    "GET /../outside.txt",
    404,
    MISSING,
    nginx=("it calls it no request", answer(400)),
)
case("above it, escaped", "GET /%2e%2e/outside.txt", 404, MISSING, nginx=("the same", answer(400)))
case("above it, deep", "GET /a/../../outside.txt", 404, nginx=("the same", answer(400)))
case("above it, half escaped", "GET /.%2e/outside.txt", 404, nginx=("the same", answer(400)))
case("above it, escaped twice", "GET /%252e%252e/outside.txt", 404, MISSING)
case("above it, with backslashes", "GET /..\\outside.txt", 404, MISSING)
case("a dot as a folder", f"GET /.{FERRY}", 404, MISSING, nginx=(RESOLVED, answer(200, FERRY_PAGE)))
case("two dots", f"GET /a/..{FERRY}", 404, MISSING, nginx=(RESOLVED, answer(200, FERRY_PAGE)))
case("two slashes", "GET //", 404, MISSING, location=None)
case("another host as a path", "GET //other.example/", 404, MISSING, location=None)
case("another host as a path, without its slash", "GET //harbour/ferry", 404, location=None)
case("two slashes inside", "GET /harbour//ferry/", 404, MISSING)
case("two slashes at the end", f"GET {FERRY}/", 404, MISSING)
case("a coding by its name", "GET /index.html.br", 404, MISSING)
case("a coding of a static file", f"GET {CSS}.gz", 404, MISSING)
case("a coding in the third way", f"GET {FERRY}index.html.zst", 404, MISSING)

# ── Absurd requests ───────────────────────────────────────────────────────────────────────────────
NO_REQUEST = ("it calls it no request", answer(400))
case("a NUL, escaped", "GET /a%00b", 404, MISSING, nginx=NO_REQUEST)
case("a NUL, raw", "GET /a\0b", 400)
case("no UTF-8, escaped", "GET /%ff%fe", 404, MISSING)
case("half an escape", "GET /%", 404, MISSING, nginx=NO_REQUEST, caddy=NO_REQUEST)
case("no hexadecimal", "GET /%zz", 404, MISSING, nginx=NO_REQUEST, caddy=NO_REQUEST)
case("a line end, escaped", "GET /harbour%0d%0aX-Own:%20yes", 404, MISSING, x_own=None)
case("a name too long for the disk", f"GET /{'a' * 300}", 404, MISSING)
case("a path too long for the disk", f"GET /{'a/' * 2500}", 404, MISSING)
case("an asterisk", "GET *", 404, MISSING, nginx=NO_REQUEST)

# ── Methods ───────────────────────────────────────────────────────────────────────────────────────
case("HEAD is GET without a body", f"HEAD {FERRY}", 200, b"", content_length=length(FERRY_PAGE))
case("HEAD of what is long", f"HEAD {LONG}", 200, b"", content_length=length(LONG_SOUND))
case("HEAD of nothing", "HEAD /nothing", 404, b"", content_type=HTML)
case("HEAD of what is gone", f"HEAD {KILLED}", 410, b"", content_type=HTML)
for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
    case(f"{method} is refused", f"{method} {FERRY}", 405, allow="GET, HEAD")
case("also where nothing is", "POST /nothing", 405, allow="GET, HEAD")

# ── Codings ───────────────────────────────────────────────────────────────────────────────────────
NO_ZSTD = "Debian's nginx has no module for zstd"
BY_NAME = "it looks for the name alone"


def encoding(
    accepted: str, coding: str | None, body: bytes, **unlike: tuple[str, Expected]
) -> None:
    told: Headers = {"content_encoding": coding, "vary": "accept-encoding", "content_type": HTML}
    sent = {"Accept-Encoding": accepted}
    case(f"Accept-Encoding: {accepted}", f"GET {FERRY}", 200, body, sent=sent, **unlike, **told)


plainly = answer(200, FERRY_PAGE, content_encoding=None, vary="accept-encoding")
encoding("br", "br", BR)
encoding("gzip", "gzip", GZIP)
encoding("zstd", "zstd", ZSTD, nginx=(NO_ZSTD, plainly))
encoding("gzip, deflate, br, zstd", "br", BR)
encoding("BR", "br", BR)
encoding("gzip;q=1.0, br;q=0", "gzip", GZIP)
encoding("gzip;q=0", None, FERRY_PAGE)
encoding("br;q=0.1, gzip;q=0.9", "gzip", GZIP, nginx=(BY_NAME, answer(200, BR)))
encoding("*", "br", BR, nginx=(BY_NAME, plainly), caddy=(BY_NAME, plainly))
encoding("gzip;q=0.5, *;q=0", "gzip", GZIP)
encoding("identity", None, FERRY_PAGE)
encoding("identity;q=0, br", "br", BR)
encoding("*;q=0", None, FERRY_PAGE)
encoding("compress, exi", None, FERRY_PAGE)
case("no Accept-Encoding", f"GET {FERRY}", 200, content_encoding=None, vary="accept-encoding")
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
case(
    "a page without codings",
    "GET /harbour/short/",
    200,
    PLAIN_PAGE,
    sent=BROWSER,
    content_encoding=None,
)
case(
    "a coded style",
    f"GET {CSS}",
    200,
    coded(STYLE, "br"),
    sent=BROWSER,
    content_encoding="br",
    content_type="text/css; charset=utf-8",
    cache_control=FOR_EVER,
)
case(
    "a coded 404",
    "GET /nothing",
    404,
    coded(MISSING, "br"),
    sent=BROWSER,
    content_encoding="br",
    vary="accept-encoding",
)
case(
    "a coded 410",
    f"GET {KILLED}",
    410,
    coded(GONE, "br"),
    sent=BROWSER,
    content_encoding="br",
    vary="accept-encoding",
)
case(
    "HEAD in a coding",
    f"HEAD {FERRY}",
    200,
    b"",
    sent=BROWSER,
    content_encoding="br",
    content_length=length(BR),
    caddy=("it tells no length of what is coded", answer(200, b"", content_encoding="br")),
)
case(
    "a picture has no coding",
    "GET /media/93c0f13c0f24-320.jpg",
    200,
    PICTURE,
    sent=BROWSER,
    content_encoding=None,
    vary=None,
)


# ── Kept copies ───────────────────────────────────────────────────────────────────────────────────
def condition(status: int, sent: dict[str, str], **unlike: tuple[str, Expected]) -> None:
    told: Headers = {"etag": "{etag}", "cache_control": PAGE, "vary": "accept-encoding"}
    body = {200: FERRY_PAGE, 304: b""}.get(status)
    if status == 412:
        told = {}
    case(
        ", ".join(f"{k}: {v}" for k, v in sent.items()),
        f"GET {FERRY}",
        status,
        body,
        sent=sent,
        **unlike,
        **told,
    )


condition(304, {"If-None-Match": "{etag}"})
condition(304, {"If-None-Match": "W/{etag}"})
condition(304, {"If-None-Match": '"other", {etag}'})
condition(304, {"If-None-Match": "*"})
condition(200, {"If-None-Match": '"other"'})
condition(304, {"If-Modified-Since": "{modified}"})
condition(304, {"If-Modified-Since": IN_2099})
condition(200, {"If-Modified-Since": LONG_AGO})
condition(200, {"If-Modified-Since": "yesterday"})
condition(200, {"If-None-Match": '"other"', "If-Modified-Since": "{modified}"})
condition(
    304,
    {"If-None-Match": "{etag}", "If-Modified-Since": LONG_AGO},
    nginx=("it wants both to hold; the reader gets the page once more", answer(200, FERRY_PAGE)),
)
condition(200, {"If-Match": "{etag}"})
condition(200, {"If-Match": "*"})
condition(412, {"If-Match": '"other"'})
condition(412, {"If-Match": "W/{etag}"})
condition(200, {"If-Unmodified-Since": "{modified}"})
condition(412, {"If-Unmodified-Since": LONG_AGO})
condition(
    200,
    {"If-Match": "{etag}", "If-Unmodified-Since": LONG_AGO},
    nginx=("it wants both to hold", answer(412)),
)
condition(412, {"If-Match": '"other"', "If-None-Match": "{etag}"})
case(
    "a copy in no coding is none in a coding",
    f"GET {FERRY}",
    200,
    BR,
    sent={"If-None-Match": "{etag}", "Accept-Encoding": "br"},
)
case("304 to HEAD", f"HEAD {FERRY}", 304, b"", sent={"If-None-Match": "{etag}"})
case(
    "304 of what never changes",
    f"GET {CSS}",
    304,
    b"",
    sent={"If-None-Match": "{etag}"},
    cache_control=FOR_EVER,
    content_type=None,
)

# ── Parts ─────────────────────────────────────────────────────────────────────────────────────────
TOO_STRICT = ("it refuses what it cannot read; players send only what it can", answer(416))


def part(
    wanted: str, status: int, body: bytes, content_range: str | None, **unlike: tuple[str, Expected]
) -> None:
    told: Headers = {"content_range": content_range, "content_length": length(body)}
    if status == 416:
        told = {"content_range": content_range}
    expected = None if status == 416 else body
    case(
        f"Range: {wanted}", f"GET {MP3}", status, expected, sent={"Range": wanted}, **unlike, **told
    )


case("sound", f"GET {MP3}", 200, SOUND, content_type="audio/mpeg", accept_ranges="bytes")
case("sound is kept for ever", f"GET {MP3}", 200, cache_control=FOR_EVER)
part("bytes=0-99", 206, SOUND[:100], span(0, 99))
part("bytes=0-0", 206, SOUND[:1], span(0, 0))
part("bytes=100-", 206, SOUND[100:], span(100, len(SOUND) - 1))
part("bytes=-10", 206, SOUND[-10:], span(len(SOUND) - 10, len(SOUND) - 1))
part("bytes=-999999", 206, SOUND, span(0, len(SOUND) - 1))
part("bytes=0-999999", 206, SOUND, span(0, len(SOUND) - 1))
part(f"bytes={len(SOUND)}-", 416, b"", f"bytes */{len(SOUND)}")
part(
    "bytes=-0",
    416,
    b"",
    f"bytes */{len(SOUND)}",
    caddy=("it sends a part of no bytes", answer(206, b"")),
)
part("bytes=5-2", 200, SOUND, None, nginx=TOO_STRICT, caddy=TOO_STRICT)
part("bytes=0-1,5-6", 200, SOUND, None, caddy=("it sends both in one multipart body", answer(206)))
part("lines=1-2", 200, SOUND, None, caddy=TOO_STRICT)
part("bytes=a-b", 200, SOUND, None, nginx=TOO_STRICT, caddy=TOO_STRICT)
part("bytes=-", 200, SOUND, None, nginx=TOO_STRICT, caddy=TOO_STRICT)
case(
    "a part of a long file",
    f"GET {LONG}",
    206,
    LONG_SOUND[70_000:200_001],
    sent={"Range": "bytes=70000-200000"},
    content_range=span(70_000, 200_000, LONG_SOUND),
)
case("a long file whole", f"GET {LONG}", 200, LONG_SOUND, content_length=length(LONG_SOUND))
case(
    "a part of a coding",
    f"GET {FERRY}",
    206,
    BR[:5],
    sent={"Range": "bytes=0-4", "Accept-Encoding": "br"},
    content_encoding="br",
    nginx=("its module for br gives no parts", answer(200, BR)),
)
case(
    "no part for HEAD",
    f"HEAD {MP3}",
    200,
    b"",
    sent={"Range": "bytes=0-9"},
    nginx=("it tells of the part", answer(206, b"")),
    caddy=("the same", answer(206, b"")),
)
case(
    "If-Range with the same copy",
    f"GET {MP3}",
    206,
    SOUND[:10],
    sent={"Range": "bytes=0-9", "If-Range": "{etag}"},
)
case(
    "If-Range with another",
    f"GET {MP3}",
    200,
    SOUND,
    sent={"Range": "bytes=0-9", "If-Range": '"other"'},
)
case(
    "If-Range with a weak one",
    f"GET {MP3}",
    200,
    SOUND,
    sent={"Range": "bytes=0-9", "If-Range": "W/{etag}"},
)
case(
    "If-Range with its date",
    f"GET {MP3}",
    206,
    SOUND[:10],
    sent={"Range": "bytes=0-9", "If-Range": "{modified}"},
)
case(
    "If-Range with an older date",
    f"GET {MP3}",
    200,
    SOUND,
    sent={"Range": "bytes=0-9", "If-Range": LONG_AGO},
)
case(
    "no part of what the reader has",
    f"GET {MP3}",
    304,
    b"",
    sent={"Range": "bytes=0-9", "If-None-Match": "{etag}"},
)

# ── Types ─────────────────────────────────────────────────────────────────────────────────────────
for path, content_type in {
    "/media/93c0f13c0f24-320.jpg": "image/jpeg",
    "/media/93c0f13c0f24-320.webp": "image/webp",
    "/media/93c0f13c0f24-320.avif": "image/avif",
    "/static/player.0a1b2c3d.js": "text/javascript; charset=utf-8",
    "/static/icon.cac9d37b.svg": "image/svg+xml",
    "/static/fonts/serif.89cb90c1.woff2": "font/woff2",
    "/static/paper.1c2d3e4f.webmanifest": "application/manifest+json",
    "/audio/ferry-0123456789ab.json": "application/json",
    "/audio/ferry-0123456789ab.vtt": "text/vtt; charset=utf-8",
}.items():
    case(
        f"the type of {path[-8:]}",
        f"GET {path}",
        200,
        content_type=content_type,
        cache_control=FOR_EVER,
    )
