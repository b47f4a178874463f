"""Clocks and reminders of 20,000 open cases, read from a ledger: `python -m tests.benchmarks.terms [CASES]`.

Prints one JSON document; budget: 5 seconds in all.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time

from tasks.domain.cases.case import FINAL_STATES, SYSTEM, CaseEvent, EventKind, State
from tasks.domain.terms.escalation import Moment, reminders
from tasks.operation.setup import prepare
from tasks.ports.records import RequestRecord
from tasks.views.cases import watched
from tests.e2e.story import BOGOTA, an_office

_NOW = datetime(2026, 11, 30, 9, tzinfo=BOGOTA)
_BUDGET = 5.0  # seconds of the processor
_OPEN = [state for state in State if state not in FINAL_STATES]
_REQUEST = RequestRecord("S-2026-0001", _NOW, "0" * 64, "<a@b.co>", "Asesoría", "", "", "a@b.co", "", None, None)


def events(count: int) -> Iterator[CaseEvent]:
    """Yield the opening of cases in every open state, received over two months."""
    for number in range(count):
        received = (_NOW - timedelta(days=number % 60, hours=number % 9)).isoformat()
        about = {"request": _REQUEST.number, "received": received, "since": received, "email": _REQUEST.email}
        about |= {"state": _OPEN[number % len(_OPEN)], "policy": "gestion-documental", "municipality": "05756"}
        about |= {"officer": "ana.londono@antioquia.gov.co"}
        opened, case = EventKind.OPENED, f"2026-{number:05}"
        yield CaseEvent(case=case, kind=opened, at=_NOW, actor=SYSTEM, changes=about)


def measure(count: int, home: Path) -> dict[str, float]:
    """Return the seconds that reading, counting and choosing readers took, of the processor."""
    office = an_office(home, _NOW)
    prepare(office)
    with office.ledger.begin() as unit:
        unit.cases.add_request(_REQUEST)
        unit.cases.append(events(count))
    moment = Moment(_NOW, office.rules.office, office.rules.calendar)
    with office.ledger.reading() as unit:
        start = process_time()
        cases = unit.cases.open()
        read = process_time()
        ones = [(one.case, one.clocks) for one in watched(unit, office, cases)]
        counted = process_time()
        mails = reminders(ones, unit.books.directory(), moment, office.reminder_policy)
        chosen = process_time()
    assert len(cases) == count and mails
    return {"read": read - start, "clocks": counted - read, "reminders": chosen - counted, "total": chosen - start}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000, Path(folder))
    sys.stdout.write(json.dumps({name: round(seconds, 2) for name, seconds in found.items()}) + "\n")
    sys.exit(found["total"] > _BUDGET)
