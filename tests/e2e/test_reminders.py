"""Reminders, handing over, suspended cases and extension notices, by the real runs."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tasks.domain.cases.case import CaseEvent, EventKind, State
from tasks.domain.directory import Absence, Directory, Leader, Liaison, Person
from tasks.domain.letters.letter import Letter, LetterKind, LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.letters import run_letters
from tasks.outbox.sending import run_outbox
from tasks.ports.records import OutboxRecord, OutboxState
from tasks.reminders import run_reminders
from tests.contracts.letters import words
from tests.e2e.desk import ANA, ARCHIVES_LEADER, DIRECTOR, JORGE, ONE_POLICY, SONSON, Desk
from tests.e2e.story import BOGOTA

MONDAY = datetime(2026, 11, 30, 9, tzinfo=BOGOTA)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def at(desk: Desk, day: str, hour: int = 8) -> Desk:
    """Let time pass to that hour of the day."""
    desk.now = datetime.combine(date.fromisoformat(day), datetime.min.time(), BOGOTA) + timedelta(hours=hour)
    return desk


def remind(desk: Desk, day: str, hour: int = 8, *, send: bool = True) -> list[OutboxRecord]:
    """Run the reminders of a moment and return those that were queued by it."""
    before = {row.id for row in desk.outbox()}
    run_reminders(at(desk, day, hour).office())
    if send:
        run_outbox(desk.office())
    return [row for row in desk.outbox() if row.id not in before and row.mail.purpose is not Purpose.REVIEW_NOTICE]


def readers(rows: list[OutboxRecord]) -> set[str]:
    return {row.mail.to[0] for row in rows if row.mail.purpose is Purpose.REMINDER}


def sent_letter(desk: Desk) -> str:
    """Let a letter go out on Monday 30 November; its plan is due on 15 December. Returns the case's number."""
    letter = desk.assigned()
    desk.mail(ANA, "RE: borrador", f"aprobado {letter.cases[0]}")
    desk.cycle()
    desk.cycle()
    assert desk.case(letter.cases[0]).state is State.LETTER_SENT
    return letter.cases[0]


def change_people(desk: Desk, change: Callable[[Directory], Directory]) -> None:
    """Change the ledger's directory as the tabs would."""
    with desk.office().ledger.begin() as unit:
        unit.books.save_directory(change(unit.books.directory()))


def with_leader(**changes: object) -> Callable[[Directory], Directory]:
    def change(directory: Directory) -> Directory:
        leaders = tuple(
            leader.model_copy(update=changes) if leader.policy == "gestion-documental" else leader
            for leader in directory.leaders
        )
        return directory.model_copy(update={"leaders": leaders})

    return change


def test_a_leader_is_reminded_in_office_form_with_the_letter_attached_again(desk: Desk) -> None:
    sent_letter(desk)
    (row,) = remind(desk, "2026-12-15")
    assert row.mail.to == (ARCHIVES_LEADER,)
    assert [part.name for part in row.mail.enclosures] == ["DSEGPP-2026-0001.docx"]
    assert "De manera atenta le recordamos" in row.mail.text
    assert "Clave de respuesta" not in row.mail.text
    assert row.state is OutboxState.SENT


def test_an_absent_leader_s_substitute_is_reminded_instead(desk: Desk) -> None:
    sent_letter(desk)
    away = (Absence(first=date(2026, 12, 10), last=date(2026, 12, 18)),)
    change_people(desk, with_leader(absences=away, substitute="encargo@antioquia.gov.co"))
    assert readers(remind(desk, "2026-12-15")) == {"encargo@antioquia.gov.co"}


def test_a_new_leader_gets_the_open_cases_with_one_mail_whatever_their_dates(desk: Desk) -> None:
    number = sent_letter(desk)
    assert remind(desk, "2026-12-03") == []
    new = Leader(policy="gestion-documental", name="Nora Gil", email="nora.gil@antioquia.gov.co")
    change_people(desk, lambda directory: directory.model_copy(update={"leaders": (new,)}))
    (row,) = remind(desk, "2026-12-04")
    assert row.mail.to == ("nora.gil@antioquia.gov.co",)
    assert "Usted recibe este caso" in row.mail.text
    assert [part.name for part in row.mail.enclosures] == ["DSEGPP-2026-0001.docx"]
    assert remind(desk, "2026-12-07") == []
    assert desk.case(number).led_by == "nora.gil@antioquia.gov.co"


