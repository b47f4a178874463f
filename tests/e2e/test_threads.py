"""Threads, forwards, machines and large mails through the real intake: who is tied to what, and who is written to."""

import base64
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from tasks.domain.cases.case import EventKind, State
from tasks.domain.mail.reading import parsing
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.terms.readers import Readers
from tasks.intake import run_intake
from tasks.ports.records import Fate
from tests.e2e.desk import ANA, ARCHIVES_LEADER, DIRECTOR, ONE_POLICY, SONSON, Desk, stamp

ASKS = "Nos faltó un tema: ¿nos pueden enviar el formato de las tablas de retención?"
VENTANILLA = "ventanilla@correo-certificado.example"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _asked(desk: Desk, cc: str = "") -> str:
    """Let one request come in; return its Message-ID."""
    identifier = desk.mail(SONSON, "Solicitud de asesoría", ONE_POLICY, extra={"Cc": cc} if cc else {})
    desk.cycle()
    return identifier


def _fate(desk: Desk, sender: str, subject: str, text: str, **rest: Any) -> Fate:
    desk.mail(sender, subject, text, **rest)
    desk.cycle()
    return desk.fates()[-1]


# --- who belongs ------------------------------------------------------------------------------------------------------


def test_a_stranger_who_quotes_a_number_is_put_before_a_person(desk: Desk) -> None:
    asked = _asked(desk)
    for sender, subject, answers in (
        ("curioso@gmail.com", "Caso 2026-0001", ""),
        ("otro@bello.gov.co", "S-2026-0001", ""),
        ("ajeno@hotmail.com", "Re: Solicitud de asesoría", asked),
    ):
        assert _fate(desk, sender, subject, "¿Cómo va el caso? Necesitamos respuesta.", answers=answers) is Fate.REVIEW
    assert "no hace parte" in desk.messages()[-1].reason
    assert [event.kind for event in desk.history("2026-0001")] == [EventKind.OPENED]
    assert len(desk.cases()) == 1


@pytest.mark.parametrize(
    "sender", [SONSON, "planeacion@sonson-antioquia.gov.co", "alcalde.sonson@gmail.com", "companera@gmail.com"]
)
def test_who_asked_their_office_and_whom_they_copied_belong(desk: Desk, sender: str) -> None:
    _asked(desk, cc="Alcalde <alcalde.sonson@gmail.com>, companera@gmail.com")
    assert _fate(desk, sender, "Caso 2026-0001", "Adjunto lo pedido.") is Fate.ATTACHED


def test_a_number_that_is_not_ours_makes_no_follow_up(desk: Desk) -> None:
    text = f"Oficio 2026-0153. {ONE_POLICY}"
    assert _fate(desk, SONSON, "Oficio 2026-0153: solicitud", text) is Fate.CASE_OPENED


def test_an_answer_without_headers_is_known_by_subject_writer_and_time(desk: Desk) -> None:
    _asked(desk)
    assert _fate(desk, SONSON, "RE: Solicitud de asesoría", "Quedamos atentos.") is Fate.ATTACHED
    assert _fate(desk, "x@bello.gov.co", "RE: Solicitud de asesoría", "Quedamos atentos.") is not Fate.ATTACHED
    desk.now += timedelta(days=90)
    assert _fate(desk, SONSON, "RE: Solicitud de asesoría", f"{ONE_POLICY} Ahora del archivo histórico.") is (
        Fate.CASE_OPENED
    )


def test_like_mails_of_other_months_stay_distinct(desk: Desk) -> None:
    for month in ("octubre", "noviembre", "diciembre"):
        text = f"{ONE_POLICY} Es para el informe de {month}."
        assert _fate(desk, SONSON, f"Solicitud de asesoría {month}", text) is Fate.CASE_OPENED


# --- ended cases ------------------------------------------------------------------------------------------------------


def _closed(desk: Desk) -> None:
    _asked(desk)
    desk.mail(DIRECTOR, "Asignación", "asignar 2026-0001: Ana María Londoño Vera")
    desk.cycle()
    desk.mail(ANA, "Cierre", "cerrar 2026-0001: se entregó lo pedido")
    desk.cycle()
    assert desk.case("2026-0001").state is State.CLOSED


