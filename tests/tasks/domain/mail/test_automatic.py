"""Which messages no person wrote."""

from datetime import date
from pathlib import Path

import pytest

from tasks.domain.mail.automatic import answers_by_itself, automatic, away_until, bounce
from tasks.domain.mail.message import Mail
from tasks.domain.mail.reading.parsing import parse

DATA = Path(__file__).parents[3] / "data" / "mail"
OWN = ("mesa.mipg@antioquia.gov.co",)


def mail(
    headers: str = "", text: str = "Pedimos asesoría en PAC.", sender: str = "ana@x.gov.co", subject: str = "Consulta"
) -> Mail:
    return parse(f"From: {sender}\nSubject: {subject}\n{headers}\n\n{text}".replace("\n\n\n", "\n\n").encode())


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner=x",
        "Precedence: bulk",
        "Precedence: auto_reply",
        "X-Autoreply: yes",
        "X-Autorespond: vacation",
        "Return-Path: <>",
        "List-Id: <a.b>",
        "List-Unsubscribe: <mailto:x@y>",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
    ],
)
def test_header_of_a_machine_is_known(header: str) -> None:
    assert automatic(mail(header), OWN)


@pytest.mark.parametrize(
    "header",
    ["Auto-Submitted: no", "X-Auto-Response-Suppress: All", "Return-Path: <ana@x.gov.co>", "Precedence: normal"],
)
def test_header_of_peoples_mail_is_not(header: str) -> None:
    assert automatic(mail(header), OWN) == ""


@pytest.mark.parametrize(
    "sender", ["no-reply@x.co", "NoResponder@x.co", "postmaster@x.co", "bounces+1@x.co", OWN[0].upper()]
)
def test_mailbox_of_a_machine_is_known(sender: str) -> None:
    assert automatic(mail(sender=sender), OWN)


@pytest.mark.parametrize("sender", ["noreña@x.co", "norelia@x.co", "notaria@x.co", "contactenos@x.co"])
def test_name_that_resembles_one_is_not(sender: str) -> None:
    assert automatic(mail(sender=sender), OWN) == ""


def test_letter_passed_on_by_a_filing_system_is_left_for_a_person() -> None:
    raw = b"From: noreply@x.co\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png\n\nx"
    assert automatic(parse(raw), OWN) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Me encuentro en vacaciones hasta el 30 de enero.",
        "Estaré fuera de la oficina esta semana.",
        "I am out of the office until Monday.",
        "Estou de férias até 28/02/2026.",
        "Estoy haciendo uso de licencia de maternidad.",
    ],
)
def test_absence_notice_without_headers_is_known_only_as_an_answer(text: str) -> None:
    assert automatic(mail("In-Reply-To: <a@b>", text), OWN)
    assert automatic(mail("", text, subject="RE: Recibimos su solicitud"), OWN)
    assert automatic(mail("", text), OWN) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Su mensaje ha sido recibido. Este es un mensaje generado automáticamente, por favor no lo responda.",
        "Recibimos su correo. Mensaje enviado de forma automática.",
        "Gracias por escribirnos; por favor no responda.",
    ],
)
def test_a_robots_own_words_count_in_an_answer_and_not_where_a_letter_may_be_passed_on(text: str) -> None:
    assert automatic(mail("References: <a@b>", text), OWN)
    assert automatic(mail("", text, subject="Re: Recibimos su solicitud"), OWN)
    assert automatic(mail("", text, subject="PQRS asignada"), OWN) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Ya no trabajo en el hospital. Para lo de archivo, escribir a gerencia@x.gov.co",
        "Buenas, mi contrato con la alcaldía terminó en junio; por favor dirigirse a despacho@x.gov.co.",
        "Culminó mi contrato. Comunicarse con la ingeniera Rosa: rosa@x.gov.co",
        "Su correo fue recibido y radicado con el No. 2026-4471 en nuestra ventanilla.",
        "Señor usuario: su PQRSD ha sido registrada, código 778812. Consulte el avance en la página.",
    ],
)
def test_farewell_or_filing_number_without_headers_is_a_machines(text: str) -> None:
    assert automatic(mail("", text), OWN)


