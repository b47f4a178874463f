"""Insert or replace: both databases know ON CONFLICT, each through an insert of its own dialect."""

from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert


@cache
def upsert(dialect: str, table: Table) -> Any:
    """Return the statement that puts rows into a table of keys and a `value`, over the value that a key has."""
    statement = (sqlite_insert if dialect == "sqlite" else postgresql_insert)(table)
    keys = tuple(table.primary_key.columns)
    return statement.on_conflict_do_update(index_elements=keys, set_={"value": statement.excluded.value})
