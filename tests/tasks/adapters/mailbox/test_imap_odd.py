"""What an IMAP server may do and Dovecot does not: read after the RFCs, met through the real imap-tools."""

import time
from collections.abc import Iterator

import pytest

from tasks.adapters.mailbox.imap import ImapMailbox, Pace
from tasks.ports.endpoint import Credentials, Endpoint
from tasks.ports.errors import MailboxUnavailable
from tasks.ports.mailbox import After
from tests.contracts.mailbox import contents, mail
from tests.imap_server import OddImapServer, Stored


@pytest.fixture
def server() -> Iterator[OddImapServer]:
    with OddImapServer(mail(1), mail(2), mail(3)) as one:
        yield one


def mailbox_on(server: OddImapServer, after: After = "keep", inbox: str = "INBOX") -> ImapMailbox:
    endpoint = Endpoint("127.0.0.1", server.port, "none", timeout=2)
    return ImapMailbox(endpoint, Credentials("mesa", "clave"), inbox=inbox, after=after, pace=Pace(waits=(0.01,)))


def test_the_odd_server_is_read_like_any_other(server: OddImapServer) -> None:
    mailbox = mailbox_on(server, "move")
    assert contents(mailbox) == [mail(1), mail(2), mail(3)]
    mailbox.settle(mailbox.listing(None).refs)
    assert server.moved == [mail(1), mail(2), mail(3)]


def test_what_the_server_says_unasked_disturbs_no_answer(server: OddImapServer) -> None:
    noise = b"* 1 EXPUNGE\r\n* 9 EXISTS\r\n* 1 FETCH (FLAGS (\\Seen) UID 1)\r\n* NO [ALERT] disk nearly full\r\n"
    for command in ("UID SEARCH", "UID FETCH", "NOOP"):
        server.before[command] = noise
    mailbox = mailbox_on(server, "move")
    assert contents(mailbox) == [mail(1), mail(2), mail(3)]
    mailbox.settle(mailbox.listing(None).refs)
    assert len(server.moved) == 3


def test_names_are_made_under_the_personal_namespace(server: OddImapServer) -> None:
    """RFC 2342: on Courier and Cyrus a folder of one's own is "INBOX.Procesados"."""
    server.prefix = "INBOX."
    mailbox = mailbox_on(server, "move")
    mailbox.settle(mailbox.listing(None).refs)
    assert "INBOX.Procesados" in server.folders
    assert len(server.moved) == 3


def test_a_folder_is_found_under_the_personal_namespace(server: OddImapServer) -> None:
    server.prefix = "INBOX."
    server.folders["INBOX.Mesa.Nueva"] = ""
    assert len(contents(mailbox_on(server, inbox="Mesa/Nueva"))) == 3


def test_a_name_that_only_holds_other_folders_is_made(server: OddImapServer) -> None:
    """RFC 3501 §7.2.2: LIST names it, \\Noselect, and nothing can be moved there."""
    server.folders["Procesados"] = "\\Noselect"
    mailbox = mailbox_on(server, "move")
    mailbox.settle(mailbox.listing(None).refs)
    assert len(server.moved) == 3


def test_a_message_that_cannot_be_moved_holds_up_no_other(server: OddImapServer) -> None:
    server.messages += [Stored(number, mail(number)) for number in range(4, 41)]
    server.stuck = {7}
    mailbox = mailbox_on(server, "move")
    with pytest.raises(MailboxUnavailable, match="one of them stays"):
        mailbox.settle(mailbox.listing(None).refs)
    assert [one.uid for one in server.messages] == [7]


def test_a_folder_that_takes_nothing_is_not_asked_for_every_message(server: OddImapServer) -> None:
    server.messages += [Stored(number, mail(number)) for number in range(4, 401)]
    server.instead["UID MOVE"] = lambda tag, _: f"{tag} NO [OVERQUOTA] full\r\n".encode()
    mailbox = mailbox_on(server, "move")
    with pytest.raises(MailboxUnavailable, match="OVERQUOTA"):
        mailbox.settle(mailbox.listing(None).refs)
    assert len(server.called("UID MOVE")) < 40


def test_a_server_that_forbids_login_is_authenticated_to(server: OddImapServer) -> None:
    """RFC 3501 §6.2.3: no LOGIN where LOGINDISABLED is announced."""
    server.capability += " LOGINDISABLED AUTH=PLAIN"
    assert len(contents(mailbox_on(server))) == 3
    assert server.called("LOGIN") == []


