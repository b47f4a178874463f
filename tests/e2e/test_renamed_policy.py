"""A policy is renamed on a date: cases of before keep it, what comes after is asked about the new one."""

from datetime import datetime, timedelta
from pathlib import Path

import openpyxl

import config
from tasks.domain.cases.case import State
from tests.e2e.desk import DIRECTOR, Desk
from tests.e2e.story import BOGOTA, type_in_sheet

ASKS = "Sonsón solicita asesoría en la política de {}."
OLD, NEW = "gestion-documental", "archivos-memoria"


def _renamed(home: Path) -> None:
    """Write the office's own policies: from December 2026 Gestión documental is another."""
    text = (config.CATALOGS / "policies.csv").read_text("utf-8")
    (old,) = [line for line in text.splitlines() if line.startswith(OLD)]
    assert old.endswith(",,,")
    new = f"{NEW},Archivos y memoria,5,Información y comunicación,,,2026-12-01,,"
    (home / "config").mkdir(parents=True)
    table = text.replace(old, f"{old[:-3]},,2026-11-30,{NEW}") + new + "\n"
    (home / "config" / "policies.csv").write_text(table, "utf-8")


def _offered(desk: Desk) -> set[str]:
    book = openpyxl.load_workbook(desk.office().settings.sheet_path)
    return {str(cell.value) for row in book["Listas"].iter_rows() for cell in row if cell.value}


def test_after_the_day_of_the_change_requests_and_lists_speak_of_the_new_policy(tmp_path: Path) -> None:
    _renamed(tmp_path)
    desk = Desk(tmp_path)
    desk.mail("archivo@sonson-antioquia.gov.co", "Asesoría", ASKS.format("Gestión Documental"))
    desk.cycle()
    before = desk.case("2026-0001")
    assert (before.policy, before.state) == (OLD, State.TO_ASSIGN)
    assert "Gestión documental" in _offered(desk)
    assert "Archivos y memoria" not in _offered(desk)

    desk.now = datetime(2026, 12, 1, 9, tzinfo=BOGOTA)
    desk.mail("planeacion@jerico-antioquia.gov.co", "Solicitud", ASKS.format("Gestión Documental"))
    desk.cycle()
    after = desk.case("2026-0002")
    assert (after.policy, after.state) == (None, State.TO_CLASSIFY)  # no example of it has been learnt yet
    assert "Archivos y memoria" in after.reasons
    assert "Archivos y memoria" in _offered(desk)
    assert "Gestión documental" not in _offered(desk)

    type_in_sheet(desk.office(), {("2026-0002", "Política"): "Gestión documental"})
    desk.cycle()
    assert desk.case("2026-0002").policy == NEW
    desk.mail(DIRECTOR, "Re: casos", "política 2026-0002: Gestión Documental")
    desk.now += timedelta(minutes=1)
    desk.cycle()
    assert desk.case("2026-0002").policy == NEW
    assert desk.case("2026-0001").policy == OLD
    shown = {row.values["Caso"]: row.values["Política"] for row in desk.office().sheet.read().tabs["Casos"].rows}
    assert shown == {"2026-0001": "Gestión documental", "2026-0002": "Archivos y memoria"}
    assert desk.audit() == []
