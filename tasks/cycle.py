"""The cycle: what every five minutes turns mail into cases, rows, letters and sent mail."""

from collections.abc import Callable

from tasks.bootstrap import Office
from tasks.intake import run_intake
from tasks.letters import run_letters
from tasks.outbox import run_outbox
from tasks.ports.errors import Unavailable
from tasks.sheet import run_sheet
from tasks.steps import Counts, Step, call

_PARTS: tuple[tuple[str, Callable[[Office, Step], Counts]], ...] = (
    ("intake", run_intake),
    ("sheet", run_sheet),
    ("letters", run_letters),
    ("outbox", run_outbox),
)


def run_cycle(office: Office, step: Step = call) -> Counts:
    """Run intake → sheet → letters → outbox; a part that cannot be reached now does not hold up the others.

    Raises the first `Unavailable` at the end, when everything that could be done is done.
    """
    counts: Counts = {}
    trouble: list[Unavailable] = []
    for name, run in _PARTS:
        try:
            counts |= {f"{name}.{what}": number for what, number in run(office, step).items()}
        except Unavailable as error:
            trouble.append(error)
    if trouble:
        raise trouble[0]
    return counts
