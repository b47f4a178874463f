"""`SqlLedger`: units of work, locks and schema of the ledger over SQLAlchemy."""

import fcntl
import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from tasks.adapters.ledger.audit import broken_invariants
from tasks.adapters.ledger.books import SqlBooks
from tasks.adapters.ledger.cases import SqlCases
from tasks.adapters.ledger.engine import make_engine, place_of
from tasks.adapters.ledger.lessons import SqlLessons
from tasks.adapters.ledger.letters import SqlLetters
from tasks.adapters.ledger.messages import SqlMessages
from tasks.adapters.ledger.outbox import SqlOutbox
from tasks.adapters.ledger.transaction import Transaction
from tasks.ports.errors import LedgerUnavailable, UsageError

_LOCK_SERIES = 0x4D495047  # "MIPG": keeps our advisory locks apart from other programs' on a shared server
_WRITERS = 1
# Insufficient privilege, no schema to create in, a read-only server (PostgreSQL, appendix A).
_NOT_ALLOWED = frozenset({"42501", "3F000", "25006"})
_WANTED = "its user must own the database or be granted USAGE and CREATE on its schema"
_ROOM = 256 * 1024  # bytes: with less SQLite cannot open its journal
# The newest migration: their files are numbered.
HEAD = max(path.name for path in (Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))[:4]


class SqlUnitOfWork:
    """One transaction; the repositories share its connection."""

    def __init__(self, connection: Connection, zone: tzinfo) -> None:
        self._transaction = transaction = Transaction(connection)
        self._where = place_of(connection.engine.url)
        self.messages = SqlMessages(transaction)
        self.cases = SqlCases(transaction, zone)
        self.lessons = SqlLessons(transaction)
        self.letters = SqlLetters(transaction, zone)
        self.outbox = SqlOutbox(transaction)
        self.books = SqlBooks(transaction)

    @contextmanager
    def savepoint(self, *, written: bool = False) -> Iterator[None]:
        with _guarded(self._where), self._transaction.part(written=written):
            yield

    def write(self) -> None:
        """Write what still waits, at the end of the transaction."""
        self._transaction.write()


class SqlLedger:
    """The ledger in one database. `zone` is the office's: cases come back in its time."""

    def __init__(self, url: str, zone: tzinfo) -> None:
        self._url = url
        self.zone = zone
        self._engine: Engine = make_engine(url)
        self._sqlite = self._engine.dialect.name == "sqlite"
        if self._sqlite and self._engine.url.database:
            Path(self._engine.url.database).parent.mkdir(parents=True, exist_ok=True)

    def ping(self) -> str:
        with self._guard(), self._engine.connect() as connection:
            version = connection.execute(text("select sqlite_version()" if self._sqlite else "show server_version"))
            return f"{self._engine.dialect.name} {version.scalar_one()} at {self._where()}"

    def upgrade(self) -> None:
        if self._is_current():  # the usual case, without the half second that importing Alembic takes
            return
        from tasks.adapters.ledger.migrate import upgrade

        with self._guard(), self.lock("schema", wait=True):
            upgrade(self._engine)

    def _is_current(self) -> bool:
        with self._guard(), self._engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            found = connection.execute(text("select version_num from alembic_version")).scalar()
            return found == HEAD

    @contextmanager
    def begin(self) -> Iterator[SqlUnitOfWork]:
        with self._guard(), self._engine.begin() as connection:
            if not self._sqlite:
                # One writer at a time, as SQLite has it: numbers stay gap-free and no unit of work is refused half-way.
                connection.execute(text("select pg_advisory_xact_lock(:a, :b)"), {"a": _LOCK_SERIES, "b": _WRITERS})
            unit = SqlUnitOfWork(connection, self.zone)
            yield unit
            unit.write()

    @contextmanager
    def reading(self) -> Iterator[SqlUnitOfWork]:
        with self._guard(), self._read_only() as connection:
            yield SqlUnitOfWork(connection, self.zone)

    def lock(self, name: str, *, wait: bool = False) -> AbstractContextManager[bool]:
        return self._file_lock(name, wait) if self._sqlite else self._server_lock(name, wait)

    @contextmanager
    def _file_lock(self, name: str, wait: bool) -> Iterator[bool]:
        # The kernel frees the lock with the process, however it dies; the small file stays.
        database = self._engine.url.database
        if not database:
            yield True
            return
        path = Path(f"{database}.{_digest(name)}.lock")
        with self._guard(), self._lock_file(path) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
                return
            yield True

    def _lock_file(self, path: Path) -> IO[str]:
        try:
            return path.open("w")
        except OSError as error:  # a full or read-only disk
            raise LedgerUnavailable(f"the ledger at {self._where()} cannot be used: {error.strerror}") from error

    @contextmanager
    def _server_lock(self, name: str, wait: bool) -> Iterator[bool]:
        # Held by a session of its own: PostgreSQL frees it when the connection ends.
        key = {"a": _LOCK_SERIES, "b": int(_digest(name)[:7], 16)}
        with self._guard(), self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            taken = connection.execute(text("select pg_try_advisory_lock(:a, :b)"), key).scalar_one()
            while wait and not taken:
                time.sleep(0.1)
                taken = connection.execute(text("select pg_try_advisory_lock(:a, :b)"), key).scalar_one()
            try:
                yield bool(taken)
            finally:
                if taken:
                    connection.execute(text("select pg_advisory_unlock(:a, :b)"), key)

    def dump(self, sink: Callable[[str, Iterator[bytes]], None]) -> str:
        from tasks.adapters.ledger.transfer import write_tables

        self.upgrade()
        with self._guard(), self._read_only() as connection:
            write_tables(connection, sink)
        return HEAD

    def fill(self, revision: str, source: Callable[[str], Iterable[bytes]]) -> None:
        from tasks.adapters.ledger.migrate import migrate
        from tasks.adapters.ledger.transfer import holds_anything, read_tables

        with self._guard(), self.lock("schema", wait=True), self._engine.begin() as connection:
            if holds_anything(connection):
                raise UsageError(f"the ledger at {self._where()} is not empty: a backup is never put over one")
            migrate(connection, revision)
            read_tables(connection, source)
            migrate(connection)

    def audit(self) -> list[str]:
        with self._guard(), self._read_only() as connection:
            return broken_invariants(connection, self.zone)

    @contextmanager
    def rehearse(self) -> Iterator["RehearsedLedger"]:
        with self._guard(), self._engine.connect() as connection:
            transaction = connection.begin()
            try:
                yield RehearsedLedger(connection, self)
            finally:
                transaction.rollback()

    @contextmanager
    def _read_only(self) -> Iterator[Connection]:
        options = {"mipg_readonly": True} | ({} if self._sqlite else {"isolation_level": "REPEATABLE READ"})
        with self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    def _where(self) -> str:
        return place_of(self._engine.url)

    def _guard(self) -> AbstractContextManager[None]:
        return _guarded(self._where())


