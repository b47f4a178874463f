"""Transfers and closing letters, joined and split cases, the signed PDF: orders besides the referral to a leader."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from tasks.domain.cases.case import State
from tasks.domain.letters.letter import LetterKind, LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tests.contracts.letters import words
from tests.e2e.desk import ANA, ARCHIVES_LEADER, DIRECTOR, SONSON, TWO_POLICIES, Desk, stamp

GRANADA = "alcaldia@granada-antioquia.gov.co"
TREASURY = "hacienda@antioquia.gov.co"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _last(desk: Desk, purpose: Purpose = Purpose.ORDER_ANSWER) -> str:
    return desk.outbox(purpose)[-1].mail.text


def test_a_transfer_is_drafted_and_leaves_once_approved_with_a_copy_to_whoever_asked(desk: Desk) -> None:
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"trasladar {number}: Secretaría de Hacienda <{TREASURY}>")
    desk.cycle()
    letters = {letter.kind: letter for letter in desk.letters()}
    assert letters[LetterKind.REFERRAL].state is LetterState.VOID
    transfer = letters[LetterKind.TRANSFER]
    assert (transfer.leader, transfer.addressee, transfer.state) == (
        TREASURY,
        "Secretaría de Hacienda",
        LetterState.DRAFT,
    )
    assert not desk.outbox(Purpose.TRANSFER)
    desk.cycle()
    (line,) = desk.office().sheet.read().tabs["Casos"].rows
    assert line.values["Alertas"] == f"El oficio {transfer.number} (traslado) espera aprobación: no ha salido."
    assert "el traslado se envía a la Secretaría de Hacienda" in _last(desk, Purpose.DRAFT_LETTER)
    desk.mail(ANA, "RE", "aprobado", answers=desk.outbox(Purpose.DRAFT_LETTER)[-1].mail.message_id, header="")
    desk.cycle()
    (row,) = desk.outbox(Purpose.TRANSFER)
    assert (row.mail.to, set(row.mail.cc)) == ((TREASURY,), {SONSON, ANA})
    assert [part.name for part in row.mail.enclosures][-1] == "solicitud-original.eml"
    sent = next(letter for letter in desk.letters() if letter.kind is LetterKind.TRANSFER)
    assert sent.state is LetterState.SENT
    assert "Traslado por competencia" in words(desk.office().archive.get(sent.final_sha256))
    assert desk.case(number).state is State.TRANSFERRED
    assert desk.audit() == []


def test_reopening_voids_the_transfer_that_nobody_approved_yet(desk: Desk) -> None:
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"trasladar {number}: Secretaría de Hacienda <{TREASURY}>")
    desk.cycle()
    notice = desk.outbox(Purpose.DRAFT_LETTER)[-1].mail
    desk.mail(ANA, "RE", f"reabrir {number}: sí era nuestro")
    desk.cycle()
    (transfer,) = (letter for letter in desk.letters() if letter.kind is LetterKind.TRANSFER)
    assert (transfer.state, transfer.motive) == (LetterState.VOID, "se reabrió el caso: sí era nuestro")
    desk.mail(ANA, "RE", "aprobado", answers=notice.message_id, header="")
    desk.cycle()
    assert not desk.outbox(Purpose.TRANSFER)
    assert "ya está «anulado»" in _last(desk)


def test_nobody_but_officer_and_director_approves_a_transfer(desk: Desk) -> None:
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"trasladar {number}: Hacienda {TREASURY}")
    desk.cycle()
    for sender in (ARCHIVES_LEADER, SONSON, "jorge.cano@antioquia.gov.co"):
        desk.mail(sender, "RE: Borrador", f"aprobado {number}")
        desk.cycle()
    assert not desk.outbox(Purpose.TRANSFER)


def test_closing_a_case_tells_whoever_asked_once_with_a_letter(desk: Desk) -> None:
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"cerrar {number}: la alcaldía resolvió el tema")
    for _ in range(3):
        desk.cycle()
    (row,) = desk.outbox(Purpose.CLOSING)
    assert row.mail.to == (SONSON,)
    assert "la alcaldía resolvió el tema" in row.mail.text
    (letter,) = [letter for letter in desk.letters() if letter.kind is LetterKind.CLOSING]
    assert letter.state is LetterState.SENT
    assert "Cierre del caso" in words(desk.office().archive.get(letter.final_sha256))
    desk.mail(ANA, "RE", f"reabrir {number}: falta algo")
    desk.cycle()
    desk.mail(ANA, "RE 2", f"cerrar {number}: ahora sí")
    desk.cycle()
    assert len(desk.outbox(Purpose.CLOSING)) == 2
    assert desk.audit() == []


def test_a_case_joined_to_another_leaves_its_thread_and_people_there(desk: Desk) -> None:
    (kept,) = desk.assigned().cases
    desk.mail(GRANADA, "Asesoría", "Granada solicita asesoría en la política de Gestión Documental.")
    desk.cycle()
    joined = desk.cases()[-1].number
    desk.mail(DIRECTOR, "RE", f"unir {joined} a {kept}")
    desk.cycle()
    assert desk.case(joined).state is State.DISCARDED
    assert desk.history(joined)[-1].reason == f"unida a {kept}"
    assert desk.case(kept).also == (GRANADA,)
    acknowledged = next(row for row in desk.outbox(Purpose.ACKNOWLEDGEMENT) if row.mail.to == (GRANADA,))
    desk.mail(GRANADA, "RE", "Adjunto más información.", answers=acknowledged.mail.message_id)
    desk.cycle()
    assert desk.messages()[-1].cases == (kept,)
    desk.mail(ANA, "RE", f"aprobado {kept}")
    desk.cycle()
    assert GRANADA in desk.outbox(Purpose.LETTER)[0].mail.cc
    desk.mail(GRANADA, "cómo va", "estado")
    desk.cycle()
    assert f"se unió al caso {kept}" in _last(desk, Purpose.STATUS_ANSWER)


@pytest.mark.parametrize("target", ["2026-9999", "{same}", "{closed}"])
def test_a_case_joins_only_another_open_one(desk: Desk, target: str) -> None:
    (closed,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"cerrar {closed}: ya")
    same = desk.assigned(TWO_POLICIES, GRANADA).cases[0]
    desk.mail(ANA, "RE", f"unir {same} a {target.format(same=same, closed=closed)}")
    desk.cycle()
    assert desk.case(same).state is State.DRAFT
    assert desk.case(same).merged_into is None


def test_two_municipalities_make_two_cases(desk: Desk) -> None:
    desk.mail(SONSON, "Asesoría", "Solicitamos asesoría en la política de Gestión Documental.")
    desk.cycle()
    (case,) = desk.cases()
    desk.mail(ANA, "RE", f"municipio {case.number}: Sonsón; Granada; Sonsón")
    desk.cycle()
    assert [c.municipality for c in desk.cases()] == ["05756", "05313"]
    assert desk.audit() == []


def test_an_order_that_names_a_request_of_several_cases_gets_the_lines_to_copy(desk: Desk) -> None:
    desk.mail(GRANADA, "Asesoría", TWO_POLICIES)
    desk.cycle()
    first, second = desk.cases()
    desk.mail(DIRECTOR, "reparto", f"asignar {first.request}: Jorge Iván")
    desk.cycle()
    assert f"asignar {first.number}: Jorge Iván" in _last(desk)
    assert f"asignar {second.number}: Jorge Iván" in _last(desk)


def _sign(desk: Desk, words: str, content: bytes, answers: str = "") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = DIRECTOR, "mesa.mipg@antioquia.gov.co", "RE: firma"
    mail["Message-ID"] = f"<firma-{len(desk.messages())}@antioquia.gov.co>"
    if answers:
        mail["In-Reply-To"] = answers
    mail.set_content(words)
    mail.add_attachment(content, "application", "pdf", filename="oficio firmado.pdf")
    desk.deliver(stamp("antioquia.gov.co").encode() + mail.as_bytes())
    desk.cycle()


def test_the_signed_pdf_is_what_goes_out(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_LETTERS__RELEASE": "signed"})
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"aprobado {number}")
    desk.cycle()
    assert not desk.outbox(Purpose.LETTER)
    assert "espera la firma" in _last(desk)
    asked = desk.outbox(Purpose.DRAFT_LETTER)[-1].mail
    assert (asked.to, asked.subject.startswith("Para su firma")) == ((DIRECTOR,), True)
    _sign(desk, f"firmado {number}", b"esto no es un PDF")
    assert "no es un PDF completo" in _last(desk)
    assert not desk.outbox(Purpose.LETTER)
    _sign(desk, f"firmado {number}", b"%PDF-1.7\n1 0 obj <</S/JavaScript>> endobj\n%%EOF\n")
    assert "contenido activo" in _last(desk)
    # Our own PDF says at which page it opens, and keeps it when it is signed.
    signed = b"%PDF-1.7\n1 0 obj <</Type/Catalog/OpenAction[1 0 R /XYZ null null 0]>> endobj\n%%EOF\n"
    _sign(desk, f"firmado {number}", signed)
    (row,) = desk.outbox(Purpose.LETTER)
    assert desk.office().archive.get(row.mail.enclosures[0].sha256) == signed
    assert re.fullmatch(r"DSEGPP-2026-\d{4}\.pdf", row.mail.enclosures[0].name)


@pytest.mark.parametrize(
    ("words", "goes"),
    [
        ("", True),
        ("Cordial saludo. Adjunto el oficio firmado.", True),
        ("No lo he firmado: corrija la fecha, como anoté en el PDF.", False),
        ("Vea mis comentarios.", False),
    ],
)
def test_a_signed_pdf_in_answer_to_the_notice_is_the_signature(tmp_path: Path, words: str, goes: bool) -> None:
    desk = Desk(tmp_path, {"MIPG_LETTERS__RELEASE": "signed"})
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"aprobado {number}")
    desk.cycle()
    _sign(desk, words, b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n", desk.outbox(Purpose.DRAFT_LETTER)[-1].mail.message_id)
    assert bool(desk.outbox(Purpose.LETTER)) is goes
    assert goes or "No se reconoció ninguna orden" in _last(desk)


def test_a_letter_carries_the_request_and_its_attachments_as_far_as_a_mail_holds_them(desk: Desk) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = SONSON, "mesa.mipg@antioquia.gov.co", "Solicitud de asesoría"
    mail["Message-ID"] = "<grande@sonson-antioquia.gov.co>"
    mail.set_content("Solicitamos asesoría en la política de Gestión Documental: tablas de retención.")
    mail.add_attachment(b"%PDF-1.7 tabla", "application", "pdf", filename="Tabla de retención.pdf")
    mail.add_attachment(b"z" * 30 * 2**20, "application", "zip", filename="Inventario.zip")
    desk.deliver(stamp("sonson-antioquia.gov.co").encode() + mail.as_bytes())
    desk.cycle()
    (case,) = desk.cases()
    for sender, order in (
        (ANA, f"política {case.number}: Gestión documental\nmunicipio {case.number}: Sonsón"),
        (DIRECTOR, f"asignar {case.number}: Ana María"),
        (ANA, f"aprobado {case.number}"),
    ):
        desk.mail(sender, "RE", order)
        desk.cycle()
    (row,) = desk.outbox(Purpose.LETTER)
    assert [part.name for part in row.mail.enclosures][1:] == ["Tabla de retención.pdf"]
    assert "Inventario.zip (30,0 MB)" in row.mail.text
    assert "Inventario.zip" in words(desk.office().archive.get(desk.letters()[0].final_sha256))
