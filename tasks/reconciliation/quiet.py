"""Whether a cycle can be skipped: nothing moved in sheet or ledger since one that found nothing to do.

Most cycles are so. The mark holds for a quarter of an hour at most, so that whatever it leaves out is seen soon after.
"""

import hashlib

from tasks.bootstrap import Office
from tasks.domain.sheet.cells import canonical
from tasks.domain.sheet.columns import CASES
from tasks.ports.ledger import UnitOfWork
from tasks.reconciliation.reading import SheetReading
from tasks.yearly_offer import offer_mark

_LONGEST = 15  # minutes


def is_quiet(office: Office, reading: SheetReading) -> bool:
    """Whether nothing moved since the last cycle that found nothing to do."""
    with office.ledger.reading() as unit:
        return unit.books.cursor(_cursor(office)) == _mark(unit, office, reading)


def remember_quiet(office: Office, reading: SheetReading) -> None:
    """Remember that a whole cycle on this reading found nothing to do."""
    if _has_typed_rows(reading):
        return  # they are watched until they are adopted
    with office.ledger.begin() as unit:
        unit.books.save_cursor(_cursor(office), _mark(unit, office, reading))


def holds_news(unit: UnitOfWork, office: Office, reading: SheetReading) -> bool:
    """Whether people may have done something since their edits were last taken; from now on they are taken.

    Rows typed by hand are looked at every time: they are adopted when they stay as they are.
    """
    # The same cells may be understood later: a column in doubt, or one whose mark could not be asked for.
    cursor, mark = f"taken/{office.sheet.name}", f"{reading.fingerprint} {_hash(reading.layouts)}"
    seen = unit.books.cursor(cursor) == mark
    unit.books.save_cursor(cursor, mark)
    return not seen or _has_typed_rows(reading)


def _hash(parts: object) -> str:
    """Return a short mark of what is said, the same for the same."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _has_typed_rows(reading: SheetReading) -> bool:
    return any(not canonical(row.values.get("Caso")) for row in reading.tabs[CASES].rows)


def _mark(unit: UnitOfWork, office: Office, reading: SheetReading) -> str:
    now = office.clock.now()
    parts = (
        reading.fingerprint,
        reading.notes,
        reading.layouts,
        f"{now:%Y-%m-%d %H} {now.minute // _LONGEST}",
        unit.cases.stirred(0, ())[0],
        sorted((letter.number, letter.model_dump_json()) for letter in unit.letters.all()),
        [(record.id, record.outcome) for record in unit.messages.in_review()],
        [file.sha256 for file in unit.books.score_files()],
        offer_mark(unit),
        unit.books.directory().model_dump_json(),
    )
    return _hash(parts)


def _cursor(office: Office) -> str:
    return f"quiet/{office.sheet.name}"
