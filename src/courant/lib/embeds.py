"""Whose players a page may show: from an address to the frame that shows it, and to nothing else.

A player runs in a frame of its maker's, and only after a reader has asked for it. Who is not listed
here stays a link.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit


@dataclass(frozen=True)
class Frame:
    """What is shown when a reader asks: the frame's address, whose server it is, its shape."""

    url: str
    host: str
    shape: str  # video, sound


YOUTUBE, VIMEO = "www.youtube-nocookie.com", "player.vimeo.com"
SOUNDCLOUD, ARCHIVE = "w.soundcloud.com", "archive.org"
HOSTS = (YOUTUBE, VIMEO, SOUNDCLOUD, ARCHIVE)
HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([\w-]{11})", re.ASCII)
VIMEO_PATH = re.compile(r"/(?:video/)?(\d{1,12})(?:/([0-9a-f]{6,16}))?/?", re.ASCII)
SOUNDCLOUD_PATH = re.compile(r"/[\w-]+/(?:sets/)?[\w-]+/?", re.ASCII)
ARCHIVE_PATH = re.compile(r"/(?:details|embed)/([\w.-]+)/?", re.ASCII)
PEERTUBE_PATH = re.compile(r"/(?:w|videos/watch|videos/embed)/([\w-]{22,36})/?", re.ASCII)


def frame_of(url: str, peertube: Iterable[str] = ()) -> Frame | None:
    """The frame for an address; None where it is of nobody on the list, or of no video or sound."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    except ValueError:  # a host in broken brackets
        return None
    if parts.scheme not in ("http", "https"):
        return None
    if host in ("youtube.com", "youtube-nocookie.com", "youtu.be"):
        return _youtube(host, parts.path, parse_qs(parts.query))
    if host in ("vimeo.com", "player.vimeo.com") and (found := VIMEO_PATH.fullmatch(parts.path)):
        unlisted = found[2] or parse_qs(parts.query).get("h", [""])[0]
        more = f"&h={unlisted}" if re.fullmatch(r"[0-9a-f]{6,16}", unlisted) else ""
        return Frame(f"https://{VIMEO}/video/{found[1]}?dnt=1{more}", VIMEO, "video")
    if host == "soundcloud.com" and SOUNDCLOUD_PATH.fullmatch(parts.path):
        track = quote(f"https://soundcloud.com{parts.path}", safe="")
        return Frame(f"https://{SOUNDCLOUD}/player/?url={track}", SOUNDCLOUD, "sound")
    if host == ARCHIVE and (found := ARCHIVE_PATH.fullmatch(parts.path)):
        return Frame(f"https://{ARCHIVE}/embed/{found[1]}", ARCHIVE, "video")
    own = next((each for each in peertube if each.removeprefix("www.") == host), "")
    if own and (found := PEERTUBE_PATH.fullmatch(parts.path)):
        return Frame(f"https://{own}/videos/embed/{found[1]}", own, "video")
    return None


def _youtube(host: str, path: str, query: dict[str, list[str]]) -> Frame | None:
    found = YOUTUBE_PATH.fullmatch(path)
    name = found[1] if found else path[1:] if host == "youtu.be" else query.get("v", [""])[0]
    if not re.fullmatch(r"[\w-]{11}", name, re.ASCII):
        return None
    from_second = re.fullmatch(r"(\d{1,6})s?", query.get("t", [""])[0], re.ASCII)
    start = f"?start={from_second[1]}" if from_second else ""
    return Frame(f"https://{YOUTUBE}/embed/{name}{start}", YOUTUBE, "video")


def sources(hosts: Iterable[str]) -> str:
    """As a content security policy names them; 'none' where there are none."""
    return " ".join(f"https://{host}" for host in hosts) or "'none'"