@pytest.mark.parametrize(
    "text",
    [
        "Ya no trabajo en el hospital y quería despedirme de ustedes.",
        "Ya no laboro allí, ¿a quién le entrego las claves? Mi correo es rosa@x.gov.co",
        "Su solicitud fue radicada con el No. 4471 y trasladada a nosotros para que la respondamos.",
        "Su oficio fue recibido con el radicado 4471 pero nunca nos respondieron la pregunta.",
    ],
)
def test_person_who_tells_of_leaving_or_of_a_number_is_a_person(text: str) -> None:
    assert automatic(mail("", text), OWN) == ""


def test_answer_under_a_reply_subject_may_be_an_absence() -> None:
    text = "Hola, estoy disfrutando de mis merecidas vacaciones hasta el 24 de septiembre. Saludos."
    away = mail("", text, subject="Re: Recordatorio")
    assert automatic(away, OWN) == "es un aviso de ausencia"
    assert away_until(away, date(2026, 9, 1)) == date(2026, 9, 24)


@pytest.mark.parametrize(
    ("message", "answers"),
    [
        (mail("Auto-Submitted: auto-replied"), True),
        (mail("Auto-Submitted: auto-generated"), False),
        (mail("X-Autoreply: yes"), True),
        (mail(sender="mailer-daemon@x.co"), True),
        (mail(sender="no-reply@juzgado.x.co"), False),
        (mail(subject="Leído: Consulta", text="Su mensaje fue leído"), True),
        (mail("Precedence: bulk"), False),
    ],
)
def test_what_a_machine_answers_is_told_from_what_it_sends(message: Mail, answers: bool) -> None:
    assert answers_by_itself(message) is answers


def test_person_who_mentions_an_absence_is_a_person() -> None:
    text = "Estaré de vacaciones la otra semana. ¿Podemos hacer la asesoría antes?"
    assert automatic(mail("In-Reply-To: <a@b>", text), OWN) == ""


def test_answer_to_an_automatic_mail_is_a_persons() -> None:
    assert automatic(mail(subject="RE: Respuesta automática: Consulta"), OWN) == ""
    assert automatic(mail(subject="Respuesta automática: Consulta"), OWN)


def test_delivery_report_names_who_and_which_mail() -> None:
    report = parse((DATA / "dsn-with-original.eml").read_bytes())
    found = bounce(report)
    assert found is not None
    assert found.recipients == ("alcaldia@murindo-antioquia.gov.co",)
    assert found.message_id == "<acuse-S-2026-0030.1a2b3c4d@antioquia.gov.co>"
    assert found.permanent
    assert "550" in found.reason


def test_delayed_and_delivered_reports_are_no_failure() -> None:
    raw = (DATA / "dsn-with-original.eml").read_bytes()
    delayed = bounce(parse(raw.replace(b"Action: failed", b"Action: delayed")))
    assert delayed is not None
    assert not delayed.permanent
    assert bounce(parse(raw.replace(b"Action: failed", b"Action: delivered"))) is None
    assert bounce(mail()) is None


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Estaré en vacaciones del 10 al 30 de septiembre.", date(2026, 9, 30)),
        ("Me encuentro de licencia; regreso el 15/09/2026.", date(2026, 9, 14)),
        ("Estoy fuera de la oficina hasta el 10 de septiembre. Vuelvo el 11 de septiembre de 2026.", date(2026, 9, 10)),
        ("I am out of the office and will be back on September 21, 2026.", date(2026, 9, 20)),
        ("Estoy en vacaciones. Me reintegro el lunes 7 de septiembre. Urgencias: Ana, ext. 20.", date(2026, 9, 6)),
        ("Estaré en vacaciones hasta nueva orden.", None),
        ("Estaré en vacaciones hasta el 1 de agosto de 2029.", None),
        ("La reunión es el 10 de septiembre.", None),
    ],
)
def test_absence_tells_until_when(text: str, last: date | None) -> None:
    assert away_until(mail("In-Reply-To: <a@b>", text), date(2026, 9, 1)) == last
