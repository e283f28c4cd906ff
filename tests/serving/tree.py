"""A small public tree with one thing of each kind that a server has to answer rightly."""

import gzip
import os
from pathlib import Path

CANARY = b"canary-7f3a"  # in what must never be sent

FRONT = b"<!doctype html><title>Front</title>" + b"<p>Today in the harbour. " * 90
PAGE = b"<!doctype html><title>Ferry</title>" + b"<p>The night ferry is back. " * 120
PLAIN_PAGE = b"<!doctype html><title>Short</title><p>No coding of it was worth while."
MOVED = b'<!doctype html><meta http-equiv="refresh" content="0; url=/harbour/ferry/">'
GONE = b"<!doctype html><title>Gone</title>" + b"<p>This story was taken back. " * 40
MISSING = b"<!doctype html><title>Nothing</title>" + b"<p>There is nothing here. " * 40
FEED = b'<?xml version="1.0"?><rss><channel><title>Lantern</title></channel></rss>'
STYLE = b"body { color: #111 }\n" * 60
SOUND = bytes(range(256)) * 40
LONG_SOUND = os.urandom(3_000_000)  # more than our server keeps in memory
PICTURE = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 3

FILES = {
    "index.html": FRONT,
    "404.html": MISSING,
    "feed.xml": FEED,
    "robots.txt": b"User-agent: *\nAllow: /\n",
    "harbour/ferry/index.html": PAGE,
    "harbour/short/index.html": PLAIN_PAGE,
    "harbour/old-ferry/index.html": MOVED,
    "harbour/killed/gone.html": GONE,
    "harbour/empty/.keep": CANARY,
    "static/style.795ca43b.css": STYLE,
    "static/player.0a1b2c3d.js": b"export {}\n",
    "static/icon.cac9d37b.svg": b"<svg/>",
    "static/fonts/serif.89cb90c1.woff2": b"wOF2",
    "static/paper.1c2d3e4f.webmanifest": b"{}",
    "media/93c0f13c0f24-320.jpg": PICTURE,
    "media/93c0f13c0f24-320.webp": b"RIFF",
    "media/93c0f13c0f24-320.avif": b"avif",
    "audio/ferry-0123456789ab.mp3": SOUND,
    "audio/ferry-0123456789ab.json": b"{}",
    "audio/ferry-0123456789ab.vtt": b"WEBVTT\n",
    "audio/ferry-0123456789ab.unknown": b"?",
    "audio/long-0123456789ab.mp3": LONG_SOUND,
    ".secret": CANARY,
    ".git/config": CANARY,
}
CODED = ("index.html", "404.html", "harbour/ferry/index.html", "harbour/killed/gone.html")
CODED_ASSETS = ("static/style.795ca43b.css",)
ENDINGS = {"br": ".br", "zstd": ".zst", "gzip": ".gz"}


def coded(data: bytes, coding: str) -> bytes:
    """Real gzip; of the others no server looks into, so that marked bytes stand for them."""
    return gzip.compress(data, 9, mtime=0) if coding == "gzip" else coding.encode() + data[:300]


def make_tree(public: Path) -> Path:
    """`public/current`, a link to a generation; CANARY lies beside it too. All is a day old."""
    generation = public / "generation-1"
    for name, data in FILES.items():
        put(generation / name, data)
    for name in (*CODED, *CODED_ASSETS):
        for coding, ending in ENDINGS.items():
            put(generation / f"{name}{ending}", coded(FILES[name], coding))
    put(public / "outside.txt", CANARY)
    current = public / "current"
    current.unlink(missing_ok=True)
    current.symlink_to("generation-1", target_is_directory=True)
    return current


def put(path: Path, data: bytes, age: float = 86_400.0) -> None:
    """A file by rename, as bake writes it, `age` seconds old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.tmp")
    new.write_bytes(data)
    then = new.stat().st_mtime - age
    os.utime(new, (then, then))
    new.rename(path)
