"""Letters in the ledger."""

from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select, update

from tasks.adapters.ledger import schema as t
from tasks.domain.letters.letter import Letter, LetterState

# What every cycle needs is built once: building such a statement takes four times as long as running it.
_ALL = select(t.letter.c.document).order_by(t.letter.c.number)
_ONE = _ALL.where(t.letter.c.number == bindparam("number"))
_IN_STATES = _ALL.where(t.letter.c.state.in_(bindparam("states", expanding=True)))
_OF_CASE = _ALL.join(t.letter_case, t.letter_case.c.letter == t.letter.c.number).where(
    t.letter_case.c.case == bindparam("case")
)


class SqlLetters:
    """`ports.ledger.Letters` over one connection."""

    def __init__(self, connection: Connection, zone: tzinfo) -> None:
        self._c = connection
        self._zone = zone

    def save(self, letter: Letter) -> None:
        values = {
            "number": letter.number,
            "kind": letter.kind,
            "state": letter.state,
            "request": letter.request,
            "document": letter.model_dump_json(),
        }
        changed = self._c.execute(update(t.letter).where(t.letter.c.number == letter.number).values(values))
        if changed.rowcount == 0:
            self._c.execute(insert(t.letter).values(values))
        joined = t.letter_case
        self._c.execute(delete(joined).where(joined.c.letter == letter.number))
        if letter.cases:
            self._c.execute(insert(joined), [{"letter": letter.number, "case": case} for case in letter.cases])

    def get(self, number: str) -> Letter | None:
        return next(iter(self._letters(_ONE, number=number)), None)

    def all(self, states: Sequence[LetterState] | None = None) -> list[Letter]:
        return self._letters(_ALL) if states is None else self._letters(_IN_STATES, states=list(states))

    def of_case(self, case: str) -> list[Letter]:
        return self._letters(_OF_CASE, case=case)

    def _letters(self, statement: Select[Any], **values: Any) -> list[Letter]:
        return [self._in_zone(Letter.model_validate_json(row.document)) for row in self._c.execute(statement, values)]

    def _in_zone(self, letter: Letter) -> Letter:
        approved = letter.approved_at.astimezone(self._zone) if letter.approved_at else None
        return letter.model_copy(update={"drawn": letter.drawn.astimezone(self._zone), "approved_at": approved})
