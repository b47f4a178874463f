"""The embedded mail servers."""

import imaplib
import smtplib
import threading
from datetime import UTC, datetime
from email import message_from_bytes

import pytest

from deployments.loopback import Delivery, LoopbackMail, mx_stamp

RAW = b"From: Ana <ana@abejorral.gov.co>\r\nSubject: Hola\r\n\r\nBuenos dias\r\n"


def send(mail: LoopbackMail, *recipients: str, raw: bytes = RAW, sender: str = "ana@abejorral.gov.co") -> None:
    with smtplib.SMTP("127.0.0.1", mail.smtp_port, local_hostname="test") as server:
        server.sendmail(sender, recipients, raw)


def test_what_is_sent_lies_in_the_inbox_of_its_recipient() -> None:
    with LoopbackMail(["mesa@localhost", "Directora@localhost"]) as mail:
        send(mail, "mesa@localhost", "DIRECTORA@localhost")
        assert mail.messages("mesa@localhost") == [RAW]
        assert mail.messages("directora@localhost") == [RAW]
        assert mail.messages("mesa@localhost", "Procesados") == []


def test_mail_to_a_stranger_is_refused_unless_the_house_is_open() -> None:
    with LoopbackMail(["mesa@localhost"]) as mail, pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mail, "nadie@localhost")
    with LoopbackMail([], open_house=True) as mail:
        send(mail, "nadie@localhost")
        assert mail.messages("nadie@localhost") == [RAW]


def test_delivered_bytes_are_served_by_imap() -> None:
    with LoopbackMail(["mesa@localhost"]) as mail:
        mail.deliver("mesa@localhost", RAW)
        client = imaplib.IMAP4("127.0.0.1", mail.imap_port, 5)
        client.login("mesa@localhost", mail.password)
        assert client.select()[1] == [b"1"]
        assert client.uid("FETCH", "1:*", "BODY.PEEK[]")[1][0][1] == RAW
        client.logout()


def test_the_stamp_is_what_an_mx_adds() -> None:
    moment = datetime(2026, 11, 20, 8, tzinfo=UTC)
    stamp = mx_stamp("mx.antioquia.gov.co", genuine=lambda delivery: "impostor" not in delivery.sender)
    with LoopbackMail(["mesa@localhost"], stamp=stamp, clock=lambda: moment) as mail:
        send(mail, "mesa@localhost")
        send(mail, "mesa@localhost", sender="impostor@example.com")
        genuine, forged = mail.messages("mesa@localhost")
    assert genuine.endswith(RAW)
    header = message_from_bytes(genuine)
    assert header["Return-Path"] == "<ana@abejorral.gov.co>"
    assert header["Authentication-Results"].startswith("mx.antioquia.gov.co;")
    assert "dmarc=pass header.from=abejorral.gov.co" in header["Authentication-Results"]
    assert "20 Nov 2026 08:00:00" in header["Received"]
    assert "dmarc=fail" in message_from_bytes(forged)["Authentication-Results"]


def test_a_hostile_header_adds_no_line_to_the_stamp() -> None:
    raw = b"From: x <a@b.co\rX-Evil: 1>\r\n\r\n"
    stamp = mx_stamp("mx")(Delivery("a\r\nX-Evil: 2", "mesa@localhost", raw, datetime(2026, 1, 1, tzinfo=UTC)))
    assert "X-Evil" not in message_from_bytes(stamp)


def test_nothing_is_left_running() -> None:
    before = set(threading.enumerate())
    with LoopbackMail(["mesa@localhost"]) as mail:
        client = imaplib.IMAP4("127.0.0.1", mail.imap_port, 5)
        connection = smtplib.SMTP("127.0.0.1", mail.smtp_port, local_hostname="test")
    assert set(threading.enumerate()) == before
    with pytest.raises(OSError):
        imaplib.IMAP4("127.0.0.1", mail.imap_port, 1)
    client.shutdown()
    connection.close()
