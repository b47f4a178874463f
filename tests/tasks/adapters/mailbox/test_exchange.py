"""The Exchange mailbox and sender, through real exchangelib, against a fake that speaks the documented SOAP."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from exchangelib.errors import RateLimitError

from tasks.adapters.mailbox.exchange import ExchangeMailbox
from tasks.adapters.sender.exchange import ExchangeSender
from tasks.clients.ews import EwsAccess, EwsClient
from tasks.clients.ews_policies import Patience
from tasks.ports.errors import ConfigurationError, MailboxUnavailable, SenderUnavailable
from tasks.ports.mailbox import After
from tasks.ports.sender import Envelope, Outcome
from tests.contracts.mailbox import MovingMailboxContract, RefusingMailboxContract, contents, mail
from tests.contracts.sender import Outside, SenderContract, envelope
from tests.dovecot import Certificate
from tests.ews_server import PASSWORD, USER, EwsServer, Fault
from tests.http_mail import PROCESSED, HttpMailPost


def client_of(
    server: EwsServer,
    password: str = PASSWORD,
    ca_file: Path | None = None,
    auth: Literal["basic", "oauth"] = "basic",
) -> EwsClient:
    tokens = f"{server.origin}/oauth2/token"
    access = EwsAccess(
        server.endpoint,
        server.address,
        USER,
        password,
        auth,
        ca_file=ca_file,
        client_id="mesa",
        client_secret="secreto",
        token_url=tokens,
    )
    return EwsClient(access)


def mailbox_of(server: EwsServer, after: After = "keep") -> ExchangeMailbox:
    return ExchangeMailbox(client_of(server), after=after, processed=PROCESSED)


@pytest.fixture
def server() -> Iterator[EwsServer]:
    with EwsServer() as running:
        yield running


class ExchangePost(HttpMailPost):
    server: EwsServer

    def open(self, after: After = "keep") -> ExchangeMailbox:
        return mailbox_of(self.server, after)


class TestExchangeMailbox(MovingMailboxContract, RefusingMailboxContract):
    @pytest.fixture
    def post(self, server: EwsServer) -> ExchangePost:
        return ExchangePost(server)


class ExchangeOutside(Outside):
    def __init__(self, server: EwsServer) -> None:
        self._server = server

    def open(self) -> ExchangeSender:
        return ExchangeSender(client_of(self._server))

    def arrived(self) -> list[bytes]:
        return [raw for _, raw in self._server.sent]


class TestExchangeSender(SenderContract):
    @pytest.fixture
    def outside(self, server: EwsServer) -> ExchangeOutside:
        return ExchangeOutside(server)


def test_only_what_came_since_is_asked_for(server: EwsServer) -> None:
    for number in range(12):
        server.deliver(mail(number))
    cursor = mailbox_of(server).listing(None).cursor
    server.deliver(mail(99))
    server.calls.clear()
    mailbox = mailbox_of(server)
    assert [found.raw for found in mailbox.fetch(mailbox.listing(cursor).refs)] == [mail(99)]
    assert server.calls.count("SyncFolderItems") == 1


def test_a_sync_state_the_server_forgot_lists_everything_again(server: EwsServer) -> None:
    server.deliver(mail(1))
    cursor = mailbox_of(server).listing(None).cursor
    server.deliver(mail(2))
    server.valid_from = 2
    assert len(mailbox_of(server).listing(cursor).refs) == 2


def test_a_busy_server_is_waited_for(server: EwsServer) -> None:
    server.deliver(mail(1))
    mailbox = mailbox_of(server)
    mailbox.ping()
    server.faults.append(Fault("SyncFolderItems", status=503, headers={"Retry-After": "1"}))
    assert contents(mailbox) == [mail(1)]
    assert server.calls.count("SyncFolderItems") == 2


def test_staff_categories_stay_when_a_message_is_flagged(server: EwsServer) -> None:
    uid = server.deliver(mail(1))
    server.messages[uid].categories = ["Urgente"]
    mailbox = mailbox_of(server, "flag")
    refs = mailbox.listing(None).refs
    mailbox.settle(refs)
    mailbox.settle(refs)
    assert server.messages[uid].categories == ["Urgente", "Mesa MIPG"]


def test_a_wrong_password_says_so_and_shows_none(server: EwsServer) -> None:
    with pytest.raises(MailboxUnavailable, match="Unauthorized") as caught:
        ExchangeMailbox(client_of(server, password="equivocada")).ping()
    assert "equivocada" not in str(caught.value)


def test_tls_with_the_offices_own_authority_and_oauth(certificate: Certificate) -> None:
    with EwsServer(certificate=certificate) as server:
        server.deliver(mail(1))
        mailbox = ExchangeMailbox(client_of(server, ca_file=certificate.authority, auth="oauth"))
        assert contents(mailbox) == [mail(1)]
        mailbox.close()
        with pytest.raises(MailboxUnavailable, match="CERTIFICATE_VERIFY_FAILED"):
            ExchangeMailbox(client_of(server)).ping()


def test_clear_text_is_for_this_machine_only() -> None:
    with pytest.raises(ConfigurationError, match="https"):
        EwsAccess("http://correo.antioquia.gov.co/EWS/Exchange.asmx", "mesa@antioquia.gov.co")


def sender_of(server: EwsServer) -> ExchangeSender:
    sender = ExchangeSender(client_of(server))
    sender.ping()
    return sender


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (Fault("CreateItem", code="ErrorServerBusy"), Outcome.RETRY),
        (Fault("CreateItem", code="ErrorInvalidRecipients"), Outcome.REFUSED),
        (Fault("CreateItem", code="ErrorMessageSizeExceeded"), Outcome.REFUSED),
        (Fault("CreateItem", code="ErrorInternalServerError"), Outcome.UNKNOWN),
        (Fault("CreateItem", status=429), Outcome.RETRY),
        (Fault("CreateItem", status=503, headers={"Retry-After": "1"}), Outcome.UNKNOWN),
    ],
)
def test_the_answer_decides(server: EwsServer, fault: Fault, outcome: Outcome) -> None:
    sender = sender_of(server)
    server.faults.append(fault)
    assert sender.send(envelope()).outcome is outcome
    assert server.sent == []
    assert server.calls.count("CreateItem") == 1


def test_a_lost_answer_is_unknown_not_repeated_and_found_in_sent_items(server: EwsServer) -> None:
    sender = sender_of(server)
    server.faults.append(Fault("CreateItem", drop=True, after=True))
    assert sender.send(envelope()).outcome is Outcome.UNKNOWN
    assert len(server.sent) == 1
    assert sender.was_sent(envelope().message_id) is True


def test_missing_rights_are_ours_and_not_the_messages_fault(server: EwsServer) -> None:
    sender = sender_of(server)
    server.faults.append(Fault("CreateItem", code="ErrorSendAsDenied"))
    with pytest.raises(SenderUnavailable, match="ErrorSendAsDenied"):
        sender.send(envelope())


def test_a_server_that_is_away_took_nothing(server: EwsServer) -> None:
    with EwsServer() as gone:
        sender = ExchangeSender(client_of(gone))
    with pytest.raises(SenderUnavailable):
        sender.send(envelope())


def test_nobody_outside_the_envelope_gets_it(server: EwsServer) -> None:
    raw = b"To: lider@antioquia.gov.co, otra@antioquia.gov.co\r\nSubject: x\r\n\r\nHola\r\n"
    sent = Envelope("<1@x>", server.address, ("lider@antioquia.gov.co",), raw)
    assert sender_of(server).send(sent).outcome is Outcome.SENT
    assert server.sent == [(["lider@antioquia.gov.co"], b"Subject: x\r\n\r\nHola\r\n")]


def test_what_was_flagged_once_is_left_alone_when_it_is_listed_again(server: EwsServer) -> None:
    uid = server.deliver(mail(1))
    mailbox = mailbox_of(server, "flag")
    before = mailbox.listing(None)
    mailbox.settle(before.refs)
    server.messages[uid].read = False  # somebody wants to come back to it
    again = mailbox.listing(before.cursor).refs
    assert [ref.uid for ref in again] == [uid]
    mailbox.settle(again)
    assert server.calls.count("UpdateItem") == 1
    assert not server.messages[uid].read


def test_a_conflict_with_somebody_elses_change_is_read_anew(server: EwsServer) -> None:
    uid = server.deliver(mail(1))
    mailbox = mailbox_of(server, "flag")
    refs = mailbox.listing(None).refs
    server.faults.append(Fault("UpdateItem", code="ErrorIrresolvableConflict"))
    mailbox.settle(refs)
    assert server.messages[uid].read


def test_a_server_that_is_busy_at_the_first_listing_is_waited_for(
    server: EwsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exchangelib.protocol.BaseProtocol.RETRY_WAIT", 0.01)
    server.deliver(mail(1))
    mailbox = mailbox_of(server)
    mailbox.ping()
    server.faults.append(Fault("SyncFolderItems", code="ErrorServerBusy"))
    assert contents(mailbox) == [mail(1)]


def test_a_server_that_asks_for_a_moment_for_ever_is_given_up() -> None:
    patience = Patience(60)
    waits = 0
    with pytest.raises(RateLimitError):
        while True:
            patience.back_off(0.1)
            waits += 1
    assert waits == 60
    patience.refresh()
    patience.back_off(0.1)


def test_a_token_that_ended_is_renewed(certificate: Certificate) -> None:
    with EwsServer(certificate=certificate) as server:
        server.deliver(mail(1))
        mailbox = ExchangeMailbox(client_of(server, ca_file=certificate.authority, auth="oauth"))
        mailbox.ping()
        server.tokens = {"of somebody else"}
        assert contents(mailbox) == [mail(1)]
        server.token_life = 1  # seconds, by the client's own clock
        server.tokens = {"of somebody else", "and another"}
        mailbox.ping()
        time.sleep(1.1)
        assert contents(mailbox) == [mail(1)]


def test_an_answer_lost_on_one_of_two_connections_is_unknown_too(server: EwsServer) -> None:
    sender = sender_of(server)
    protocol = sender._client.account.protocol
    for session in [protocol.get_session(), protocol.get_session()]:
        protocol.release_session(session)
    server.faults.append(Fault("CreateItem", drop=True, after=True))
    assert sender.send(envelope()).outcome is Outcome.UNKNOWN


def test_no_token_means_that_nothing_left(certificate: Certificate) -> None:
    with EwsServer(certificate=certificate) as server:
        sender = ExchangeSender(client_of(server, ca_file=certificate.authority, auth="oauth"))
        sender.ping()
        server.tokens = {"of somebody else"}
        server.gives_tokens = False
        with pytest.raises(SenderUnavailable):
            sender.send(envelope())
        assert server.sent == []


@pytest.mark.parametrize("code", ["ErrorInternalServerError", "ErrorItemCorrupt", "ErrorMessageTransientError"])
def test_a_message_that_is_refused_with_any_code_holds_up_no_other(server: EwsServer, code: str) -> None:
    for number in range(3):
        server.deliver(mail(number))
    mailbox, found = mailbox_of(server), []
    refs = mailbox.listing(None).refs
    server.poison.add(refs[1].uid)
    server.poison_code = code
    with pytest.raises(MailboxUnavailable, match="1 message"):
        for message in mailbox.fetch(refs):
            found.append(message.raw)
    assert found == [mail(0), mail(2)]


def test_a_message_that_cannot_be_moved_holds_up_no_other(server: EwsServer) -> None:
    for number in range(60):
        server.deliver(mail(number))
    mailbox = mailbox_of(server, "move")
    refs = mailbox.listing(None).refs
    server.faults.append(Fault("MoveItem", code="ErrorMoveCopyFailed"))
    with pytest.raises(MailboxUnavailable, match="ErrorMoveCopyFailed"):
        mailbox.settle(refs)
    assert len(server.inside(server.folder_id(PROCESSED))) == 10
