"""What every mailbox must do, wherever the mail lies."""

import threading
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Protocol

import pytest

from tasks.ports.errors import MailboxUnavailable
from tasks.ports.mailbox import After, Mailbox, MessageRef

ODD_MESSAGES = {
    "plain": b"From: a@b.co\r\nSubject: Hola\r\n\r\nBuenos dias.\r\n",
    "empty": b"",
    "8-bit": "From: Ñ <a@b.co>\r\nSubject: señal\r\n\r\nañadió\r\n".encode("latin-1"),
    "bare line feeds": b"From: a@b.co\n\nuna\ndos\n",
    "NUL": b"From: a@b.co\r\n\r\nantes\0despues\r\n",
    "no end of line": b"From: a@b.co\r\n\r\nfin",
    "no headers": b"\r\nsolo cuerpo\r\n",
    "broken MIME": b'Content-Type: multipart/mixed; boundary="x\r\n\r\n--x\r\nContent-Type: ?\r\n\r\n=?x?B?/?=\r\n--y',
    "looks like an answer": b"Subject: x\r\n\r\n)\r\nA001 OK FETCH completed\r\n* 1 FETCH (UID 1 BODY[] {3}\r\n",
    "dots": b"Subject: x\r\n\r\n.\r\n..\r\n.a\r\n",
}


def mail(number: int) -> bytes:
    """Return a message unlike the others."""
    return f"From: a@b.co\r\nSubject: Solicitud {number}\r\n\r\nTexto {number}\r\n".encode()


class Post(ABC):
    """The place under test, as those who deliver, read and delete mail there see it."""

    @abstractmethod
    def deliver(self, *messages: bytes) -> None:
        """Put the messages there, in order."""

    @abstractmethod
    def remove(self, ref: MessageRef) -> None:
        """Delete a message for good, as somebody else would."""

    @abstractmethod
    def open(self, after: After = "keep") -> Mailbox:
        """Return the adapter, newly made."""

    def as_served(self, raw: bytes) -> bytes:
        """Return the bytes as this server hands them out."""
        return raw


class MovingPost(Post):
    """A place where messages can be marked and moved."""

    @abstractmethod
    def inbox(self) -> list[bytes]: ...

    @abstractmethod
    def processed(self) -> list[bytes]: ...

    @abstractmethod
    def read_marks(self) -> list[bool]:
        """Say of each message of the inbox, oldest first, whether it is marked as read."""


class RefusingPost(Protocol):
    """A place that can be made to refuse one message."""

    def deliver(self, *messages: bytes) -> None: ...
    def open(self) -> Mailbox: ...
    def poison(self, ref: MessageRef) -> None:
        """Refuse this message whenever it is asked for."""
        ...


def contents(mailbox: Mailbox) -> list[bytes]:
    return [message.raw for message in mailbox.fetch(mailbox.listing(None).refs)]


class MailboxContract:
    """Subclasses give the fixture `post`."""

    @pytest.mark.parametrize("kind", ODD_MESSAGES)
    def test_bytes_come_back_as_they_are(self, post: Post, kind: str) -> None:
        raw = ODD_MESSAGES[kind]
        post.deliver(mail(1), raw, mail(2))
        assert contents(post.open()) == [mail(1), post.as_served(raw), mail(2)]

    def test_the_reception_date_is_a_plain_one_if_there_is_any(self, post: Post) -> None:
        post.deliver(mail(1))
        mailbox = post.open()
        (message,) = mailbox.fetch(mailbox.listing(None).refs)
        assert message.received is None or type(message.received.astimezone(UTC)) is datetime

    def test_eighteen_megabytes_come_whole(self, post: Post) -> None:
        raw = b"Subject: pesado\r\n\r\n" + b"0123456789abcdef" * 64 * 18 * 1024
        post.deliver(mail(1), raw)
        assert contents(post.open()) == [mail(1), raw]

    def test_an_empty_mailbox_lists_nothing(self, post: Post) -> None:
        assert post.open().listing(None).refs == ()

    def test_listing_is_oldest_first_and_places_are_distinct(self, post: Post) -> None:
        post.deliver(*map(mail, range(12)))
        mailbox = post.open()
        refs = mailbox.listing(None).refs
        assert len(set(refs)) == 12
        assert contents(mailbox) == list(map(mail, range(12)))

    def test_fetch_answers_in_the_order_asked(self, post: Post) -> None:
        post.deliver(*map(mail, range(3)))
        mailbox = post.open()
        first, second, third = mailbox.listing(None).refs
        assert [message.ref for message in mailbox.fetch([third, first, second])] == [third, first, second]

    def test_a_cursor_never_leaves_out_what_is_new(self, post: Post) -> None:
        post.deliver(mail(1), mail(2))
        mailbox = post.open()
        before = mailbox.listing(None)
        post.deliver(mail(3))
        after = mailbox.listing(before.cursor)
        new = [ref for ref in after.refs if ref not in before.refs]
        assert [message.raw for message in mailbox.fetch(new)] == [mail(3)]

    def test_places_mean_the_same_to_the_next_connection(self, post: Post) -> None:
        post.deliver(mail(1), mail(2))
        refs = post.open().listing(None).refs
        assert post.open().listing(None).refs == refs
        assert [message.raw for message in post.open().fetch(refs[1:])] == [mail(2)]

    def test_a_nonsense_cursor_lists_everything(self, post: Post) -> None:
        post.deliver(mail(1))
        assert len(post.open().listing("nonsense").refs) == 1

    def test_a_message_that_vanished_is_left_out(self, post: Post) -> None:
        post.deliver(mail(1), mail(2), mail(3))
        mailbox = post.open()
        refs = mailbox.listing(None).refs
        post.remove(refs[1])
        assert [message.raw for message in mailbox.fetch(refs)] == [mail(1), mail(3)]

    def test_a_place_of_another_generation_is_left_out(self, post: Post) -> None:
        post.deliver(mail(1))
        mailbox = post.open()
        stale = MessageRef("another", mailbox.listing(None).refs[0].uid)
        assert list(mailbox.fetch([stale])) == []
        mailbox.settle([stale])

    def test_fetching_and_settling_nothing_is_nothing(self, post: Post) -> None:
        mailbox = post.open("move")
        assert list(mailbox.fetch([])) == []
        mailbox.settle([])

    def test_keep_leaves_everything_as_it_was(self, post: Post) -> None:
        post.deliver(mail(1), mail(2))
        mailbox = post.open("keep")
        before = mailbox.listing(None)
        mailbox.settle(before.refs)
        assert post.open().listing(None) == before

    def test_waiting_ends_when_mail_comes(self, post: Post) -> None:
        post.deliver(mail(1))
        mailbox = post.open()
        cursor = mailbox.listing(None).cursor
        mailbox.wait(cursor, 0)
        arrival = threading.Timer(0.3, post.deliver, [mail(2)])
        arrival.start()
        assert mailbox.wait(cursor, 3)
        arrival.join()
        assert contents(mailbox) == [mail(1), mail(2)]

    def test_mail_that_came_before_the_wait_ends_it_at_once(self, post: Post) -> None:
        mailbox = post.open()
        cursor = mailbox.listing(None).cursor
        mailbox.wait(cursor, 0)
        post.deliver(mail(1))
        start = time.monotonic()
        assert mailbox.wait(cursor, 30)
        assert time.monotonic() - start < 5

    def test_waiting_for_nothing_ends(self, post: Post) -> None:
        post.deliver(mail(1))
        mailbox = post.open()
        cursor = mailbox.listing(None).cursor
        mailbox.wait(cursor, 0)
        assert not mailbox.wait(cursor, 0.2)
        assert contents(mailbox) == [mail(1)]

    def test_ping_says_what_was_reached(self, post: Post) -> None:
        post.deliver(mail(1))
        assert "1 message" in post.open().ping()

    def test_the_name_is_stable_and_closing_twice_is_harmless(self, post: Post) -> None:
        mailbox = post.open()
        assert mailbox.name == post.open().name
        mailbox.ping()
        mailbox.close()
        mailbox.close()
        assert mailbox.listing(None).refs == ()


