"""`mipg listen`: a cycle as soon as mail arrives, and at least every few minutes for what people do in the sheet."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from tasks.bootstrap import Office
from tasks.operation.runs import perform
from tasks.ports.errors import Unavailable
from tasks.steps import Counts

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two cycles when no mail comes, and the first and longest wait after a trouble."""

    between: float = 300.0
    first_wait: float = 5.0
    longest_wait: float = 60.0


def listen(office: Office, told: Callable[[Counts], None], pace: Pace = Pace()) -> None:
    """Run cycles until stopped (Ctrl-C, SIGTERM). A notification is only a hint: each cycle looks for itself."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    trouble = pace.first_wait
    try:
        while True:
            try:
                told(perform(office, "cycle"))
                office.mailbox.wait(_cursor(office), pace.between)
                trouble = pace.first_wait
            except Unavailable as error:
                _log.warning("listening_interrupted", error=str(error)[:300], seconds=trouble)
                time.sleep(trouble)
                trouble = min(2 * trouble, pace.longest_wait)
    except KeyboardInterrupt:
        return
    finally:
        office.mailbox.close()


def _cursor(office: Office) -> str | None:
    with office.ledger.reading() as unit:
        return unit.books.cursor(office.mailbox.name)
