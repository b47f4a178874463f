"""The whole ledger as lines of JSON, table by table, and back: the same for SQLite and PostgreSQL.

Rows are inserted into the schema they were written from, and migrated from there like a ledger that was never copied.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Date, Integer, TableClause, column, func, insert, inspect, select, table, text

from tasks.adapters.ledger import schema as t

_BATCH = 500
Lines = Iterator[bytes]


def write_tables(connection: Connection, sink: Callable[[str, Lines], None]) -> None:
    """Give each table's name and rows to `sink`, those that others point at first."""
    for one in t.metadata.sorted_tables:
        rows = connection.execution_options(yield_per=_BATCH).execute(select(one))
        sink(one.name, (_line(row._mapping) for row in rows))


def _line(row: Any) -> bytes:
    return json.dumps(dict(row), default=_plain, ensure_ascii=False).encode() + b"\n"


def _plain(value: Any) -> str:
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be copied")


def holds_anything(connection: Connection) -> bool:
    """Say whether any table of ours holds a row."""
    there = set(inspect(connection).get_table_names())
    tables = [one for one in t.metadata.sorted_tables if one.name in there]
    return any(connection.execute(select(text("1")).select_from(one).limit(1)).first() for one in tables)


def read_tables(connection: Connection, source: Callable[[str], Iterable[bytes]]) -> None:
    """Insert what `source` gives for each table that the database has."""
    inspector = inspect(connection)
    for one in t.metadata.sorted_tables:
        if inspector.has_table(one.name):
            lines = iter(source(one.name))
            while rows := [json.loads(line) for line in islice(lines, _BATCH)]:
                connection.execute(insert(_as_written(one, rows[0])), [_typed(one, row) for row in rows])
            _number_on(connection, one)


def _as_written(one: Any, row: dict[str, Any]) -> TableClause:
    """Return the table with just the columns of the row: no default of this version may fill another's column."""
    return table(one.name, *(column(name, one.c[name].type if name in one.c else None) for name in row))


def _typed(one: Any, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(one, name, value) for name, value in row.items()}


def _value(one: Any, name: str, value: Any) -> Any:
    if value is None or name not in one.c:
        return value
    if isinstance(one.c[name].type, t.Moment):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(one.c[name].type, Date) else value


def _number_on(connection: Connection, one: Any) -> None:
    """Let PostgreSQL number on from the highest id; SQLite does so by itself."""
    key = list(one.primary_key.columns)
    if connection.dialect.name == "postgresql" and len(key) == 1 and isinstance(key[0].type, Integer):
        sequence = func.pg_get_serial_sequence(one.name, key[0].name)
        if connection.execute(select(sequence)).scalar():
            highest = select(func.coalesce(func.max(key[0]), 0)).scalar_subquery()
            connection.execute(select(func.setval(sequence, highest + 1, text("false"))))
