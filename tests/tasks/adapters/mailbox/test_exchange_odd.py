"""What an Exchange server, or a gateway before it, may answer besides: met through the real exchangelib."""

from collections.abc import Iterator

import pytest

from tasks.ports.errors import MailboxUnavailable
from tasks.ports.sender import Outcome
from tests.contracts.mailbox import contents, mail
from tests.contracts.sender import envelope
from tests.ews_server import EwsServer, Fault
from tests.tasks.adapters.mailbox.test_exchange import mailbox_of, sender_of


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[EwsServer]:
    monkeypatch.setattr("exchangelib.protocol.BaseProtocol.RETRY_WAIT", 0.01)
    with EwsServer() as running:
        yield running


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "1"}, {"Connection": "close"}])
def test_a_gateways_page_is_waited_out(server: EwsServer, status: int, headers: dict[str, str]) -> None:
    server.deliver(mail(1))
    mailbox = mailbox_of(server)
    mailbox.ping()
    server.faults.append(Fault("SyncFolderItems", status=status, headers=headers))
    assert contents(mailbox) == [mail(1)]


@pytest.mark.parametrize("status", [200, 500])
def test_a_page_that_is_no_answer_makes_the_mailbox_unavailable_and_shows_no_cookie(
    server: EwsServer, status: int
) -> None:
    mailbox = mailbox_of(server)
    mailbox.ping()
    server.faults.append(Fault("SyncFolderItems", status=status, headers={"Set-Cookie": "sesion=secreta"}))
    with pytest.raises(MailboxUnavailable) as caught:
        mailbox.listing(None)
    assert "secreta" not in str(caught.value)


@pytest.mark.parametrize("status", [200, 500, 502, 503, 504])
@pytest.mark.parametrize("headers", [{}, {"Retry-After": "1"}, {"Connection": "close"}])
def test_a_gateways_page_after_the_mail_was_taken_leaves_the_outcome_unknown(
    server: EwsServer, status: int, headers: dict[str, str]
) -> None:
    """Whoever takes it for a busy server sends twice."""
    sender = sender_of(server)
    server.faults.append(Fault("CreateItem", status=status, headers=headers, after=True))
    assert sender.send(envelope()).outcome is Outcome.UNKNOWN
    assert sender.was_sent(envelope().message_id) is True
    assert len(server.sent) == 1


def test_a_message_without_mime_content_is_told_and_not_taken_for_an_empty_one(server: EwsServer) -> None:
    uids = [server.deliver(mail(number)) for number in range(3)]
    server.without_mime.add(uids[1])
    mailbox, found = mailbox_of(server), []
    with pytest.raises(MailboxUnavailable, match=f"1 message.*{uids[1]}"):
        for message in mailbox.fetch(mailbox.listing(None).refs):
            found.append(message.raw)
    assert found == [mail(0), mail(2)]


def test_an_item_of_an_unknown_kind_holds_up_no_other(server: EwsServer) -> None:
    uids = [server.deliver(mail(number)) for number in range(3)]
    server.kinds[uids[1]] = "Novelty"
    mailbox, found = mailbox_of(server), []
    with pytest.raises(MailboxUnavailable, match=r"1 message.*Novelty"):
        for message in mailbox.fetch(mailbox.listing(None).refs):
            found.append(message.raw)
    assert found == [mail(0), mail(2)]


@pytest.mark.parametrize("kind", ["MeetingRequest", "MeetingCancellation", "PostItem", "Item"])
def test_what_is_no_plain_message_is_read_like_one(server: EwsServer, kind: str) -> None:
    server.kinds[server.deliver(mail(1))] = kind
    assert contents(mailbox_of(server)) == [mail(1)]
