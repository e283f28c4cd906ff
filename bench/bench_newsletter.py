"""What sending a letter costs, and freezing an audience of a million.

A 71 KB letter goes to Postfix's smtp-sink on this machine: by Courant with its whole ledger
(SQLite, fsync at every window), by smtplib over one kept connection, by Django's own backend, and
by Postfix's smtp-source, which is the sink's ceiling. CPU is this process's, the sink's is not in
it. Then a million subscribers are frozen into an edition while another process writes as the desk
does.

Held against: 0.30 ms unsigned, 1.5 ms signed; 0.8 of the ceiling and 60 times Django's backend,
unsigned; a million frozen in 30 s, no write held up for more than 100 ms.
"""

import contextlib
import json
import os
import resource
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SBIN = f"{os.environ.get('PATH', '')}:/usr/sbin"
CONNECTIONS = 4
LETTERS, SIGNED, KEPT, DJANGO = 6000, 2000, 1000, 150
READERS = int(os.environ.get("BENCH_READERS", "1000000"))
WRITER = """
import json, select, sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
connection.execute("pragma synchronous=full")
waits = []
print("ready", flush=True)
end = time.monotonic() + 600
while time.monotonic() < end:
    start = time.perf_counter()
    connection.execute("begin immediate")
    taken = time.perf_counter()
    connection.execute("update newsletter_route set error = ? where name = 'desk'", [str(start)])
    connection.execute("commit")
    waits.append((taken - start, time.perf_counter() - start))
    if select.select([sys.stdin], [], [], 0.02)[0]:
        break
print(json.dumps(waits))
"""


@dataclass
class Cost:
    """What `count` letters cost: seconds of wall and of this process's CPU."""

    name: str
    count: int
    wall: float
    cpu: float
    memory: float = 0.0
    """Megabytes that the process had in memory afterwards."""

    @property
    def rate(self) -> float:
        return self.count / self.wall

    @property
    def each(self) -> float:
        return self.cpu / self.count * 1000

    def __str__(self) -> str:
        return f"{self.name:<44}{self.rate:>9,.0f}/s{self.each:>9.3f} ms"


def main() -> int:
    for name in ("smtp-sink", "smtp-source"):
        if not shutil.which(name, path=SBIN):
            print(f"{name} is missing: apt-get install postfix", file=sys.stderr)
            return 1
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COURANT_HOME"] = folder
        os.environ["COURANT_DATABASE_URL"] = ""
        from courant.ops import home

        home.init(Path(folder))
        with sink() as port:
            costs = send_all(port)
        frozen = freeze_many(Path(folder))
    report(costs, frozen)
    return 0


