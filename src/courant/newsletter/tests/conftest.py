"""What the newsletter's tests share."""

import os
import shutil
from collections.abc import Callable

import pytest

from courant.newsletter.tests.make import Clock
from courant.newsletter.transports.memory import MemoryTransport


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def transport() -> MemoryTransport:
    return MemoryTransport()


@pytest.fixture
def require() -> Callable[[str], str]:
    """The path of a program that Debian has; without it a test is skipped, except in CI."""

    def find(name: str) -> str:
        found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
        if not found and not os.environ.get("CI"):
            pytest.skip(f"{name} is not installed")
        assert found, f"{name} is not installed: .ci/run must install it"
        return found

    return find
