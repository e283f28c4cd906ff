"""Public files in a dict, for tests and comparisons."""

from collections.abc import Iterator
from pathlib import Path

from courant.bake.stores.base import Content, Store, checked


class MemoryStore(Store):
    """`files` maps path to bytes; `log` lists what was put and deleted, in order."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.log: list[tuple[str, str]] = []

    def paths(self) -> Iterator[str]:
        return iter(sorted(self.files))

    def holds(self, path: str, content: Content) -> bool:
        return self.files.get(checked(path)) == _bytes(content)

    def put(self, path: str, content: Content) -> None:
        self.files[checked(path)] = _bytes(content)
        self.log.append(("put", path))

    def delete(self, path: str) -> None:
        if self.files.pop(checked(path), None) is not None:
            self.log.append(("delete", path))


def _bytes(content: Content) -> bytes:
    return content.read_bytes() if isinstance(content, Path) else content
