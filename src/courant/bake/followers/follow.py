"""Lets followers have what the public tree has: claim, act, record."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.timezone import now

from courant.bake import generations
from courant.bake.followers import cdn
from courant.bake.followers.base import CannotFollow, Follower, Item
from courant.bake.followers.bucket import Bucket
from courant.bake.followers.indexnow import IndexNow
from courant.bake.followers.websub import WebSub
from courant.bake.lease import a_holder
from courant.bake.models import Followed, Following, Generation, Lease, PublicFile, Target
from courant.bake.report import Progress
from courant.bake.stores import s3
from courant.lib.batches import batched
from courant.lib.retry import Backoff, counted

LENGTH = timedelta(minutes=5)  # of the lease: longer than any batch takes
BACKOFF = Backoff(timedelta(seconds=10), 3, timedelta(minutes=15))
A_QUERY = 500
COPIES = ("bucket", "cdn")  # readers get the paper from them
UNSURE = "?"  # the digest of a file that was found, and not compared


def names() -> list[str]:
    """Those that are set, in the order in which they are told: readers' copies first."""
    wanted = {
        "bucket": settings.COURANT_BUCKET["name"],
        "cdn": settings.COURANT_CDN["kind"],
        "indexnow": settings.COURANT_INDEXNOW["key"],
        "websub": settings.COURANT_WEBSUB_HUB,
    }
    return [name for name, value in wanted.items() if value]


def expect() -> None:
    """Note that the tree is going to change, before it does."""
    for name in names():
        if not Following.objects.filter(pk=name).update(asked=F("asked") + 1):
            Following.objects.get_or_create(pk=name)


def waiting() -> QuerySet[Following]:
    return Following.objects.filter(pk__in=names()).exclude(asked=F("done"))


def retry() -> None:
    """Try at once what would be tried later."""
    Following.objects.exclude(error="").update(due_at=None)


def follow_next(progress: Progress | None = None) -> bool:
    """Let one follower catch up; False when none waits, or it is another process's turn."""
    for name in names():
        row = waiting().filter(pk=name).first()
        if row is None:
            continue
        if row.due_at and row.due_at > now():
            if name in COPIES:
                return False  # those behind it wait: nobody may be led to old copies
            continue
        return _catch_up(row, progress)
    return False


def start_anew(name: str) -> None:
    """Take for granted nothing that a follower was told; a bucket is listed.

    Raises CannotFollow.
    """
    Following.objects.get_or_create(pk=name)
    Followed.objects.filter(follower=name).delete()
    follower = _follower(name)
    _record(Following(pk=name), (Item(path, UNSURE) for path in follower.known()))
    Following.objects.filter(pk=name).update(
        asked=F("asked") + 1, complete=False, error="", tries=0, due_at=None
    )


def _catch_up(row: Following, progress: Progress | None) -> bool:
    lease = f"follow {row.name}"
    if not (fence := Lease.take(lease, a_holder(), LENGTH)):
        return False
    try:
        _tell_all(row, lambda: Lease.renew(lease, fence, LENGTH), progress)
    except CannotFollow as error:
        _failed(row, error)
    else:
        # Asked again meanwhile: `done` is what was asked for when this began.
        Following.objects.filter(pk=row.pk).update(
            done=row.asked, error="", tries=0, due_at=None, done_at=now(), complete=True
        )
    finally:
        Lease.release(lease, fence)
    return True


def _failed(row: Following, error: CannotFollow) -> None:
    wait = max(BACKOFF.after(row.tries), timedelta(seconds=error.wait))
    Following.objects.filter(pk=row.pk).update(
        error=str(error), tries=counted(row.tries), due_at=now() + wait
    )


