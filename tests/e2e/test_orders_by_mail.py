"""Orders by mail (product.md §6): who is believed, which case is meant, what it does, and who gets an answer."""

import io
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from docx import Document

from tasks.domain.cases.case import State
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.domain.terms.clocks import internal_due
from tasks.ports.records import Fate, OutboxRecord
from tests.contracts.letters import words
from tests.e2e.desk import (
    ANA,
    ARCHIVES_LEADER,
    DIGITAL_LEADER,
    DIRECTOR,
    JORGE,
    MX,
    SONSON,
    TWO_POLICIES,
    Desk,
    stamp,
    token_in,
)

DEPARTMENT = "antioquia.gov.co"
GRANADA = "alcaldia@granada-antioquia.gov.co"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def draft(desk: Desk) -> Letter:
    """A draft that waits for Ana's approval."""
    return desk.assigned()


def _last_answer(desk: Desk) -> str:
    return desk.outbox(Purpose.ORDER_ANSWER)[-1].mail.text


def _notice(desk: Desk, purpose: Purpose) -> OutboxRecord:
    return desk.outbox(purpose)[-1]


# --- who is believed --------------------------------------------------------------------------------------------------

_BELOW = "Received: from x by y\r\n"
_SPOOFS: dict[str, str] = {
    "no stamp": "",
    "dmarc=fail": stamp(DEPARTMENT, "fail"),
    "dmarc=none": stamp(DEPARTMENT, "none"),
    "dmarc=temperror": stamp(DEPARTMENT, "temperror"),
    "dmarc=quarantine": stamp(DEPARTMENT, "quarantine"),
    "dmarc=pass of another server": stamp(DEPARTMENT, server="mx.attacker.example"),
    "dmarc=pass of a server whose name begins like ours": stamp(DEPARTMENT, server=f"{MX}.attacker.example"),
    "dmarc=pass of a server whose name ends like ours": stamp(DEPARTMENT, server=f"x{MX}"),
    "dmarc=pass without a server": "Authentication-Results: dmarc=pass header.from=antioquia.gov.co\r\n",
    "our server in a comment": f"Authentication-Results: ({MX}) mx.attacker.example; dmarc=pass\r\n",
    "our server in a comment behind": f"Authentication-Results: mx.attacker.example ({MX}); dmarc=pass\r\n",
    "our server in a property": f"Authentication-Results: evil; dmarc=pass reason={MX}\r\n",
    "dmarc=pass in a comment": f"Authentication-Results: {MX}; dmarc=fail (dmarc=pass) header.from={DEPARTMENT}\r\n",
    "dmarc=pass in a quoted reason": f'Authentication-Results: {MX}; dmarc=fail reason="; dmarc=pass"\r\n',
    "dmarc=pass for another domain": stamp("attacker.example"),
    "dmarc=pass for a subdomain alike": stamp("antioquia.gov.co.attacker.example"),
    "spf only": f"Authentication-Results: {MX}; spf=pass smtp.mailfrom={DEPARTMENT}\r\n",
    "dkim of another domain": f"Authentication-Results: {MX}; dkim=pass header.d=attacker.example\r\n",
    "dkim of the public suffix": f"Authentication-Results: {MX}; dkim=pass header.d=gov.co\r\n",
    "dkim without a domain": f"Authentication-Results: {MX}; dkim=pass\r\n",
    "dkim aligned but dmarc=fail": f"Authentication-Results: {MX}; dkim=pass header.d={DEPARTMENT}; dmarc=fail\r\n",
    "dkim=fail with its domain": f"Authentication-Results: {MX}; dkim=fail header.d={DEPARTMENT}\r\n",
    "foreign pass above our fail": stamp(DEPARTMENT, server="evil.example") + stamp(DEPARTMENT, "fail"),
    "foreign pass below our fail": stamp(DEPARTMENT, "fail") + stamp(DEPARTMENT, server="evil.example"),
    "our name forged below our fail": stamp(DEPARTMENT, "fail") + _BELOW + stamp(DEPARTMENT),
    "broken brackets": f"Authentication-Results: {MX}; dmarc=pass (( header.from={DEPARTMENT}\r\n",
    "broken stamp above a forged one": f'Authentication-Results: {MX}; dmarc="pass\r\n' + stamp(DEPARTMENT),
    "method is a lookalike": f"Authentication-Results: {MX}; xdmarc=pass header.from={DEPARTMENT}\r\n",
    "value is a lookalike": f"Authentication-Results: {MX}; dmarc=passed header.from={DEPARTMENT}\r\n",
    "lookalike header": f"X-Authentication-Results: {MX}; dmarc=pass header.from={DEPARTMENT}\r\n",
    "arc only": f"ARC-Authentication-Results: i=1; {MX}; dmarc=pass header.from={DEPARTMENT}\r\n",
    "received-spf": f"Received-SPF: pass (domain of {DEPARTMENT}) receiver={MX}\r\n",
    "a second From": stamp(DEPARTMENT) + "From: intruso@attacker.example\r\n",
}


