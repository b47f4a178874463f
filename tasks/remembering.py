"""The memory of when each run last did its work, and of what stopped it: what `mipg status` and the alert tell."""

from collections.abc import Callable
from contextlib import suppress

from tasks.bootstrap import Office
from tasks.ports.errors import LedgerUnavailable
from tasks.ports.ledger import UnitOfWork
from tasks.steps import Counts

_LEFT = "intake/left"


def remembered(office: Office, name: str, run: Callable[[], Counts]) -> Counts:
    """Do a run, and remember its success or its failure; one that found another at work is neither.

    Raises what the run raises.
    """
    try:
        counts = run()
    except Exception as error:
        # When the ledger itself is what is down, the first error is the one worth telling.
        with suppress(LedgerUnavailable), office.ledger.begin() as unit:
            unit.books.record_run(name, office.clock.now(), {}, f"{type(error).__name__}: {error}"[:500])
        raise
    if not counts.get("busy"):
        with office.ledger.begin() as unit:
            unit.books.record_run(name, office.clock.now(), counts)
    return counts


def remember_left(office: Office, number: int) -> None:
    """Keep how many mails the last reception listed and could not take in."""
    with office.ledger.reading() as unit:
        same = left(unit) == number
    if not same:
        with office.ledger.begin() as unit:
            unit.books.save_cursor(_LEFT, str(number))


def left(unit: UnitOfWork) -> int:
    """Return how many mails were listed in the mailbox and not taken in when it was last looked through."""
    return int(unit.books.cursor(_LEFT) or 0)
