"""The cycle: what every five minutes turns mail into cases, rows, letters and sent mail."""

from collections.abc import Callable
from functools import partial

import structlog

from tasks.bootstrap import Office
from tasks.intake import run_intake
from tasks.letters import run_letters
from tasks.outbox.sending import run_outbox
from tasks.ports.errors import Unavailable
from tasks.remembering import remembered
from tasks.sheet import run_sheet
from tasks.steps import Counts, Step, call

_PARTS: tuple[tuple[str, Callable[[Office, Step], Counts]], ...] = (
    ("intake", run_intake),
    ("sheet", run_sheet),
    ("letters", run_letters),
    ("outbox", run_outbox),
)
_log = structlog.get_logger()


def run_cycle(office: Office, step: Step = call) -> Counts:
    """Run intake → sheet → letters → outbox; a part that fails does not hold up the others.

    Each part's success or failure is remembered as its own. Raises the first error at the end, when everything that
    could be done is done: one that is not `Unavailable` (a mistake of ours) before those that pass by themselves.
    """
    counts: Counts = {}
    trouble: list[Exception] = []
    for name, run in _PARTS:
        try:
            done = remembered(office, name, partial(run, office, step))
            counts |= {f"{name}.{what}": number for what, number in done.items()}
        except Exception as error:
            _log.warning("part_failed", part=name, error=f"{type(error).__name__}: {error}"[:300])
            trouble.append(error)
    if trouble:
        raise min(trouble, key=lambda error: isinstance(error, Unavailable))
    with office.ledger.begin() as unit:
        unit.books.record_run("cycle", office.clock.now(), counts)
    return counts
