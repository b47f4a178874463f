"""The IMAP mailbox against pymap and Dovecot, and against connections that break."""

import imaplib
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deployments.loopback import LoopbackMail
from tasks.adapters.mailbox.imap import ImapMailbox, Pace
from tasks.adapters.mailbox.imap_session import ImapRefusal, ImapSession
from tasks.ports.endpoint import Credentials, Endpoint
from tasks.ports.errors import ConfigurationError, MailboxUnavailable, TokenRefused
from tasks.ports.mailbox import After, MessageRef
from tests.contracts.mailbox import MovingMailboxContract, MovingPost, contents, mail, unavailable
from tests.dovecot import Certificate, Dovecot
from tests.loopback import Proxy, dripping_server

HASTY = Pace(waits=(0.05,))
# "Buzón de la mesa/Año 1 & más", as IMAP spells it (RFC 3501 §5.1.3).
ODD_FOLDER = "Buz&APM-n de la mesa/A&APE-o 1 &- m&AOE-s"


class ImapPost(MovingPost):
    """An account on any IMAP server, looked at through plain imaplib."""

    def __init__(self, port: int, credentials: Credentials, client: Callable[[], imaplib.IMAP4]) -> None:
        self.port = port
        self.credentials = credentials
        self.client = client

    def open(self, after: After = "keep", pace: Pace = HASTY, inbox: str = "INBOX", port: int = 0) -> ImapMailbox:
        endpoint = Endpoint("127.0.0.1", port or self.port, "none", timeout=10)
        processed = "Casos procesados & más"
        return ImapMailbox(endpoint, self.credentials, inbox=inbox, after=after, processed=processed, pace=pace)

    def deliver(self, *messages: bytes) -> None:
        client = self.client()
        for raw in messages:
            assert client.append("INBOX", None, None, raw)[0] == "OK"
        client.logout()

    def remove(self, ref: MessageRef) -> None:
        self.mark_deleted(ref)
        client = self.client()
        client.select("INBOX")
        client.uid("EXPUNGE", ref.uid)
        client.logout()

    def mark_deleted(self, ref: MessageRef) -> None:
        client = self.client()
        client.select("INBOX")
        client.uid("STORE", ref.uid, "+FLAGS", r"(\Deleted)")
        client.logout()

    def inbox(self) -> list[bytes]:
        return [raw for _, raw in self.folder("INBOX")]

    def processed(self) -> list[bytes]:
        return [raw for _, raw in self.folder('"Casos procesados &- m&AOE-s"')]

    def read_marks(self) -> list[bool]:
        return [b"\\Seen" in line for line, _ in self.folder("INBOX")]

    def folder(self, name: str) -> list[tuple[bytes, bytes]]:
        client = self.client()
        if client.select(name, readonly=True)[0] != "OK":
            return []
        _, data = client.uid("FETCH", "1:*", "(FLAGS BODY.PEEK[])")
        client.logout()
        return [item for item in data if isinstance(item, tuple)]


class PymapPost(ImapPost):
    def __init__(self, server: LoopbackMail) -> None:
        self._server = server
        super().__init__(server.imap_port, Credentials("mesa@localhost", server.password), self._log_in)

    def _log_in(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, 10)
        client.login(self.credentials.username, self.credentials.password)
        return client

    def deliver(self, *messages: bytes) -> None:
        for raw in messages:
            self._server.deliver("mesa@localhost", raw)


class DovecotPost(ImapPost):
    def __init__(self, server: Dovecot) -> None:
        self.server = server
        self.user = server.new_user()
        credentials = Credentials(self.user.name, self.user.password)
        super().__init__(server.port, credentials, lambda: server.client(self.user))

    def deliver(self, *messages: bytes) -> None:
        self.server.deliver(self.user, *messages)

    def as_served(self, raw: bytes) -> bytes:
        """Dovecot ends lines in CRLF and says 0x80 for NUL, which a literal may not hold (RFC 3501 §4.3)."""
        return re.sub(rb"\r?\n", b"\r\n", raw).replace(b"\0", b"\x80")


