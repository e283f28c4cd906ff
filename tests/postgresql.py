"""A migrated PostgreSQL database to copy, kept between runs: migrating costs 20 s of CPU."""

import hashlib
import os
import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.template_home import CACHE, ROOT, digest_of_init, make_home, one_at_a_time

HOST, PORT = "127.0.0.1", 5432
USER = os.environ.get("PGUSER", "postgres")
OURS = f"courant_template_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]}_"  # this checkout's


def server_answers() -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, PORT)) == 0


def url_of(name: str) -> str:
    return f"postgresql://{USER}@{HOST}:{PORT}/{name}"


def template() -> tuple[Path, str]:
    """A home as `courant init` makes it on PostgreSQL, and the name of its database."""
    name = OURS + digest_of_init()
    folder = CACHE / name
    with one_at_a_time():
        known = [each for (each,) in _ask("SELECT datname FROM pg_database")]
        there = [each for each in known if each.startswith(OURS)]
        if name not in there or not (folder / "complete").exists():
            for old in there:
                _ask(f"DROP DATABASE {old} WITH (FORCE)")
                shutil.rmtree(CACHE / old, ignore_errors=True)
            _ask(f"CREATE DATABASE {name}")
            make_home(folder, COURANT_DATABASE_URL=url_of(name))
    return folder, name


@contextmanager
def copied_database() -> Iterator[str]:
    """The name of a migrated database of one's own, dropped in the end."""
    _, like = template()
    name = f"courant_test_{secrets.token_hex(4)}"
    with one_at_a_time():  # nothing may be connected to what is copied
        _ask(f"CREATE DATABASE {name} TEMPLATE {like}")
    try:
        yield name
    finally:
        _ask(f"DROP DATABASE {name} WITH (FORCE)")


def _ask(sql: str) -> list[tuple[str, ...]]:
    import psycopg

    server = f"host={HOST} port={PORT} user={USER} dbname=postgres"
    with psycopg.connect(server, autocommit=True) as connection:
        cursor = connection.execute(sql.encode())
        return cursor.fetchall() if cursor.description else []
