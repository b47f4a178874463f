"""The weekly digest by the real runs: once, with pictures and answers, late rather than never."""

from datetime import date, datetime
from pathlib import Path

import pytest

from tasks.digest import run_digest
from tasks.domain.cases.case import State
from tasks.domain.directory import Absence
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.outbox.sending import run_outbox
from tests.e2e.desk import ANA, DIRECTOR, JORGE, SONSON, Desk, token_in
from tests.e2e.story import BOGOTA
from tests.e2e.workers import together


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """An office with one case that waits for the director since Monday 30 November."""
    desk = Desk(tmp_path)
    desk.mail(SONSON, "Solicitud de asesoría", "Solicitamos asesoría en la política de Gestión Documental.")
    desk.cycle()
    return desk


def digest(desk: Desk, year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    desk.now = datetime(year, month, day, hour, minute, tzinfo=BOGOTA)
    return run_digest(desk.office()).get("digests", 0)


def test_the_digest_carries_charts_the_sheet_and_answers_that_count(desk: Desk) -> None:
    assert digest(desk, 2026, 12, 7, 6, 59) == 0
    assert digest(desk, 2026, 12, 7, 7, 1) == 1
    run_outbox(desk.office())
    (row,) = desk.outbox(Purpose.DIGEST)
    (case,) = desk.cases()
    assert row.mail.to == (DIRECTOR,)
    assert "1 recibido = 1 con destino: 1 abrió caso." in row.mail.text
    assert "del 30 de noviembre al 6 de diciembre de 2026" in row.mail.subject  # the Monday has not begun at 7:01
    assert f"asignar {case.number}: Ana María Londoño Vera" in row.mail.text
    pictures = [part for part in row.mail.enclosures if part.inline_id]
    assert pictures and all(f'src="cid:{part.inline_id}"' in row.mail.html for part in pictures)
    assert [part.name for part in row.mail.enclosures if not part.inline_id] == ["mesa-mipg-2026-12-07.xlsx"]
    sent = next(mail for mail in desk.sent() if mail["Message-ID"] == row.mail.message_id)
    related = [part for part in sent.walk() if part.get_content_type() == "image/png"]
    assert {part["Content-ID"] for part in related} == {f"<{part.inline_id}>" for part in pictures}
    answer = f"asignar {case.number}: Jorge Iván\n\nClave de respuesta: {token_in(row)}"
    desk.mail(DIRECTOR, f"{case.number}: respuesta", answer, header="")
    desk.cycle()
    assert desk.case(case.number).state is State.DRAFT


def test_a_week_gets_one_digest_however_often_and_wherever_it_is_run(desk: Desk) -> None:
    for hour in (7, 8, 9, 23):
        digest(desk, 2026, 12, 7, hour)
    digest(desk, 2026, 12, 10, 8)
    assert len(desk.outbox(Purpose.DIGEST)) == 1


def test_after_a_holiday_monday_it_leaves_on_tuesday(desk: Desk) -> None:
    digest(desk, 2027, 1, 4, 8)
    assert digest(desk, 2027, 1, 11, 8) == 0  # Reyes
    assert digest(desk, 2027, 1, 12, 7) == 1


def test_a_late_start_and_a_week_that_was_down_are_said(desk: Desk) -> None:
    digest(desk, 2026, 12, 7, 7)
    assert digest(desk, 2026, 12, 23, 10) == 1
    text = desk.outbox(Purpose.DIGEST)[-1].mail.text
    assert "Este resumen debió salir el lunes 21 de diciembre a las 7:00" in text
    assert "Incluye además 1 semana sin resumen" in text
    assert "al 23 de diciembre de 2026" in desk.outbox(Purpose.DIGEST)[-1].mail.subject


def test_an_empty_week_says_so_in_two_lines(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert digest(desk, 2026, 12, 7, 7) == 1
    (row,) = desk.outbox(Purpose.DIGEST)
    assert len(row.mail.text.split("\n-- \n")[0].strip().splitlines()) == 2
    assert not [part for part in row.mail.enclosures if part.inline_id]


def test_a_clock_that_goes_back_an_hour_a_day_or_a_month_repeats_no_week(desk: Desk) -> None:
    assert digest(desk, 2026, 12, 7, 7, 30) == 1
    assert digest(desk, 2026, 12, 7, 7, 10) == 0
    assert digest(desk, 2026, 12, 6, 7, 30) == 0
    assert digest(desk, 2027, 1, 12, 8) == 1  # a month ahead, and corrected
    assert digest(desk, 2026, 12, 8, 8) == 0
    assert digest(desk, 2026, 12, 14, 7) == 1
    assert digest(desk, 2026, 12, 14, 8) == 0
    assert [row.mail.key for row in desk.outbox(Purpose.DIGEST)] == [
        "digest/2026-W50",
        "digest/2027-W02",
        "digest/2026-W51",
    ]


def test_with_digest_team_each_officer_gets_their_own_cases_once_and_may_answer(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_DIGEST__TEAM": "true"})
    letter = desk.assigned()
    for hour in (7, 8, 23):
        digest(desk, 2026, 12, 7, hour)
    own, directors = desk.outbox(Purpose.DIGEST)
    assert (own.mail.to, directors.mail.to) == ((ANA,), (DIRECTOR,))  # the team's other member has no case
    assert own.mail.key == f"digest/2026-W50/{ANA}"
    assert f"Puede responder: aprobado {letter.cases[0]}" in own.mail.text
    assert "BORRADORES QUE ESPERAN SU APROBACIÓN" in own.mail.text
    run_outbox(desk.office())
    answer = f"aprobado {letter.cases[0]}\n\nClave de respuesta: {token_in(own)}"
    desk.mail(ANA, f"{letter.cases[0]}: respuesta", answer, header="")
    desk.cycle()
    assert desk.case(letter.cases[0]).state is State.LETTER_SENT
    assert digest(desk, 2026, 12, 14, 7) == 2
    assert "el paso siguiente es de Marta" in desk.outbox(Purpose.DIGEST)[2].mail.text


def test_who_stands_in_gets_the_team_s_digest_of_who_is_away(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_DIGEST__TEAM": "true"})
    desk.assigned()
    with desk.office().ledger.begin() as unit:
        known = unit.books.directory()
        away = {
            "absences": (Absence(first=date(2026, 12, 7), last=date(2026, 12, 7)),),
            "substitute": "Jorge Iván Cano Tamayo",
        }
        people = tuple(one.model_copy(update=away) if one.email == ANA else one for one in known.people)
        unit.books.save_directory(known.model_copy(update={"people": people}))
    digest(desk, 2026, 12, 7, 7)
    own = desk.outbox(Purpose.DIGEST)[0].mail
    assert own.to == (JORGE,)
    assert "Está a cargo de Ana María Londoño Vera, ausente." in own.text


@pytest.mark.timeout(300)
@pytest.mark.parametrize("ledger", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_two_workers_at_once_send_one_digest_and_one_reminder_to_each(
    tmp_path: Path, ledger: str, request: pytest.FixtureRequest
) -> None:
    desk = Desk(tmp_path, {"MIPG_LEDGER__URL": request.getfixturevalue("postgres")} if ledger == "postgres" else {})
    desk.settings = {**desk.settings, "MIPG_DIGEST__TEAM": "true"}
    desk.assigned()
    for turn in range(6):
        desk.mail(SONSON, f"Asesoría {turn}", f"Solicitamos asesoría en Gestión Documental. Es la {turn}.")
    desk.cycle()
    desk.now = datetime(2026, 12, 7, 8, tzinfo=BOGOTA)
    together(desk, ("digest", "reminders", "outbox") * 3)
    assert [row.mail.to for row in desk.outbox(Purpose.DIGEST)] == [(ANA,), (DIRECTOR,)]
    reminded = [row.mail.to for row in desk.outbox(Purpose.REMINDER)]
    assert reminded and len(reminded) == len(set(reminded))
    assert {case.reminders for case in desk.cases()} == {1}
    assert len(desk.sent()) == len(desk.outbox())
    assert desk.audit() == []