def _tell_all(row: Following, renew: Callable[[], bool], progress: Progress | None) -> None:
    generation = generations.current()
    if generation is None:
        return
    follower, tree = _follower(row.name), generations.store_of(generation)
    total = _pages(row, generation).count() + _files(row, generation).count()
    total += _gone(row, generation).count()
    at_once = bool(total) and follower.put_all(total, first=not row.complete)
    done = 0
    for some in _batches(row, generation, follower):
        _record(row, some if at_once else follower.put(some, tree))
        done = _renewed(row, renew, done + len(some), total, progress)
    gone = list(_gone(row, generation).values_list("path", flat=True))
    for paths in batched(gone, follower.batch):
        if not at_once:
            follower.delete(paths)
        Followed.objects.filter(follower=row, path__in=paths).delete()
        done = _renewed(row, renew, done + len(paths), total, progress)


def _renewed(
    row: Following, renew: Callable[[], bool], done: int, total: int, progress: Progress | None
) -> int:
    if progress:
        progress(done, total)
    if not renew():
        raise CannotFollow(f"Another process has taken over the {row.name}.")
    return done


def _batches(row: Following, generation: Generation, follower: Follower) -> Iterator[list[Item]]:
    """What others link to comes first: pictures, then pages as they are baked."""
    files = _files(row, generation).order_by("pk").values_list("path", flat=True)
    yield from batched((Item(path) for path in list(files)), follower.batch)
    pages = _pages(row, generation).order_by("order", "rank", "pk")
    found = list(pages.values_list("order", "path", "digest"))
    for _, group in groupby(found, key=lambda each: each[0]):
        yield from batched((Item(path, digest) for _, path, digest in group), follower.batch)


def _known(row: Following, digest: OuterRef | str = "") -> Exists:
    same = Followed.objects.filter(follower=row, path=OuterRef("path"), digest=digest)
    return Exists(same)


def _files(row: Following, generation: Generation) -> QuerySet[PublicFile]:
    rows = PublicFile.objects.filter(generation=generation, uses__gt=0)
    return rows.exclude(_known(row))


def _pages(row: Following, generation: Generation) -> QuerySet[Target]:
    rows = Target.objects.of(generation).in_place().exclude(digest="")
    return rows.exclude(_known(row, OuterRef("digest")))


def _gone(row: Following, generation: Generation) -> QuerySet[Followed]:
    at = Q(path=OuterRef("path"))
    page = Exists(Target.objects.of(generation).filter(at))
    file = Exists(PublicFile.objects.filter(at, generation=generation))
    return Followed.objects.filter(follower=row).exclude(page).exclude(file)


def _record(row: Following, items: Iterable[Item]) -> None:
    for some in batched(items, A_QUERY):
        Followed.objects.bulk_create(
            [Followed(follower=row, path=item.path, digest=item.digest) for item in some],
            update_conflicts=True,
            unique_fields=["follower", "path"],
            update_fields=["digest"],
        )


def _follower(name: str) -> Follower:
    if name == "indexnow":
        return IndexNow(settings.COURANT_URL, **settings.COURANT_INDEXNOW)
    if name == "websub":
        return WebSub(settings.COURANT_URL, settings.COURANT_WEBSUB_HUB)
    return _bucket() if name == "bucket" else _cdn()


def _bucket() -> Bucket:
    facts: dict[str, Any] = settings.COURANT_BUCKET
    access = {name: facts[name] for name in ("endpoint", "region", "key", "secret")}
    try:
        client = s3.client(**access)
    except (OSError, ValueError) as error:
        raise CannotFollow(str(error)) from error
    return Bucket(s3.S3Store(client, facts["name"], facts["prefix"], coded=False))


def _cdn() -> cdn.Cdn:
    facts: dict[str, Any] = settings.COURANT_CDN
    if facts["kind"] == "purge":
        return cdn.PurgeRequests(facts["urls"], facts["token"])
    made = cdn.Cloudflare if facts["kind"] == "cloudflare" else cdn.Fastly
    return made(facts["zone"], facts["token"], *facts["urls"][:1])
