"""A batch of closing letters and their PDFs as a yearly run makes them, numbers, ledger and outbox included.

Run: python -m tests.benchmarks.batch [letters]. Prints one JSON document; budget: 500 letters < 180 s on 2 cores.
Processor seconds tell the cost on a machine that is busy with other things too.
"""

import json
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

from tasks.domain.cases.case import CaseEvent, EntityType, EventKind, Origin, State
from tasks.domain.cases.opening import Asked
from tasks.letters import write_closings
from tasks.opening import open_request
from tasks.operation.setup import prepare
from tasks.release import release_letters
from tests.benchmarks.processor import processor_seconds
from tests.e2e.desk import DIRECTOR
from tests.e2e.story import BOGOTA, an_office


def measure(letters: int) -> dict[str, float]:
    """Return the seconds that a batch takes from the closed cases to the queued mails."""
    now = datetime(2027, 7, 12, 9, tzinfo=BOGOTA)
    with tempfile.TemporaryDirectory() as folder:
        office = an_office(Path(folder), now, {"MIPG_LETTERS__PDF": "true"})
        prepare(office)
        write_closings(office)  # from here on what closes is told
        places = office.catalog.municipalities
        with office.ledger.begin() as unit:
            for turn in range(letters):
                asked = Asked(
                    received=now - timedelta(days=200),
                    subject="Asesoría",
                    source="mail:x",
                    email=f"a{turn}@example.org",
                    policies=("integridad",),
                    municipality=places[turn % len(places)].dane,
                    requester="Gloria Cardona",
                    entity_type=EntityType.ALCALDIA,
                )
                _, (case,) = open_request(unit, office, asked, text="Solicitamos asesoría.")
                changes = {"state": State.CLOSED, "since": now.isoformat(), "origin": Origin.DEMAND,
                           "score_before": 61.4, "score_after": 70.2, "score_change": 8.8}  # fmt: skip
                # Whoever closes says so to whoever asked; what results close by themselves waits for approval.
                unit.cases.append(
                    [CaseEvent(case=case.number, kind=EventKind.CLOSED, at=now, actor=DIRECTOR, changes=changes)]
                )
        begun, worked = perf_counter(), processor_seconds()
        numbered = write_closings(office)
        taken = processor_seconds() - worked
        released = release_letters(office)
        return {
            "letters": numbered,
            "released": released,
            "numbering_cpu_s": round(taken, 2),
            "whole_cpu_s": round(processor_seconds() - worked, 1),
            "whole_s": round(perf_counter() - begun, 1),
        }


if __name__ == "__main__":
    asked_for = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    sys.stdout.write(json.dumps(measure(asked_for), indent=2) + "\n")