def test_who_follows_an_officer_that_left_keeps_the_cases_and_hears_of_them_once(desk: Desk) -> None:
    number = sent_letter(desk)

    def leave(directory: Directory) -> Directory:
        def left(person: Person) -> Person:
            changes = {"valid_to": date(2026, 12, 2), "substitute": "Jorge Iván Cano Tamayo"}
            return person.model_copy(update=changes) if person.email == ANA else person

        return directory.model_copy(update={"people": tuple(left(person) for person in directory.people)})

    change_people(desk, leave)
    (told,) = remind(desk, "2026-12-03")
    assert told.mail.to == (JORGE,)
    assert "Usted recibe este caso, que estaba a cargo de Ana María Londoño Vera." in told.mail.text
    assert desk.case(number).officer == JORGE
    assert desk.history(number)[-2].kind is EventKind.ASSIGNED
    assert remind(desk, "2026-12-04") == []


def test_an_officer_who_answers_directly_reads_of_it_in_the_next_reminder(desk: Desk) -> None:
    desk.mail(SONSON, "Asesoría", "La alcaldía de Sonsón pide orientación general sobre el MIPG y el FURAG.")
    desk.cycle()
    (case,) = desk.cases()
    desk.mail(DIRECTOR, "directa", f"directa {case.number}\nasignar {case.number}: Jorge Iván Cano Tamayo")
    desk.cycle()
    assert (desk.case(case.number).state, desk.case(case.number).officer) == (State.DIRECT, JORGE)
    (told,) = remind(desk, "2026-12-01")
    assert told.mail.to == (JORGE,)
    assert "Usted recibe este caso" in told.mail.text
    assert f"asistencia {case.number}:" in told.mail.text
    assert remind(desk, "2026-12-02") == []


def test_a_direct_case_that_nobody_has_offers_the_director_to_assign_it(desk: Desk) -> None:
    desk.mail(SONSON, "Asesoría", ONE_POLICY)
    desk.cycle()
    (case,) = desk.cases()
    desk.mail(DIRECTOR, "directa", f"directa {case.number}")
    desk.cycle()
    (reminder,) = remind(desk, "2026-12-15")
    assert reminder.mail.to == (DIRECTOR,)
    assert f"asignar {case.number}: Jorge Iván Cano Tamayo" in reminder.mail.text


def test_the_director_reads_that_an_unclassified_case_waits_for_somebody_of_the_team(desk: Desk) -> None:
    desk.mail("secretaria@gmail.com", "Asesoría", "Solicitamos asesoría para actualizar las tablas de retención.")
    desk.cycle()
    (case,) = desk.cases()
    assert case.state is State.TO_CLASSIFY
    told = {row.mail.to[0]: row.mail.text for row in remind(desk, "2026-12-14")}
    assert "el paso siguiente es de alguien del equipo MIPG." in told[DIRECTOR]


def test_recordar_ahora_goes_with_the_next_run_and_not_twice(desk: Desk) -> None:
    number = sent_letter(desk)
    desk.mail(ANA, f"Caso {number}", f"recordar {number}")
    desk.cycle(at(desk, "2026-12-03", 9).office())
    (row,) = remind(desk, "2026-12-03", 10)
    assert row.mail.to == (ARCHIVES_LEADER,)
    assert "Se pidió recordarlo ahora." in row.mail.text
    assert remind(desk, "2026-12-03", 11) == []


def test_a_reminder_that_did_not_leave_on_its_day_is_made_anew_and_sent_once(desk: Desk) -> None:
    sent_letter(desk)
    remind(desk, "2026-12-15", 17, send=False)
    run_outbox(at(desk, "2026-12-15", 20).office())
    run_outbox(at(desk, "2026-12-16", 3).office())
    assert [row.state for row in desk.outbox(Purpose.REMINDER)] == [OutboxState.QUEUED]
    remind(desk, "2026-12-16", 8)
    states = [(row.state, row.mail.to[0]) for row in desk.outbox(Purpose.REMINDER)]
    assert states == [(OutboxState.FAILED, ARCHIVES_LEADER), (OutboxState.SENT, ARCHIVES_LEADER)]


def test_a_suspended_case_asks_after_a_month_and_is_offered_for_closing_five_days_later(desk: Desk) -> None:
    number = sent_letter(desk)
    desk.mail(ANA, f"Caso {number}", f"suspender {number}: falta el acta del comité")
    desk.cycle()
    assert remind(desk, "2026-12-16") == []
    (asked,) = remind(desk, "2026-12-30")
    assert asked.mail.to == (SONSON,)
    assert "falta el acta del comité" in asked.mail.text
    assert remind(desk, "2027-01-05") == []
    (offered,) = remind(desk, "2027-01-07")
    assert offered.mail.to == (ANA,)
    assert f"cerrar {number}: el municipio no respondió" in offered.mail.text


