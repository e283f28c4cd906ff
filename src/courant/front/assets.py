"""Stylesheet, scripts and fonts: read once and named by their content."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from courant.front import tones
from courant.front.made import PublicFile
from courant.lib.digests import digest_of_bytes

SOURCE = Path(__file__).parent / "static_src"
FONTS = (
    "serif-latin.woff2",
    "serif-cyrillic.woff2",
    "serif-latin-italic.woff2",
    "serif-cyrillic-italic.woff2",
    "sans-latin.woff2",
    "sans-cyrillic.woff2",
)
PLAIN = (
    "player.js",
    "newsletter.js",
    "pictures.js",
    "icon.svg",
    *(f"fonts/{font}" for font in FONTS),
)


@cache
def _content(name: str) -> bytes:
    data = Path(f"{SOURCE}/{name}").read_bytes()  # templates give a str of their own kind
    if name == "style.css":  # its fonts are named by their content too
        for font in FONTS:
            data = data.replace(f"fonts/{font}".encode(), asset_url(f"fonts/{font}").encode())
        data += tones.css().encode()
    return data


@cache
def asset_url(name: str) -> str:
    """The public address: "style.css" -> "/static/style.1a2b3c4d.css"."""
    stem, dot, ending = name.rpartition(".")
    return f"/static/{stem}.{digest_of_bytes(_content(name))[:8]}{dot}{ending}"


def stylesheet_url() -> str:
    """For pages of other rooms (sign-up answers) that should look like the paper."""
    return asset_url("style.css")


def assets() -> Iterator[PublicFile]:
    """All of them, fonts before the stylesheet that names them."""
    for name in (*PLAIN, "style.css"):
        yield PublicFile(asset_url(name).lstrip("/"), _content(name))
    yield PublicFile("static/fonts/LICENSE.txt", (SOURCE / "fonts" / "LICENSE.txt").read_bytes())
