"""Insert or replace: both databases know ON CONFLICT, each through an insert of its own dialect."""

from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Table


@cache
def upsert(dialect: str, table: Table) -> Any:
    """Return the statement that puts rows into a table of keys and a `value`, over the value that a key has."""
    statement = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)  # only the one in use is worth its time
    keys = tuple(table.primary_key.columns)
    return statement.on_conflict_do_update(index_elements=keys, set_={"value": statement.excluded.value})