@contextlib.contextmanager
def sink() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = str(shutil.which("smtp-sink", path=SBIN))
    as_other = [] if os.getuid() else ["-u", "nobody"]
    command = [program, *as_other, f"127.0.0.1:{port}", "128"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        for _attempt in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        try:
            yield port
        finally:
            process.terminate()


def send_all(port: int) -> dict[str, Cost]:
    from django.conf import settings

    from courant.newsletter import dkim

    costs = {}
    costs["build"] = measured("build, unsigned", 2000, build)
    costs["django"] = measured("Django's backend, one connection", DJANGO, django_backend(port))
    costs["smtplib"] = measured("smtplib, kept connection, ready bytes", KEPT, smtplib_kept(port))
    costs["source"] = measured("smtp-source: the sink's ceiling", LETTERS, smtp_source(port))
    costs["warm"] = courant("warm-up", 500, port)
    costs["plain"] = courant("Courant with ledger, unsigned", LETTERS, port)
    settings.COURANT_DKIM_SELECTOR = "bench"
    dkim.make_key()
    costs["build signed"] = measured("build, signed", 500, build)
    costs["signed"] = courant("Courant with ledger, RSA-2048", SIGNED, port)
    again = measured("smtp-source, again", LETTERS, smtp_source(port))
    costs["source again"] = again
    del costs["warm"]
    return costs


def measured(name: str, count: int, act: Callable[[int], object]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    act(count)
    return Cost(name, count, time.perf_counter() - wall, time.process_time() - cpu, memory())


# ── The letter ────────────────────────────────────────────────────────────────────────────────────

MARK = "https://unsubscribe.invalid/0123456789abcdef"
STORY = """<table role="presentation" width="600"><tr>
<td style="padding:12px 0;font-family:Georgia,serif">
<h2 style="font-size:22px;line-height:28px;margin:0 0 8px">The night ferry runs again</h2> <p
style="font-size:16px;line-height:24px;margin:0 0 12px">The ferry left Pell Quay at ten past eleven
with 214 people on board, eleven weeks after a cracked shaft stopped it. “We had forgotten how loud
she is,” said Benedikt Orr, who has sold tea on the pier since 1998. The company paid £1.2
million.</p> <p><a href="https://lantern.example/harbour/ferry/">Read on</a> · <a
href="%s">Leave</a></p></td></tr></table>
"""


def letter() -> dict[str, Any]:
    html = "<html><body>" + "".join(STORY % MARK for _n in range(70)) + "</body></html>"
    text = ("The night ferry runs again.\n" * 350) + f"Leave: {MARK}\n"
    return {
        "subject": "Morning tide: the ferry is back",
        "preheader": "Eleven weeks after a cracked shaft",
        "html": html,
        "text": text,
        "mark": MARK,
        "from_name": "The Bench Lantern",
        "from_address": "letters@lantern.example",
        "list_id": "<tide.lantern.example>",
        "language": "en",
        "cut": False,
    }


def template() -> Any:
    from django.utils.timezone import now

    from courant.newsletter.compose import Letter, in_type

    return in_type(Letter(**letter()), now())


def build(count: int) -> None:
    made = template()
    for n in range(count):
        made.mail(f"r{n}@sink.example", f"<{n}@lantern.example>", values(n)).data  # noqa: B018


def values(n: int) -> dict[str, str]:
    return {
        "unsubscribe_url": f"https://lantern.example/newsletter/unsubscribe/{n:036d}/",
        "preferences_url": f"https://lantern.example/newsletter/preferences/{n:040d}/",
    }


# ── The peers ─────────────────────────────────────────────────────────────────────────────────────


def django_backend(port: int) -> Callable[[int], None]:
    from django.core.mail import EmailMultiAlternatives
    from django.core.mail.backends.smtp import EmailBackend

    facts = letter()

    def run(count: int) -> None:
        backend = EmailBackend("127.0.0.1", port, username="", password="", use_tls=False)
        backend.open()
        for n in range(count):
            url = values(n)["unsubscribe_url"]
            message = EmailMultiAlternatives(
                facts["subject"],
                facts["text"].replace(MARK, url),
                "letters@lantern.example",
                [f"r{n}@sink.example"],
                headers={"List-Unsubscribe": f"<{url}>"},
            )
            message.attach_alternative(facts["html"].replace(MARK, url), "text/html")
            backend.send_messages([message])
        backend.close()

    return run


def smtplib_kept(port: int) -> Callable[[int], None]:
    data = template().mail("r@sink.example", "<1@lantern.example>", values(1)).data

    def run(count: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for n in range(count):
                server.sendmail("letters@lantern.example", [f"r{n}@sink.example"], data)

    return run


def smtp_source(port: int) -> Callable[[int], None]:
    size = len(template().mail("r@sink.example", "<1@l.example>", values(1)).data)

    def run(count: int) -> None:
        facts = ["-s", str(CONNECTIONS), "-m", str(count), "-l", str(size), "-d"]
        program = str(shutil.which("smtp-source", path=SBIN))
        subprocess.run([program, *facts, "-t", "r@sink.example", f"127.0.0.1:{port}"], check=True)

    return run


# ── Courant ───────────────────────────────────────────────────────────────────────────────────────


def subscribers(newsletter: Any, count: int, prefix: str) -> None:
    from django.utils.timezone import now

    from courant.lib.database import insert_rows
    from courant.newsletter.models import Subscriber, Subscription

    first = (Subscriber.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    for start in range(0, count, 20_000):
        numbers = range(start, min(start + 20_000, count))
        insert_rows(
            Subscriber,
            {"created": now(), "language": "en"},
            [
                {"email": f"{prefix}{n}@sink.example", "email_key": f"{prefix}{n}@sink.example"}
                for n in numbers
            ],
        )
        insert_rows(
            Subscription,
            {"newsletter_id": newsletter.pk, "status": "active"},
            [{"subscriber_id": first + n} for n in numbers],
        )


def edition_for(count: int, name: str) -> Any:
    from django.utils.timezone import now

    from courant.newsletter.audience import newest_subscription
    from courant.newsletter.models import Edition, Newsletter

    newsletter = Newsletter.objects.create(slug=name, from_address="letters@lantern.example")
    subscribers(newsletter, count, name)
    return Edition.objects.create(
        key=name,
        newsletter=newsletter,
        story_id=1,
        subject="x",
        artefact={"letter": letter()},
        ceiling=newest_subscription(),
        created_at=now(),
    )


def courant(name: str, count: int, port: int) -> Cost:
    """The whole of it: claims, checks, journal, results."""
    from courant.newsletter.audience import freeze
    from courant.newsletter.send import pump
    from courant.newsletter.transports.smtp import SmtpTransport

    edition = freeze(edition_for(count, name.lower().replace(" ", "-").replace(",", "")).pk)
    transport = SmtpTransport("127.0.0.1", port, connections=CONNECTIONS, messages=10**9)
    reports = []
    cost = measured(name, count, lambda _n: reports.append(pump(edition, transport)))
    assert reports[0].submitted == count, reports[0]
    return cost


def memory() -> float:
    """Megabytes that this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


# ── A million readers ─────────────────────────────────────────────────────────────────────────────


def freeze_many(home: Path) -> dict[str, float]:
    from courant.newsletter.audience import freeze
    from courant.newsletter.models import Route

    Route.objects.create(name="desk")
    edition = edition_for(READERS, "million")
    command = [sys.executable, "-c", WRITER, str(home / "courant.sqlite3")]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as desk:
        assert desk.stdin and desk.stdout
        desk.stdout.readline()
        before = memory()
        cost = measured("freeze", READERS, lambda _n: freeze(edition.pk))
        grown = memory() - before
        desk.stdin.write("enough\n")
        desk.stdin.close()
        waits = json.loads(desk.stdout.read())
    edition.refresh_from_db()
    assert edition.prepared == READERS, edition.prepared
    lock = sorted(wait for wait, _whole in waits)
    whole = sorted(each for _wait, each in waits)
    return {
        "seconds": cost.wall,
        "cpu": cost.cpu,
        "writes": len(waits),
        "lock p99": 1000 * lock[int(len(lock) * 0.99)],
        "lock most": 1000 * lock[-1],
        "write p99": 1000 * whole[int(len(whole) * 0.99)],
        "write most": 1000 * whole[-1],
        "memory": grown,
    }


def report(costs: dict[str, Cost], frozen: dict[str, float]) -> None:
    ceiling = max(costs["source"].rate, costs["source again"].rate)
    size = len(template().mail("r@s.example", "<1@l.example>", values(1)).data)
    print(f"letter of {size:,} bytes; {CONNECTIONS} connections; wall and CPU a letter")
    for cost in costs.values():
        print(cost)
    plain, signed = costs["plain"], costs["signed"]
    print(f"{'unsigned CPU, share of 0.30 ms':<44}{plain.each / 0.30:>11.2f}")
    print(f"{'signed CPU, share of 1.5 ms':<44}{signed.each / 1.5:>11.2f}")
    print(f"{'unsigned, of the ceiling (goal 0.8)':<44}{plain.rate / ceiling:>11.2f}")
    print(f"{'signed, of the ceiling':<44}{signed.rate / ceiling:>11.2f}")
    times = plain.rate / costs["django"].rate
    print(f"{'unsigned, times Django backend (goal 60)':<44}{times:>11.1f}")
    cheaper = costs["django"].each / plain.each
    print(f"{'… in CPU a letter':<44}{cheaper:>11.1f}")
    grown = signed.memory - plain.memory
    print(f"{f'memory after {LETTERS:,} and {SIGNED:,} more, MB':<44}{grown:>+11.1f}")
    print(f"{f'freeze of {READERS:,}, seconds':<44}{frozen['seconds']:>11.1f}")
    print(f"{'… CPU seconds':<44}{frozen['cpu']:>11.1f}")
    print(f"{'… memory grown, MB':<44}{frozen['memory']:>11.1f}")
    writes = int(frozen["writes"])
    for name in ("lock p99", "lock most", "write p99", "write most"):
        print(f"{f'… desk: {name} of {writes} writes, ms':<44}{frozen[name]:>11.1f}")


if __name__ == "__main__":
    sys.exit(main())
