"""What a bake costs, and how long a story takes from the publish call to its readers.

For papers of several sizes: CPU of rendering and of baking, pages a second with two processes,
publication until the new page is served by `courant up`, memory of the worker. Limits are those
that the project promises; `--sizes 1000,10000,100000` measures the large paper too, which takes
hours to make. `--keep FOLDER` makes each paper once, in FOLDER/<size>: the next run, with the same
code, repeats what was found when it was baked and measures the rest. A bake that was broken off
goes on, and what it cost is then not known.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from courant.lib.files import write_whole  # noqa: E402

FIRST = 3  # publications of a worker that has just begun and loads what it needs
PUBLICATIONS = 60  # that count, after these
RENDERED = 300  # story pages
AGAIN = 5000  # targets baked again by two processes, at most
WRITTEN, BAKED = ".bench-written", ".bench-baked.json"  # in a home: how far it has come
LIMITS = {"render": 8.0, "bake": 12.0, "pages": 150.0, "p95": 300.0, "follow": 1000.0, "mb": 300.0}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--database", default="", help="postgresql://…; else SQLite")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="make the papers here, once")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        return measure_one(args.one)
    print(f"{'paper of … stories':<46}{'':>0}", end="")
    columns = []
    for size in (int(number) for number in args.sizes.split(",")):
        with _place_for(size, args.keep) as folder:
            columns.append(_in_own_process(size, folder, args.database))
    if not all(columns):
        print("\nA size could not be measured.", file=sys.stderr)
        return 1
    print("".join(f"{column['stories']:>12}" for column in columns), f"{'limit':>10}")
    for name in columns[0]:
        if name != "stories":
            limit = next((v for k, v in LIMITS.items() if f"({k})" in name), None)
            label = name.split(" (")[0]
            cells = "".join(f"{column[name]:>12}" for column in columns)
            print(f"{label:<46}{cells}{limit if limit else '':>11}")
    return 0


@contextlib.contextmanager
def _place_for(size: int, keep: Path | None) -> Iterator[str]:
    if keep:
        (keep / str(size)).mkdir(parents=True, exist_ok=True)
        yield str((keep / str(size)).resolve())
        return
    with tempfile.TemporaryDirectory(prefix="courant-bench-") as folder:
        yield folder


def _in_own_process(size: int, folder: str, database: str) -> dict[str, str]:
    """Django knows one home a process."""
    variables = {"COURANT_HOME": folder, "COURANT_BAKE_PROCESSES": "1"}
    if database:
        variables["COURANT_DATABASE_URL"] = database
    command = [sys.executable, __file__, "--one", str(size)]
    out = subprocess.run(command, env=os.environ | variables, stdout=subprocess.PIPE, text=True)
    return dict(line.split("\t") for line in out.stdout.splitlines() if "\t" in line)


def measure_one(size: int) -> int:
    from courant.ops import home

    folder = Path(os.environ["COURANT_HOME"])
    note, written = folder / BAKED, folder / WRITTEN
    home.init(folder)
    if not written.exists():
        make_paper(size)
        written.touch()
    if not note.exists():
        facts = baking()
        write_whole(note, json.dumps(facts).encode())
    facts = json.loads(note.read_text())
    facts |= {"CPU ms a story page rendered (render)": rendering()}
    facts |= publishing(folder)
    print(f"stories\t{size:,}")
    for name, value in facts.items():
        print(f"{name}\t{value:.2f}" if isinstance(value, float) else f"{name}\t{value}")
    return 0


def make_paper(size: int) -> None:
    """Raises SystemExit where half a paper stands."""
    from bench.site import make_site
    from courant.stories.models import Story

    if Story.objects.exists():
        raise SystemExit("A paper was begun here and not written to its end: remove the folder.")
    make_site(size)


def baking() -> dict[str, object]:
    """Bakes what is to be baked, and again with two processes."""
    from django.conf import settings

    from courant.bake import generations
    from courant.bake.models import Target
    from courant.pipeline import path

    begun = Target.objects.exists()
    cpu, wall = time.process_time(), time.monotonic()
    path.publish(_show("baking"))
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    targets = Target.objects.in_place().count()
    facts: dict[str, object] = {"targets": f"{targets:,}"}
    facts["CPU ms a target baked, all in (bake)"] = "-" if begun else cpu / targets * 1000
    facts["pages a second, one process"] = "-" if begun else targets / wall
    facts["peak memory of a whole bake, MB"] = memory
    if (made := generations.current()) is None:
        raise SystemExit("Nothing was baked.")
    settings.COURANT_BAKE_PROCESSES = 2
    some = Target.objects.of(made).order_by("pk").values_list("pk", flat=True)[:AGAIN]
    again = Target.objects.filter(pk__in=list(some)).update(stale=True, bulk=True, digest="")
    wall = time.monotonic()
    path.publish(_show("baking again"))
    facts["pages a second, two processes (pages)"] = again / (time.monotonic() - wall)
    return facts


def rendering() -> float:
    """CPU of making story pages with all their reads, nothing written."""
    from courant.bake.make import Wanted, make_all, press_for
    from courant.pipeline.path import frame_of_today
    from courant.stories.models import PublicStory

    ids = list(PublicStory.objects.values_list("pk", flat=True))
    chosen = random.Random(1).sample(ids, min(RENDERED, len(ids)))
    press = press_for(frame_of_today())
    wanted = [Wanted("story", str(pk), "-") for pk in chosen]
    make_all(press, wanted[:20])
    start = time.process_time()
    results = make_all(press, wanted)
    spent = time.process_time() - start
    if any(result.error or not result.made for result in results):
        raise SystemExit(f"A page could not be made: {results[0].error}")
    return spent / len(wanted) * 1000


def publishing(folder: Path) -> dict[str, object]:
    """From the start of the publish call until readers get the new bytes, with all running."""
    from bench.site import said
    from courant.stories.models import PublicStory, Section, Story

    chance = random.Random(2)
    section = Section.objects.filter(slug="section-0").get()
    live, follow = [], []
    stamp = int(time.time())  # in a paper that is kept, the stories of the last run still stand
    with server(folder) as (port, worker):
        time.sleep(2)
        for number in range(FIRST + PUBLICATIONS):
            slug = f"breaking-{stamp}-{number}"
            story = Story(title=f"Breaking {number}", slug=slug, live=False)
            story.body = [("paragraph", f"<p>{said(chance, 20)}</p>")]
            section.refresh_from_db()
            section.add_child(instance=story)
            revision = story.save_revision()
            time.sleep(0.7)
            start = time.monotonic()
            revision.publish()
            page = f"/section-0/{slug}/"
            live.append(until(lambda: fetch(port, page)[0] == 200, start))  # noqa: B023
            follow.append(until(lambda: page.encode() in fetch(port, "/")[1], start))  # noqa: B023
            until(lambda: PublicStory.objects.filter(path=page).exists(), start)  # noqa: B023
        memory = peak_memory(worker)
    first, live, follow = max(live[:FIRST]), live[FIRST:], follow[FIRST:]
    return {
        "publish to live, ms, slowest right after a start": first,
        "publish to live, ms, p50": statistics.median(live),
        "publish to live, ms, p95 (p95)": percentile(live, 95),
        "publish to front page, ms, p95 (follow)": percentile(follow, 95),
        "peak memory of the worker, MB (mb)": memory,
    }


@contextlib.contextmanager
def server(folder: Path) -> Iterator[tuple[int, int]]:
    """`courant up`, with the worker's process id."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "courant", "--home", str(folder), "up", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        until(lambda: fetch(port, "/")[0] == 200, time.monotonic(), limit=60)
        until(lambda: worker_of(process.pid) > 0, time.monotonic(), limit=60)
        yield port, worker_of(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def worker_of(parent: int) -> int:
    """The process id of the worker that a server started; 0 when there is none yet."""
    out = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,args="], capture_output=True, text=True)
    for line in out.stdout.splitlines():
        pid, ppid, args = line.split(None, 2)
        if int(ppid) == parent and args.endswith(" worker"):
            return int(pid)
    return 0


def peak_memory(pid: int) -> float:
    """VmHWM, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def fetch(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


def until(condition: Callable[[], bool], start: float, limit: float = 30) -> float:
    """Milliseconds since `start` at which the condition held."""
    while not condition():
        if time.monotonic() - start > limit:
            raise SystemExit(f"After {limit} s nothing came of it.")
        time.sleep(0.004)
    return (time.monotonic() - start) * 1000


def percentile(values: list[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, round(len(values) * share / 100))]


def _show(label: str) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        print(f"\r{label} {done:,} of {total:,}   ", end="", file=sys.stderr)

    return show


if __name__ == "__main__":
    sys.exit(main())
