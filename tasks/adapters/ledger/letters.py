"""Letters in the ledger."""

from collections.abc import Sequence
from datetime import tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, insert, select, update

from tasks.adapters.ledger import schema as t
from tasks.adapters.ledger.transaction import Transaction
from tasks.domain.letters.letter import Letter, LetterState

# What every cycle needs is built once: building such a statement takes four times as long as running it.
_ALL = select(t.letter.c.document).order_by(t.letter.c.number)
_ONE = _ALL.where(t.letter.c.number == bindparam("number"))
_IN_STATES = _ALL.where(t.letter.c.state.in_(bindparam("states", expanding=True)))
_OF_CASE = _ALL.join(t.letter_case, t.letter_case.c.letter == t.letter.c.number).where(
    t.letter_case.c.case == bindparam("case")
)
_ADD = insert(t.letter)
_CHANGE = (
    update(t.letter)
    .where(t.letter.c.number == bindparam("of_number"))
    .values({name: bindparam(name) for name in ("number", "kind", "state", "request", "document")})
)
_JOIN = insert(t.letter_case)
_PART = delete(t.letter_case).where(t.letter_case.c.letter == bindparam("of_letter"))


class SqlLetters:
    """`ports.ledger.Letters` over one connection."""

    def __init__(self, transaction: Transaction, zone: tzinfo) -> None:
        self._c = transaction
        self._zone = zone

    def save(self, letter: Letter) -> None:
        values = {
            "number": letter.number,
            "kind": letter.kind,
            "state": letter.state,
            "request": letter.request,
            "document": letter.model_dump_json(),
        }
        if self._c.execute(_CHANGE, {"of_number": letter.number, **values}).rowcount == 0:
            self._c.execute(_ADD, values)
        self._c.execute(_PART, {"of_letter": letter.number})
        if letter.cases:
            self._c.execute(_JOIN, [{"letter": letter.number, "case": case} for case in letter.cases])

    def get(self, number: str) -> Letter | None:
        return next(iter(self._letters(_ONE, number=number)), None)

    def all(self, states: Sequence[LetterState] | None = None) -> list[Letter]:
        return self._letters(_ALL) if states is None else self._letters(_IN_STATES, states=list(states))

    def of_case(self, case: str) -> list[Letter]:
        return self._letters(_OF_CASE, case=case)

    def _letters(self, statement: Select[Any], **values: Any) -> list[Letter]:
        return [_letter(document, self._zone) for (document,) in self._c.execute(statement, values).all()]


@lru_cache(maxsize=2048)  # the letters of a year or two: read whole several times a cycle, and most cycles change none
def _letter(document: str, zone: tzinfo) -> Letter:
    letter = Letter.model_validate_json(document)
    approved = letter.approved_at.astimezone(zone) if letter.approved_at else None
    return letter.model_copy(update={"drawn": letter.drawn.astimezone(zone), "approved_at": approved})
