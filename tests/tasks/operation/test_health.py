"""The operator's alert over a real ledger: once a day, and once more when all is well."""

from datetime import datetime, timedelta
from pathlib import Path

from tasks.domain.health import Expiry
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.operation.health import look_after
from tasks.operation.setup import prepare
from tasks.ports.clock import FixedClock
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
    assert "No ha funcionado la hoja de casos desde las 7:00" in alerts[0].text.replace("07:00", "7:00")
    assert "Ya se resolvió" in alerts[2].text
    assert "El servicio necesita" not in alerts[2].text


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