@pytest.mark.parametrize("header", _SPOOFS.values(), ids=_SPOOFS.keys())
def test_a_spoofed_order_changes_nothing_and_answers_nobody(desk: Desk, draft: Letter, header: str) -> None:
    before, mails = desk.history(draft.cases[0]), len(desk.outbox())
    desk.mail(ANA, f"RE: Borrador {draft.number}", f"aprobado {draft.cases[0]}", header=header)
    desk.cycle()
    assert desk.fates()[-1] in {Fate.ORDER_REFUSED, Fate.REVIEW, Fate.IGNORED, Fate.ATTACHED}
    assert desk.history(draft.cases[0])[: len(before)] == before
    assert desk.letters()[0].state is LetterState.DRAFT
    assert desk.case(draft.cases[0]).state is State.DRAFT
    assert len(desk.outbox()) == mails


@pytest.mark.parametrize(
    "sender",
    [
        f'"{ANA}" <intruso@attacker.example>',
        "Ana María Londoño Vera <ana.londono@antioquia-gov.co>",
        f"{ANA} <intruso@attacker.example>",
    ],
)
def test_a_known_name_on_another_address_orders_nothing_though_its_own_domain_passes(
    desk: Desk, draft: Letter, sender: str
) -> None:
    mails = len(desk.outbox())
    desk.mail(sender, f"RE: Borrador {draft.number}", f"aprobado {draft.cases[0]}")
    desk.cycle()
    assert desk.letters()[0].state is LetterState.DRAFT
    assert not desk.outbox()[mails:]


@pytest.mark.parametrize(
    "header",
    [
        stamp(DEPARTMENT),
        f"Authentication-Results: {MX}; dkim=pass header.d={DEPARTMENT}\r\n",
        stamp(DEPARTMENT) + stamp(DEPARTMENT, "fail", "mx.elsewhere.example"),
    ],
    ids=["dmarc", "aligned dkim", "foreign fail below"],
)
def test_a_vouched_order_is_obeyed(desk: Desk, draft: Letter, header: str) -> None:
    desk.mail(ANA, f"RE: Borrador {draft.number}", f"aprobado {draft.cases[0]}", header=header)
    desk.cycle()
    assert desk.letters()[0].state is LetterState.SENT


# --- tokens -----------------------------------------------------------------------------------------------------------


def test_inside_the_house_the_token_of_the_message_id_is_enough(desk: Desk, draft: Letter) -> None:
    desk.mail(ANA, "RE: Borrador", "aprobado", answers=_notice(desk, Purpose.DRAFT_LETTER).mail.message_id, header="")
    desk.cycle()
    assert desk.letters()[0].state is LetterState.SENT


