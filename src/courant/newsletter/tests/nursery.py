"""Worker processes that may be killed: `python -m courant.newsletter.tests.nursery`.

Starting Python with Django costs seconds, so one process loads all of it and forks a worker for
each line that it is told: JSON in, JSON out. When its input ends, it and its workers end.
"""

import json
import os
import random
import signal
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path

CHILDREN: list[int] = []


def main() -> None:
    import django
    from django.conf import settings

    django.setup()
    settings.COURANT_BOUNCE_ADDRESS = "bounces@lantern.example"
    from django.db import connections

    for line in sys.stdin:
        order = json.loads(line)
        answer = globals()[f"do_{order.pop('do')}"](**order)
        connections.close_all()  # a fork must not share one
        print(json.dumps(answer), flush=True)
    for child in CHILDREN:
        os.kill(child, signal.SIGKILL)


def do_setup(
    readers: int,
    once_only: bool = False,
    more: dict[str, int] | None = None,
    second_subject: str = "",
) -> int:
    """`more`: readers in other domains. A second subject is tried first, and is clicked on."""
    from courant.newsletter.contest import Wish
    from courant.newsletter.tests.make import make_edition, make_newsletter, make_subscriptions

    newsletter = make_newsletter(once_only=once_only, count_clicks=bool(second_subject))
    make_subscriptions(newsletter, readers)
    for domain, number in (more or {}).items():
        make_subscriptions(newsletter, number, domain)
    wish = Wish(second_subject, share=40) if second_subject else None
    edition = make_edition(newsletter, clock=_now, wish=wish)
    if wish:
        _click(edition)
    return edition.pk


def _click(edition) -> None:
    from courant.newsletter.models import ClickDay, EditionLink

    link = EditionLink.objects.create(edition=edition, digest="x", url="https://lantern.example/")
    second = edition.contest.second_id
    ClickDay.objects.create(link=link, variant_id=second, day=_now().date(), clicks=60)


def do_listen(port: int) -> int:
    """A process that takes reports; returns its id."""
    child = os.fork()
    if child:
        CHILDREN.append(child)
        return child
    from threading import Event

    from courant.newsletter.returns.listener import listening

    with listening("127.0.0.1", port):
        Event().wait()
    os._exit(0)


def do_start(**options: object) -> int:
    """A worker; returns its process id."""
    child = os.fork()
    if child:
        CHILDREN.append(child)
        return child
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    code = 1
    try:
        work(**options)
        code = 0
    finally:
        os._exit(code)


def do_gone(pid: int, seconds: float = 90) -> int | None:
    """Wait for a worker; how it ended, as subprocess tells it, or None when it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            CHILDREN.remove(pid)
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return None


def do_pause() -> float:
    return _control("pause")


def do_resume() -> float:
    return _control("resume")


def do_cancel() -> float:
    return _control("cancel")


def do_unlock() -> bool:
    from courant.newsletter import restored

    return restored.unlock("a test", _now())


def do_unsubscribe(number: int) -> list[tuple[str, float]]:
    """Some readers leave, one after the other; addresses and times."""
    from courant.newsletter import leaving
    from courant.newsletter.evidence import Evidence
    from courant.newsletter.models import Delivery
    from courant.newsletter.tokens import unsubscribe_token

    rows = list(Delivery.objects.select_related("edition"))
    left = []
    for row in random.sample(rows, number):
        token = unsubscribe_token(row.subscriber_id, row.edition.newsletter_id)
        leaving.unsubscribe(token, Evidence())
        left.append((row.email, time.monotonic()))
        time.sleep(random.uniform(0, 0.02))
    return left


def work(
    port: int,
    lease: float = 1.5,
    connections: int = 4,
    timeout: float = 5,
    twin: str = "",
    clock: str = "",
    contest: float = 0,
    host: str = "127.0.0.1",
    security: str = "none",
    trust: str = "",
    bounces: str = "",
) -> None:
    """Send until the edition is done. `twin` breaks one promise; `clock`: a file of seconds.

    `contest`: seconds after which two subjects are compared.
    """
    from django.conf import settings

    from courant.newsletter import send
    from courant.newsletter.ledger import rows, run
    from courant.newsletter.models import Contest, Delivery, Edition
    from courant.newsletter.transports.smtp import SmtpTransport

    send.Run = partial(run.Run, lease=timedelta(seconds=lease))
    if trust:
        os.environ["SSL_CERT_FILE"] = trust
    if bounces:
        settings.COURANT_BOUNCE_ADDRESS = bounces
    if contest:
        Contest.ends = lambda self, out_at: out_at + timedelta(seconds=contest)
    if clock:
        _shift_clock(Path(clock))
    if twin == "records first":
        real_take = rows.take

        def take(model, chosen, fence, until):
            claim = real_take(model, chosen, fence, until)
            Delivery.objects.filter(pk__in=chosen).update(state="submitted")
            return claim

        rows.take = take
    elif twin == "no journal":
        rows.journal.read_all = lambda folder: rows.journal.Known(opened=_Everything())
    elif twin == "looks once":
        run.BEGIN_WITHIN, send.Run = 60.0, partial(send.Run, size=5000)
    transport = SmtpTransport(
        host, port, security=security, timeout=timeout, connections=connections
    )
    while _left_to_do(Edition):
        try:
            send.pump_all(transport=transport, seconds=5)
        except Exception as error:  # as the real worker: noted, and tried again
            print(f"{os.getpid()}: {error!r}", file=sys.stderr)
            from django.db import close_old_connections

            close_old_connections()
        time.sleep(0.02)


def _left_to_do(editions) -> bool:
    sending = editions.objects.exclude(state__in=("finished", "cancelled"))
    return sending.exists() or editions.objects.filter(deliveries__state="waiting").exists()


class _Everything(set):
    def __contains__(self, item: object) -> bool:
        return True


def _control(name: str) -> float:
    from courant.newsletter import controls
    from courant.newsletter.models import Edition

    getattr(controls, name)(Edition.objects.get())
    return time.monotonic()


def _shift_clock(file: Path) -> None:
    from django.utils import timezone

    from courant.newsletter.ledger import rows

    real_time = time.time
    time.time = lambda: real_time() + float(file.read_text() or 0)
    rows.now = lambda: timezone.now() + timedelta(seconds=float(file.read_text() or 0))


def _now():
    from django.utils.timezone import now

    return now()


if __name__ == "__main__":
    main()
