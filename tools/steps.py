"""The steps behind make: run in .venv by bootstrap.py."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ROOMS_WITH_TABLES = ("stories", "figures", "bake", "newsletter", "pipeline", "narration")
CODE = ["src", "tests", "tools", "bench", "conftest.py"]


def run(*command: str, **variables: str) -> None:
    """One command; the step ends where the first one fails."""
    print(f"$ {' '.join(command)}", file=sys.stderr, flush=True)
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    code = subprocess.call(command, cwd=ROOT, env=os.environ | {"PATH": path} | variables)
    if code:
        sys.exit(code)


def demo(arguments: list[str]) -> None:
    command = [str(BIN / "courant"), "--home", "var/demo", "demo", *arguments]
    os.chdir(ROOT)
    os.execv(command[0], command)


def lint(arguments: list[str]) -> None:
    run("ruff", "format", "--check", "--quiet", *CODE)
    run("ruff", "check", "--quiet", *CODE)
    run("lint-imports", "--no-cache")
    run("python", "tools/house_rules.py")


def format(arguments: list[str]) -> None:  # noqa: A001 - the name of the make target
    run("ruff", "format", *CODE)
    run("ruff", "check", "--fix", *CODE)


def types(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as home:
        run("mypy", COURANT_HOME=home)


def migrations(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as home:
        check = ("python", "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run")
        run(*check, DJANGO_SETTINGS_MODULE="courant.settings", COURANT_HOME=home)


def test(arguments: list[str]) -> None:
    lint([])
    say_about_browser()
    # One process more than there are cores: tests often wait for a server or a browser.
    workers = ("-n", str(min(5, (os.cpu_count() or 1) + 1)), "--dist", "loadgroup")
    with ThreadPoolExecutor() as beside:
        checks = [beside.submit(check, []) for check in (types, migrations)]
        run("pytest", *workers, "-m", "not soak", *arguments)
    for check in checks:
        check.result()  # ends the step where the check ended its own
    if postgresql_answers():
        rooms = [f"src/courant/{room}" for room in ROOMS_WITH_TABLES]
        from tests.postgresql import url_of  # type: ignore[import-not-found]

        address = url_of(os.environ.get("PGDATABASE", "postgres"))
        chosen = ("-m", "django_db and not slow and not browser and not soak")
        run("pytest", *workers, *chosen, *rooms, COURANT_DATABASE_URL=address)


def soak(arguments: list[str]) -> None:
    """The long runs: what `make test` does with few steps, with many; half an hour and more."""
    run("pytest", "-m", "soak", *arguments)


def golden(arguments: list[str]) -> None:
    """Take the pictures of every page anew; look at what changed before you commit it."""
    run("pytest", "tests/test_golden.py", "-m", "soak", *arguments, GOLDEN="1")


def postgresql_answers() -> bool:
    """Without a server its tests are skipped, except in CI, where that is a failure."""
    from tests.postgresql import HOST, PORT, server_answers  # type: ignore[import-not-found]

    answers = bool(server_answers())
    if not answers:
        print(f"The rooms are not tested on PostgreSQL: none at {HOST}:{PORT}.", file=sys.stderr)
        if os.environ.get("CI"):
            sys.exit(1)
    return answers


def say_about_browser() -> None:
    """Without a browser its tests are skipped, except in CI, where that is a failure."""
    from tests.browser import HOW_TO_GET_ONE, chromium  # type: ignore[import-not-found]

    if not chromium():
        print(HOW_TO_GET_ONE, file=sys.stderr)
        if os.environ.get("CI"):
            sys.exit(1)


def bench(arguments: list[str]) -> None:
    files = arguments or sorted(str(path) for path in (ROOT / "bench").glob("bench_*.py"))
    for file in files:
        run("python", file)


def fresh(arguments: list[str]) -> None:
    run("python", "tools/fresh.py", *arguments)


def lock(arguments: list[str]) -> None:
    """Write the locked requirements anew; `uv` is not needed by anybody else."""
    if not shutil.which("uv"):
        sys.exit("Locking needs uv: pip install uv")
    options = ("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet")
    plain = ("--no-emit-index-url", "--no-header", "--no-annotate")
    base = ("uv", "pip", "compile", "pyproject.toml", *options, *plain)
    run(*base, "--group", "build", "--output-file", "requirements.txt", *arguments)
    names = ("--group", "dev", "--constraint", "requirements.txt")
    run(*base, *names, "--output-file", "requirements-dev.txt", *arguments)


STEPS: dict[str, Callable[[list[str]], None]] = {
    step.__name__: step
    for step in (demo, lint, format, types, test, soak, golden, bench, fresh, lock)
}

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    STEPS[sys.argv[1]](sys.argv[2:])