def test_inside_the_house_the_token_at_the_foot_is_enough(desk: Desk, draft: Letter) -> None:
    foot = f"\n\nClave de respuesta: {token_in(_notice(desk, Purpose.DRAFT_LETTER))}\n"
    desk.mail(ANA, "aprobación", f"aprobado {draft.cases[0]}{foot}", header="")
    desk.cycle()
    assert desk.letters()[0].state is LetterState.SENT


def test_a_fail_refuses_even_with_the_token(desk: Desk, draft: Letter) -> None:
    notice, mails = _notice(desk, Purpose.DRAFT_LETTER), len(desk.outbox())
    desk.mail(ANA, "RE", "aprobado", answers=notice.mail.message_id, header=stamp(DEPARTMENT, "fail"))
    desk.cycle()
    assert desk.fates()[-1] is Fate.ORDER_REFUSED
    assert desk.letters()[0].state is LetterState.DRAFT
    assert len(desk.outbox()) == mails


def test_a_token_is_its_persons_only(desk: Desk, draft: Letter) -> None:
    notice, mails = _notice(desk, Purpose.DRAFT_LETTER), len(desk.outbox())
    desk.mail(DIRECTOR, "RE", "aprobado", answers=notice.mail.message_id, header="")
    desk.cycle()
    assert desk.letters()[0].state is LetterState.DRAFT
    assert len(desk.outbox()) == mails


def test_a_token_is_its_cases_only(desk: Desk, draft: Letter) -> None:
    second = desk.assigned(TWO_POLICIES, GRANADA)
    notice = next(row for row in desk.outbox(Purpose.DRAFT_LETTER) if row.mail.letter == draft.number)
    desk.mail(ANA, "RE", f"aprobado {second.cases[0]}", answers=notice.mail.message_id, header="")
    desk.cycle()
    assert [letter.state for letter in desk.letters()] == [LetterState.DRAFT, LetterState.DRAFT]
    assert "es de otro caso" in _last_answer(desk)


def test_a_token_serves_once(desk: Desk, draft: Letter) -> None:
    notice = _notice(desk, Purpose.DRAFT_LETTER)
    desk.mail(ANA, "RE: 1", "suspender: espera un documento", answers=notice.mail.message_id, header="")
    desk.cycle()
    assert desk.case(draft.cases[0]).state is State.SUSPENDED
    desk.mail(ANA, "RE: 2", "reanudar", answers=notice.mail.message_id, header="")
    desk.cycle()
    assert desk.fates()[-1] is Fate.ORDER_REFUSED
    assert desk.case(draft.cases[0]).state is State.SUSPENDED


def test_a_token_lives_thirty_days(desk: Desk, draft: Letter) -> None:
    notice = _notice(desk, Purpose.DRAFT_LETTER)
    desk.now += timedelta(days=30, minutes=5)
    desk.mail(ANA, "RE", "aprobado", answers=notice.mail.message_id, header="")
    desk.cycle()
    assert desk.fates()[-1] is Fate.ORDER_REFUSED
    assert desk.letters()[0].state is LetterState.DRAFT


def test_an_order_with_a_token_that_was_not_understood_can_be_corrected_by_answering_the_answer(desk: Desk) -> None:
    desk.mail(SONSON, "Asesoría en Gestión Documental", "Solicitamos asesoría en la política de Gestión Documental.")
    desk.cycle()
    desk.mail(DIRECTOR, "RE", "asignar: Nadie", answers=_notice(desk, Purpose.ASSIGN_NOTICE).mail.message_id, header="")
    desk.cycle()
    assert "No hay nadie llamado" in _last_answer(desk)
    desk.mail(
        DIRECTOR, "RE: RE", "asignar: Jorge", answers=_notice(desk, Purpose.ORDER_ANSWER).mail.message_id, header=""
    )
    desk.cycle()
    assert desk.cases()[0].officer == JORGE


# --- who may what -----------------------------------------------------------------------------------------------------


