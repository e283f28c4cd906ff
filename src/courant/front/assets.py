"""Stylesheet, scripts and fonts: read once and named by their content.

A file of the same name in the home's `look/static/` takes the place of ours, others there are
added, and what stands in its `more.css` follows the stylesheet.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings

from courant.front import tones
from courant.front.made import PublicFile
from courant.lib.digests import digest_of_bytes

SOURCE = Path(__file__).parent / "static_src"
FONTS = (
    "serif-latin.woff2",
    "serif-latin-more.woff2",
    "serif-cyrillic.woff2",
    "serif-latin-italic.woff2",
    "serif-cyrillic-italic.woff2",
)
DRAWING = SOURCE.parent / "drawing"  # typefaces for pictures that we draw: larger, and not public
# Small scripts that most pages need, as one file: a request costs a phone more than their bytes.
PARTS = ("embeds.js", "newsletter.js", "offline.js", "pictures.js", "figures.js")
PLAIN = (
    "player.js",
    "search.js",
    "page.js",
    "live.js",
    "icon.svg",
    *(f"fonts/{font}" for font in FONTS),
)


def source_of(name: str) -> Path:
    """The newsroom's own file of that name, else ours."""
    own = Path(f"{settings.COURANT_LOOK}/static/{name}")  # templates give a str of their own kind
    return own if own.exists() else Path(f"{SOURCE}/{name}")


def _own_names() -> list[str]:
    """Files that only the newsroom has."""
    folder = settings.COURANT_LOOK / "static"
    names = (f.relative_to(folder).as_posix() for f in folder.rglob("*") if f.is_file())
    return sorted({*names} - {*PLAIN, *PARTS, "style.css", "more.css"})


@cache
def _content(name: str) -> bytes:
    if name == "page.js":  # each in a block, so that its names are its own
        return b"".join(b"{\n%s}\n" % _script(part) for part in PARTS)
    if name.endswith(".js"):
        return _script(name)
    data = source_of(name).read_bytes()
    if name == "style.css":  # what it names is named by its content too
        more = settings.COURANT_LOOK / "static" / "more.css"
        data += tones.css().encode()
        data += more.read_bytes() if more.exists() else b""
        for other in (*PLAIN, *_own_names()):
            data = data.replace(f'url("{other}")'.encode(), f'url("{asset_url(other)}")'.encode())
        return slim(data)
    return data


def _script(name: str) -> bytes:
    source = source_of(name)
    data = source.read_bytes()
    return slim_script(data) if source.parent == SOURCE else data  # theirs may be written otherwise


def slim_script(script: bytes) -> bytes:
    """A script of ours without what only its writers read: indents and lines of comment."""
    lines = (line.strip() for line in script.splitlines())
    return b"".join(b"%s\n" % line for line in lines if line and not line.startswith(b"//"))


def slim(css: bytes) -> bytes:
    """A stylesheet without what only its writers read."""
    without = re.sub(rb"/\*.*?\*/", b"", css, flags=re.DOTALL)
    return re.sub(rb"\s*([{};])\s*", rb"\1", re.sub(rb"\s+", b" ", without)).strip()


@cache
def asset_url(name: str) -> str:
    """The public address: "style.css" -> "/static/style.1a2b3c4d.css"."""
    stem, dot, ending = name.rpartition(".")
    return f"/static/{stem}.{digest_of_bytes(_content(name))[:8]}{dot}{ending}"


@cache
def integrity(name: str) -> str:
    """What a page says of a style or script, so that a browser takes no other bytes (SRI)."""
    return f"sha384-{b64encode(hashlib.sha384(_content(name)).digest()).decode()}"


def stylesheet_url() -> str:
    """For pages of other rooms (sign-up answers) that should look like the paper."""
    return asset_url("style.css")


def assets() -> Iterator[PublicFile]:
    """All of them, fonts before the stylesheet that names them."""
    for name in (*PLAIN, *_own_names(), "style.css"):
        yield PublicFile(asset_url(name).lstrip("/"), _content(name))
    yield PublicFile("static/fonts/LICENSE.txt", (SOURCE / "fonts" / "LICENSE.txt").read_bytes())