class MovingMailboxContract(MailboxContract):
    """For mailboxes that can mark and move. Subclasses give the fixture `post`, a `MovingPost`."""

    def test_reading_marks_nothing(self, post: MovingPost) -> None:
        post.deliver(mail(1), mail(2))
        assert len(contents(post.open("move"))) == 2
        assert post.read_marks() == [False, False]

    def test_flag_marks_only_the_named_and_again_is_harmless(self, post: MovingPost) -> None:
        post.deliver(mail(1), mail(2), mail(3))
        mailbox = post.open("flag")
        refs = mailbox.listing(None).refs
        mailbox.settle(refs[1:2])
        mailbox.settle(refs[1:2])
        assert post.read_marks() == [False, True, False]
        assert mailbox.listing(None).refs == refs
        assert [message.raw for message in mailbox.fetch(refs)] == list(map(mail, (1, 2, 3)))

    def test_move_makes_the_folder_and_moves_only_the_named(self, post: MovingPost) -> None:
        post.deliver(mail(1), mail(2), mail(3))
        mailbox = post.open("move")
        refs = mailbox.listing(None).refs
        mailbox.settle((refs[0], refs[2]))
        assert post.inbox() == [mail(2)]
        assert sorted(post.processed()) == [mail(1), mail(3)]
        assert mailbox.listing(None).refs == refs[1:2]

    def test_moving_again_leaves_one_copy(self, post: MovingPost) -> None:
        post.deliver(mail(1), mail(2))
        mailbox = post.open("move")
        refs = mailbox.listing(None).refs
        mailbox.settle(refs[:1])
        mailbox.settle(refs[:1])
        post.open("move").settle(refs)
        assert post.inbox() == []
        assert sorted(post.processed()) == [mail(1), mail(2)]

    def test_what_vanished_is_no_error_when_settled(self, post: MovingPost) -> None:
        post.deliver(mail(1), mail(2))
        mailbox = post.open("move")
        refs = mailbox.listing(None).refs
        post.remove(refs[0])
        mailbox.settle(refs)
        assert post.processed() == [mail(2)]


class RefusingMailboxContract:
    """For servers that may refuse a single message. Subclasses give the fixture `post`, a `RefusingPost`."""

    def test_a_message_that_the_server_will_not_hand_out_is_told_and_holds_up_no_other(
        self, post: RefusingPost
    ) -> None:
        post.deliver(mail(1), mail(2), mail(3))
        mailbox = post.open()
        refs = mailbox.listing(None).refs
        post.poison(refs[1])
        found: list[bytes] = []
        with pytest.raises(MailboxUnavailable, match="1 message"):
            for message in mailbox.fetch(refs):
                found.append(message.raw)  # what came before the error counts
        assert found == [mail(1), mail(3)]


def unavailable(mailbox: Mailbox) -> str:
    """Check that every method that reaches the mailbox raises `MailboxUnavailable`; return the words."""
    somewhere = [MessageRef("1", "1")]
    for reach in (mailbox.ping, lambda: mailbox.listing(None), lambda: list(mailbox.fetch(somewhere))):
        with pytest.raises(MailboxUnavailable) as caught:
            reach()
    return str(caught.value)
