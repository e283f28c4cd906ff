"""What every test stands on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, or one process would still be at it when the others are done."""
    long = ("xdist_group", "slow")
    items.sort(key=lambda item: not any(map(item.get_closest_marker, long)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, django_db_modify_db_settings: None) -> Iterator[None]:
    """On SQLite the home's own migrated file is the test database; tests roll back in it.

    On PostgreSQL (COURANT_DATABASE_URL) Django makes and migrates a test database as always.
    """
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        yield
        return
    from django.test.utils import setup_databases, teardown_databases

    from courant.ops.home import found_paper, give_groups_their_rights, point_site_at_its_url

    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False)
        found_paper()
        give_groups_their_rights()
        point_site_at_its_url()
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


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