def test_a_question_soon_after_closing_reopens_and_thanks_do_not(desk: Desk) -> None:
    _closed(desk)
    assert _fate(desk, SONSON, "Re: caso 2026-0001", "Muchas gracias por todo.") is Fate.ATTACHED
    assert desk.case("2026-0001").state is State.CLOSED
    assert _fate(desk, SONSON, "Re: caso 2026-0001", ASKS) is Fate.ATTACHED
    assert desk.case("2026-0001").state is State.DRAFT
    assert desk.history("2026-0001")[-1].kind is not EventKind.CLOSED
    assert desk.audit() == []


def test_a_request_long_after_closing_is_a_new_one_that_names_the_old(desk: Desk) -> None:
    _closed(desk)
    desk.now += timedelta(days=60)
    assert _fate(desk, SONSON, "Re: caso 2026-0001", f"Volvemos a necesitar apoyo. {ONE_POLICY}") is Fate.CASE_OPENED
    assert desk.case("2026-0001").state is State.CLOSED
    assert "2026-0001" in desk.cases()[-1].reasons


# --- the same, twice --------------------------------------------------------------------------------------------------


def _forward(desk: Desk, sender: str, inner: str, text: str, **rest: Any) -> None:
    below = (
        f"De: Gloria <{inner}>\nEnviado: lunes, 30 de noviembre de 2026 8:00\nPara: ventanilla\nAsunto: Solicitud\n\n"
    )
    desk.mail(sender, "RV: Solicitud", f"Para su trámite. Radicado No. 2026010099887\n\n{below}{text}", **rest)
    desk.cycle()


