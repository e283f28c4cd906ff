"""Which files a bake writes, in which order, and what it leaves alone."""

import errno
import random
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.utils.timezone import now

from courant.bake.build import Builder
from courant.bake.kinds import kinds
from courant.bake.lease import LeaseLost
from courant.bake.models import Generation, Lease, PublicFile, Removal, Target
from courant.bake.report import Report
from courant.bake.stores.memory import MemoryStore
from courant.bake.tests.make import WORLD, held, make_generation, make_stale, says
from courant.front.made import Made
from courant.front.made import PublicFile as Asset
from courant.lib.compression import unpacked
from courant.stories.tests.make import make_published_story, make_section

pytestmark = pytest.mark.django_db

PICTURE = Asset("media/quay-800.webp", b"picture")


@pytest.fixture(autouse=True)
def small_house(settings) -> Iterator[None]:
    settings.COURANT_KINDS = ["courant.bake.tests.make.KINDS"]
    kinds.cache_clear()
    yield
    WORLD.clear()
    kinds.cache_clear()


@pytest.fixture
def generation() -> Generation:
    return make_generation()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def builder(generation, store) -> Builder:
    return Builder(generation, store, held())


def bake(builder: Builder, *stale: str) -> Report:
    make_stale(builder.generation, *stale)
    report = Report()
    while done := builder.bake_stale(bulk=False):
        report.add(done)
    return report


def broken() -> None:
    raise ZeroDivisionError("a fault in a template")


def log(store: MemoryStore) -> list[str]:
    done = [f"{act} {path}".strip() for act, path in store.log if act != "flush"]
    store.log.clear()
    return done


def test_what_others_link_to_is_put_first(builder, store):
    for path in ("front/index.html", "list/harbour/index.html", "story/1/index.html"):
        says(path)
    bake(builder, "front -", "list harbour", "story 1")
    assert log(store) == [
        "put story/1/index.html",
        "put list/harbour/index.html",
        "put front/index.html",
    ]


def test_what_is_urgent_passes_between_kinds_and_the_rest_is_made_afterwards(builder, store):
    names = [f"{kind} {number}" for kind in ("card", "lite") for number in (7, 8)]
    for name in names:
        says(f"{name.replace(' ', '/')}/index.html")
    make_stale(builder.generation, *names)
    asked = iter([True, False])
    hurried = partial(next, asked)
    assert builder.bake_stale(bulk=False, hurried=hurried).rendered == 2
    assert log(store) == ["put card/7/index.html", "put card/8/index.html"]
    assert Target.objects.filter(stale=True).count() == 2
    assert builder.bake_stale(bulk=False, hurried=hurried).rendered == 2
    assert log(store) == ["put lite/7/index.html", "put lite/8/index.html"]
    assert not Target.objects.filter(stale=True).exists()


def test_what_is_urgent_passes_within_a_kind_of_which_there_are_some(builder, store):
    names = [f"lite {number}" for number in range(1, 6)]
    for name in names:
        says(f"{name.replace(' ', '/')}/index.html")
    make_stale(builder.generation, *names)
    assert builder.bake_stale(bulk=False, hurried=lambda: True).rendered == 3
    assert Target.objects.filter(stale=True).count() == 2
    assert builder.bake_stale(bulk=False, hurried=lambda: True).rendered == 2


def test_in_a_tree_that_nobody_reads_the_files_of_a_story_are_made_together(store, monkeypatch):
    builder = Builder(make_generation("building"), store, held())
    names = [f"{kind} {number}" for kind in ("card", "lite") for number in (7, 8)]
    for name in names:
        says(f"{name.replace(' ', '/')}/index.html")
    make_stale(builder.generation, *names)
    monkeypatch.setattr("courant.bake.build.A_BATCH", 1)
    assert builder.bake_stale(bulk=False).written == ["card/7/index.html", "lite/7/index.html"]
    assert builder.bake_stale(bulk=False).written == ["card/8/index.html", "lite/8/index.html"]
    assert builder.bake_stale(bulk=False) is None


def test_in_the_tree_of_readers_a_kind_is_put_whole_before_those_that_link_to_it(builder, store):
    names = [f"{kind} {number}" for kind in ("lite", "card") for number in (7, 8)]
    for name in names:
        says(f"{name.replace(' ', '/')}/index.html")
    bake(builder, *names)
    kinds_put = [line.split("/")[0].split()[-1] for line in log(store)]
    assert kinds_put == ["card", "card", "lite", "lite"]


