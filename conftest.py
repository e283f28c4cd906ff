"""What every test stands on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, or one process would still be at it when the others are done."""
    long = ("xdist_group", "slow")
    items.sort(key=lambda item: not any(map(item.get_closest_marker, long)))


@pytest.fixture(scope="session", autouse=True)
def hooks_of_wagtail() -> None:
    """A server loads them with its first address; some tests ask for the desk's before."""
    from wagtail.hooks import search_for_hooks

    search_for_hooks()


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, django_db_modify_db_settings: None) -> Iterator[None]:
    """The home's own file, or on PostgreSQL a copy of a migrated database; tests roll back."""
    default = settings.DATABASES["default"]
    if "sqlite" in default["ENGINE"]:
        yield
        return
    from django.db import connections

    from tests.postgresql import copied_database

    with copied_database() as name, django_db_blocker.unblock():
        connections["default"].close()
        default["NAME"] = connections["default"].settings_dict["NAME"] = name
        yield
        connections.close_all()


@pytest.fixture(autouse=True)
def notes_of_sending(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests roll the database back: with a lasting file beside it, that looks like a restore."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        folder = request.getfixturevalue("tmp_path") / "sending"
        monkeypatch.setattr(settings, "COURANT_SENDING", folder)


@pytest.fixture(autouse=True)
def nobody_writes_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread would write past the test's transaction: tests call `put_down` where they count."""
    from courant.lib.abacus import Abacus

    monkeypatch.setattr(Abacus, "begin", lambda self: None)
