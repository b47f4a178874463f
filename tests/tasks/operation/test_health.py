"""The operator's alert over a real ledger: once a day, and once more when all is well."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

import tasks.cycle
from tasks.bootstrap import Office
from tasks.domain.health import Expiry
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.operation.health import look_after
from tasks.operation.runs import perform
from tasks.operation.setup import prepare
from tasks.ports.clock import FixedClock
from tasks.ports.errors import SheetUnavailable
from tasks.steps import Counts, Step
from tasks.views.reading import status
from tests.e2e.story import BOGOTA, an_office

MONDAY = datetime(2026, 11, 30, 9, tzinfo=BOGOTA)


def test_the_operator_hears_once_a_day_and_when_it_is_over(tmp_path: Path) -> None:
    office = an_office(tmp_path, MONDAY)
    prepare(office)
    office.expiries = lambda: ()
    with office.ledger.begin() as unit:
        unit.books.record_run("sheet", MONDAY - timedelta(hours=2), {})
        unit.books.record_run("sheet", MONDAY - timedelta(hours=1), {}, "SheetUnavailable: no hay red")
    for hours in (0, 1, 2, 24, 25):
        office.clock = FixedClock(MONDAY + timedelta(hours=hours))
        look_after(office)
    with office.ledger.begin() as unit:
        unit.books.record_run("sheet", MONDAY + timedelta(hours=26), {})
    for hours in (27, 48, 50):
        office.clock = FixedClock(MONDAY + timedelta(hours=hours))
        look_after(office)
    with office.ledger.reading() as unit:
        alerts = [row.mail for row in unit.outbox.all() if row.mail.purpose is Purpose.ALERT]
    assert [mail.key for mail in alerts] == [f"alert/salud/2026-{day}" for day in ("11-30", "12-01", "12-02")]
    assert "Falla la hoja de casos desde las 08:00 del 30 de noviembre de 2026" in " ".join(alerts[0].text.split())
    assert "Ya se resolvió" in alerts[2].text
    assert "El servicio necesita" not in alerts[2].text


def test_a_cycle_is_never_to_blame_only_its_part_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_office: Office, _step: Step) -> Counts:
        raise SheetUnavailable("no hay red")

    office = an_office(tmp_path, MONDAY)
    (tmp_path / "mailbox").mkdir()
    prepare(office)
    parts = [(name, away if name == "sheet" else run) for name, run in tasks.cycle._PARTS]
    monkeypatch.setattr("tasks.cycle._PARTS", parts)
    for minutes in (0, 5, 60):
        office.clock = FixedClock(MONDAY + timedelta(minutes=minutes))
        with pytest.raises(SheetUnavailable):
            perform(office, "cycle")
    found = status(office)
    assert [(one["flow"], one["at"]) for one in found["errors"]] == [("sheet", MONDAY.isoformat())]
    assert found["last_success"]["outbox"] == (MONDAY + timedelta(hours=1)).isoformat()
    with office.ledger.reading() as unit:
        (alert,) = [row.mail for row in unit.outbox.all() if row.mail.purpose is Purpose.ALERT]
    assert "Falla la hoja de casos" in alert.text
    assert "ciclo" not in alert.text


def test_certificates_are_asked_for_once_an_hour(tmp_path: Path) -> None:
    office, asked = an_office(tmp_path, MONDAY), []
    prepare(office)
    office.expiries = lambda: asked.append(1) or (Expiry("El certificado de x", MONDAY.date()),)
    for minutes in range(0, 120, 5):
        office.clock = FixedClock(MONDAY + timedelta(minutes=minutes))
        look_after(office)
    assert len(asked) == 3
    office.clock = FixedClock(MONDAY - timedelta(days=30))
    look_after(office)
    assert len(asked) == 4  # a clock that was wrong silences nothing until it has caught up
