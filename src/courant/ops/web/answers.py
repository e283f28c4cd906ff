"""Answers as values: what a file is answered with, and the short ones that need no file."""

from dataclasses import dataclass
from email.utils import formatdate
from pathlib import PurePath

from courant.lib.content import COMPRESSIBLE, TYPES, content_type
from courant.ops.web.cache import File
from courant.ops.web.headers import Headers
from courant.ops.web.negotiation import CODED

CODING_OF = {ending: coding for coding, ending in CODED.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, headers and a body: bytes, or of the file `path` those from `first` to `end`."""

    status: int
    headers: Headers
    body: bytes = b""
    path: str = ""
    first: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a file is answered with, made once and kept with it."""

    whole: Answer
    unchanged: Answer
    modified: int  # seconds since 1970, as Last-Modified says it


def prepare(file: File, shared: Headers, status: int = 200) -> Prepared:
    """The answers that a file gives, or one of its codings.

    `shared` are the headers of every answer about it. With another status than 200 it is the page
    that explains the status: nothing to be compared or asked for in parts.
    """
    modified = file.modified_ns // 10**9
    plain, ending = file.path, PurePath(file.path).suffix
    if coding := CODING_OF.get(ending):
        plain = plain.removesuffix(ending)
    told = [*shared, ("vary", "accept-encoding")] if plain.endswith(COMPRESSIBLE) else shared
    known = [("etag", file.etag), ("last-modified", formatdate(modified, usegmt=True))]
    content = [("content-type", content_type(plain)), ("content-length", str(file.size))]
    if coding:
        content.append(("content-encoding", coding))
    if status == 200:
        content += [("accept-ranges", "bytes"), *known]
    whole = _of_file(status, [*content, *told], file, range(file.size))
    return Prepared(whole, Answer(304, [*known, *told]), modified)


def partial(file: File, whole: Answer, part: range) -> Answer:
    """206: a part of a file, which is not empty."""
    headers = [header for header in whole.headers if header[0] != "content-length"]
    headers.append(("content-length", str(len(part))))
    headers.append(("content-range", f"bytes {part.start}-{part.stop - 1}/{file.size}"))
    return _of_file(206, headers, file, part)


def says(status: int, sentence: str, headers: Headers) -> Answer:
    """An answer that is one sentence."""
    body = f"{sentence}\n".encode()
    content = [("content-type", TYPES[".txt"]), ("content-length", str(len(body)))]
    return Answer(status, [*content, *headers], body)


def _of_file(status: int, headers: Headers, file: File, part: range) -> Answer:
    if file.data is None:
        return Answer(status, headers, path=file.path, first=part.start, end=part.stop)
    return Answer(status, headers, file.data[part.start : part.stop])
