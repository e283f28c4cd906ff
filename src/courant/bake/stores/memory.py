"""Public files in a dict, for tests and comparisons."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from courant.bake.stores.base import Store, checked
from courant.lib.compression import forms_fit


class MemoryStore(Store):
    """`files` maps path to bytes; `log` lists what was put and deleted, in order."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.variants: dict[str, Mapping[str, bytes]] = {}
        self.log: list[tuple[str, str]] = []

    def paths(self) -> Iterator[str]:
        return iter(sorted(self.files))

    def read(self, path: str) -> bytes | None:
        return self.files.get(checked(path))

    def variants_fit(self, path: str, data: bytes) -> bool:
        return forms_fit(path, data, self.variants.get(path, {}))

    def put(self, path: str, data: bytes, variants: Mapping[str, bytes]) -> None:
        self.files[checked(path)] = data
        self.variants[path] = dict(variants)
        self.log.append(("put", path))

    def put_variant(self, path: str, ending: str, data: bytes) -> None:
        self.variants[checked(path)] = {**self.variants[path], ending: data}

    def put_file(self, path: str, source: Path) -> None:
        self.put(path, source.read_bytes(), {})

    def has_file(self, path: str, source: Path) -> bool:
        return len(self.files.get(checked(path), b"")) == source.stat().st_size

    def delete(self, path: str) -> None:
        self.variants.pop(checked(path), None)
        if self.files.pop(path, None) is not None:
            self.log.append(("delete", path))

    def flush(self) -> None:
        self.log.append(("flush", ""))
