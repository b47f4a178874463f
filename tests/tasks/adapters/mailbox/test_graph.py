"""The Graph mailbox and sender, through real httpx and msal, against a fake that speaks the documented protocol."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.adapters.mailbox.graph import GraphMailbox
from tasks.adapters.sender.graph import GraphSender
from tasks.clients.graph import GraphAccess, GraphClient, Patience
from tasks.clients.patience import retry_after
from tasks.ports.errors import ConfigurationError, MailboxUnavailable, SenderUnavailable
from tasks.ports.mailbox import After
from tasks.ports.sender import Envelope, Outcome
from tests.contracts.mailbox import MovingMailboxContract, RefusingMailboxContract, contents, mail
from tests.contracts.sender import Outside, SenderContract, envelope
from tests.dovecot import Certificate
from tests.graph_server import CLIENT, SECRET, TENANT, Fault, GraphServer
from tests.http_mail import PROCESSED, HttpMailPost


def client_of(server: GraphServer, slept: list[float] | None = None, ca_file: Path | None = None) -> GraphClient:
    access = GraphAccess(TENANT, CLIENT, SECRET, server.base_url, server.origin, ca_file, timeout=5)
    naps = slept if slept is not None else []
    return GraphClient(access, Patience(waits=(0.01, 0.02), longest=30, sleep=naps.append))


@pytest.fixture
def server() -> Iterator[GraphServer]:
    with GraphServer() as running:
        yield running


class GraphPost(HttpMailPost):
    server: GraphServer

    def open(self, after: After = "keep") -> GraphMailbox:
        return mailbox_of(self.server, after)


class TestGraphMailbox(MovingMailboxContract, RefusingMailboxContract):
    @pytest.fixture
    def post(self, server: GraphServer) -> GraphPost:
        return GraphPost(server)


class GraphOutside(Outside):
    def __init__(self, server: GraphServer) -> None:
        self._server = server

    def open(self) -> GraphSender:
        return GraphSender(client_of(self._server), self._server.address)

    def arrived(self) -> list[bytes]:
        return [raw for _, raw in self._server.sent]


class TestGraphSender(SenderContract):
    @pytest.fixture
    def outside(self, server: GraphServer) -> GraphOutside:
        return GraphOutside(server)


def mailbox_of(server: GraphServer, after: After = "keep", slept: list[float] | None = None) -> GraphMailbox:
    return GraphMailbox(client_of(server, slept), server.address, after=after, processed=PROCESSED)


def test_only_what_came_since_is_asked_for(server: GraphServer) -> None:
    for number in range(12):
        server.deliver(mail(number))
    cursor = mailbox_of(server).listing(None).cursor
    server.deliver(mail(99))
    server.calls.clear()
    mailbox = mailbox_of(server)
    assert [found.raw for found in mailbox.fetch(mailbox.listing(cursor).refs)] == [mail(99)]
    assert sum("delta" in line for line in server.calls) == 1


def test_a_delta_link_that_lapsed_lists_everything_again(server: GraphServer) -> None:
    server.deliver(mail(1))
    cursor = mailbox_of(server).listing(None).cursor
    server.deliver(mail(2))
    server.oldest_token = 2
    assert len(mailbox_of(server).listing(cursor).refs) == 2


def test_the_token_follows_no_link_to_another_server(server: GraphServer) -> None:
    server.deliver(mail(1))
    with GraphServer() as other:
        assert len(mailbox_of(server).listing(f"{other.base_url}/users/x/messages/delta?$deltatoken=1").refs) == 1
        assert other.calls == []


def test_the_wait_the_service_asks_for_is_kept(server: GraphServer) -> None:
    server.deliver(mail(1))
    server.faults.extend([Fault(429, {"Retry-After": "7"}), Fault(503)])
    slept: list[float] = []
    assert contents(mailbox_of(server, slept=slept)) == [mail(1)]
    assert slept[0] == 7
    assert slept[1] < 1


def test_a_wait_beyond_patience_is_left_for_the_next_run(server: GraphServer) -> None:
    server.faults.append(Fault(429, {"Retry-After": "600"}))
    slept: list[float] = []
    with pytest.raises(MailboxUnavailable, match="429"):
        mailbox_of(server, slept=slept).listing(None)
    assert slept == []


def test_dropped_answers_are_asked_again_and_lose_nothing(server: GraphServer) -> None:
    for number in range(4):
        server.deliver(mail(number))
    mailbox = mailbox_of(server)
    mailbox.ping()
    server.faults.extend([Fault(drop=True), Fault(drop=True, after=True)])
    assert contents(mailbox) == list(map(mail, range(4)))


def test_a_move_whose_answer_was_lost_is_not_made_twice(server: GraphServer) -> None:
    server.deliver(mail(1))
    server.folders["done"] = PROCESSED
    mailbox = mailbox_of(server, "move")
    refs = mailbox.listing(None).refs
    server.when["/move"] = Fault(drop=True, after=True)
    with pytest.raises(MailboxUnavailable):
        mailbox.settle(refs)
    mailbox_of(server, "move").settle(refs)
    assert sum("/move" in line for line in server.calls) == 1
    assert [stored.raw for stored in server.inside("done")] == [mail(1)]


def test_staff_categories_stay_when_a_message_is_flagged(server: GraphServer) -> None:
    uid = server.deliver(mail(1))
    server.messages[uid].categories = ["Urgente"]
    mailbox = mailbox_of(server, "flag")
    refs = mailbox.listing(None).refs
    mailbox.settle(refs)
    mailbox.settle(refs)
    assert server.messages[uid].categories == ["Urgente", "Mesa MIPG"]


def test_a_token_that_ended_is_renewed_once(server: GraphServer) -> None:
    server.deliver(mail(1))
    mailbox = mailbox_of(server)
    mailbox.ping()
    server.tokens.clear()
    assert contents(mailbox) == [mail(1)]


def test_a_wrong_secret_says_so_and_shows_none(server: GraphServer) -> None:
    access = GraphAccess(TENANT, CLIENT, "equivocado", server.base_url, server.origin)
    with pytest.raises(MailboxUnavailable, match="invalid_client") as caught:
        GraphMailbox(GraphClient(access), server.address).ping()
    assert "equivocado" not in str(caught.value)


def test_msal_over_tls_with_the_offices_own_authority(certificate: Certificate) -> None:
    with GraphServer(certificate=certificate) as server:
        server.deliver(mail(1))
        client = client_of(server, ca_file=certificate.authority)
        mailbox = GraphMailbox(client, server.address)
        assert contents(mailbox) == [mail(1)]
        server.tokens.clear()
        assert contents(mailbox) == [mail(1)]
        with pytest.raises(MailboxUnavailable, match=r"(?i)certificate"):
            GraphMailbox(client_of(server), server.address).ping()


def test_clear_text_is_for_this_machine_only() -> None:
    with pytest.raises(ConfigurationError, match="https"):
        GraphAccess(TENANT, CLIENT, SECRET, "http://graph.example.com/v1.0")


def sender_of(server: GraphServer) -> GraphSender:
    return GraphSender(client_of(server), server.address)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (429, Outcome.RETRY),
        (503, Outcome.UNKNOWN),
        (500, Outcome.UNKNOWN),
        (504, Outcome.UNKNOWN),
        (400, Outcome.REFUSED),
    ],
)
def test_the_answer_decides(server: GraphServer, status: int, outcome: Outcome) -> None:
    server.faults.append(Fault(status, {"Retry-After": "1"}))
    assert sender_of(server).send(envelope()).outcome is outcome
    assert server.sent == []


def test_a_lost_answer_is_unknown_and_found_in_sent_items(server: GraphServer) -> None:
    sender = sender_of(server)
    sender.ping()
    server.faults.append(Fault(drop=True, after=True))
    assert sender.send(envelope()).outcome is Outcome.UNKNOWN
    assert sender.was_sent(envelope().message_id) is True
    assert len(server.sent) == 1


def test_missing_rights_are_ours_and_not_the_messages_fault(server: GraphServer) -> None:
    server.faults.append(Fault(403, code="ErrorAccessDenied"))
    with pytest.raises(SenderUnavailable, match=r"Mail\.Send"):
        sender_of(server).send(envelope())


def test_nobody_outside_the_envelope_gets_it(server: GraphServer) -> None:
    kept = b"Cc: a@b.co\r\nSubject: x\r\n\r\nTo: c@d.co\r\n"
    raw = b"To: Lider <lider@antioquia.gov.co>,\r\n otra@antioquia.gov.co\r\n" + kept
    sent = Envelope("<1@x>", server.address, ("Lider@antioquia.gov.co", "a@b.co"), raw)
    assert sender_of(server).send(sent).outcome is Outcome.SENT
    ((to, delivered),) = server.sent
    assert sorted(address.lower() for address in to) == ["a@b.co", "lider@antioquia.gov.co"]
    assert delivered == kept


def test_a_retry_after_date_is_counted_from_now() -> None:
    assert retry_after("Tue, 01 Dec 2026 13:00:30 GMT", datetime(2026, 12, 1, 13, 0, tzinfo=UTC)) == 30
    assert retry_after("") is None


def test_what_was_flagged_once_is_left_alone_when_it_is_listed_again(server: GraphServer) -> None:
    uid = server.deliver(mail(1))
    mailbox = mailbox_of(server, "flag")
    before = mailbox.listing(None)
    mailbox.settle(before.refs)
    server.messages[uid].read = False  # somebody wants to come back to it
    again = mailbox.listing(before.cursor).refs
    assert [ref.uid for ref in again] == [uid]
    mailbox.settle(again)
    assert sum(line.startswith("PATCH") for line in server.calls) == 1
    assert not server.messages[uid].read


def test_a_next_page_on_another_server_is_neither_followed_nor_left_out(server: GraphServer) -> None:
    for number in range(server.page + 1):
        server.deliver(mail(number))
    with GraphServer() as other:
        server.elsewhere = other.origin
        with pytest.raises(MailboxUnavailable, match="next page"):
            mailbox_of(server).listing(None)
        assert other.calls == []


@pytest.mark.parametrize(("code", "lost"), [("ErrorItemNotFound", True), ("MailboxNotEnabledForRESTAPI", False)])
def test_a_mailbox_that_is_not_found_is_no_message_that_vanished(server: GraphServer, code: str, lost: bool) -> None:
    server.deliver(mail(1))
    mailbox = mailbox_of(server)
    refs = mailbox.listing(None).refs
    server.when["/$value"] = Fault(404, code=code)
    if lost:
        assert list(mailbox.fetch(refs)) == []
    else:
        with pytest.raises(MailboxUnavailable, match=code):
            list(mailbox.fetch(refs))


def test_many_messages_that_cannot_be_read_hold_up_no_other(server: GraphServer) -> None:
    for number in range(60):
        uid = server.deliver(mail(number))
        if number % 2:
            server.poison.add(uid)
    mailbox, found = mailbox_of(server), []
    with pytest.raises(MailboxUnavailable, match="30 message"):
        for message in mailbox.fetch(mailbox.listing(None).refs):
            found.append(message.raw)
    assert found == [mail(number) for number in range(0, 60, 2)]


def test_a_message_that_cannot_be_moved_holds_up_no_other(server: GraphServer) -> None:
    for number in range(3):
        server.deliver(mail(number))
    mailbox = mailbox_of(server, "move")
    refs = mailbox.listing(None).refs
    server.when["/move"] = Fault(423, code="ErrorItemLocked")
    with pytest.raises(MailboxUnavailable, match="ErrorItemLocked"):
        mailbox.settle(refs)
    assert [stored.raw for stored in server.inside(server.folder_id(PROCESSED))] == [mail(1), mail(2)]
