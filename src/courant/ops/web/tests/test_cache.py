"""Files in memory: fresh, bounded, and the same for many threads."""

import os
import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from courant.ops.web.cache import LARGEST_KEPT, OVERHEAD, Cache
from courant.ops.web.tests.make import put


@pytest.fixture
def cache() -> Cache:
    return Cache(10 * (1000 + OVERHEAD))


def test_a_file_that_is_replaced_is_seen_at_once_even_with_the_same_size_and_time(cache, tmp_path):
    path = put(tmp_path / "page", b"The ferry is back.")
    before = path.stat()
    assert cache.get(str(path)).data == b"The ferry is back."
    other = tmp_path / "other"
    other.write_bytes(b"The ferry is late.")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.rename(path)
    assert cache.get(str(path)).data == b"The ferry is late."


def test_a_file_that_is_gone_is_gone_at_once(cache, tmp_path):
    path = put(tmp_path / "page", b"x")
    assert cache.get(str(path))
    path.unlink()
    assert cache.get(str(path)) is None


def test_the_same_bytes_have_the_same_tag_when_they_are_baked_again(cache, tmp_path):
    path = tmp_path / "page"
    tags = {cache.get(str(put(path, data))).etag for data in (b"one", b"one", b"two", b"one")}
    assert len(tags) == 2


def test_what_is_large_is_told_apart_by_its_bytes_too_and_not_kept(cache, tmp_path):
    path, data = tmp_path / "sound", os.urandom(LARGEST_KEPT + 1)
    first = cache.get(str(put(path, data)))
    again = cache.get(str(put(path, data)))
    other = cache.get(str(put(path, data[:-1] + b"x")))
    assert first.data is None
    assert first.etag == again.etag != other.etag
    assert cache.used == OVERHEAD


@pytest.mark.parametrize("name", ["", "missing", "a\0b", "x" * 5000, "\udcff"])
def test_what_is_no_file_is_none_and_leaves_no_trace(cache, tmp_path, name):
    (tmp_path / "folder").mkdir()
    assert cache.get(f"{tmp_path}/{name}") is None
    assert cache.get(f"{tmp_path}/folder") is None
    assert not cache.files


def test_the_bound_holds_whatever_is_asked_for(cache, tmp_path):
    for number in range(100):
        cache.get(
            str(put(tmp_path / f"page-{number}", b"x" * random.Random(number).randrange(3000)))
        )
        assert cache.used <= cache.capacity
    assert cache.used == sum(file.weight for file in cache.files.values())


def test_what_is_read_all_the_time_stays_when_a_crawler_passes(cache, tmp_path):
    front = str(put(tmp_path / "front", b"x" * 1000))
    kept = cache.get(front)
    for number in range(100):
        cache.get(str(put(tmp_path / f"old-{number}", b"x" * 1000)))
        assert cache.get(front) is kept


def test_many_threads_see_whole_files_and_the_count_stays_right(cache, tmp_path):
    paths = [put(tmp_path / f"page-{number}", bytes([number]) * 1000) for number in range(30)]

    def read(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(500):
            number = chance.randrange(30)
            if chance.random() < 0.1:
                put(paths[number].with_name(f"page-{number}"), bytes([number]) * 1000)
            assert cache.get(str(paths[number])).data == bytes([number]) * 1000

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(read, range(8)))
    assert cache.used == sum(file.weight for file in cache.files.values()) <= cache.capacity