def test_only_a_page_with_other_bytes_is_written(builder, store):
    says("story/1/index.html")
    says("story/2/index.html")
    assert bake(builder, "story 1", "story 2").rendered == 2
    says("story/1/index.html", "new")
    report = bake(builder, "story 1", "story 2")
    assert (report.rendered, report.written) == (2, ["story/1/index.html"])


def test_a_picture_is_there_before_the_page_that_shows_it_and_goes_when_no_page_does(
    builder, store
):
    says("story/1/index.html", "page", PICTURE)
    says("front/index.html", "page", PICTURE)
    bake(builder, "story 1", "front -")
    assert log(store)[:2] == ["put media/quay-800.webp", "put story/1/index.html"]
    says("story/1/index.html", "page without it")
    bake(builder, "story 1")
    builder.clear_away(all_is_made=False)
    assert "media/quay-800.webp" in store.files  # the front page shows it still
    says("front/index.html", "page without it")
    bake(builder, "front -")
    assert builder.clear_away(all_is_made=False).deleted == ["media/quay-800.webp"]
    assert not PublicFile.objects.exists()


def test_a_page_at_an_old_place_keeps_its_picture_until_it_goes(builder, store):
    says("story/1/index.html", "page", PICTURE)
    bake(builder, "story 1")
    WORLD["story 1"] = lambda: Made("story/moved/index.html", b"page")
    bake(builder, "story 1")
    builder.clear_away(all_is_made=False)
    assert {"story/1/index.html", "media/quay-800.webp"} < set(store.files)
    builder.clear_away(all_is_made=True)
    assert set(store.files) == {"story/moved/index.html"}


def test_what_the_page_of_a_killed_baker_shows_stays_until_it_is_made_again(
    builder, store, monkeypatch
):
    says("story/1/index.html", "old", PICTURE)
    bake(builder, "story 1")
    says("story/1/index.html", "new", Asset("media/boat-800.webp", b"another"))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("courant.bake.record.record", killed)
    with pytest.raises(KeyboardInterrupt):
        bake(builder, "story 1")
    assert store.files["story/1/index.html"] == b"new"
    monkeypatch.undo()
    builder.clear_away(all_is_made=True)
    assert "media/boat-800.webp" in store.files
    bake(builder, "story 1")
    builder.clear_away(all_is_made=True)
    assert set(store.files) == {"story/1/index.html", "media/boat-800.webp"}


def test_a_page_that_cannot_be_made_keeps_its_old_file_and_is_tried_again_later(builder, store):
    says("story/1/index.html", "old", PICTURE)
    bake(builder, "story 1")
    WORLD["story 1"] = broken
    report = bake(builder, "story 1")
    assert report.failures == {"story/1/index.html": "ZeroDivisionError: a fault in a template"}
    builder.clear_away(all_is_made=True)
    assert store.files == {"story/1/index.html": b"old", "media/quay-800.webp": b"picture"}
    row = Target.objects.get()
    assert row.error == "ZeroDivisionError: a fault in a template"
    assert now() + timedelta(seconds=25) < row.due_at < now() + timedelta(seconds=35)


def test_a_page_that_can_be_made_again_forgets_why_it_could_not(builder):
    WORLD["story 1"] = broken
    bake(builder, "story 1")
    says("story/1/index.html")
    bake(builder, "story 1")
    row = Target.objects.get()
    assert (row.error, row.tries, row.due_at, row.stale) == ("", 0, None, False)


def test_a_full_disk_stops_the_bake_and_the_next_one_goes_on(builder, store, monkeypatch):
    says("story/1/index.html")
    says("story/2/index.html")
    put = MemoryStore.put

    def full(self, path, data, variants):
        if "2" in path:
            raise OSError(errno.ENOSPC, "No space left on device", path)
        put(self, path, data, variants)

    monkeypatch.setattr(MemoryStore, "put", full)
    with pytest.raises(OSError, match="No space left on device"):
        bake(builder, "story 1", "story 2")
    assert Target.objects.filter(stale=True).count() == 2  # nothing is said to be done
    monkeypatch.undo()
    assert "story/2/index.html" in bake(builder).written
    assert not Target.objects.filter(stale=True).exists()


def test_a_name_that_the_disk_refuses_is_that_pages_failure_alone(builder, store, monkeypatch):
    says("story/1/index.html")
    says("story/2/index.html")
    put = MemoryStore.put

    def long_name(self, path, data, variants):
        if "2" in path:
            raise OSError(errno.ENAMETOOLONG, "File name too long", path)
        put(self, path, data, variants)

    monkeypatch.setattr(MemoryStore, "put", long_name)
    report = bake(builder, "story 1", "story 2")
    assert list(report.failures) == ["story/2/index.html"]
    assert "File name too long" in report.failures["story/2/index.html"]
    assert "story/1/index.html" in store.files