def test_the_director_assigns_by_a_new_mail_with_the_case_number(desk: Desk) -> None:
    desk.mail(SONSON, "Asesoría en Gestión Documental", "Solicitamos asesoría en la política de Gestión Documental.")
    desk.cycle()
    (case,) = desk.cases()
    desk.mail(DIRECTOR, "reparto", f"asignar {case.number}: Jorge Iván")
    desk.cycle()
    assert desk.case(case.number).officer == JORGE
    assert "asignado a Jorge Iván Cano Tamayo" in _last_answer(desk)


@pytest.mark.parametrize("sender", [ARCHIVES_LEADER, SONSON, JORGE, "quien@gmail.com"])
def test_leader_requester_colleague_and_outsider_cannot_approve(desk: Desk, draft: Letter, sender: str) -> None:
    notice = _notice(desk, Purpose.DRAFT_LETTER)
    desk.mail(sender, f"RE: Borrador {draft.number}", f"aprobado {draft.cases[0]}", answers=notice.mail.message_id)
    desk.cycle()
    assert desk.letters()[0].state is LetterState.DRAFT
    assert desk.case(draft.cases[0]).state is State.DRAFT


@pytest.mark.parametrize("order", ["descartar {}: no procede", "cerrar {}: ya", "asignar {}: Jorge", "aprobado {}"])
def test_a_leader_who_orders_gets_a_kind_answer_and_nothing_changes(desk: Desk, draft: Letter, order: str) -> None:
    desk.mail(ARCHIVES_LEADER, "orden", order.format(draft.cases[0]))
    desk.cycle()
    assert "solo la puede dar" in _last_answer(desk)
    assert desk.case(draft.cases[0]).state is State.DRAFT


def test_an_officer_may_not_assign(desk: Desk, draft: Letter) -> None:
    desk.mail(ANA, "reparto", f"asignar {draft.cases[0]}: Jorge Iván")
    desk.cycle()
    assert desk.case(draft.cases[0]).officer == ANA
    assert "la directora o el director" in _last_answer(desk)


def test_no_answer_goes_to_automatic_mail(desk: Desk, draft: Letter) -> None:
    notice, mails = _notice(desk, Purpose.DRAFT_LETTER), len(desk.outbox())
    desk.mail(
        ANA,
        "Respuesta automática",
        f"aprobado {draft.cases[0]}",
        answers=notice.mail.message_id,
        extra={"Auto-Submitted": "auto-replied"},
    )
    desk.cycle()
    assert desk.fates()[-1] is Fate.IGNORED
    assert len(desk.outbox()) == mails
    assert desk.letters()[0].state is LetterState.DRAFT


# --- what is meant ----------------------------------------------------------------------------------------------------


def test_an_unknown_name_is_answered_with_the_list(desk: Desk, draft: Letter) -> None:
    desk.mail(DIRECTOR, "reparto", f"asignar {draft.cases[0]}: Pedro")
    desk.cycle()
    assert "Jorge Iván Cano Tamayo" in _last_answer(desk)
    assert desk.case(draft.cases[0]).officer == ANA


@pytest.mark.parametrize("said", ["Ana María, por favor", "asignarr: Ana María", "Que lo atienda Ana."])
def test_what_answers_a_notice_and_is_no_order_is_told_what_is_possible(desk: Desk, said: str) -> None:
    desk.mail(SONSON, "Asesoría en Gestión Documental", "Solicitamos asesoría en la política de Gestión Documental.")
    desk.cycle()
    notice, mails = _notice(desk, Purpose.ASSIGN_NOTICE).mail.message_id, len(desk.outbox())
    for header in ("", stamp(DEPARTMENT)):
        desk.mail(DIRECTOR, "RE", said + header[:1], answers=notice, header=header)
        desk.cycle()
        (answer,) = desk.outbox()[mails:]
        mails += 1
        assert "No se reconoció ninguna orden" in answer.mail.text
        assert f"asignar {desk.cases()[0].number}: NOMBRE" in answer.mail.text
    desk.mail(DIRECTOR, "RE", f"{said}!", answers=notice, header=stamp(DEPARTMENT, "fail"))
    desk.mail(DIRECTOR, "RE", "Muchas gracias", answers=notice)
    desk.mail(JORGE, "RE", f"{said}?", answers=notice)
    desk.cycle()
    assert not desk.outbox()[mails:]
    assert desk.cases()[0].state is State.TO_ASSIGN