def extension_drafts(rows: list[OutboxRecord]) -> list[OutboxRecord]:
    return [row for row in rows if row.mail.template == "prorroga-borrador" or "ampliación" in row.mail.subject]


def extension_draft(desk: Desk) -> tuple[str, OutboxRecord]:
    """Let the legal term (22 December) come near; returns the case and the draft that its officer got."""
    number = sent_letter(desk)
    assert extension_drafts(remind(desk, "2026-12-16")) == []
    (draft,) = extension_drafts(remind(desk, "2026-12-17"))
    return number, draft


def extension_letter(desk: Desk) -> Letter:
    (letter,) = [letter for letter in desk.letters() if letter.kind is LetterKind.EXTENSION]
    return letter


def test_the_extension_notice_is_drafted_three_days_before_and_aprobado_sends_it(desk: Desk) -> None:
    number, draft = extension_draft(desk)
    assert draft.mail.to == (ANA,)
    assert [part.name for part in draft.mail.enclosures] == ["DSEGPP-2026-0002-borrador-1.docx"]
    assert "BORRADOR" in words(desk.office().archive.get(draft.mail.enclosures[0].sha256))
    assert extension_drafts(remind(desk, "2026-12-18")) == []
    desk.mail(ANA, f"RE: {draft.mail.subject}", "aprobado", answers=draft.mail.message_id)
    desk.cycle()
    (notice,) = desk.outbox(Purpose.EXTENSION)
    assert (notice.mail.to, notice.mail.cc, notice.state) == ((SONSON,), (ANA,), OutboxState.SENT)
    assert "a más tardar el 15 de enero de 2027" in notice.mail.text
    letter = extension_letter(desk)
    assert (letter.number, letter.state, letter.approved_by) == ("DSEGPP-2026-0002", LetterState.SENT, ANA)
    assert [part.name for part in notice.mail.enclosures] == ["DSEGPP-2026-0002.docx"]
    paper = words(desk.office().archive.get(letter.final_sha256))
    assert "le responderemos a más tardar el 15 de enero de 2027" in paper
    assert "BORRADOR" not in paper
    case = desk.case(number)
    assert (case.answered, case.extended_to) == (date(2026, 12, 18), date(2027, 1, 15))
    assert case.state is State.LETTER_SENT
    assert desk.audit() == []


def test_the_officer_s_own_motive_stands_in_the_extension_notice(desk: Desk) -> None:
    number, _ = extension_draft(desk)
    desk.mail(ANA, f"Caso {number}", f"prórroga {number}: se esperan los soportes de la entidad")
    desk.cycle()
    assert "se esperan los soportes de la entidad" in desk.outbox(Purpose.EXTENSION)[-1].mail.text
    assert "se esperan los soportes de la entidad" in words(
        desk.office().archive.get(extension_letter(desk).final_sha256)
    )


def test_an_officer_extends_before_anything_was_drafted(desk: Desk) -> None:
    number = sent_letter(desk)
    at(desk, "2026-12-10", 9).mail(ANA, f"Caso {number}", f"prórroga {number}: el comité sesiona en enero")
    desk.cycle()
    assert desk.outbox(Purpose.EXTENSION)[-1].state is OutboxState.SENT
    assert extension_drafts(remind(desk, "2026-12-17")) == []
    assert desk.audit() == []


def test_the_letter_to_the_leader_does_not_wait_for_the_extension_to_leave(desk: Desk) -> None:
    desk.mail(SONSON, "Solicitud de asesoría", ONE_POLICY)
    desk.cycle()
    (case,) = desk.cases()
    desk.mail(DIRECTOR, "Prórroga", f"prórroga {case.number}: el comité sesiona en enero")
    desk.mail(DIRECTOR, "Asignación", f"asignar {case.number}: Ana María Londoño Vera")
    desk.cycle()
    assert sorted(letter.kind for letter in desk.letters()) == [LetterKind.EXTENSION, LetterKind.REFERRAL]
    assert extension_letter(desk).state is LetterState.SENT
    assert desk.audit() == []


