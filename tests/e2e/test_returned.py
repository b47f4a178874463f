"""What comes back by itself: a bounce that somebody can correct, and the official radicado of a letter."""

from datetime import datetime
from pathlib import Path

import pytest

from tasks.digest import run_digest
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tests.e2e.desk import ANA, ARCHIVES_LEADER, SONSON, TWO_POLICIES, Desk, stamp
from tests.e2e.story import BOGOTA

GRANADA = "alcaldia@granada-antioquia.gov.co"
FILING = "radicacion@antioquia.gov.co"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _bounce(desk: Desk, message_id: str, recipient: str) -> None:
    report = (
        "From: Mail Delivery Subsystem <mailer-daemon@mx.antioquia.gov.co>\r\nTo: mesa.mipg@antioquia.gov.co\r\n"
        f"Subject: Undeliverable\r\nMessage-ID: <rebote-{len(desk.messages())}@mx>\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nUser unknown\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n--b--\r\n"
    )
    desk.deliver(report.encode())
    desk.cycle()


def test_a_bounced_letter_is_told_to_the_officer_and_sent_again_to_the_corrected_address(desk: Desk) -> None:
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"aprobado {number}")
    desk.cycle()
    _bounce(desk, desk.outbox(Purpose.LETTER)[0].mail.message_id, ARCHIVES_LEADER)
    assert desk.letters()[0].delivery == "bounced"
    (notice,) = desk.outbox(Purpose.BOUNCE)
    assert notice.mail.to == (ANA,)
    assert ARCHIVES_LEADER in notice.mail.text
    desk.mail(ANA, "RE", "reenviar: marta@antioquia.gov.co", answers=notice.mail.message_id, header="")
    desk.cycle()
    again = desk.outbox(Purpose.LETTER)[-1]
    assert (again.mail.to, again.mail.cc) == (("marta@antioquia.gov.co",), ())
    assert again.mail.enclosures == desk.outbox(Purpose.LETTER)[0].mail.enclosures
    assert desk.letters()[0].delivery == "sent"
    assert desk.audit() == []


def test_a_letter_that_came_back_stands_in_the_digest(desk: Desk) -> None:
    letter = desk.assigned()
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    desk.cycle()
    _bounce(desk, desk.outbox(Purpose.LETTER)[0].mail.message_id, ARCHIVES_LEADER)
    desk.now = datetime(2026, 12, 7, 7, 1, tzinfo=BOGOTA)
    run_digest(desk.office())
    assert f"Oficio {letter.number}: el correo al líder rebotó." in desk.outbox(Purpose.DIGEST)[0].mail.text


def test_a_requesters_corrected_address_is_kept(desk: Desk) -> None:
    (number,) = desk.assigned().cases
    _bounce(desk, desk.outbox(Purpose.ACKNOWLEDGEMENT)[0].mail.message_id, SONSON)
    desk.mail(ANA, "RE", f"reenviar {number}: planeacion@sonson-antioquia.gov.co")
    desk.cycle()
    assert desk.case(number).email == "planeacion@sonson-antioquia.gov.co"
    assert desk.outbox(Purpose.ACKNOWLEDGEMENT)[-1].mail.to == ("planeacion@sonson-antioquia.gov.co",)


def test_one_line_without_a_number_corrects_every_case_that_the_mail_was_about(desk: Desk) -> None:
    letter = desk.assigned(TWO_POLICIES, GRANADA)
    _bounce(desk, desk.outbox(Purpose.ACKNOWLEDGEMENT)[0].mail.message_id, GRANADA)
    notice = desk.outbox(Purpose.BOUNCE)[-1].mail
    desk.mail(ANA, "RE", "reenviar: planeacion@granada-antioquia.gov.co", answers=notice.message_id)
    desk.cycle()
    assert {desk.case(number).email for number in letter.cases} == {"planeacion@granada-antioquia.gov.co"}
    assert len(desk.outbox(Purpose.ACKNOWLEDGEMENT)) == 2
    assert desk.audit() == []


def test_a_copy_that_came_back_leaves_the_letter_delivered_and_corrects_the_requester(desk: Desk) -> None:
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"aprobado {number}")
    desk.cycle()
    _bounce(desk, desk.outbox(Purpose.LETTER)[0].mail.message_id, SONSON)
    assert desk.letters()[0].delivery == "sent"
    assert "pestaña Líderes" not in desk.outbox(Purpose.BOUNCE)[0].mail.text
    desk.mail(ANA, "RE", f"reenviar {number}: planeacion@sonson-antioquia.gov.co")
    desk.cycle()
    assert desk.case(number).email == "planeacion@sonson-antioquia.gov.co"
    assert desk.outbox(Purpose.LETTER)[-1].mail.to == ("planeacion@sonson-antioquia.gov.co",)
    assert desk.audit() == []


def test_nothing_is_sent_again_that_did_not_bounce(desk: Desk) -> None:
    (number,) = desk.assigned().cases
    mails = len(desk.outbox(Purpose.ACKNOWLEDGEMENT))
    desk.mail(ANA, "RE", f"reenviar {number}: otro@sonson-antioquia.gov.co")
    desk.cycle()
    assert "no hay qué reenviar" in desk.outbox(Purpose.ORDER_ANSWER)[-1].mail.text
    assert len(desk.outbox(Purpose.ACKNOWLEDGEMENT)) == mails


@pytest.mark.parametrize(
    ("sender", "header", "taken"),
    [
        (FILING, None, True),
        ("no-responder@mercurio.antioquia.gov.co", None, True),
        (FILING, stamp("antioquia.gov.co", "fail"), False),
        ("robot@otra-entidad.gov.co", None, False),
    ],
)
def test_the_filing_systems_mail_releases_a_letter_that_waits_for_its_radicado(
    tmp_path: Path, sender: str, header: str | None, taken: bool
) -> None:
    desk = Desk(tmp_path, {"MIPG_LETTERS__RELEASE": "registered"})
    letter = desk.assigned()
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    desk.cycle()
    assert "espera el número de radicado" in desk.outbox(Purpose.ORDER_ANSWER)[-1].mail.text
    desk.mail(
        sender,
        "Notificación de radicación",
        f"Su documento {letter.number} fue radicado con el número de radicado 2026030123456.",
        header=header,
        extra={"Auto-Submitted": "auto-generated"},
    )
    desk.cycle()
    desk.cycle()
    assert (desk.case(letter.cases[0]).official_ref == "2026030123456") is taken
    assert (desk.letters()[0].state is LetterState.SENT) is taken