def test_several_orders_of_one_mail_stand_one_per_line(desk: Desk) -> None:
    desk.mail(GRANADA, "Asesoría", TWO_POLICIES)
    desk.cycle()
    first, second = [case.number for case in desk.cases()]
    desk.mail(DIRECTOR, "reparto", f"asignar {first}: Jorge Iván\nasignar {second}: Ana María\n\nGracias")
    desk.cycle()
    assert [case.officer for case in desk.cases()] == [JORGE, ANA]
    assert _last_answer(desk).count("asignado a") == 2


def test_an_order_about_several_cases_without_a_number_is_answered_with_their_list(desk: Desk) -> None:
    desk.mail(GRANADA, "Asesoría", TWO_POLICIES)
    desk.cycle()
    desk.mail(DIRECTOR, "RE", "asignar: Jorge Iván", answers=_notice(desk, Purpose.ASSIGN_NOTICE).mail.message_id)
    desk.cycle()
    assert {case.state for case in desk.cases()} == {State.TO_ASSIGN}
    assert all(case.number in _last_answer(desk) for case in desk.cases())


def test_aprobado_twice_sends_once(desk: Desk, draft: Letter) -> None:
    for _ in range(2):
        desk.mail(ANA, f"RE: Borrador {draft.number}", f"aprobado {draft.cases[0]}")
        desk.cycle()
    desk.cycle()
    assert len(desk.outbox(Purpose.LETTER)) == 1


def test_the_same_words_later_are_an_order_again(desk: Desk, draft: Letter) -> None:
    (case,) = draft.cases
    for order in ("no recordar {}: 15/12/2026", "recordar {}") * 2:
        desk.mail(ANA, f"Caso {case}", order.format(case))
        desk.cycle()
    assert desk.fates()[-4:] == [Fate.ORDER_DONE] * 4


def test_one_mail_delivered_twice_is_obeyed_once(desk: Desk, draft: Letter) -> None:
    desk.mail(ANA, "orden", f"devolver {draft.cases[0]}: falta el radicado")
    raw = max((desk.home / "mailbox").glob("*.eml")).read_bytes()
    desk.deliver(b"Received: by otro; Mon, 30 Nov 2026 09:00:00 -0500\r\n" + raw)
    desk.cycle()
    assert desk.letters()[0].version == 2
    assert desk.fates()[-2:] == [Fate.ORDER_DONE, Fate.DUPLICATE]


# --- what it does to the letter ---------------------------------------------------------------------------------------


def test_reassigning_makes_the_draft_again_under_its_number(desk: Desk, draft: Letter) -> None:
    desk.mail(DIRECTOR, "reparto", f"asignar {draft.cases[0]}: Jorge Iván")
    desk.cycle()
    (letter,) = desk.letters()
    assert (letter.number, letter.version, letter.officer) == (draft.number, 2, JORGE)
    assert _notice(desk, Purpose.DRAFT_LETTER).mail.to == (JORGE,)


def test_devolver_makes_the_second_version_under_the_same_number(desk: Desk, draft: Letter) -> None:
    desk.mail(ANA, "RE", f"devolver {draft.cases[0]}: falta citar el decreto")
    desk.cycle()
    (letter,) = desk.letters()
    assert (letter.number, letter.version, letter.state) == (draft.number, 2, LetterState.DRAFT)
    assert "falta citar el decreto" in _notice(desk, Purpose.DRAFT_LETTER).mail.text