def test_approving_an_extension_approves_no_letter_that_waits_beside_it(desk: Desk) -> None:
    referral = desk.assigned()
    (draft,) = extension_drafts(remind(desk, "2026-12-17"))
    desk.mail(ANA, f"RE: {draft.mail.subject}", "aprobado", answers=draft.mail.message_id)
    desk.cycle()
    states = {letter.kind: letter.state for letter in desk.letters()}
    assert states == {LetterKind.REFERRAL: LetterState.DRAFT, LetterKind.EXTENSION: LetterState.SENT}
    desk.mail(ANA, "oficio", f"aprobado {referral.number}")
    desk.cycle()
    assert desk.case(referral.cases[0]).state is State.LETTER_SENT


def test_a_returned_extension_notice_comes_again_under_its_number(desk: Desk) -> None:
    _, draft = extension_draft(desk)
    desk.mail(ANA, f"RE: {draft.mail.subject}", "devolver: revisar la fecha", answers=draft.mail.message_id)
    desk.cycle()
    letter = extension_letter(desk)
    assert (letter.number, letter.version, letter.state) == ("DSEGPP-2026-0002", 2, LetterState.DRAFT)
    desk.mail(ANA, f"RE: {draft.mail.subject}", "aprobado", answers=draft.mail.message_id)
    desk.cycle()
    assert desk.outbox(Purpose.EXTENSION) == []
    assert "responda al aviso más reciente" in desk.outbox(Purpose.ORDER_ANSWER)[-1].mail.text


def test_an_extension_notice_nobody_approved_in_time_keeps_its_number_as_void(desk: Desk) -> None:
    extension_draft(desk)
    at(desk, "2026-12-23", 9).cycle()
    letter = extension_letter(desk)
    assert (letter.state, letter.motive) == (LetterState.VOID, "venció el término sin que se aprobara")


def test_nobody_else_approves_an_extension_and_none_goes_after_the_term(desk: Desk) -> None:
    number, draft = extension_draft(desk)
    desk.mail(ARCHIVES_LEADER, f"RE: {draft.mail.subject}", f"prórroga {number}", answers=draft.mail.message_id)
    desk.mail(JORGE, f"RE: {draft.mail.subject}", "aprobado", answers=draft.mail.message_id)
    desk.cycle()
    at(desk, "2026-12-23", 9).mail(DIRECTOR, f"Caso {number}", f"prórroga {number}")
    desk.cycle()
    assert desk.outbox(Purpose.EXTENSION) == []
    assert desk.case(number).extended_to is None


def test_no_reminder_on_a_holiday_or_at_night(desk: Desk) -> None:
    number = sent_letter(desk)
    with desk.office().ledger.begin() as unit:
        unit.cases.append(
            [CaseEvent(case=number, kind=EventKind.SNOOZED, at=desk.now, actor="x", changes={"remind_now": "Ya."})]
        )
    assert remind(desk, "2026-12-08") == []
    assert remind(desk, "2026-12-07", 6) == []
    assert len(remind(desk, "2026-12-07", 9)) == 1


def test_what_no_score_is_ever_about_closes_with_its_evidence_and_its_letter_waits_for_the_officer(desk: Desk) -> None:
    number = sent_letter(desk)
    change_case(desk, number, policy="mipg-general", agreed=None, assistance=["2026-12-02"], state=State.FOLLOW_UP)
    remind(desk, "2026-12-09")
    case = desk.case(number)
    assert case.state is State.CLOSED
    with desk.office().ledger.reading() as unit:
        assert unit.cases.history(number)[-1].reason.startswith("Sin puntaje comparable: ")
    desk.cycle()
    desk.cycle()
    with desk.office().ledger.reading() as unit:
        (closing,) = [one for one in unit.letters.of_case(number) if one.kind is LetterKind.CLOSING]
    assert closing.state is LetterState.DRAFT
    assert readers(remind(desk, "2026-12-14")) == set()
    (waits,) = [row for row in remind(desk, "2026-12-16") if row.mail.to == (ANA,)]
    assert "Aprobar la carta de cierre" in waits.mail.text
    assert f"Puede responder: aprobado {number}" in waits.mail.text
    assert "no recordar" not in waits.mail.text
    desk.mail(ANA, "RE: carta", f"aprobado {number}")
    desk.cycle()
    desk.cycle()
    assert desk.case(number).answered is not None


def test_nobody_is_asked_for_evidence_that_came_before_the_session_was_noted(desk: Desk) -> None:
    number = sent_letter(desk)
    change_case(desk, number, state=State.PLANNED, agreed="2026-12-02", evidence="Acta")
    desk.mail(ANA, f"Caso {number}", f"asistencia {number}: 02/12/2026 virtual")
    at(desk, "2026-12-03", 9).cycle()
    assert desk.case(number).state is State.ASSISTED
    assert remind(desk, "2026-12-09") == []
    assert desk.case(number).state is State.FOLLOW_UP
    assert desk.history(number)[-1].reason == "sus evidencias ya estaban anotadas"