def test_a_goodbye_in_the_middle_is_followed_by_a_new_connection(server: OddImapServer) -> None:
    goodbyes = iter([b"* BYE server going down\r\n", b""])
    search = iter([lambda tag, _: next(goodbyes)])
    server.instead["UID SEARCH"] = lambda tag, args: _once(server, "UID SEARCH", next(search)(tag, args))
    assert len(contents(mailbox_on(server))) == 3


def _once(server: OddImapServer, command: str, answer: bytes) -> bytes:
    del server.instead[command]
    return answer


def test_an_idle_that_is_refused_is_replaced_by_asking(server: OddImapServer) -> None:
    server.instead["IDLE"] = lambda tag, _: f"{tag} NO not now\r\n".encode()
    mailbox = mailbox_on(server)
    cursor = mailbox.listing(None).cursor
    began = time.monotonic()
    assert mailbox.wait(cursor, 0.3) is False
    assert time.monotonic() - began < 2
    assert len(server.called("IDLE")) == 1


def test_an_idle_that_the_server_ends_is_no_trouble(server: OddImapServer) -> None:
    server.instead["IDLE"] = lambda tag, _: f"+ idling\r\n{tag} OK that is enough\r\n".encode()
    mailbox = mailbox_on(server)
    cursor = mailbox.listing(None).cursor
    assert mailbox.wait(cursor, 5) is False
    assert len(contents(mailbox)) == 3


def test_mail_that_came_while_idle_was_broken_off_is_seen_at_once(server: OddImapServer) -> None:
    def break_off(_tag: str, _arguments: str) -> bytes:
        server.messages.append(Stored(4, mail(4)))
        return _once(server, "IDLE", b"")

    server.instead["IDLE"] = break_off
    mailbox = mailbox_on(server)
    cursor = mailbox.listing(None).cursor
    began = time.monotonic()
    assert mailbox.wait(cursor, 30) is True
    assert time.monotonic() - began < 5


def test_an_empty_folder_is_not_searched(server: OddImapServer) -> None:
    """Some servers call "1:*" an error where there is nothing."""
    server.messages.clear()
    server.instead["UID SEARCH"] = lambda tag, _: f"{tag} BAD invalid messageset\r\n".encode()
    assert contents(mailbox_on(server)) == []


def test_a_message_expunged_between_search_and_fetch_is_left_out(server: OddImapServer) -> None:
    """RFC 2180 §4.1.2: the server may answer OK without it, or NO with the others."""
    mailbox = mailbox_on(server)
    refs = mailbox.listing(None).refs
    del server.messages[1]
    assert [found.raw for found in mailbox.fetch(refs)] == [mail(1), mail(3)]


def test_what_was_said_before_a_refusal_is_no_part_of_the_next_answer(server: OddImapServer) -> None:
    """RFC 2180 §4.1.3: some servers send what they can of a message that is gone, and NO."""
    gone = b"* 1 FETCH (UID 1 RFC822.SIZE 9)\r\n"
    mailbox = mailbox_on(server)
    refs = mailbox.listing(None).refs
    del server.messages[0]
    server.instead["UID FETCH"] = lambda tag, _: _once(
        server, "UID FETCH", gone + f"{tag} NO some are gone\r\n".encode()
    )
    assert [found.raw for found in mailbox.fetch(refs)] == [mail(2), mail(3)]


def test_numbers_that_change_every_session_lose_nothing(server: OddImapServer) -> None:
    """[UIDNOTSTICKY] (RFC 4315): each connection sees another UIDVALIDITY."""
    mailbox = mailbox_on(server)
    cursor = mailbox.listing(None).cursor
    mailbox.close()
    server.validity = 2
    assert len(mailbox.listing(cursor).refs) == 3


def test_a_token_lets_in_and_one_that_is_refused_is_asked_for_anew(server: OddImapServer) -> None:
    tokens = ["caduca", "buena"]
    server.tokens = {"buena"}
    credentials = Credentials("mesa", token=lambda: tokens[0], forget=lambda: tokens.pop(0) and None)
    mailbox = ImapMailbox(Endpoint("127.0.0.1", server.port, "none", timeout=2), credentials)
    with pytest.raises(MailboxUnavailable, match="token refused") as caught:
        mailbox.ping()
    assert "caduca" not in str(caught.value)
    assert len(contents(mailbox)) == 3
