"""The same bytes as gzip, brotli and zstd, as web servers look for them beside a file."""

import gzip
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache

import brotli
import zstandard

SMALLEST = 512  # bytes; less is not worth a second file
TEXT = (".html", ".xml", ".json", ".js", ".css", ".svg", ".txt", ".vtt", ".webmanifest", ".srt")

# Together 1.2 ms for a page of 9 kB; brotli at 11 is 10 % smaller and costs 24 ms more.
CODERS: dict[str, Callable[[bytes], bytes]] = {
    ".br": lambda data: brotli.compress(data, mode=brotli.MODE_TEXT, quality=5),
    ".gz": lambda data: gzip.compress(data, compresslevel=6, mtime=0),
    ".zst": lambda data: zstandard.ZstdCompressor(level=9).compress(data),
}
ENDINGS = tuple(CODERS)


def _is_packed(path: str, data: bytes) -> bool:
    """Whether a file is worth compressed forms at all."""
    return path.endswith(TEXT) and len(data) >= SMALLEST


def variants(path: str, data: bytes, *, squeeze: bool = False) -> dict[str, bytes]:
    """Compressed forms by ending, without those that are no smaller."""
    if not _is_packed(path, data):
        return {}
    coders = CODERS | ({".br": squeezed} if squeeze else {})
    made = {ending: code(data) for ending, code in coders.items()}
    return {ending: small for ending, small in made.items() if len(small) < len(data)}


def unpacked(ending: str, data: bytes) -> bytes | None:
    """What is in a compressed form; None when it is broken."""
    try:
        match ending:
            case ".br":
                return bytes(brotli.decompress(data))
            case ".gz":
                return gzip.decompress(data)
            case ".zst":
                return zstandard.ZstdDecompressor().decompress(data)
    except (brotli.error, OSError, EOFError, zlib.error, zstandard.ZstdError):
        return None
    raise ValueError(f"{ending!r} is no compressed form of ours.")


def forms_fit(path: str, data: bytes, forms: Mapping[str, bytes]) -> bool:
    """Whether these forms, by ending, are those that a file with this content should have.

    What is there is unpacked; only where a form is not there is it made, to see that it is no use.
    """
    if not _is_packed(path, data):
        return not forms
    if not forms.keys() <= CODERS.keys():
        return False
    absent = (code for ending, code in CODERS.items() if ending not in forms)
    if any(len(code(data)) < len(data) for code in absent):
        return False
    return all(
        len(form) < len(data) and unpacked(ending, form) == data for ending, form in forms.items()
    )


@lru_cache(64)
def squeezed(data: bytes) -> bytes:
    """As small as brotli can, for when there is time, or it is worth some.

    The last few are kept: styles and scripts go into each generation as they were.
    """
    return brotli.compress(data, mode=brotli.MODE_TEXT, quality=11)