def test_a_returned_draft_cannot_be_approved_before_there_is_a_new_one(desk: Desk, draft: Letter) -> None:
    (case,) = draft.cases
    desk.mail(ANA, "RE", f"devolver {case}: falta citar el decreto\n\naprobado {case}")
    desk.mail(ANA, "RE: otra vez", f"aprobado {case}")
    desk.cycle()
    assert not desk.outbox(Purpose.LETTER)
    assert desk.letters()[0].state is LetterState.DRAFT


def _with_document(desk: Desk, text: str, content: bytes, name: str = "oficio.docx", sender: str = ANA) -> None:
    """Answer the newest draft with a document attached."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "mesa.mipg@antioquia.gov.co", "RE: Borrador"
    mail["Message-ID"] = f"<documento-{len(desk.messages())}@antioquia.gov.co>"
    mail["In-Reply-To"] = _notice(desk, Purpose.DRAFT_LETTER).mail.message_id
    mail.set_content(text)
    mail.add_attachment(content, "application", "octet-stream", filename=name)
    desk.deliver(stamp(DEPARTMENT).encode() + mail.as_bytes())
    desk.cycle()


def _edited(desk: Desk, letter: Letter, sentence: str = "Agradecemos dar prioridad a este caso.") -> bytes:
    """Return the letter's draft after a person added a sentence in Word."""
    document = Document(io.BytesIO(desk.office().archive.get(letter.draft_sha256)))
    document.paragraphs[-1].insert_paragraph_before(sentence)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def test_an_edited_document_replaces_the_draft_and_approves_nothing(desk: Desk, draft: Letter) -> None:
    _with_document(desk, "Adjunto con mis ajustes.", _edited(desk, draft))
    (letter,) = desk.letters()
    assert (letter.number, letter.version, letter.state) == (draft.number, 2, LetterState.DRAFT)
    assert any("dar prioridad" in event.reason for event in desk.history(draft.cases[0]))
    assert "dar prioridad" in _notice(desk, Purpose.DRAFT_LETTER).mail.text
    assert not desk.outbox(Purpose.LETTER)
    desk.mail(ANA, "RE", "aprobado", answers=_notice(desk, Purpose.DRAFT_LETTER).mail.message_id)
    desk.cycle()
    said = words(desk.office().archive.get(desk.letters()[0].final_sha256))
    assert "Agradecemos dar prioridad a este caso." in said
    assert "BORRADOR" not in said
    assert desk.audit() == []


def test_a_draft_says_by_which_day_it_should_leave(desk: Desk, draft: Letter) -> None:
    (case,) = desk.cases()
    due = internal_due(case, desk.office().rules)
    assert due is not None
    said = f"Conviene enviarlo a más tardar el {date_in_words(due.day)}."
    assert said in _notice(desk, Purpose.DRAFT_LETTER).mail.text


def test_a_draft_whose_day_has_passed_does_not_ask_for_it(desk: Desk, draft: Letter) -> None:
    desk.now += timedelta(days=40)
    desk.mail(ANA, "RE", f"devolver {draft.cases[0]}: falta el contexto")
    desk.cycle()
    assert len(desk.outbox(Purpose.DRAFT_LETTER)) == 2
    assert "Conviene enviarlo" not in _notice(desk, Purpose.DRAFT_LETTER).mail.text


def test_an_edited_document_with_aprobado_goes_out_in_its_own_words(desk: Desk, draft: Letter) -> None:
    drafts = len(desk.outbox(Purpose.DRAFT_LETTER))
    _with_document(desk, "aprobado", _edited(desk, draft))
    (letter,) = desk.letters()
    assert letter.state is LetterState.SENT
    assert "dar prioridad" in words(desk.office().archive.get(letter.final_sha256))
    assert len(desk.outbox(Purpose.DRAFT_LETTER)) == drafts
    assert "reemplazó el borrador" in _last_answer(desk)


def test_the_untouched_draft_attached_to_an_approval_is_an_approval(desk: Desk, draft: Letter) -> None:
    _with_document(desk, "aprobado", desk.office().archive.get(draft.draft_sha256))
    assert desk.letters()[0].state is LetterState.SENT


