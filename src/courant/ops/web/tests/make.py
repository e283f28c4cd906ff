"""What the tests of this room start from."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex


@dataclass
class Headers:
    """Request headers as granian gives them: lower-case names, several lines of each."""

    lines: dict[str, list[str]] = field(default_factory=dict)

    def keys(self) -> list[str]:
        return list(self.lines)

    def get(self, key: str, default: str | None = None) -> str | None:
        return self.lines.get(key, [default])[0]

    def get_all(self, key: str) -> list[str]:
        return self.lines.get(key, [])


def headers(*lines: tuple[str, str], **more: str) -> Headers:
    made = Headers()
    named = [(name.replace("_", "-"), value) for name, value in more.items()]
    for name, value in (*lines, *named):
        made.lines.setdefault(name, []).append(value)
    return made


@dataclass
class Scope:
    """A request's facts as granian gives them."""

    path: str = "/desk/"
    method: str = "GET"
    headers: Headers = field(default_factory=Headers)
    query_string: str = ""
    server: str = "127.0.0.1:8000"
    client: str = "203.0.113.7:50000"
    scheme: str = "http"
    http_version: str = "1.1"
    authority: str | None = None


class Body:
    """A request's body as it comes, piece by piece."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


def put(path: Path, data: bytes) -> Path:
    """A file by rename, as bake puts it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{token_hex(4)}.tmp")
    new.write_bytes(data)
    return new.rename(path)
