"""What Microsoft Graph, or a gateway before it, may answer besides: met through real httpx."""

from collections.abc import Iterator

import pytest

from tasks.ports.errors import MailboxUnavailable
from tasks.ports.sender import Outcome
from tests.contracts.mailbox import contents, mail
from tests.contracts.sender import envelope
from tests.graph_server import Fault, GraphServer
from tests.tasks.adapters.mailbox.test_graph import mailbox_of, sender_of


@pytest.fixture
def server() -> Iterator[GraphServer]:
    with GraphServer() as running:
        yield running


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_gateways_page_is_waited_out(server: GraphServer, status: int) -> None:
    server.deliver(mail(1))
    server.faults.append(Fault(status, page=True))
    assert contents(mailbox_of(server)) == [mail(1)]


def test_a_page_that_is_no_json_makes_the_mailbox_unavailable(server: GraphServer) -> None:
    server.faults.append(Fault(200, page=True))
    with pytest.raises(MailboxUnavailable, match="not JSON"):
        mailbox_of(server).listing(None)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_gateways_page_after_the_mail_was_taken_leaves_the_outcome_unknown(server: GraphServer, status: int) -> None:
    """Whoever takes it for a busy service sends twice."""
    sender = sender_of(server)
    sender.ping()
    server.faults.append(Fault(status, {"Retry-After": "1"}, after=True, page=True))
    assert sender.send(envelope()).outcome is Outcome.UNKNOWN
    assert sender.was_sent(envelope().message_id) is True
    assert len(server.sent) == 1


def test_pages_that_go_round_in_circles_are_left(server: GraphServer) -> None:
    for number in range(3 * server.page):
        server.deliver(mail(number))
    server.circles = True
    with pytest.raises(MailboxUnavailable, match="again and again"):
        mailbox_of(server).listing(None)
    assert len(server.calls) < 10


def test_a_message_on_two_pages_is_listed_once(server: GraphServer) -> None:
    uids = [server.deliver(mail(number)) for number in range(3)]
    server.log = [(uid, "came") for uid in (*uids, *uids, *uids)]
    assert contents(mailbox_of(server)) == [mail(0), mail(1), mail(2)]


def test_a_message_without_content_is_told_and_not_taken_for_an_empty_one(server: GraphServer) -> None:
    uids = [server.deliver(mail(number)) for number in range(3)]
    server.without_mime.add(uids[1])
    mailbox, found = mailbox_of(server), []
    with pytest.raises(MailboxUnavailable, match="1 message"):
        for message in mailbox.fetch(mailbox.listing(None).refs):
            found.append(message.raw)
    assert found == [mail(0), mail(2)]


def test_a_token_that_ends_between_two_pages_is_renewed(server: GraphServer) -> None:
    for number in range(2 * server.page):
        server.deliver(mail(number))
    mailbox = mailbox_of(server)
    mailbox.ping()
    server.faults.extend([Fault(429), Fault(401, code="InvalidAuthenticationToken")])
    assert len(contents(mailbox)) == 2 * server.page
    assert len(server.tokens) == 2


def test_a_service_behind_a_path_of_a_proxy_is_reached(server: GraphServer) -> None:
    server.prefix = "/puerta/graph"
    for number in range(2 * server.page):
        server.deliver(mail(number))
    mailbox = mailbox_of(server, "move")
    listing = mailbox.listing(None)
    assert len(list(mailbox.fetch(listing.refs))) == 2 * server.page
    mailbox.settle(listing.refs)
    assert mailbox.listing(listing.cursor).refs == ()
    assert sender_of(server).send(envelope()).outcome is Outcome.SENT
