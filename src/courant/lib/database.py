"""How the database is read when several tables must fit together."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Q


@contextmanager
def one_reading() -> Iterator[None]:
    """See the database as it was at one moment, and keep no writer waiting meanwhile.

    SQLite: a deferred transaction, which takes no write lock as ours otherwise do. PostgreSQL:
    REPEATABLE READ, since READ COMMITTED sees each statement's own moment. Nothing may be written.
    """
    if connection.in_atomic_block:  # the caller's transaction has begun: its moment is ours
        yield
    elif connection.vendor == "sqlite":
        connection.ensure_connection()  # Django sets the mode when it connects
        usual = connection.transaction_mode  # type: ignore[attr-defined]
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                yield
        finally:
            connection.transaction_mode = usual  # type: ignore[attr-defined]
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


def begins_with(field: str, beginning: str) -> Q:
    """Rows whose value begins with these ASCII letters, found by the column's index.

    SQLite uses no index for LIKE with ESCAPE, as Django writes it; there a range does the same.
    PostgreSQL's order of letters is its locale's; there LIKE uses the index for patterns.
    """
    if connection.vendor == "sqlite":
        after = beginning[:-1] + chr(ord(beginning[-1]) + 1)
        return Q(**{f"{field}__gte": beginning, f"{field}__lt": after})
    return Q(**{f"{field}__startswith": beginning})