def test_the_same_words_of_the_same_person_are_one_request_however_they_come(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_MAILBOX__TRUSTED_FORWARDERS": f'["{VENTANILLA}"]'})
    desk.mail(SONSON, "Solicitud", ONE_POLICY)
    desk.mail(SONSON, "Solicitud", ONE_POLICY)  # to another address of ours: another Message-ID
    desk.mail("despacho@sonson-antioquia.gov.co", "Solicitud", ONE_POLICY)  # the mayor's office, the same paper
    desk.cycle()
    _forward(desk, VENTANILLA, SONSON, ONE_POLICY)
    assert desk.fates() == [Fate.CASE_OPENED, *[Fate.DUPLICATE] * 3]
    desk.mail("alcaldia@bello.gov.co", "Solicitud", ONE_POLICY)  # another municipality on the same model
    desk.cycle()
    assert desk.fates()[-1] is not Fate.DUPLICATE


def test_a_program_that_sent_the_same_words_first_makes_no_request_vanish(desk: Desk) -> None:
    desk.mail(SONSON, "Solicitud", ONE_POLICY, extra={"Auto-Submitted": "auto-replied"})
    desk.cycle()
    for _ in range(2):
        desk.mail(SONSON, "Solicitud", ONE_POLICY)
        desk.cycle()
    desk.mail(SONSON, "Solicitud", ONE_POLICY, extra={"Auto-Submitted": "auto-replied"})
    desk.cycle()
    assert desk.fates() == [Fate.IGNORED, Fate.CASE_OPENED, Fate.DUPLICATE, Fate.DUPLICATE]
    assert len(desk.cases()) == 1


def test_a_direct_mail_after_its_forward_is_the_same_request(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_MAILBOX__TRUSTED_FORWARDERS": f'["{VENTANILLA}"]'})
    _forward(desk, VENTANILLA, SONSON, ONE_POLICY)
    assert _fate(desk, SONSON, "Solicitud", ONE_POLICY) is Fate.DUPLICATE


# --- forwards ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forwarder", [VENTANILLA, ANA, "ventanillaunica@antioquia.gov.co"])
def test_a_forward_counts_for_who_is_inside_who_hears_of_it_only_from_trusted_hands(
    tmp_path: Path, forwarder: str
) -> None:
    desk = Desk(tmp_path, {"MIPG_MAILBOX__TRUSTED_FORWARDERS": f'["{VENTANILLA}"]'})
    _forward(desk, forwarder, SONSON, ONE_POLICY)
    (case,) = desk.cases()
    trusted = forwarder in {VENTANILLA, ANA}
    assert (case.municipality, case.requester, case.incoming_ref) == ("05756", "Gloria", "2026010099887")
    assert case.email == (SONSON if trusted else "")
    assert [row.mail.to for row in desk.outbox(Purpose.ACKNOWLEDGEMENT)] == ([(SONSON,)] if trusted else [])


def test_a_forged_trusted_forwarder_makes_us_write_to_nobody(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_MAILBOX__TRUSTED_FORWARDERS": f'["{VENTANILLA}"]'})
    _forward(desk, VENTANILLA, "victima@otra.example", ONE_POLICY, header=stamp("correo-certificado.example", "fail"))
    assert desk.outbox(Purpose.ACKNOWLEDGEMENT) == []


def test_a_forwarded_follow_up_joins_its_case(tmp_path: Path) -> None:
    desk = Desk(tmp_path, {"MIPG_MAILBOX__TRUSTED_FORWARDERS": f'["{VENTANILLA}"]'})
    _asked(desk)
    _forward(desk, VENTANILLA, SONSON, "Sobre el caso 2026-0001: adjuntamos las tablas.")
    assert desk.fates()[-1] is Fate.ATTACHED
    _forward(desk, VENTANILLA, "curioso@gmail.com", "Sobre el caso 2026-0001: necesito copia.")
    assert desk.fates()[-1] is Fate.REVIEW


# --- attached letters, sizes, programs --------------------------------------------------------------------------------


def _with_file(name: str, content: bytes, text: str = "Adjunto oficio.") -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = SONSON, "mesa.mipg@antioquia.gov.co", "Oficio"
    mail["Message-ID"] = f"<{name}@sonson>"
    mail["Date"] = "Mon, 30 Nov 2026 08:00:00 -0500"
    mail.set_content(text)
    mail.add_attachment(content, "application", "octet-stream", filename=name)
    return mail.as_bytes()


def test_a_letter_attached_as_pdf_says_what_is_asked(desk: Desk) -> None:
    said = b"El municipio de Sonson solicita asesoria en la politica de Gestion Documental"
    stream = b"BT /F1 12 Tf 20 100 Td (" + said + b") Tj ET"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, one) for number, one in enumerate(objects, 1))
    pdf = b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF"
    desk.deliver(_with_file("oficio.pdf", pdf))
    desk.deliver(_with_file("escaneado.pdf", b"%PDF-1.4 imagen"))
    desk.deliver(_with_file("programa.pdf.exe", b"MZ\x90\0", ONE_POLICY))
    desk.cycle()
    first, *rest = desk.cases()
    assert first.policy == "gestion-documental"
    assert [case.state for case in rest[:1]] == [State.TO_CLASSIFY]
    assert any("no se pudo leer el adjunto escaneado.pdf" in case.reasons for case in rest)
    assert any("programa.pdf.exe" in case.reasons and "no lo abra" in case.reasons for case in rest)


def test_who_sends_too_much_is_told_kindly_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_BYTES", 30_000)
    for number in range(3):
        desk.deliver(_with_file(f"plano{number}.pdf", b"x" * 60_000))
    robot = b"Auto-Submitted: auto-replied\r\n" + _with_file("robot.pdf", b"x" * 60_000)
    desk.deliver(robot.replace(SONSON.encode(), b"robot@x.gov.co"))
    desk.cycle()
    assert desk.fates() == [Fate.QUARANTINED] * 4
    (notice,) = desk.outbox(Purpose.SIZE_NOTICE)
    assert notice.mail.to == (SONSON,)
    assert "correo corto" in notice.mail.text


# --- machines ---------------------------------------------------------------------------------------------------------


def test_a_leaders_absence_with_its_date_sends_reminders_to_who_stands_in(desk: Desk) -> None:
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"aprobado {number}")
    desk.cycle()
    letter = desk.outbox(Purpose.LETTER)[0].mail.message_id
    text = "Me encuentro en vacaciones. Regreso el 21 de diciembre de 2026."
    for sender in (ARCHIVES_LEADER, ARCHIVES_LEADER):
        desk.mail(
            sender, "Respuesta automática: Oficio", text, answers=letter, extra={"Auto-Submitted": "auto-replied"}
        )
        desk.cycle()
    office = desk.office()
    with office.ledger.reading() as unit:
        readers = Readers(unit.books.directory(), office.clock.today())
        contacts = [contact.email for contact in readers.leader(unit.cases.get_many([number])[0])]
    assert ARCHIVES_LEADER not in contacts
    notes = [event.reason for event in desk.history(number) if "no está hasta" in event.reason]
    assert notes == [notes[0]]
    assert "20 de diciembre de 2026" in notes[0]
    assert desk.audit() == []


