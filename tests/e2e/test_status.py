"""`estado`: answered to who asked for advice, about their own cases, once a day; a stranger hears nothing."""

from datetime import datetime, timedelta
from pathlib import Path

from tasks.cycle import run_cycle
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.operation.setup import prepare
from tests.e2e.story import ACTS, BOGOTA, an_office, write_mail


def test_a_requester_is_told_of_their_own_cases_once_a_day_and_a_stranger_of_none(tmp_path: Path) -> None:
    reception = ACTS[0]
    office = an_office(tmp_path, reception.moment)
    reception.people(tmp_path, office)
    prepare(office)
    run_cycle(office)
    for turn in (1, 2):
        write_mail(tmp_path, f"e{turn}", "archivo@sonson-antioquia.gov.co", "Re: Recibimos", "Estado\n\nGloria" * turn)
    write_mail(tmp_path, "e3", "otro@gmail.com", "S-2026-0001", "estado")
    later = datetime(2026, 12, 1, 9, tzinfo=BOGOTA)
    run_cycle(an_office(tmp_path, later))
    office = an_office(tmp_path, later + timedelta(minutes=5))
    run_cycle(office)
    with office.ledger.reading() as unit:
        answers = [row.mail for row in unit.outbox.all() if row.mail.purpose is Purpose.STATUS_ANSWER]
    assert [(mail.to, mail.cases) for mail in answers] == [(("archivo@sonson-antioquia.gov.co",), ("2026-0001",))]
    assert "designando a la persona responsable" in answers[0].text
