"""How fast readers are served: our web process against nginx on the same files, in the same run.

The limit that it is held against: 0.8 of nginx's requests a second, with the configuration that
docs/operate ships, and 100 times a page that Wagtail makes (its login, the cheapest it has). wrk,
64 connections, rounds in turn, medians. On a machine with two cores wrk takes one of them, from all
alike. COURANT_BENCH_PEER: the address of a page of another system (Ghost, WordPress) to be measured
too. Nothing leaves this machine.
"""

import gzip
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.conftest import Home  # noqa: E402
from tests.serving import servers  # noqa: E402
from tests.serving.tree import put  # noqa: E402
from tests.template_home import copy_of_template  # noqa: E402

SECONDS, ROUNDS, CONNECTIONS = 3, 5, 64
STORIES = 50_000  # each with one coding: 100,000 files
CACHE = 256  # megabytes
PUBLISHED_EVERY = 5.0  # seconds
NOTHING = "/nothing"  # an address at which nothing is
TICKS = os.sysconf("SC_CLK_TCK")

# Four of five readers want one of a thousand pages, the fifth any of them.
ANY_STORY = f"""
request = function()
  local number = math.random(0, 4) > 0 and math.random(0, 999) or math.random(0, {STORIES - 1})
  return wrk.format("GET", "/archive/" .. number .. "/")
end
"""


@dataclass
class Run:
    """What wrk saw, and what it cost the server."""

    rate: float  # requests a second
    p50: float  # milliseconds
    p99: float
    cpu: float  # microseconds of CPU a request


class NotMeasured(Exception):
    """The figure would not be one."""


def wrk(url: str, pid: int, *options: str, seconds: int = SECONDS) -> Run:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", *options, url]
    before = cpu_of(pid)
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = cpu_of(pid) - before
    if "Socket errors" in out or ("Non-2xx" in out) != url.endswith(NOTHING):
        raise NotMeasured(f"{url} answered with errors:\n{out}")
    count = int(re.search(r"(\d+) requests in", out)[1])  # type: ignore[index]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])  # type: ignore[index]
    return Run(rate, latency(out, 50), latency(out, 99), spent * 1e6 / count)