@contextmanager
def _guarded(where: str) -> Iterator[None]:
    """Turn the driver's trouble into ours, without statements or values (they hold people's data)."""
    try:
        yield
    except OperationalError as error:
        raise LedgerUnavailable(f"the ledger at {where} cannot be used: {_said(where, error)}") from error
    except DBAPIError as error:
        # The bare class is a file that is no database or a broken one; its subclasses are mistakes of ours.
        if error.connection_invalidated or type(error) is DatabaseError:
            raise LedgerUnavailable(f"the ledger at {where} cannot be used: {error.orig}") from error
        if getattr(error.orig, "sqlstate", None) in _NOT_ALLOWED:
            words = f"{error.orig}".partition("\n")[0]
            raise LedgerUnavailable(f"the ledger at {where} cannot be used: {words}; {_WANTED}") from error
        raise


def _said(where: str, error: OperationalError) -> str:
    """Return the database's words; SQLite's of a full disk do not say so."""
    words = str(error.orig)
    if words in {"disk I/O error", "database or disk is full"} and shutil.disk_usage(Path(where).parent).free < _ROOM:
        return "no space left on its disk"
    return words


class RehearsedLedger:
    """The ledger inside a transaction that is never committed; its units of work are savepoints."""

    def __init__(self, connection: Connection, real: SqlLedger) -> None:
        self._connection = connection
        self._real = real

    def ping(self) -> str:
        return self._real.ping()

    def upgrade(self) -> None:
        """A rehearsal leaves the schema alone."""

    def dump(self, sink: Callable[[str, Iterator[bytes]], None]) -> str:
        from tasks.adapters.ledger.transfer import write_tables

        write_tables(self._connection, sink)
        return HEAD

    def fill(self, revision: str, source: Callable[[str], Iterable[bytes]]) -> None:
        raise UsageError("a rehearsal takes no backup in")

    @contextmanager
    def begin(self) -> Iterator[SqlUnitOfWork]:
        with self._connection.begin_nested():
            unit = SqlUnitOfWork(self._connection, self._real.zone)
            yield unit
            unit.write()

    reading = begin

    @contextmanager
    def lock(self, name: str) -> Iterator[bool]:
        yield True

    @contextmanager
    def rehearse(self) -> Iterator["RehearsedLedger"]:
        yield self

    def audit(self) -> list[str]:
        return broken_invariants(self._connection, self._real.zone)


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]
