"""The runs by name, and the memory of when each last did its work.

Every way of starting one (command line, cron, Prefect) goes through `perform`, so `mipg status` tells of all alike.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

import structlog

from tasks.bootstrap import Office
from tasks.operation.health import look_after
from tasks.ports.errors import LedgerUnavailable, UsageError
from tasks.steps import Counts, Step, call

Run = Callable[[Office, Step], Counts]

_log = structlog.get_logger()

_RUNS = {
    "intake": "tasks.intake",
    "sheet": "tasks.sheet",
    "letters": "tasks.letters",
    "outbox": "tasks.outbox.sending",
    "cycle": "tasks.cycle",
    "reminders": "tasks.reminders",
    "digest": "tasks.digest",
    "results": "tasks.results.loading",
    "impact": "tasks.impact.running",
    "offer": "tasks.offer.proposing",
    "learn": "tasks.learning",
}
NAMES = tuple(_RUNS)
_PARTS_OF_CYCLE = ("intake", "sheet", "letters", "outbox")


def perform(office: Office, name: str, step: Step = call, file: Path | None = None) -> Counts:
    """Do one run and remember its success or its failure; returns what it counted.

    `file` is for "results" only. Raises what the run raises, and `UsageError` for an unknown name.
    """
    run = _find(name, file)
    try:
        counts = run(office, step)
    except Exception as error:
        # When the ledger itself is what is down, the first error is the one worth telling.
        with suppress(LedgerUnavailable), office.ledger.begin() as unit:
            unit.books.record_run(name, office.clock.now(), {}, f"{type(error).__name__}: {error}"[:500])
        if name == "cycle":
            look_after(office)
        raise
    _log.info("run", flow=name, **counts)
    if not counts.get("busy"):
        _remember(office, name, counts)
    if name == "cycle":
        look_after(office)
    return counts


def _remember(office: Office, name: str, counts: Counts) -> None:
    now = office.clock.now()
    with office.ledger.begin() as unit:
        unit.books.record_run(name, now, counts)
        for part in _PARTS_OF_CYCLE if name == "cycle" else ():
            own = {key.removeprefix(f"{part}."): n for key, n in counts.items() if key.startswith(f"{part}.")}
            if not own.get("busy"):
                unit.books.record_run(part, now, own)


def _find(name: str, file: Path | None) -> Run:
    """Load only the run that is asked for: they pull in spreadsheets, word processing and statistics."""
    if file is not None and name != "results":
        raise UsageError("--file goes with results only")
    if name not in _RUNS:
        raise UsageError(f'"{name}" is not a flow of this version; accepted: {", ".join(NAMES)}')
    run: Callable[..., Counts] = getattr(import_module(_RUNS[name]), f"run_{name}")
    return partial(run, file=file) if name == "results" else run
