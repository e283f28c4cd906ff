"""Public files in a folder that a web server reads."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from courant.bake.stores.base import Store, checked
from courant.lib.compression import ENDINGS, forms_fit
from courant.lib.files import (
    file_chunks,
    put_whole,
    remove_leftovers,
    sync_folder,
    sync_volume,
)


class FolderStore(Store):
    """A tree on disk. Every file appears whole; a power cut leaves the old one or the new one.

    A tree that nobody reads yet (`live` is False) is made durable in one go, by `flush`.
    `may_change` is asked before each thing that readers would see; it raises when they must not.
    `sibling` is another tree, whose copies of pictures and sounds are linked and not copied again.
    """

    def __init__(self, root: Path, *, live: bool = True, sibling: Path | None = None) -> None:
        self.root, self.live, self.sibling = root, live, sibling
        self.may_change: Callable[[], None] = _always
        self._folders: set[Path] = set()  # changed since the last flush

    def paths(self) -> Iterator[str]:
        for folder, _, names in os.walk(self.root):
            for name in names:
                if not name.startswith(".") and not name.endswith(ENDINGS):
                    yield (Path(folder) / name).relative_to(self.root).as_posix()

    def read(self, path: str) -> bytes | None:
        try:
            return (self.root / checked(path)).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def variants_fit(self, path: str, data: bytes) -> bool:
        file = self.root / checked(path)
        files = {ending: file.with_name(file.name + ending) for ending in ENDINGS}
        forms = {ending: form.read_bytes() for ending, form in files.items() if form.exists()}
        return forms_fit(path, data, forms)

    def put(self, path: str, data: bytes, variants: Mapping[str, bytes]) -> None:
        file = self.root / checked(path)
        for ending in ENDINGS:
            variant = file.with_name(file.name + ending)
            if ending in variants:
                self._put(variant, variants[ending])
            else:
                self._remove(variant)
        self._put(file, data)

    def put_variant(self, path: str, ending: str, data: bytes) -> None:
        file = self.root / checked(path)
        self._put(file.with_name(file.name + ending), data)

    def put_file(self, path: str, source: Path) -> None:
        file = self.root / checked(path)
        twin = self.sibling / path if self.sibling else None
        file.parent.mkdir(parents=True, exist_ok=True)
        if twin and self._same_size(twin, source):
            self._remove(file)
            os.link(twin, file)
            self._folders.add(file.parent)
        else:
            put_whole(file, file_chunks(source), sync=self.live, ready=self.may_change)
            self._folders.add(file.parent)

    def has_file(self, path: str, source: Path) -> bool:
        return self._same_size(self.root / checked(path), source)

    def delete(self, path: str) -> None:
        file = self.root / checked(path)
        for ending in ("", *ENDINGS):
            self._remove(file.with_name(file.name + ending))
        self._drop_empty_folders(file.parent)

    def flush(self) -> None:
        if self.live:
            for folder in sorted(self._folders):
                if folder.exists():
                    sync_folder(folder)
        elif self._folders:
            sync_volume(self.root)
        self._folders.clear()

    def tidy(self) -> None:
        remove_leftovers(self.root)

    def _put(self, file: Path, data: bytes) -> None:
        made = not file.parent.exists()
        put_whole(file, [data], sync=self.live, ready=self.may_change)
        self._folders.add(file.parent)
        if made:  # new folders are entries of those above
            above = file.parent
            while above != self.root and self.root in above.parents:
                above = above.parent
                self._folders.add(above)

    def _remove(self, file: Path) -> None:
        self.may_change()
        file.unlink(missing_ok=True)

    @staticmethod
    def _same_size(file: Path, source: Path) -> bool:
        try:
            return file.stat().st_size == source.stat().st_size
        except FileNotFoundError:
            return False

    def _drop_empty_folders(self, folder: Path) -> None:
        """Only folders that are empty: another story's may stand inside a section's."""
        while folder != self.root:
            try:
                folder.rmdir()
            except OSError:
                break
            folder = folder.parent
        self._folders.add(folder)


def _always() -> None:
    """Nobody else writes here."""
