"""One transaction's connection, in which new rows wait for company: a page of mail is a few statements, not thousands.

Building and running a statement costs more than the rows it carries, on a server a round trip besides.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Table, UpdateBase, insert, select

from tasks.adapters.ledger import schema as t
from tasks.adapters.ledger.upsert import upsert

NewRow = dict[str, Any]
Values = tuple[str | int, ...]
_Waiting = dict[Table, list[NewRow]]
_Numbers = dict[tuple[str, int], int]
_Known = dict[tuple[str, ...], int | NewRow]
_TABLES = t.metadata.sorted_tables  # those that others point at first
_ADD = {table: insert(table) for table in _TABLES}
# What rows that others point at are told apart by when their ids come back, in whatever order.
_NAMES = {t.entity: ("municipality", "type", "name"), t.message: ("mailbox", "generation", "uid")}
_ADD_NUMBERED = {
    table: _ADD[table].returning(table.c.id, *(table.c[name] for name in names)) for table, names in _NAMES.items()
}
_COUNTER = select(t.counter.c.value)


class Transaction:
    """What is added waits; whatever else is asked or changed is so after the waiting rows were written.

    Nothing done through here sees a ledger without them. Only `peek` lets them wait on.
    """

    def __init__(self, connection: Connection) -> None:
        self._c = connection
        self._waiting: _Waiting = {}
        self._numbers: _Numbers = {}  # the last one taken of each series and year
        self._written: _Numbers = {}  # … as the database has it
        self._part: _Part | None = None
        self.known: _Known = {}  # what was looked up, and what of it waits
        self.absent: set[str] = set()  # Message-IDs that were looked up and that no row has

    def upsert(self, table: Table, rows: Sequence[Values]) -> None:
        """Put rows, in the order of the columns, into a table of keys and values, over the value that a key has."""
        self.repeat(upsert(self._c.dialect.name, table), table.columns.keys(), rows)

    def repeat(self, statement: UpdateBase, names: Sequence[str], rows: Sequence[Values]) -> None:
        """Run a statement once per row, after what waits; `names` are the parameters that a row's values are for.

        The driver gets the rows as they are: what SQLAlchemy does for each takes as long as writing it, and a first
        cycle of the sheet writes hundreds of thousands.
        """
        self.write()
        compiled = statement.compile(dialect=self._c.dialect)
        order: Sequence[str] | None = getattr(compiled, "positiontup", None)  # None: the driver takes names
        if order is None:
            self._c.exec_driver_sql(str(compiled), [dict(zip(names, row, strict=True)) for row in rows])
        else:
            self._c.exec_driver_sql(str(compiled), list(map(itemgetter(*map(names.index, order)), rows)))

    def execute(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        """Run any statement, after what waits."""
        self.write()
        return self._c.execute(statement, values)

    def peek(self, statement: Executable, values: Any = None) -> CursorResult[Any]:
        """Run a question about rows of which none waits; what waits goes on waiting."""
        return self._c.execute(statement, values)

    def add(self, table: Table, row: NewRow) -> NewRow:
        """Let a row wait, and return it: as a value of another one it stands for the id that it will get."""
        self._waiting.setdefault(table, []).append(row)
        return row

    def waits(self, table: Table, name: str, value: Any) -> bool:
        """Whether a row with that value waits."""
        before = self._part.before.get(table, ()) if self._part else ()
        return any(row[name] == value for rows in (before, self._waiting.get(table, ())) for row in rows)

    def next_number(self, series: str, year: int) -> int:
        """Take the next number; there is one writer at a time, so the counter is read once and written once."""
        key = series, year
        if key not in self._numbers:
            where = t.counter.c.series == series, t.counter.c.year == year
            self._numbers[key] = self._written[key] = self.peek(_COUNTER.where(*where)).scalar() or 0
        self._numbers[key] += 1
        return self._numbers[key]

    def write(self) -> None:
        """Write what waits. Inside a part it is marked first what to go back to."""
        part = self._part
        if part and not part.marked:
            self._write(part.before, part.numbers)
            self._c.exec_driver_sql(
                "SAVEPOINT part"
            )  # by its bare name: SQLAlchemy compiles three statements for its own
            part.marked = True
        waiting, self._waiting = self._waiting, {}
        self._write(waiting, self._numbers)

    @contextmanager
    def part(self, *, written: bool) -> Iterator[None]:
        """Undo what is done inside, and nothing else, if it raises. `written`: it ends when the database has it."""
        part = self._part = _Part(self._waiting, dict(self._numbers), dict(self.known))
        self._waiting = {}
        try:
            if written:
                self.write()
            yield
            if written:
                self.write()
        except Exception:
            self._undo(part)
            raise
        finally:
            self._part = None
            if part.marked:
                self._c.exec_driver_sql("RELEASE SAVEPOINT part")
            else:
                for table, rows in self._waiting.items():
                    part.before.setdefault(table, []).extend(rows)
                self._waiting = part.before

    def _undo(self, part: "_Part") -> None:
        self._waiting, self._numbers, self.known = {}, part.numbers, part.known
        if part.marked:
            self._c.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
            self._written = dict(part.numbers)

    def _write(self, waiting: _Waiting, numbers: _Numbers) -> None:
        taken = [
            {"series": series, "year": year, "value": last}
            for (series, year), last in numbers.items()
            if self._written.get((series, year)) != last
        ]
        if taken:
            self._c.execute(upsert(self._c.dialect.name, t.counter), taken)
            self._written = dict(numbers)
        for table in _TABLES if waiting else ():
            if rows := waiting.get(table):
                self._insert(table, rows)

    def _insert(self, table: Table, rows: list[NewRow]) -> None:
        values = [
            {name: value["id"] if isinstance(value, dict) else value for name, value in row.items()} for row in rows
        ]
        if table not in _NAMES:
            self._c.execute(_ADD[table], values)
            return
        numbers = {tuple(name): number for number, *name in self._c.execute(_ADD_NUMBERED[table], values)}
        for row in rows:
            row["id"] = numbers[tuple(row[name] for name in _NAMES[table])]


@dataclass(slots=True)
class _Part:
    """What waited, was taken and was known before a part began."""

    before: _Waiting
    numbers: _Numbers
    known: _Known
    marked: bool = False  # the database was told where to go back to
