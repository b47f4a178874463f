"""How long cycles of the .xlsx sheet take: `python -m tests.benchmarks.sheet [cases]`."""

import sys
import tempfile
import time
from datetime import date, datetime
from pathlib import Path

from tasks.adapters.sheet.excel import ExcelSheet
from tasks.domain.cases.case import Case, State
from tasks.domain.sheet.cells import Choice
from tasks.domain.sheet.columns import Choices, layouts
from tasks.domain.sheet.shadow import updated
from tasks.domain.sheet.views import CaseView, Cycle, merge_cases

CHOICES = Choices((Choice("Integridad", "integridad"),), (Choice("Jardín", "05364"),), (Choice("Ana", "ana@x.co"),))
CYCLE = Cycle(date(2026, 11, 21))


def views(count: int) -> list[CaseView]:
    """Return that many cases with most columns filled."""
    moment = datetime(2026, 11, 20, 9)
    common = {
        "received": moment,
        "state": State.TO_ASSIGN,
        "since": moment,
        "entity": "Alcaldía de Jardín",
        "requester": "Claudia Vélez",
        "email": "planeacion@jardin.gov.co",
        "summary": "Pide acompañamiento para el autodiagnóstico. " * 4,
        "confidence": 0.9,
        "reasons": "«código de integridad»",
        "score_before": 61.3,
    }
    cases = (
        Case(number=f"2026-{n:05}", request=f"S-{n:05}", subject=f"Asesoría {n}", official_ref=f"20260300{n}", **common)
        for n in range(count)
    )
    days = date(2026, 12, 1), date(2026, 12, 9)
    return [CaseView(case, "Integridad", "Jardín", "Ana", "María Duque", *days, "verde") for case in cases]


def main(count: int) -> None:
    """Print the seconds of a first, an unchanged and a small cycle."""
    with tempfile.TemporaryDirectory() as folder:
        sheet, tabs, shadow = ExcelSheet(Path(folder) / "mesa.xlsx"), layouts(CHOICES), {}
        cases = views(count)
        sheet.prepare(tabs)
        for name in ("first", "second, unchanged", "third, unchanged", "one cell changed"):
            if name == "one cell changed":
                cases[0] = CaseView(cases[0].case, "Integridad", "Jardín", "Ana", light="rojo")
            begin = time.perf_counter()
            result = merge_cases(cases, shadow, sheet.read().tabs["Casos"], CHOICES, CYCLE)
            merged = time.perf_counter()
            sheet.write(tabs, result.changes)
            shadow = updated(updated(shadow, result.shadow_changes), result.landed())
            end = time.perf_counter()
            print(f"{count} cases, {name}: {end - begin:.2f} s (read and merge {merged - begin:.2f} s)")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
