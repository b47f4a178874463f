"""A suspended case waits for whoever asked: they are told so at once, and in one mail for what was said together."""

from datetime import timedelta
from pathlib import Path

from tasks.domain.cases.case import State
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.notices.papers import document_of
from tasks.reminders import run_reminders
from tasks.views.cases import case_views
from tests.e2e.desk import ANA, DIRECTOR, ONE_POLICY, SONSON, TWO_POLICIES, Desk

GRANADA = "alcaldia@granada-antioquia.gov.co"


def test_the_municipality_hears_at_once_what_is_missing_in_one_mail_for_its_cases(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    first, second = desk.assigned(TWO_POLICIES, GRANADA).cases
    desk.mail(
        ANA, "RE", f"suspender {first}: falta el acto administrativo\nsuspender {second}: falta el acto administrativo"
    )
    for _ in range(3):
        desk.cycle()
    assert {desk.case(number).state for number in (first, second)} == {State.SUSPENDED}
    (told,) = [row.mail for row in desk.outbox(Purpose.STATUS_ANSWER)]
    assert (told.to, told.cases) == ((GRANADA,), (first, second))
    assert "falta el acto administrativo" in told.text
    desk.mail(ANA, "RE", f"reanudar {first}")
    desk.cycle()
    desk.mail(ANA, "RE", f"suspender {first}: falta otro documento")
    desk.cycle()
    assert "falta otro documento" in desk.outbox(Purpose.STATUS_ANSWER)[-1].mail.text
    assert desk.audit() == []


def test_what_the_municipality_answers_reaches_the_officer_at_once_and_nobody_says_that_it_did_not(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"suspender {number}: falta el acta")
    desk.cycle()
    asked = desk.outbox(Purpose.STATUS_ANSWER)[-1].mail
    desk.now += timedelta(days=1)
    desk.mail(SONSON, f"RE: {asked.subject}", "Adjuntamos el acta. Gracias.", answers=asked.message_id)
    desk.cycle()
    (told,) = [row.mail for row in desk.outbox(Purpose.REQUESTER_REPLY)]
    assert (told.to, told.cases) == ((ANA,), (number,))
    assert "Adjuntamos el acta" in told.text
    assert f"reanudar {number}" in told.text
    for _ in range(40):
        desk.now += timedelta(days=1)
        run_reminders(desk.office())
    reminders = [row.mail for row in desk.outbox(Purpose.REMINDER)]
    assert {mail.to[0] for mail in reminders} == {ANA, DIRECTOR}
    assert all("no ha respondido" not in mail.text for mail in reminders)
    assert "El municipio respondió" in reminders[0].text
    desk.mail(ANA, "RE", "reanudar", answers=told.message_id)
    desk.cycle()
    assert desk.case(number).state is State.DRAFT
    assert desk.audit() == []


def test_a_further_mail_of_whoever_asked_is_put_before_the_officer_and_mere_thanks_are_not(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.assigned()
    receipt = desk.outbox(Purpose.ACKNOWLEDGEMENT)[-1].mail
    desk.mail(SONSON, f"RE: {receipt.subject}", "Muchas gracias por su atención.", answers=receipt.message_id)
    desk.cycle()
    assert not desk.outbox(Purpose.REQUESTER_REPLY)
    desk.mail(SONSON, f"RE: {receipt.subject}", "¿La sesión puede ser en enero?", answers=receipt.message_id)
    desk.cycle()
    (told,) = [row.mail for row in desk.outbox(Purpose.REQUESTER_REPLY)]
    assert told.to == (ANA,)
    assert "¿La sesión puede ser en enero?" in told.text


def test_the_terms_people_read_after_a_suspension_are_without_it_as_in_the_sheet(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.mail(SONSON, "Solicitud de asesoría", ONE_POLICY)
    desk.cycle()
    (case,) = desk.cases()
    desk.mail(DIRECTOR, "RE", f"suspender {case.number}: falta el acta")
    desk.cycle()
    desk.now += timedelta(days=42)
    desk.mail(DIRECTOR, "RE", f"reanudar {case.number}")
    desk.cycle()
    office = desk.office()
    with office.ledger.reading() as unit:
        (shown,) = case_views(unit, office)
    assert shown.legal_due is not None
    legal = date_in_words(shown.legal_due)
    asked = desk.outbox(Purpose.ASSIGN_NOTICE)[-1].mail
    assert f"término legal: {legal}" in asked.text
    desk.mail(DIRECTOR, "RE", f"asignar {case.number}: Ana María Londoño Vera")
    desk.cycle()
    (letter,) = desk.letters()
    with office.ledger.reading() as unit:
        _, written = document_of(unit, desk.office(), letter, is_draft=True)
        (now_shown,) = case_views(unit, desk.office())
    assert written["vence_legal"] == legal
    assert now_shown.due is not None
    draft = desk.outbox(Purpose.DRAFT_LETTER)[-1].mail
    assert f"a más tardar el {date_in_words(now_shown.due)}" in draft.text