def test_a_document_that_may_not_go_out_holds_its_approval_too(desk: Desk, draft: Letter) -> None:
    other = desk.assigned(TWO_POLICIES, GRANADA)
    content = desk.office().archive.get(other.draft_sha256)
    desk.mail(ANA, "sin adjunto", "hola")  # moves the newest notice away from the draft that is answered
    for document in (content, b"no es un documento"):
        before = desk.letters()
        _with_document(desk, f"aprobado {draft.cases[0]}", document, f"{draft.number}.docx")
        assert desk.letters() == before
        assert "no reemplazó" in _last_answer(desk) or "cambió" in _last_answer(desk)
        assert not desk.outbox(Purpose.LETTER)


@pytest.mark.parametrize("sender", [JORGE, ARCHIVES_LEADER, SONSON])
def test_only_officer_and_director_may_replace_the_draft(desk: Desk, draft: Letter, sender: str) -> None:
    before = desk.letters()
    _with_document(desk, "con mis ajustes", _edited(desk, draft), sender=sender)
    assert desk.letters() == before


def test_an_edit_of_an_older_draft_is_refused(desk: Desk, draft: Letter) -> None:
    edited = _edited(desk, draft)
    first = _notice(desk, Purpose.DRAFT_LETTER)
    desk.mail(DIRECTOR, "RE", f"devolver {draft.cases[0]}: falta citar el decreto")
    desk.cycle()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ANA, "mesa.mipg@antioquia.gov.co", "RE: Borrador"
    mail["Message-ID"], mail["In-Reply-To"] = "<tarde@antioquia.gov.co>", first.mail.message_id
    mail.set_content("Va con ajustes")
    mail.add_attachment(edited, "application", "octet-stream", filename="oficio.docx")
    desk.deliver(stamp(DEPARTMENT).encode() + mail.as_bytes())
    desk.cycle()
    assert desk.letters()[0].version == 2
    assert "cambió (versión 2)" in _last_answer(desk)


def test_descartar_before_the_letter_ends_the_case_and_its_draft(desk: Desk, draft: Letter) -> None:
    desk.mail(ANA, "RE", f"descartar {draft.cases[0]}: solicitud repetida")
    desk.cycle()
    assert desk.case(draft.cases[0]).state is State.DISCARDED
    assert desk.letters()[0].state is LetterState.VOID
    assert desk.letters()[0].number == draft.number
    assert desk.audit() == []


def test_a_case_discarded_and_reopened_gets_a_letter_again(desk: Desk, draft: Letter) -> None:
    (case,) = draft.cases
    for order in ("descartar {}: error", "reabrir {}: sí procede"):
        desk.mail(ANA, "RE", order.format(case))
        desk.cycle()
    desk.mail(ANA, "RE", f"aprobado {case}")
    desk.cycle()
    assert desk.case(case).state is State.LETTER_SENT
    assert desk.audit() == []


def test_discarding_one_case_of_a_shared_draft_makes_the_letter_again_without_it(desk: Desk) -> None:
    draft = desk.assigned(TWO_POLICIES, GRANADA)
    first, second = draft.cases
    desk.mail(ANA, "RE", f"descartar {first}: ya fue atendido")
    desk.cycle()
    (letter,) = desk.letters()
    assert (letter.number, letter.version, letter.cases) == (draft.number, 2, (second,))
    desk.mail(ANA, "RE", f"aprobado {second}")
    desk.cycle()
    assert desk.case(second).state is State.LETTER_SENT
    assert desk.case(first).state is State.DISCARDED
    assert desk.outbox(Purpose.LETTER)[0].mail.cases == (second,)
    assert desk.outbox(Purpose.LETTER)[0].mail.to == (DIGITAL_LEADER,)


