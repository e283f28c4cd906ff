"""A home made by `courant init`, kept between runs: migrating costs 15 s of CPU, copying none."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "homes"


def template_home() -> Path:
    """The template for today's migrations, made if need be; safe with parallel test processes."""
    folder = CACHE / digest_of_init()
    with one_at_a_time():
        if not (folder / "complete").exists():
            make_home(folder)
    return folder


def copy_of_template(folder: Path | None = None) -> Path:
    """A home of one's own: in `folder`, else in a temporary folder that the system clears."""
    folder = folder or Path(tempfile.mkdtemp(prefix="courant-test-")) / "home"
    shutil.copytree(template_home(), folder, symlinks=True)
    return folder


@contextmanager
def one_at_a_time() -> Iterator[None]:
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_home(folder: Path, **variables: str) -> None:
    """`courant init` in a folder that may hold the rest of a try that was broken off."""
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "courant", "--home", str(folder), "init"]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("COURANT_", "DJANGO_"))}
    subprocess.run(
        command, check=True, capture_output=True, text=True, env=env | variables, cwd=ROOT / "src"
    )
    (folder / "complete").touch()


def digest_of_init() -> str:
    """Changes with anything that `init` depends on."""
    digest = hashlib.sha256(f"{version('wagtail')} {version('django')}".encode())
    for pattern in ("src/courant/*/migrations/*.py", "src/courant/ops/home.py"):
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