def test_a_cycle_within_the_same_minute_writes_no_second_closing_letter(desk: Desk) -> None:
    number = sent_letter(desk)
    change_case(desk, number, policy="mipg-general", agreed=None, assistance=["2026-12-02"], state=State.FOLLOW_UP)
    run_letters(desk.office())
    remind(desk, "2026-12-09")
    for _ in range(4):
        desk.now += timedelta(seconds=10)
        run_letters(desk.office())
    assert [one.kind for one in desk.letters()].count(LetterKind.CLOSING) == 1


def test_a_clock_that_was_a_month_ahead_loses_no_closing_letter_and_silences_no_reminder(desk: Desk) -> None:
    number = sent_letter(desk)
    other = desk.assigned("Solicitamos asesoría en la política de Gobierno Digital para la alcaldía de Sonsón.").cases[
        0
    ]
    assert remind(desk, "2027-01-14")
    at(desk, "2027-01-14", 9).cycle()
    at(desk, "2026-12-14", 9)
    desk.mail(ANA, f"Caso {other}", f"cerrar {other}: se atendió por teléfono")
    desk.cycle()
    desk.cycle()
    assert [one.cases for one in desk.letters() if one.kind is LetterKind.CLOSING] == [(other,)]
    assert [row.mail.to for row in remind(desk, "2026-12-15") if number in row.mail.cases] == [(ARCHIVES_LEADER,)]


def test_what_may_still_be_scored_waits_for_its_results(desk: Desk) -> None:
    number = sent_letter(desk)
    change_case(desk, number, assistance=["2026-12-02"], state=State.FOLLOW_UP)
    remind(desk, "2026-12-09")
    assert desk.case(number).state is State.FOLLOW_UP


def change_case(desk: Desk, number: str, **changes: object) -> None:
    """Bring a case to where people would have brought it."""
    with desk.office().ledger.begin() as unit:
        unit.cases.append([CaseEvent(case=number, kind=EventKind.NOTED, at=desk.now, actor=ANA, changes=changes)])


def new_contact(directory: Directory) -> Directory:
    """Return the directory with another enlace of Sonsón from 3 December on."""
    left = Liaison(dane="05756", name="Gloria Henao", email=SONSON, valid_to=date(2026, 12, 2))
    new = Liaison(dane="05756", name="Hernán Gallego", email=SUCCESSOR, valid_from=date(2026, 12, 3))
    return directory.model_copy(update={"liaisons": (left, new)})


SUCCESSOR = "planeacion@sonson-antioquia.gov.co"


def test_who_follows_as_a_municipality_s_contact_gets_its_open_cases_with_one_mail(desk: Desk) -> None:
    number = sent_letter(desk)
    desk.assigned("Solicitamos asesoría en la política de Gobierno Digital para la alcaldía de Sonsón.")
    change_people(desk, new_contact)
    remind(desk, "2026-12-02")
    assert desk.case(number).email == SONSON
    told = remind(desk, "2026-12-03") + remind(desk, "2026-12-03", 10) + remind(desk, "2026-12-04")
    (mail,) = [row.mail for row in told if row.mail.to == (SUCCESSOR,)]
    assert len(mail.cases) == 2
    assert "en reemplazo de" in mail.text
    assert [(case.email, case.requester) for case in desk.cases()] == [(SUCCESSOR, "Hernán Gallego")] * 2
    assert desk.audit() == []


def test_a_successor_asks_how_it_goes_and_who_left_hears_no_more(desk: Desk) -> None:
    number = sent_letter(desk)
    change_people(desk, new_contact)
    remind(desk, "2026-12-03")
    for address in (SUCCESSOR, SONSON):
        desk.mail(address, "¿Cómo va?", "estado")
    desk.cycle()
    answers = [row.mail for row in desk.outbox(Purpose.STATUS_ANSWER) if "relevo" not in row.mail.key]
    assert [(mail.to, mail.cases) for mail in answers] == [((SUCCESSOR,), (number,))]


def test_a_contact_without_successor_goes_on_being_written_to(desk: Desk) -> None:
    number = sent_letter(desk)
    left = Liaison(dane="05756", name="Gloria Henao", email=SONSON, valid_to=date(2026, 12, 2))
    change_people(desk, lambda directory: directory.model_copy(update={"liaisons": (left,)}))
    remind(desk, "2026-12-03")
    assert desk.case(number).email == SONSON
