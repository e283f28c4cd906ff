"""Public files in a folder that a web server reads."""

from collections.abc import Iterator
from pathlib import Path

from courant.bake.stores.base import Content, Store, checked
from courant.lib.files import file_chunks, remove_leftovers, sync_folder, write_whole


class FolderStore(Store):
    """A tree on disk. Every file appears whole; a power cut leaves the old one or the new one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def paths(self) -> Iterator[str]:
        for path in sorted(self.root.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                yield path.relative_to(self.root).as_posix()

    def holds(self, path: str, content: Content) -> bool:
        file = self.root / checked(path)
        size = content.stat().st_size if isinstance(content, Path) else len(content)
        try:
            if file.stat().st_size != size:
                return False
            # Copied files carry their digest in their name, so name and size tell them apart.
            return isinstance(content, Path) or file.read_bytes() == content
        except FileNotFoundError:
            return False

    def put(self, path: str, content: Content) -> None:
        data = file_chunks(content) if isinstance(content, Path) else content
        write_whole(self.root / checked(path), data)

    def delete(self, path: str) -> None:
        file = self.root / checked(path)
        file.unlink(missing_ok=True)
        self._drop_empty_folders(file.parent)

    def tidy(self) -> None:
        remove_leftovers(self.root)

    def _drop_empty_folders(self, folder: Path) -> None:
        """Only folders that are empty: another story's may stand inside a section's."""
        while folder != self.root:
            try:
                folder.rmdir()
            except OSError:
                break
            folder = folder.parent
        if folder.exists():
            sync_folder(folder)
