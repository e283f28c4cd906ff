"""What Django leaves to the database: one reading of several tables, rows by the thousand."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction
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


def insert_rows(
    model: type[models.Model], values: dict[str, Any], rows: Sequence[dict[str, Any]]
) -> None:
    """Insert many rows of a table. `values` are the same in all, each of `rows` adds its own.

    Columns that neither names get their field's default. Several times faster than `bulk_create`:
    PostgreSQL's COPY, or one statement for SQLite to repeat. Runs no signal and no `save`.
    """
    if not rows:
        return
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    own = [field for field in fields if field.attname in rows[0]]
    fixed = [field for field in fields if field.attname not in rows[0]]
    same = [_prepared(field, values.get(field.attname, field.get_default())) for field in fixed]
    names = ", ".join(connection.ops.quote_name(str(f.column)) for f in [*own, *fixed])
    table = connection.ops.quote_name(model._meta.db_table)
    lines: Any = ((*(row[field.attname] for field in own), *same) for row in rows)
    with transaction.atomic(), connection.cursor() as cursor:  # else SQLite syncs each row
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(line)
        else:
            places = ", ".join(["%s"] * (len(own) + len(fixed)))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", lines)  # noqa: S608


def _prepared(field: Any, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


def add_up(
    model: type[models.Model],
    key: Sequence[str],
    numbers: Sequence[str],
    rows: Sequence[dict[str, Any]],
) -> None:
    """Add `numbers` to the rows with these keys, and make the rows that are not there yet.

    `key`: the columns of a unique constraint. What else `rows` hold is kept as it was first. One
    statement a row, and no number is lost when two processes add at once.
    """
    if not rows:
        return
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in rows[0]]
    quote = connection.ops.quote_name
    table, names = quote(model._meta.db_table), ", ".join(quote(str(f.column)) for f in fields)
    places = ", ".join(["%s"] * len(fields))
    sums = ", ".join(f"{quote(n)} = {table}.{quote(n)} + excluded.{quote(n)}" for n in numbers)
    sql = (
        f"INSERT INTO {table} ({names}) VALUES ({places}) "  # noqa: S608 - names of our columns
        f"ON CONFLICT ({', '.join(map(quote, key))}) DO UPDATE SET {sums}"
    )
    # In one order: two processes that add to the same rows then never wait for each other.
    lines = [
        [_prepared(field, row[field.attname]) for field in fields]
        for row in sorted(rows, key=lambda row: [row[name] for name in key])
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(sql, lines)
