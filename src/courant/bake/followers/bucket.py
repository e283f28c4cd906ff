"""A bucket that holds a copy of the public tree."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from courant.bake.followers.base import CannotFollow, Follower, Item
from courant.bake.stores.folder import FolderStore
from courant.bake.stores.s3 import S3Store
from courant.lib.digests import digest_of_bytes

AT_ONCE = 16  # uploads: each waits for the network nearly all of its time


class Bucket(Follower):
    """Plain files only: what stands before a bucket compresses by itself."""

    name, batch = "bucket", 64

    def __init__(self, store: S3Store) -> None:
        self.store = store

    def put(self, items: Sequence[Item], tree: FolderStore) -> Sequence[Item]:
        with _asking(), ThreadPoolExecutor(AT_ONCE) as pool:
            taken = list(pool.map(lambda item: self._put(item, tree), items))
        return [item for item, was in zip(items, taken, strict=True) if was]

    def known(self) -> Iterator[str]:
        with _asking():
            yield from self.store.paths()

    def delete(self, paths: Sequence[str]) -> None:
        with _asking():
            self.store.delete_many(paths)

    def _put(self, item: Item, tree: FolderStore) -> bool:
        if not item.digest:
            source = tree.root / item.path
            if not source.exists():
                return False
            if not self.store.has_file(item.path, source):
                self.store.put_file(item.path, source)
            return True
        data = tree.read(item.path)
        if data is None or digest_of_bytes(data) != item.digest:
            return False
        self.store.put(item.path, data, {})
        return True


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotFollow(str(error)) from error
