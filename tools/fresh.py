"""Both README commands in a fresh clone with a fresh environment, as a newcomer would run them.

Prints what was done and how long it took; exits non-zero at the first thing that did not hold.
"""

import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIRST_RUN = 300.0  # seconds: README's promise on two cores, packages at hand
SECOND_RUN = 5.0
LEFT_OUT = ("COURANT_", "DJANGO_", "VIRTUAL_ENV", "PYTHON", "PYTEST", "COVERAGE")


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="courant-fresh-") as folder:
        clone = Path(folder) / "courant"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        first = demo(clone)
        second = demo(clone)
        tests = timed_tests(clone)
    print(f"\n{'make demo, first run':<26}{first:8.1f} s   promised {FIRST_RUN:.0f}")
    print(f"{'make demo, second run':<26}{second:8.1f} s   promised {SECOND_RUN:.0f}")
    print(f"{'make test':<26}{tests:8.1f} s   promised 600")
    return 0


def environment() -> dict[str, str]:
    """Ours, without what belongs to the environment that runs this."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(LEFT_OUT)}
    own = str(ROOT / ".venv")
    folders = [p for p in clean["PATH"].split(os.pathsep) if not p.startswith(own)]
    return clean | {"PATH": os.pathsep.join(folders)}


def demo(clone: Path) -> float:
    """`make demo` until it serves; every address is tried, then Ctrl-C. Returns the seconds."""
    port = free_port()
    start = time.monotonic()
    process = subprocess.Popen(
        ["make", "demo", f"PORT={port_of(clone, port)}"],
        cwd=clone,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said = read_until(process, "The paper is at")
        seconds = time.monotonic() - start
        print(said)
        try_addresses(re.search(r"http://127\.0\.0\.1:\d+", said)[0])  # type: ignore[index]
    finally:
        os.killpg(process.pid, signal.SIGINT)
        code = process.wait(60)
    if code not in (0, 130, 2, -2):
        sys.exit(f"make demo ended with {code} at Ctrl-C.")
    return seconds


def port_of(clone: Path, port: int) -> int:
    """The same port for both runs, since pages carry their address."""
    file = clone / ".fresh-port"
    if not file.exists():
        file.write_text(str(port))
    return int(file.read_text())


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def read_until(process: subprocess.Popen[str], words: str) -> str:
    assert process.stdout
    selector = selectors.DefaultSelector()
    selector.register(process.stdout, selectors.EVENT_READ)
    said = ""
    while words not in said:
        if not selector.select(timeout=600):
            sys.exit("make demo said nothing for ten minutes.")
        line = process.stdout.readline()
        if not line:
            sys.exit(f"make demo ended with {process.wait()} before it served.")
        said += line
    return said


def try_addresses(url: str) -> None:
    """The front page, a story, its sound and the desk's door."""
    front = get(url + "/")
    story = re.search(r'href="(/harbour/[a-z0-9-]+/)"', front)
    sound = re.search(r'src="(/audio/[^"]+\.mp3)"', get(url + story[1])) if story else None
    if not story or not sound:
        sys.exit("The front page has no story with its sound.")
    get(url + sound[1], text=False)
    if "password" not in get(url + "/desk/login/").lower():
        sys.exit("The desk asks for no password.")


def get(address: str, *, text: bool = True) -> str:
    with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - our own server
        data = answer.read()
    return data.decode() if text else ""


def timed_tests(clone: Path) -> float:
    start = time.monotonic()
    code = subprocess.call(["make", "test"], cwd=clone, env=environment())
    if code:
        sys.exit(f"make test ended with {code}.")
    return time.monotonic() - start


if __name__ == "__main__":
    sys.exit(main())