def latency(out: str, percent: int) -> float:
    found = re.search(rf"^\s+{percent}%\s+([\d.]+)(us|ms|s)\s*$", out, re.M)
    assert found, out
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def children_of(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return [int(line) for line in found.stdout.split()]


def cpu_of(pid: int) -> float:
    """Seconds of CPU of a process and its children; of 0, which is none of ours, not known."""
    total = 0.0 if pid else float("nan")
    for each in (pid, *children_of(pid)) if pid else ():
        fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def in_turn(peers: dict[str, servers.Server], path: str, *options: str) -> dict[str, Run]:
    """Rounds of one request to each server in turn; the medians of each."""
    runs: dict[str, list[Run]] = {name: [] for name in peers}
    for _ in range(ROUNDS):
        for name, server in peers.items():
            url = f"http://127.0.0.1:{server.port}{path}"
            runs[name].append(wrk(url, server.pid, *options))
    return {name: median_of(each) for name, each in runs.items()}


def median_of(runs: list[Run]) -> Run:
    facts = ("rate", "p50", "p99", "cpu")
    return Run(*(statistics.median(getattr(run, fact) for run in runs) for fact in facts))


def show(what: str, runs: dict[str, Run], ours: str = "courant") -> None:
    for name, run in runs.items():
        ratio = "" if name == ours else f"{runs[ours].rate / run.rate:.2f}"
        figures = f"{run.rate:>9.0f}{ratio:>12}{run.p50:>9.2f}{run.p99:>9.2f}{run.cpu:>9.1f}"
        print(f"{what:<44}{name:<18}{figures}", flush=True)


# ── The tree ──────────────────────────────────────────────────────────────────────────────────────
def words(chance: random.Random, size: int) -> bytes:
    """Text that compresses about as a story does: `size` bytes of a vocabulary of 2,000 words."""
    vocabulary = [
        "".join(chance.choices("aeiorstnlmdkpu", k=chance.randint(2, 9))) for _ in range(2000)
    ]
    weights = [1 / (rank + 1) for rank in range(2000)]
    text = " ".join(chance.choices(vocabulary, weights, k=size // 3))
    return b"<!doctype html><p>" + text.encode()[: size - 18]


def make_tree(current: Path) -> None:
    """An article of 30 KB and an archive. Bytes of gzip stand for br: no server looks into them."""
    chance = random.Random(1)
    article = words(chance, 30_000)
    put(current / "article/index.html", article)
    put(current / "article/index.html.br", gzip.compress(article, 9))
    put(current / "404.html", b"<p>Nothing here.")
    put(current / "robots.txt", b"")
    page = words(chance, 8_000)
    coded = gzip.compress(page, 9)
    for number in range(STORIES):
        folder = current / "archive" / str(number)
        folder.mkdir(parents=True)
        (folder / "index.html").write_bytes(page)
        (folder / "index.html.br").write_bytes(coded)


# ── What is measured ──────────────────────────────────────────────────────────────────────────────
@contextmanager
def publishing(page: Path, url: str, missed: list[float]) -> Iterator[None]:
    """Replaces a page every few seconds; `missed` gets how long the new one was not yet served."""
    stop = threading.Event()

    def publish() -> None:
        number = 0
        while not stop.wait(PUBLISHED_EVERY):
            number += 1
            marker = b"<p>Version %d</p>" % number
            put(page, marker + page.read_bytes()[len(marker) :])
            began = time.monotonic()
            while marker not in urllib.request.urlopen(url).read():  # noqa: S310
                pass
            missed.append((time.monotonic() - began) * 1000)

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def while_published(server: servers.Server, tree: Path) -> None:
    url = f"http://127.0.0.1:{server.port}/article/"
    missed: list[float] = []
    calm = wrk(url, server.pid, seconds=20)
    with publishing(tree / "article/index.html", url, missed):
        busy = wrk(url, server.pid, seconds=20)
    if not missed:
        raise NotMeasured("Nothing was published while wrk ran.")
    show("article, nothing published for 20 s", {"courant": calm})
    show(f"article, published every {PUBLISHED_EVERY:.0f} s", {"courant": busy})
    print(f"{'… new bytes served after, ms, the latest':<62}{max(missed):>9.1f}")


def memory(pid: int) -> float:
    """Megabytes that a server's own processes hold."""
    texts = [Path(f"/proc/{each}/status").read_text() for each in children_of(pid)]
    return sum(int(kb) for text in texts for kb in re.findall(r"VmRSS:\s+(\d+)", text)) / 1024


def measure(folder: Path) -> None:
    home = Home(copy_of_template(folder / "home"))
    tree = home.public.parent / "generation-1"
    make_tree(tree)
    home.public.unlink(missing_ok=True)
    home.public.symlink_to(tree.name)
    with ExitStack() as stack:
        ours = stack.enter_context(servers.courant(home, COURANT_CACHE_MEGABYTES=str(CACHE)))
        peers = {"courant": ours}
        for workers in (1, 2):
            if installed("nginx"):
                place = folder / f"nginx-{workers}"
                nginx = servers.nginx(place, home.public, ours.port, workers=workers)
                peers[f"nginx, {workers} worker{'s'[: workers - 1]}"] = stack.enter_context(nginx)
        caddy = {}
        if installed("caddy"):
            caddy["caddy"] = stack.enter_context(
                servers.caddy(folder / "caddy", home.public, ours.port)
            )
        browser = ("-H", "Accept-Encoding: gzip, deflate, br, zstd")
        print(
            f"{'':<44}{'':<18}{'req/s':>9}{'ours : it':>12}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>9}"
        )
        show("article of 30 KB, plain", plain := in_turn(peers | caddy, "/article/"))
        show("article of 30 KB, br", in_turn(peers | caddy, "/article/", *browser))
        etag = urllib.request.urlopen(f"http://127.0.0.1:{ours.port}/article/").headers["etag"]
        show(
            "article, 304", in_turn({"courant": ours}, "/article/", "-H", f"If-None-Match: {etag}")
        )
        show("nothing at an address", in_turn(peers, NOTHING, *browser))
        script = folder / "any_story.lua"
        script.write_text(ANY_STORY)
        show("any of 100,000 files, br", in_turn(peers, "/", *browser, "-s", str(script)))
        print(f"{'… memory of the web process, MB':<62}{memory(ours.pid):>9.0f}")
        while_published(ours, tree)
        login = wrk(f"http://127.0.0.1:{ours.port}/desk/login/", ours.pid, "-c8")
        show(
            "a page that Wagtail makes (its login)", {"courant": plain["courant"], "dynamic": login}
        )
        if peer := os.environ.get("COURANT_BENCH_PEER"):
            show(f"{peer}", {"courant": plain["courant"], "peer": wrk(peer, 0)})


def installed(program: str) -> bool:
    found = shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")
    if not found:
        print(f"{program} is not installed: not measured.")
    return bool(found)


def main() -> int:
    if not installed("wrk"):
        return 1
    with tempfile.TemporaryDirectory(prefix="courant-bench-") as folder:
        Path(folder).chmod(0o755)  # nginx's workers are somebody else
        try:
            measure(Path(folder))
        except NotMeasured as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
