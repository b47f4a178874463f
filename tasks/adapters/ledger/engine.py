"""Engines: SQLite in WAL with immediate transactions, PostgreSQL as it comes."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

_BUSY_MS = 30_000


def make_engine(url: str) -> Engine:
    """Return the engine of a ledger URL (`sqlite:///…` or `postgresql+psycopg://…`)."""
    if make_url(url).get_backend_name() == "sqlite":
        # Parameters hold people's words and addresses: they stay out of errors, and so out of logs.
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    # READ COMMITTED for writers: they wait for each other on an advisory lock, and a snapshot taken before the wait
    # would be stale after it.
    return create_engine(url, pool_pre_ping=True, isolation_level="READ COMMITTED", hide_parameters=True)


def _set_up_sqlite(dbapi: Any, _record: Any) -> None:
    dbapi.isolation_level = None  # the driver would open transactions of its own, deferred ones
    cursor = dbapi.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails at once under two writers, whatever the busy timeout.
    readonly = connection.get_execution_options().get("mipg_readonly")
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


def place_of(url: URL) -> str:
    """Return where the ledger is, for messages: the file, or user, server and database without the password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.render_as_string(hide_password=True).partition("://")[2]