def test_a_case_discarded_right_after_the_approval_does_not_travel(desk: Desk) -> None:
    draft = desk.assigned(TWO_POLICIES, GRANADA)
    first, second = draft.cases
    desk.mail(ANA, "RE 1", f"aprobado {second}")
    desk.mail(ANA, "RE 2", f"descartar {first}: ya fue atendido")
    desk.cycle()
    assert not desk.outbox(Purpose.LETTER)
    desk.cycle()
    (letter,) = desk.letters()
    assert (letter.number, letter.state, letter.cases) == (draft.number, LetterState.DRAFT, (second,))


def test_two_officers_for_the_cases_of_one_draft_get_a_letter_each_and_no_more(desk: Desk) -> None:
    draft = desk.assigned(TWO_POLICIES, GRANADA)
    desk.mail(DIRECTOR, "reparto", f"asignar {draft.cases[1]}: Jorge Iván")
    desk.cycle()
    drafts = len(desk.outbox(Purpose.DRAFT_LETTER))
    for _ in range(3):
        desk.cycle()
    assert [(le.officer, le.cases) for le in desk.letters()] == [(ANA, draft.cases[:1]), (JORGE, draft.cases[1:])]
    assert desk.letters()[0].number == draft.number
    assert len(desk.outbox(Purpose.DRAFT_LETTER)) == drafts
    assert desk.audit() == []


def test_two_letters_that_become_one_leave_the_other_number_void(desk: Desk) -> None:
    draft = desk.assigned(TWO_POLICIES, GRANADA)
    for officer in ("Jorge Iván", "Ana María"):
        desk.mail(DIRECTOR, f"reparto {officer}", f"asignar {draft.cases[1]}: {officer}")
        desk.cycle()
    assert [(le.state, le.officer) for le in desk.letters()] == [(LetterState.DRAFT, ANA), (LetterState.VOID, JORGE)]
    assert desk.letters()[0].cases == draft.cases
    assert desk.audit() == []


def test_a_letter_that_is_voided_while_its_mail_waits_does_not_leave(
    desk: Desk, draft: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    (case,) = draft.cases
    desk.mail(ANA, "RE", f"aprobado {case}")
    _without_outbox(desk, monkeypatch)
    desk.mail(ANA, "RE: no", f"anular oficio {case}: el líder no es competente")
    desk.cycle()
    assert not [mail for mail in desk.sent() if str(mail["To"]) == ARCHIVES_LEADER]
    assert {le.number: le.state for le in desk.letters()}[draft.number] is LetterState.VOID
    assert desk.case(case).state is State.DRAFT
    assert desk.case(case).letter == "DSEGPP-2026-0002"


def test_a_case_that_leaves_while_the_letters_mail_waits_does_not_travel(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = desk.assigned(TWO_POLICIES, GRANADA)
    first, second = draft.cases
    desk.mail(ANA, "RE", f"aprobado {second}")
    _without_outbox(desk, monkeypatch)
    desk.mail(ANA, "RE: no", f"descartar {first}: ya fue atendido")
    desk.cycle()
    assert not [mail for mail in desk.sent() if str(mail["To"]) == DIGITAL_LEADER]
    desk.cycle()
    desk.mail(ANA, "RE: ahora sí", f"aprobado {second}")
    desk.cycle()
    (letter,) = [mail for mail in desk.sent() if str(mail["To"]) == DIGITAL_LEADER]
    assert second in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert first not in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert [le.state for le in desk.letters()] == [LetterState.VOID, LetterState.SENT]
    assert desk.case(second).state is State.LETTER_SENT
    assert desk.audit() == []


def _without_outbox(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a cycle whose mails stay in the outbox, as while the server is away."""
    idle: Callable[..., dict[str, int]] = lambda office, step: {}  # noqa: E731
    with monkeypatch.context() as patch:
        patch.setattr("tasks.cycle._PARTS", tuple(p if p[0] != "outbox" else (p[0], idle) for p in _parts()))
        desk.cycle()


def _parts() -> tuple[tuple[str, Callable[..., dict[str, int]]], ...]:
    from tasks.cycle import _PARTS

    return _PARTS
