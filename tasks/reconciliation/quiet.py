"""Whether a cycle can be skipped: nothing moved in sheet or ledger since one that found nothing to do.

Most cycles are so. The mark holds for a quarter of an hour at most, so that whatever it leaves out is seen soon after.
"""

import hashlib

from tasks.bootstrap import Office
from tasks.domain.sheet.cells import canonical
from tasks.domain.sheet.columns import CASES
from tasks.ports.ledger import UnitOfWork
from tasks.reconciliation.reading import SheetReading, sheet_layouts
from tasks.yearly_offer import offer_mark

_LONGEST = 15  # minutes


def is_untouched(office: Office) -> bool:
    """Whether nothing moved since the last cycle that found nothing to do, where the sheet tells that unread."""
    glance = office.sheet.glance()
    if glance is None:
        return False
    wanted = sheet_layouts(office)
    with office.ledger.reading() as unit:
        return unit.books.cursor(_cursor("untouched", office)) == _digest(glance, wanted, *_standing(unit, office))


def is_quiet(office: Office, reading: SheetReading) -> bool:
    """Whether nothing moved since the last cycle that found nothing to do."""
    with office.ledger.reading() as unit:
        return unit.books.cursor(_cursor("quiet", office)) == _mark(unit, office, reading)


def remember_quiet(office: Office, reading: SheetReading) -> None:
    """Remember that a whole cycle on this reading found nothing to do."""
    if _has_typed_rows(reading):
        return  # they are watched until they are adopted
    glance, wanted = (reading.fingerprint, reading.told), sheet_layouts(office)
    with office.ledger.begin() as unit:
        unit.books.save_cursor(_cursor("quiet", office), _mark(unit, office, reading))
        if reading.is_whole:
            untouched = _digest(glance, wanted, *_standing(unit, office))
            unit.books.save_cursor(_cursor("untouched", office), untouched)


def holds_news(unit: UnitOfWork, office: Office, reading: SheetReading) -> bool:
    """Whether people may have done something since their edits were last taken; from now on they are taken.

    Rows typed by hand are looked at every time: they are adopted when they stay as they are.
    """
    # The same cells may be understood later: a column in doubt, or one whose mark could not be asked for.
    cursor, mark = _cursor("taken", office), f"{reading.fingerprint} {_digest(reading.layouts)}"
    seen = unit.books.cursor(cursor) == mark
    unit.books.save_cursor(cursor, mark)
    return not seen or _has_typed_rows(reading)


def _has_typed_rows(reading: SheetReading) -> bool:
    return any(not canonical(row.values.get("Caso")) for row in reading.tabs[CASES].rows)


def _mark(unit: UnitOfWork, office: Office, reading: SheetReading) -> str:
    return _digest(reading.fingerprint, reading.notes, reading.layouts, *_standing(unit, office))


def _standing(unit: UnitOfWork, office: Office) -> tuple[object, ...]:
    """Return what tells whether the ledger, or the time, has something new for the sheet."""
    now = office.clock.now()
    return (
        f"{now:%Y-%m-%d %H} {now.minute // _LONGEST}",
        unit.cases.stirred(0, ())[0],
        sorted((letter.number, letter.model_dump_json()) for letter in unit.letters.all()),
        [(record.id, record.outcome) for record in unit.messages.in_review()],
        [file.sha256 for file in unit.books.score_files()],
        offer_mark(unit),
        unit.books.directory().model_dump_json(),
    )


def _digest(*parts: object) -> str:
    """Return a short mark of what is said, the same for the same."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _cursor(kind: str, office: Office) -> str:
    return f"{kind}/{office.sheet.name}"
