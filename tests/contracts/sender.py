"""What every way out for mail must do."""

from abc import ABC, abstractmethod

import pytest

from tasks.ports.sender import Envelope, Outcome, Sender


def envelope(number: int = 1, *recipients: str, raw: bytes = b"", sender: str = "mesa@antioquia.gov.co") -> Envelope:
    """Return a small message; `recipients` default to one."""
    message_id = f"<acuse-S-2026-{number:04}.ab12@antioquia.gov.co>"
    body = raw or f"Message-ID: {message_id}\r\nSubject: Acuse {number}\r\n\r\nRecibido.\r\n.\r\n".encode()
    return Envelope(message_id, sender, recipients or ("alcaldia@abejorral.gov.co",), body)


class Outside(ABC):
    """Where the mail goes, as those who receive it see it."""

    @abstractmethod
    def open(self) -> Sender:
        """Return the adapter, newly made."""

    @abstractmethod
    def arrived(self) -> list[bytes]:
        """Return what got there."""


class SenderContract:
    """Subclasses give the fixture `outside`."""

    def test_a_message_arrives_as_it_was_written(self, outside: Outside) -> None:
        sent = outside.open().send(envelope())
        assert (sent.outcome, sent.refused) == (Outcome.SENT, ())
        assert outside.arrived() == [envelope().raw]

    def test_eight_bit_text_arrives_as_it_was_written(self, outside: Outside) -> None:
        raw = "Subject: Acuse\r\nContent-Transfer-Encoding: 8bit\r\n\r\nAsesoría al municipio de Nariño\r\n".encode()
        assert outside.open().send(envelope(raw=raw)).outcome is Outcome.SENT
        assert outside.arrived() == [raw]

    def test_several_messages_go_through_one_sender(self, outside: Outside) -> None:
        sender = outside.open()
        for number in range(5):
            assert sender.send(envelope(number)).outcome is Outcome.SENT
        sender.close()
        assert sorted(outside.arrived()) == [envelope(number).raw for number in range(5)]

    def test_ping_says_what_was_reached_and_sends_nothing(self, outside: Outside) -> None:
        assert outside.open().ping()
        assert outside.arrived() == []

    def test_what_was_never_sent_is_not_said_to_be_sent(self, outside: Outside) -> None:
        assert not outside.open().was_sent(envelope().message_id)

    def test_what_was_sent_is_known_or_cannot_be_told(self, outside: Outside) -> None:
        outside.open().send(envelope())
        assert outside.open().was_sent(envelope().message_id) in (True, None)

    def test_closing_twice_is_harmless_and_sending_goes_on(self, outside: Outside) -> None:
        sender = outside.open()
        sender.close()
        sender.send(envelope())
        sender.close()
        sender.close()
        assert sender.send(envelope(2)).outcome is Outcome.SENT

    @pytest.mark.parametrize("bad", ["a@b.co\r\nRCPT TO:<otro@b.co>", "<a@b.co>", "sin-arroba", ""])
    def test_a_strange_recipient_smuggles_nothing(self, outside: Outside, bad: str) -> None:
        outside.open().send(envelope(1, bad))
        assert len(outside.arrived()) <= 1