class ImapContract(MovingMailboxContract):
    def test_a_message_deleted_by_someone_else_survives_a_move(self, post: ImapPost) -> None:
        post.deliver(*map(mail, range(5)))
        mailbox = post.open("move")
        refs = mailbox.listing(None).refs
        post.mark_deleted(refs[3])
        mailbox.settle(refs[1:2])
        assert post.inbox() == list(map(mail, (0, 2, 3, 4)))
        assert post.processed() == [mail(1)]

    def test_the_reception_date_is_aware(self, post: ImapPost) -> None:
        post.deliver(mail(1))
        mailbox = post.open()
        (message,) = mailbox.fetch(mailbox.listing(None).refs)
        assert message.received is not None
        assert abs(message.received.timestamp() - time.time()) < 60

    def test_a_cursor_lists_only_what_came_since(self, post: ImapPost) -> None:
        post.deliver(mail(1), mail(2))
        mailbox = post.open()
        cursor = mailbox.listing(None).cursor
        assert mailbox.listing(cursor).refs == ()
        assert mailbox.listing(cursor).cursor == cursor
        post.deliver(mail(3))
        assert [message.raw for message in mailbox.fetch(mailbox.listing(cursor).refs)] == [mail(3)]

    def test_pages_stay_within_their_bounds(self, post: ImapPost, monkeypatch: pytest.MonkeyPatch) -> None:
        raws = [mail(number) + b"x" * size for number, size in enumerate((10, 10, 10, 10, 900, 10, 400, 400))]
        post.deliver(*raws)
        pages: list[int] = []
        ask = ImapSession.bodies

        def counted(session: ImapSession, uids: list[int]) -> Any:
            pages.append(len(uids))
            return ask(session, uids)

        monkeypatch.setattr(ImapSession, "bodies", counted)
        mailbox = post.open(pace=Pace(messages=3, octets=600))
        assert contents(mailbox) == raws
        assert pages == [3, 1, 1, 2, 1]

    def test_a_mailbox_longer_than_one_search_answer_is_listed_whole(
        self, post: ImapPost, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tasks.adapters.mailbox.imap_session._SEARCH_SPAN", 3)
        monkeypatch.setattr("tasks.adapters.mailbox.imap.COMMAND_UIDS", 2)
        post.deliver(*map(mail, range(8)))
        mailbox = post.open("move")
        assert contents(mailbox) == list(map(mail, range(8)))
        mailbox.settle(mailbox.listing(None).refs)
        assert len(post.processed()) == 8

    def test_folders_with_accents_and_levels_can_be_read(self, post: ImapPost) -> None:
        client = post.client()
        name = f'"{ODD_FOLDER.replace("/", self.separator)}"'
        assert client.create(name)[0] == "OK"
        client.append(name, None, None, mail(1))
        assert contents(post.open(inbox="Buzón de la mesa/Año 1 & más")) == [mail(1)]

    def test_after_a_new_uidvalidity_everything_is_listed_again(self, post: ImapPost) -> None:
        client = post.client()
        client.create("Entrada")
        for number in range(3):
            client.append("Entrada", None, None, mail(number))
        mailbox = post.open(inbox="Entrada")
        before = mailbox.listing(None)
        time.sleep(1.1)  # servers make UIDVALIDITY out of the time
        client.delete("Entrada")
        client.create("Entrada")
        client.append("Entrada", None, None, mail(9))
        after = post.open(inbox="Entrada").listing(before.cursor)
        assert len(after.refs) == 1
        assert after.refs[0].generation != before.refs[0].generation
        assert list(post.open(inbox="Entrada").fetch(before.refs)) == []

    def test_a_dropped_connection_is_opened_again(self, post: ImapPost, proxy_to: Callable[[int], Proxy]) -> None:
        post.deliver(*map(mail, range(6)))
        proxy = proxy_to(post.port)
        mailbox = post.open("move", port=proxy.port, pace=Pace(messages=2, waits=(0.05, 0.05)))
        refs = mailbox.listing(None).refs
        fetched = mailbox.fetch(refs)
        first = [next(fetched), next(fetched)]
        proxy.cut()
        assert [message.raw for message in (*first, *fetched)] == list(map(mail, range(6)))
        proxy.cut()
        mailbox.settle(refs[:2])
        assert post.inbox() == list(map(mail, range(2, 6)))
        assert proxy.connections == 3

    def test_a_connection_lost_while_moving_leaves_each_message_once(
        self, post: ImapPost, proxy_to: Callable[[int], Proxy]
    ) -> None:
        post.deliver(mail(1), mail(2))
        proxy = proxy_to(post.port)
        mailbox = post.open("move", port=proxy.port)
        refs = mailbox.listing(None).refs
        proxy.cut_on, proxy.after_passing = b"UID MOVE", True
        mailbox.settle(refs)
        assert (post.inbox(), post.processed()) == ([], [mail(1), mail(2)])

    def test_a_server_that_keeps_dropping_us_is_unavailable(
        self, post: ImapPost, proxy_to: Callable[[int], Proxy]
    ) -> None:
        proxy = proxy_to(post.port)
        proxy.refusing = True
        unavailable(post.open(port=proxy.port))
        assert proxy.connections == 6  # three calls, each tried twice

    def test_a_wrong_password_is_said_without_repeating_it(self, post: ImapPost) -> None:
        post.credentials = Credentials(post.credentials.username, "clave equivocada ñ")
        assert "equivocada" not in unavailable(post.open())
        post.credentials = Credentials(post.credentials.username, "otra-clave")
        assert "check username and password" in unavailable(post.open())

    def test_a_missing_folder_is_said(self, post: ImapPost) -> None:
        assert 'folder "No existe"' in unavailable(post.open(inbox="No existe"))

    separator = "/"


class TestPymap(ImapContract):
    @pytest.fixture
    def post(self, loopback_mail: LoopbackMail) -> ImapPost:
        return PymapPost(loopback_mail)


@pytest.mark.dovecot
class TestDovecot(ImapContract):
    separator = "."

    @pytest.fixture
    def post(self, dovecot: Dovecot) -> ImapPost:
        return DovecotPost(dovecot)


@pytest.mark.dovecot
class TestDovecotWithoutMove(MovingMailboxContract):
    @pytest.fixture
    def post(self, dovecot_factory: Callable[[str], Dovecot]) -> ImapPost:
        return DovecotPost(dovecot_factory("IMAP4rev1 LITERAL+ UIDPLUS"))

    def test_a_message_deleted_by_someone_else_survives_a_move(self, post: ImapPost) -> None:
        ImapContract().test_a_message_deleted_by_someone_else_survives_a_move(post)


@pytest.mark.dovecot
def test_without_uidplus_nothing_is_ever_expunged(dovecot_factory: Callable[[str], Dovecot]) -> None:
    post = DovecotPost(dovecot_factory("IMAP4rev1 LITERAL+"))
    post.deliver(mail(1), mail(2), mail(3))
    mailbox = post.open("move")
    refs = mailbox.listing(None).refs
    post.mark_deleted(refs[0])
    mailbox.settle(refs[1:2])
    mailbox.settle(refs[1:2])
    assert post.inbox() == [mail(1), mail(2), mail(3)]
    assert post.processed() == [mail(2)]


@pytest.mark.dovecot
def test_what_an_interrupted_run_had_copied_is_not_copied_again(dovecot_factory: Callable[[str], Dovecot]) -> None:
    post = DovecotPost(dovecot_factory("IMAP4rev1 LITERAL+"))
    known = [b"Message-ID: <%d@b.co>\r\n" % number + mail(number) for number in range(3)]
    post.deliver(*known, mail(3))
    mailbox = post.open("move")
    refs = mailbox.listing(None).refs
    mailbox.settle(refs[:1])
    client = post.client()
    client.select("INBOX")
    client.uid("COPY", f"{refs[1].uid},{refs[2].uid}", '"Casos procesados &- m&AOE-s"')  # and then it was killed
    client.logout()
    mailbox.settle(refs)
    assert sorted(post.processed()) == sorted([*known, mail(3)])


def test_a_read_only_mailbox_is_read_and_nothing_is_marked(loopback_mail: LoopbackMail) -> None:
    post = PymapPost(loopback_mail)
    post.deliver(mail(1))
    inbox = loopback_mail._config.set_cache["mesa@localhost"][0]._inbox
    inbox._readonly = True
    mailbox = post.open("move")
    listing = mailbox.listing(None)
    mailbox.settle(listing.refs)
    assert post.inbox() == [mail(1)]
    assert "read-only" in mailbox.ping()
    assert mailbox.listing(listing.cursor).refs == ()


@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_tls_is_checked_against_our_own_authority(dovecot: Dovecot, certificate: Certificate, security: str) -> None:
    user = dovecot.new_user()
    dovecot.deliver(user, mail(1))
    port = dovecot.tls_port if security == "ssl" else dovecot.port
    credentials = Credentials(user.name, user.password)

    def mailbox(host: str, ca_file: Path | None) -> ImapMailbox:
        return ImapMailbox(Endpoint(host, port, security, ca_file), credentials, pace=HASTY)  # type: ignore[arg-type]

    assert contents(mailbox("localhost", certificate.authority)) == [mail(1)]
    assert "certificate not trusted (unable to get local issuer certificate)" in unavailable(mailbox("localhost", None))
    with pytest.raises(ConfigurationError, match="ca_file"):
        mailbox("localhost", Path("/no/existe.pem")).ping()


@pytest.mark.dovecot
def test_tls_asked_of_a_port_without_it_says_what_to_look_at(dovecot: Dovecot) -> None:
    user = dovecot.new_user()
    endpoint = Endpoint("localhost", dovecot.port, "ssl", timeout=5)
    words = unavailable(ImapMailbox(endpoint, Credentials(user.name, user.password), pace=HASTY))
    assert "check port and security" in words


def test_an_unreachable_server_is_said(proxy_to: Callable[[int], Proxy]) -> None:
    mailbox = ImapMailbox(Endpoint("127.0.0.1", 1, "none", timeout=2), Credentials("mesa", "secreta"), pace=HASTY)
    words = unavailable(mailbox)
    assert "127.0.0.1:1" in words
    assert "secreta" not in words


def test_a_token_is_asked_for_at_each_connection(loopback_mail: LoopbackMail) -> None:
    asked = []

    def token() -> str:
        asked.append(1)
        return "ficha"

    endpoint = Endpoint("127.0.0.1", loopback_mail.imap_port, "none")
    mailbox = ImapMailbox(endpoint, Credentials("mesa@localhost", token=token), pace=HASTY)
    with pytest.raises(MailboxUnavailable):  # pymap knows no XOAUTH2
        mailbox.ping()
    assert asked == [1]


@pytest.mark.parametrize("how", ["refused", "dropped"])
def test_a_poison_message_holds_up_no_other_and_is_told(
    loopback_mail: LoopbackMail, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    post = PymapPost(loopback_mail)
    post.deliver(*map(mail, range(5)))
    mailbox = post.open(pace=Pace(waits=(0.01,)))
    refs = mailbox.listing(None).refs
    ask = ImapSession.bodies

    def poisoned(session: ImapSession, uids: list[int]) -> Any:
        if int(refs[2].uid) in uids:
            raise ImapRefusal("FETCH: [SERVERBUG] internal error") if how == "refused" else imaplib.IMAP4.abort("EOF")
        return ask(session, uids)

    monkeypatch.setattr(ImapSession, "bodies", poisoned)
    found: list[bytes] = []
    with pytest.raises(MailboxUnavailable, match=f"1 message.*the first is {refs[2].uid}"):
        for message in mailbox.fetch(refs):
            found.append(message.raw)  # what came before the error counts
    assert found == [mail(number) for number in (0, 1, 3, 4)]


@pytest.mark.parametrize("sent", [None, b""])
def test_a_message_that_is_listed_and_not_sent_is_told_and_not_taken_for_gone(
    loopback_mail: LoopbackMail, monkeypatch: pytest.MonkeyPatch, sent: bytes | None
) -> None:
    post = PymapPost(loopback_mail)
    post.deliver(*map(mail, range(3)))
    mailbox = post.open()
    refs = mailbox.listing(None).refs
    whole = ImapSession.bodies

    def passing_over(session: ImapSession, uids: list[int]) -> Any:
        found = whole(session, uids)
        left_out = found.pop(int(refs[1].uid), None)
        return found if sent is None or not left_out else found | {int(refs[1].uid): (sent, left_out[1])}

    monkeypatch.setattr(ImapSession, "bodies", passing_over)
    read: list[bytes] = []
    with pytest.raises(MailboxUnavailable, match=f"1 message.*{refs[1].uid}"):
        for message in mailbox.fetch(refs):
            read.append(message.raw)
    assert read == [mail(0), mail(2)]


def test_without_a_token_the_mailbox_is_unavailable(loopback_mail: LoopbackMail) -> None:
    def no_token() -> str:
        raise TokenRefused("https://login.example.org: invalid_client")

    endpoint = Endpoint("127.0.0.1", loopback_mail.imap_port, "none", timeout=10)
    with pytest.raises(MailboxUnavailable, match="invalid_client"):
        ImapMailbox(endpoint, Credentials("mesa@localhost", token=no_token), pace=HASTY).ping()


def test_a_server_that_refuses_everything_is_not_asked_for_every_message(
    loopback_mail: LoopbackMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, asked = PymapPost(loopback_mail), []
    post.deliver(*map(mail, range(60)))

    def refusing(_session: ImapSession, uids: list[int]) -> Any:
        asked.append(uids)
        raise ImapRefusal("FETCH: [UNAVAILABLE] later")

    monkeypatch.setattr(ImapSession, "bodies", refusing)
    with pytest.raises(MailboxUnavailable, match="UNAVAILABLE"):
        contents(post.open())
    assert len(asked) < 30


@pytest.mark.parametrize("security", ["none", "ssl", "starttls"])
def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up_in_time(security: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = Endpoint("127.0.0.1", silent.getsockname()[1], security, timeout=0.3)  # type: ignore[arg-type]
        mailbox = ImapMailbox(endpoint, Credentials("mesa", "clave"), pace=HASTY)
        began = time.monotonic()
        with pytest.raises(MailboxUnavailable, match=r"no answer in time|timed out"):
            mailbox.ping()
        assert time.monotonic() - began < 10


def test_a_greeting_that_never_ends_is_given_up() -> None:
    with dripping_server() as port:
        mailbox = ImapMailbox(
            Endpoint("127.0.0.1", port, "none", timeout=30),
            Credentials("mesa", "clave"),
            pace=Pace(waits=(), longest=0.5),
        )
        began = time.monotonic()
        with pytest.raises(MailboxUnavailable, match="no answer in time"):
            mailbox.ping()
        assert time.monotonic() - began < 10


def test_a_request_that_takes_too_long_is_cut_whatever_still_comes(
    loopback_mail: LoopbackMail, proxy_to: Callable[[int], Proxy]
) -> None:
    post = PymapPost(loopback_mail)
    post.deliver(mail(1))
    proxy = proxy_to(post.port)
    endpoint = Endpoint("127.0.0.1", proxy.port, "none", timeout=30)
    mailbox = ImapMailbox(endpoint, post.credentials, pace=Pace(longest=0.5))
    refs = mailbox.listing(None).refs
    proxy.freeze()
    began = time.monotonic()
    with pytest.raises(MailboxUnavailable, match="no whole answer"):
        list(mailbox.fetch(refs))
    assert time.monotonic() - began < 10
    assert contents(mailbox) == [mail(1)]


def test_a_connection_that_died_without_a_word_is_opened_anew(
    loopback_mail: LoopbackMail, proxy_to: Callable[[int], Proxy]
) -> None:
    post = PymapPost(loopback_mail)
    post.deliver(mail(1))
    proxy = proxy_to(post.port)
    mailbox = ImapMailbox(Endpoint("127.0.0.1", proxy.port, "none", timeout=1), post.credentials, pace=HASTY)
    mailbox.ping()
    proxy.freeze()
    assert contents(mailbox) == [mail(1)]
    assert proxy.connections == 2
