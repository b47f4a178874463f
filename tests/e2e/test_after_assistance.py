"""After the assistance: three questions, once; and what an officer's absence puts before the director."""

from datetime import datetime, timedelta
from pathlib import Path

from openpyxl import load_workbook

from tasks.digest import run_digest
from tasks.domain.directory import Absence
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.outbox.sending import run_outbox
from tests.e2e.desk import ANA, ARCHIVES_LEADER, DIRECTOR, SONSON, Desk
from tests.e2e.story import BOGOTA

GRANADA = "alcaldia@granada-antioquia.gov.co"


def test_the_municipality_is_asked_once_and_its_marks_are_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (number,) = desk.assigned().cases
    for order in (f"aprobado {number}", f"asistencia {number}: 30/11/2026 virtual"):
        desk.mail(ANA, "RE", order)
        desk.cycle()
    assert not desk.outbox(Purpose.SURVEY)
    desk.now += timedelta(days=1)
    desk.cycle()
    desk.cycle()
    (row,) = desk.outbox(Purpose.SURVEY)
    assert row.mail.to == (SONSON,)
    for sender in (GRANADA, SONSON):
        desk.mail(sender, f"{number}: encuesta", "¿Le sirvió la asesoría?: 5")
    desk.mail(SONSON, f"{number}: encuesta 2", "¿Resolvió sus dudas?: 4")
    desk.cycle()
    assert desk.case(number).survey == (5, 4, 0)
    assert desk.audit() == []
    desk.now = datetime(2026, 12, 7, 8, tzinfo=BOGOTA)
    run_digest(desk.office())
    run_outbox(desk.office())
    (digest,) = desk.outbox(Purpose.DIGEST)
    for said in (digest.mail.text, digest.mail.html):
        assert "¿Le sirvió la asesoría? 5,0 de 5 (1 respuesta)" in said


def test_one_mail_asks_about_all_the_cases_of_an_address_and_its_answer_counts_for_each(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for text in ("Granada solicita asesoría en Gobierno Digital.", "Granada solicita asesoría en Seguridad Digital."):
        for number in desk.assigned(text, GRANADA).cases:
            for order in (f"aprobado {number}", f"asistencia {number}: 30/11/2026 virtual"):
                desk.mail(ANA, "RE", order)
                desk.cycle()
    desk.now += timedelta(days=1)
    desk.cycle()
    (row,) = desk.outbox(Purpose.SURVEY)
    numbers = [case.number for case in desk.cases()]
    assert len(numbers) == len(row.mail.cases) == 2
    assert all(number in said for number in numbers for said in (row.mail.text, row.mail.html, row.mail.subject))
    desk.mail(GRANADA, f"{', '.join(numbers)}: encuesta", "¿Le sirvió la asesoría?: 5")
    desk.mail(GRANADA, "RE: " + row.mail.subject, "5, 4, 3", answers=row.mail.message_id)
    desk.cycle()
    assert [case.survey for case in desk.cases()] == [(5, 4, 3)] * 2
    for _ in range(3):
        desk.now += timedelta(days=1)
        desk.cycle()
    assert len(desk.outbox(Purpose.SURVEY)) == 1
    assert desk.audit() == []


def test_an_address_that_was_asked_today_is_asked_about_the_rest_tomorrow(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (first,) = desk.assigned("Granada solicita asesoría en Gobierno Digital.", GRANADA).cases
    (second,) = desk.assigned("Granada solicita asesoría en Seguridad Digital.", GRANADA).cases
    for number in (first, second):
        desk.mail(ANA, "RE", f"aprobado {number}")
        desk.cycle()
    desk.now += timedelta(days=1)
    for number in (first, second):
        desk.mail(ANA, "RE", f"asistencia {number}: 30/11/2026 virtual")
        desk.cycle()
    desk.cycle()
    assert [row.mail.cases for row in desk.outbox(Purpose.SURVEY)] == [(first,)]
    desk.now += timedelta(days=1)
    desk.cycle()
    assert [row.mail.cases for row in desk.outbox(Purpose.SURVEY)] == [(first,), (second,)]


def test_what_a_leader_offers_while_the_officer_is_away_is_put_before_the_director(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"aprobado {number}")
    desk.cycle()
    book = load_workbook(path := desk.office().settings.sheet_path)
    tab = book["Equipo"]
    columns = {str(cell.value): place for place, cell in enumerate(tab[1], 1)}
    row = next(
        place for place, row in enumerate(tab.iter_rows(min_row=2), 2) if row[columns["Correo"] - 1].value == ANA
    )
    tab.cell(row, columns["Ausencias"]).value = "2026-11-30 a 2026-12-18"
    book.save(path)
    desk.cycle()
    letter = desk.outbox(Purpose.LETTER)[-1].mail
    desk.mail(ARCHIVES_LEADER, "RE: oficio", "La sesión sería el jueves 10 de diciembre.", answers=letter.message_id)
    desk.cycle()
    told = desk.outbox(Purpose.LEADER_REPLY)[-1].mail
    assert (told.to, told.cc) == ((ANA,), (DIRECTOR,))
    notices = [row.mail for row in desk.outbox(Purpose.ASSIGN_NOTICE) if "ausencia" in row.mail.key]
    assert [notice.cases for notice in notices] == [(number,)]
    assert desk.audit() == []


def test_an_officers_absence_puts_the_cases_before_the_director_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (number,) = desk.assigned().cases
    office, first = desk.office(), desk.now.date()
    with office.ledger.begin() as unit:
        known = unit.books.directory()
        absence = Absence(first=first, last=first + timedelta(days=14))
        people = tuple(p.model_copy(update={"absences": (absence,)}) if p.email == ANA else p for p in known.people)
        unit.books.save_directory(known.model_copy(update={"people": people}))
    from tasks.letters import run_letters

    for _ in range(2):
        run_letters(office)
    notices = [row.mail for row in desk.outbox(Purpose.ASSIGN_NOTICE) if "ausencia" in row.mail.key]
    (notice,) = notices
    assert (notice.to, notice.cases) == ((DIRECTOR,), (number,))
    assert "con ausencia del 30 de noviembre al 14 de diciembre de 2026" in notice.text
