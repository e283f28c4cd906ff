"""A home of its own for each test, and Courant's commands run as its user runs them."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.browser import ARGUMENTS, chromium
from tests.template_home import ROOT, copy_of_template

STORY = """\
Night ferry runs again after eleven weeks

By Ottilie Marsh
January 14, 2026, 6:30 a.m. GMT

The night ferry left Pell Quay at ten past eleven on Tuesday with 214 people on board, \
eleven weeks after a cracked shaft stopped it.

“We had forgotten how loud she is,” said Benedikt Orr, who has sold tea on the pier since 1998.

The company said the repair had cost £1.2 million. It will ask the council for 40% of that.
"""
PARAGRAPHS = STORY.split("\n\n")[2:]


@dataclass
class Home:
    """One paper's home and its command line."""

    path: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def public(self) -> Path:
        return self.path / "public" / "current"

    def environment(self, **more: str) -> dict[str, str]:
        drop = ("COURANT_", "DJANGO_", "PYTEST_")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
        return clean | {"COURANT_TIME_ZONE": "Europe/London"} | self.variables | more

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "courant", "--home", str(self.path), *arguments]

    def run(
        self, *arguments: str, piped: bytes | None = None, code: int | None = 0, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """A command that must end with `code` (None: with any)."""
        result = subprocess.run(
            self.command(*arguments),
            input=piped,
            capture_output=True,
            env=self.environment(**env),
            cwd=ROOT,
            timeout=180,
        )
        text = subprocess.CompletedProcess(
            arguments, result.returncode, result.stdout.decode(), result.stderr.decode()
        )
        assert code is None or text.returncode == code, text.stdout + text.stderr
        return text

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*arguments),
            env=self.environment(**env),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def page(self, path: str) -> str:
        return (self.public / path.strip("/") / "index.html").read_text()

    def mails(self) -> list[EmailMessage]:
        files = sorted((self.path / "outbox").glob("*.eml"))
        return [message_from_bytes(f.read_bytes(), policy=policy.default) for f in files]

    def django(self, code: str) -> str:
        """Run Python inside Django with this home; returns what it prints."""
        script = f"import django; django.setup()\n{code}"
        result = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            env=self.environment(
                COURANT_HOME=str(self.path), DJANGO_SETTINGS_MODULE="courant.settings"
            ),
            cwd=ROOT,
            timeout=120,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(copy_of_template(tmp_path / "home"))


@pytest.fixture
def story_file(tmp_path: Path) -> Path:
    file = tmp_path / "night-ferry.txt"
    file.write_text(STORY)
    return file


@dataclass
class Server:
    """`courant up`, running."""

    home: Home
    url: str
    pid: int

    def get(self, path: str, data: bytes | None = None, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(self.url + path, data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(
    condition: Callable[[], object], what: str, seconds: float = 60, pause: float = 0.1
) -> None:
    """Look again and again; fails with a sentence when it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"After {seconds:.0f} s still not: {what}"
        time.sleep(pause)


@contextmanager
def up(home: Home) -> Iterator[Server]:
    """`courant up` of this home, from its first answer until the block ends."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = home.start("up", "--port", str(port), COURANT_SITE_URL=url)
    server = Server(home, url, process.pid)

    def answers() -> bool:
        assert process.poll() is None, process.stderr.read().decode()
        try:
            return server.get("/desk/login/")[0] == 200
        except OSError:
            return False

    try:
        wait_until(answers, "the server answers")
        yield server
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()


@pytest.fixture
def server(home: Home) -> Iterator[Server]:
    with up(home) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium for the tests of one file: two at once would share a loop, and neither run."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()
