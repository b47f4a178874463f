"""From when on a run looks, as its last one noted it."""

from datetime import datetime, timedelta

from tasks.ports.ledger import UnitOfWork

OVERLAP = timedelta(minutes=1)
"""How far before that moment a run looks: two things may happen within one tick of the clock."""

_BEFORE = timedelta(days=1)


def looked_until(unit: UnitOfWork, cursor: str, now: datetime) -> datetime | None:
    """Return the moment kept under a cursor; None before the first run.

    One ahead of the clock was noted while the clock was wrong (or by a run with `--now`): a day back is looked at, for
    else nothing would be seen until the clock has caught up, and what happens meanwhile never.
    """
    kept = unit.books.cursor(cursor)
    moment = datetime.fromisoformat(kept) if kept else None
    return now - _BEFORE if moment and moment > now else moment
