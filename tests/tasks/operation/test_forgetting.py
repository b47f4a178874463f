"""Forgetting a person: what never became a case goes, the rest stays with its reason until its term is over."""

from datetime import timedelta
from pathlib import Path

import pytest

from tasks.operation.forgetting import forget
from tasks.ports.records import Fate
from tests.e2e.desk import ANA, DIRECTOR, SONSON, Desk

THANKS = "Muchas gracias por todo, feliz Navidad."


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.mail(SONSON, "Agradecimiento", THANKS)
    desk.cycle()
    desk.assigned()
    return desk


def raw(desk: Desk, message: int) -> bool:
    return desk.office().archive.path(desk.messages()[message].sha256).is_file()


def test_mail_that_never_became_a_case_goes_and_an_open_case_stays(desk: Desk) -> None:
    assert desk.fates()[0] is Fate.IGNORED
    lines = forget(desk.office(), SONSON.upper())
    assert "borrado" in lines[0]
    assert "caso abierto (2026-0001)" in lines[1]
    first, second, *_ = desk.messages()
    assert (first.sender, first.subject, first.outcome) == ("", "", Fate.IGNORED)
    assert (raw(desk, 0), raw(desk, 1)) == (False, True)
    assert second.sender == SONSON
    assert desk.audit() == []


def test_a_rehearsal_erases_nothing(desk: Desk) -> None:
    assert "se borraría" in forget(desk.office(), SONSON, dry_run=True)[0]
    assert raw(desk, 0)
    assert desk.messages()[0].sender == SONSON


def test_a_closed_case_is_kept_for_its_years_and_then_forgotten(desk: Desk) -> None:
    desk.mail(DIRECTOR, "Cierre", "cerrar 2026-0001: ya no se requiere")
    desk.cycle()
    assert "hasta el 2036-11-30" in forget(desk.office(), SONSON)[-1]
    desk.now += timedelta(days=3660)
    assert any("quién la hizo" in line for line in forget(desk.office(), SONSON))
    case = desk.case("2026-0001")
    assert (case.requester, case.email, case.policy) == ("", "", "gestion-documental")
    assert not raw(desk, 1)
    assert desk.audit() == []


def test_what_was_written_goes_with_the_case_its_letters_and_annexes_too(desk: Desk) -> None:
    desk.mail(ANA, "RE", "aprobado 2026-0001")
    desk.cycle()
    desk.mail(DIRECTOR, "Cierre", "cerrar 2026-0001: ya no se requiere")
    desk.cycle()
    written = [row for row in desk.outbox() if "2026-0001" in row.mail.cases]
    files = {part.sha256 for row in written for part in row.mail.enclosures}
    files |= {sha for letter in desk.letters() for sha in letter.files}
    assert len(files) >= 3
    forget(desk.office(), SONSON)
    assert all(desk.office().archive.path(sha).is_file() for sha in files)
    desk.now += timedelta(days=3660)
    forget(desk.office(), SONSON)
    assert not [sha for sha in files if desk.office().archive.path(sha).is_file()]
    gone = [row.mail for row in desk.outbox() if "2026-0001" in row.mail.cases]
    assert SONSON not in "".join(mail.model_dump_json() for mail in gone)
    assert {(mail.to, mail.subject, mail.text, mail.enclosures) for mail in gone} == {((), "", "", ())}
    assert desk.audit() == []


def test_somebody_of_the_tabs_is_pointed_to_them_and_a_stranger_is_unknown(desk: Desk) -> None:
    assert "pestaña Equipo" in forget(desk.office(), ANA)[0]
    assert forget(desk.office(), "nadie@example.com") == ["no hay nada de nadie@example.com"]
