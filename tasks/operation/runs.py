"""The runs by name, each remembered.

Every way of starting one (command line, cron, Prefect) goes through `perform`, so `mipg status` tells of all alike.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import structlog

from tasks.bootstrap import Office
from tasks.operation.health import look_after
from tasks.ports.errors import UsageError
from tasks.remembering import remembered
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


def perform(office: Office, name: str, step: Step = call, file: Path | None = None) -> Counts:
    """Do one run and remember its success or its failure; returns what it counted.

    `file` is for "results" only. Raises what the run raises, and `UsageError` for an unknown name.
    """
    run = partial(_find(name, file), office, step)
    cycle = name == "cycle"
    try:
        counts = run() if cycle else remembered(office, name, run)  # a cycle remembers each of its parts by itself
    except Exception:
        if cycle:
            look_after(office)
        raise
    if cycle:
        look_after(office)
    _log.info("run", flow=name, **counts)
    return counts


def _find(name: str, file: Path | None) -> Run:
    """Load only the run that is asked for: they pull in spreadsheets, word processing and statistics."""
    if file is not None and name != "results":
        raise UsageError("--file goes with results only")
    if name not in _RUNS:
        raise UsageError(f'"{name}" is not a flow of this version; accepted: {", ".join(NAMES)}')
    run: Callable[..., Counts] = getattr(import_module(_RUNS[name]), f"run_{name}")
    return partial(run, file=file) if name == "results" else run