def test_an_absence_that_somebody_else_invents_changes_nothing(desk: Desk) -> None:
    desk.assigned()
    text = "Me encuentro en vacaciones. Regreso el 21 de diciembre de 2026."
    forged = stamp("antioquia.gov.co", "fail")
    desk.mail(ARCHIVES_LEADER, "Respuesta automática", text, header=forged, extra={"Auto-Submitted": "auto-replied"})
    desk.cycle()
    with desk.office().ledger.reading() as unit:
        assert not any(leader.absences for leader in unit.books.directory().leaders)


def _storm(kind: str, number: int, answers: str) -> bytes:
    bounce = (
        f"From: mailer-daemon@mx{number}.example\r\nSubject: Undeliverable\r\nMessage-ID: <b{number}@mx>\r\n"
        'Return-Path: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        f"--b\r\n\r\nno\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; {SONSON}\r\n"
        "Action: failed\r\nStatus: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {answers}\r\n"
    )
    away = (
        f"From: Ausente <v{number}@sonson-antioquia.gov.co>\r\nSubject: Re: Recibimos su solicitud\r\n"
        f"Message-ID: <v{number}@x>\r\nIn-Reply-To: {answers}\r\n\r\nMe encuentro en vacaciones, turno {number}.\r\n"
    )
    marked = (
        f"From: robot+{number}@otra.example\r\nSubject: Ticket {number}\r\nMessage-ID: <r{number}@x>\r\n"
        f"Auto-Submitted: auto-replied\r\n\r\nSolicitamos asesoría en gestión documental {number}.\r\n"
    )
    return {"bounce": bounce, "away": away, "marked": marked}[kind].encode()


@pytest.mark.parametrize("kind", ["bounce", "away", "marked"])
def test_a_storm_of_a_thousand_machines_is_answered_by_no_storm(desk: Desk, kind: str) -> None:
    _asked(desk)
    answers = desk.outbox(Purpose.ACKNOWLEDGEMENT)[0].mail.message_id
    before = len(desk.outbox())
    for number in range(1000):
        desk.deliver(_storm(kind, number, answers))
    office = desk.office()
    counts = run_intake(office)
    assert sum(counts.values()) == 1000
    assert len(desk.outbox()) - before <= 1
    assert len(desk.cases()) == 1


def test_a_robot_with_a_new_address_each_time_is_not_answered_for_ever(desk: Desk) -> None:
    """It marks nothing, quotes nothing and asks for advice anew whenever it is answered."""
    for turn in range(6):
        for echo in range(6):
            number = f"{turn}{echo}"
            text = f"Hemos recibido su mensaje. Solicitud {number}: {ONE_POLICY} Turno {number} asignado."
            desk.mail(f"ticket{number}@sonson-antioquia.gov.co", f"Ticket {number}", text)
        desk.cycle()
    assert len(desk.cases()) == 36
    assert len(desk.outbox(Purpose.ACKNOWLEDGEMENT)) == 24
    assert any("contestador" in row.mail.text for row in desk.outbox(Purpose.ALERT))


def test_an_answer_that_would_come_back_to_us_goes_to_the_sender(desk: Desk) -> None:
    desk.mail(SONSON, "Solicitud", ONE_POLICY, extra={"Reply-To": "mesa.mipg@antioquia.gov.co"})
    desk.cycle()
    assert [row.mail.to for row in desk.outbox(Purpose.ACKNOWLEDGEMENT)] == [(SONSON,)]


def test_a_signed_request_is_read(desk: Desk) -> None:
    from asn1crypto import cms

    inside = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{ONE_POLICY}\r\n".encode()
    info = {"content_type": "data", "content": inside}
    data = cms.SignedData({"version": "v1", "digest_algorithms": [], "encap_content_info": info, "signer_infos": []})
    der = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    head = f"From: {SONSON}\r\nSubject: Solicitud\r\nMessage-ID: <p7m@x>\r\nContent-Type: application/pkcs7-mime\r\n"
    desk.deliver(f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(der))
    desk.cycle()
    assert desk.fates() == [Fate.CASE_OPENED]
    assert desk.cases()[0].policy == "gestion-documental"