def test_what_a_page_has_to_do_without_is_noted_though_it_is_written(builder, store):
    says("story/1/index.html", problems=("The photo quay.jpg cannot be read.",))
    report = bake(builder, "story 1")
    assert report.problems == {"story/1/index.html": "The photo quay.jpg cannot be read."}
    assert Target.objects.get().problems == "The photo quay.jpg cannot be read."
    assert "story/1/index.html" in store.files


def test_where_a_file_will_stand_is_written_down_before_it_is_put(builder, store, monkeypatch):
    says("story/1/index.html", "page", PICTURE)
    seen: list[tuple[bool, bool]] = []
    put = MemoryStore.put

    def watched(self, path, data, variants):
        noted = Target.objects.filter(path="story/1/index.html").exists()
        seen.append((noted, PublicFile.objects.filter(path=PICTURE.path).exists()))
        put(self, path, data, variants)

    monkeypatch.setattr(MemoryStore, "put", watched)
    bake(builder, "story 1")
    assert seen == [(True, True), (True, True)]


def test_a_moved_page_stands_at_its_new_place_before_the_old_one_is_cleared(builder, store):
    says("story/1/index.html")
    says("front/index.html")
    bake(builder, "story 1", "front -")
    log(store)
    WORLD["story 1"] = lambda: Made("story/moved/index.html", b"page")
    says("front/index.html", "links to the new place")
    bake(builder, "story 1", "front -")
    builder.clear_away(all_is_made=False)
    assert log(store) == ["put story/moved/index.html", "put front/index.html"]
    builder.clear_away(all_is_made=True)
    assert log(store) == ["delete story/1/index.html"]
    assert not Removal.objects.exists()


def test_an_old_place_that_another_page_has_taken_is_not_cleared(builder, store):
    says("story/1/index.html")
    bake(builder, "story 1")
    Removal.objects.create(generation=builder.generation, path="story/1/index.html")
    builder.clear_away(all_is_made=True)
    assert "story/1/index.html" in store.files


def test_a_story_that_is_no_more_goes_at_once_and_other_pages_when_nothing_links_there(
    builder, store
):
    says("story/1/index.html")
    says("list/harbour/index.html")
    bake(builder, "story 1", "list harbour")
    WORLD.clear()
    bake(builder, "story 1", "list harbour")
    assert set(store.files) == {"list/harbour/index.html"}
    builder.clear_away(all_is_made=True)
    assert store.files == {}


def test_a_storys_page_is_placed_after_what_it_links_to_even_when_that_is_new(builder, store):
    story = make_published_story(id=1, section=make_section(id=9))
    says("story/1/index.html")
    says("list/9/index.html")
    report = builder.place([story])
    assert report.written == ["list/9/index.html", "story/1/index.html"]


def test_urgent_targets_are_made_before_one_of_many(builder, store):
    says("story/1/index.html")
    says("front/index.html")
    make_stale(builder.generation, "story 1", bulk=True)
    make_stale(builder.generation, "front -")
    builder.bake_stale(bulk=False)
    assert set(store.files) == {"front/index.html"}
    builder.bake_stale(bulk=True)
    assert set(store.files) == {"front/index.html", "story/1/index.html"}


def test_who_has_lost_the_lease_puts_nothing(builder, store, monkeypatch):
    says("story/1/index.html")
    Lease.objects.update(holder="another", fence=99)
    monkeypatch.setattr(builder.held, "renew_at", 0.0)
    with pytest.raises(LeaseLost, match="Another baker has taken over"):
        bake(builder, "story 1")
    assert store.files == {}


def test_in_idle_time_brotli_files_become_smaller_and_say_the_same(builder, store):
    chance = random.Random(1)
    text = " ".join(chance.choice(["harbour", "ferry", "council", "quay"]) for _ in range(4000))
    says("story/1/index.html", text)
    bake(builder, "story 1")
    before = store.variants["story/1/index.html"][".br"]
    assert builder.squeeze(4) == 1
    after = store.variants["story/1/index.html"][".br"]
    assert len(after) < len(before)
    assert unpacked(".br", after) == text.encode()
    assert builder.squeeze(4) == 0


def test_a_page_that_was_altered_on_the_disk_is_not_squeezed(builder, store):
    text = " ".join(f"word{n}" for n in range(2000))
    says("story/1/index.html", text)
    bake(builder, "story 1")
    before = store.variants["story/1/index.html"][".br"]
    store.files["story/1/index.html"] = b"planted" * 1000
    builder.squeeze(4)
    assert store.variants["story/1/index.html"][".br"] == before
