"""The Exchange mailbox and sender, through real exchangelib, against a fake that speaks the documented SOAP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from tasks.adapters.mailbox.exchange import ExchangeMailbox
from tasks.adapters.sender.exchange import ExchangeSender
from tasks.clients.ews import EwsAccess, EwsClient
from tasks.ports.errors import ConfigurationError, MailboxUnavailable, SenderUnavailable
from tasks.ports.mailbox import After, MessageRef
from tasks.ports.sender import Envelope, Outcome
from tests.contracts.mailbox import MovingMailboxContract, MovingPost, contents, mail
from tests.contracts.sender import Outside, SenderContract, envelope
from tests.dovecot import Certificate
from tests.ews_server import PASSWORD, USER, EwsServer, Fault

PROCESSED = "Casos procesados & más"


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


class ExchangePost(MovingPost):
    def __init__(self, server: EwsServer) -> None:
        self.server = server

    def open(self, after: After = "keep") -> ExchangeMailbox:
        return mailbox_of(self.server, after)

    def deliver(self, *messages: bytes) -> None:
        for raw in messages:
            self.server.deliver(raw)

    def remove(self, ref: MessageRef) -> None:
        self.server.remove(ref.uid)

    def poison(self, ref: MessageRef) -> bool:
        self.server.poison.add(ref.uid)
        return True

    def inbox(self) -> list[bytes]:
        return [stored.raw for stored in self.server.inside("inbox")]

    def processed(self) -> list[bytes]:
        return [stored.raw for stored in self.server.inside(self.server.folder_id(PROCESSED))]

    def read_marks(self) -> list[bool]:
        return [stored.read for stored in self.server.inside("inbox")]


class TestExchangeMailbox(MovingMailboxContract):
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
        (Fault("CreateItem", status=503), Outcome.RETRY),
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
