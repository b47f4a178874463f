"""Outgoing mail over SMTP, against a server that does what it is told, faults included."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deployments.loopback import LoopbackMail
from tasks.adapters.sender.smtp import SmtpSender
from tasks.ports.endpoint import Credentials, Endpoint
from tasks.ports.errors import ConfigurationError, SenderUnavailable, TokenRefused
from tasks.ports.sender import Outcome
from tests.contracts.sender import Outside, SenderContract, envelope
from tests.dovecot import Certificate
from tests.loopback import Proxy, SmtpServer, dripping_server


def sender_to(port: int, credentials: Credentials = Credentials(""), patience: float = 5) -> SmtpSender:  # noqa: B008
    return SmtpSender(Endpoint("127.0.0.1", port, "none", timeout=5), credentials, final_patience=patience)


class SmtpOutside(Outside):
    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def open(self) -> SmtpSender:
        return sender_to(self._server.port)

    def arrived(self) -> list[bytes]:
        return [taken.raw for taken in self._server.taken]


class TestSmtpSender(SenderContract):
    @pytest.fixture
    def outside(self, smtp_server: SmtpServer) -> SmtpOutside:
        return SmtpOutside(smtp_server)


def test_one_connection_serves_a_run(smtp_server: SmtpServer) -> None:
    sender = sender_to(smtp_server.port)
    for number in range(5):
        sender.send(envelope(number))
    assert smtp_server.sessions == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("451 4.7.1 Greylisted", Outcome.RETRY),
        ("452 4.2.2 Over quota", Outcome.RETRY),
        ("550 5.7.1 Policy", Outcome.REFUSED),
        ("554 5.6.0 Content", Outcome.REFUSED),
    ],
)
def test_the_answer_to_the_message_decides(smtp_server: SmtpServer, answer: str, outcome: Outcome) -> None:
    sender = sender_to(smtp_server.port)
    smtp_server.rules.data_answer = answer
    receipt = sender.send(envelope())
    assert (receipt.outcome, receipt.detail) == (outcome, answer)
    smtp_server.rules.data_answer = ""
    assert sender.send(envelope(2)).outcome is Outcome.SENT
    assert smtp_server.sessions == 1


@pytest.mark.parametrize(
    ("answer", "outcome"), [("451 4.3.0 Later", Outcome.RETRY), ("552 5.3.4 Too large", Outcome.REFUSED)]
)
def test_the_answer_to_the_sender_decides(smtp_server: SmtpServer, answer: str, outcome: Outcome) -> None:
    smtp_server.rules.mail_answer = answer
    assert sender_to(smtp_server.port).send(envelope()).outcome is outcome


def test_recipients_not_taken_are_named_and_the_others_get_the_message(smtp_server: SmtpServer) -> None:
    smtp_server.rules.refused = {"b@b.co": "550 5.1.1 Unknown", "c@b.co": "450 4.2.0 Greylisted"}
    receipt = sender_to(smtp_server.port).send(envelope(1, "a@b.co", "b@b.co", "c@b.co", "peña @b.co"))
    assert receipt.outcome is Outcome.SENT
    assert receipt.refused[:2] == (("b@b.co", "550 5.1.1 Unknown"), ("c@b.co", "450 4.2.0 Greylisted"))
    assert receipt.refused[2][0] == "peña @b.co"
    assert smtp_server.taken[0].recipients == ["a@b.co"]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        (("550 5.1.1 Unknown", "550 5.1.1 Unknown"), Outcome.REFUSED),
        (("550 5.1.1 Unknown", "451 4.7.1 Greylisted"), Outcome.RETRY),
    ],
)
def test_a_message_nobody_takes_is_retried_if_one_answer_was_temporary(
    smtp_server: SmtpServer, answers: tuple[str, str], outcome: Outcome
) -> None:
    smtp_server.rules.refused = dict(zip(("a@b.co", "b@b.co"), answers, strict=True))
    sender = sender_to(smtp_server.port)
    receipt = sender.send(envelope(1, "a@b.co", "b@b.co"))
    assert receipt.outcome is outcome
    assert len(receipt.refused) == 2
    assert sender.send(envelope(2, "c@b.co")).outcome is Outcome.SENT


def test_a_message_without_recipients_is_refused(smtp_server: SmtpServer) -> None:
    bare = envelope()
    receipt = sender_to(smtp_server.port).send(type(bare)(bare.message_id, bare.sender, (), bare.raw))
    assert receipt.outcome is Outcome.REFUSED


@pytest.mark.parametrize("step", ["mail", "rcpt"])
def test_a_connection_lost_before_the_message_left_is_unavailable(smtp_server: SmtpServer, step: str) -> None:
    sender = sender_to(smtp_server.port)
    smtp_server.rules.vanish_at = step
    with pytest.raises(SenderUnavailable):
        sender.send(envelope())
    smtp_server.rules.vanish_at = ""
    assert sender.send(envelope()).outcome is Outcome.SENT


def test_an_answer_lost_after_the_message_left_is_unknown(smtp_server: SmtpServer) -> None:
    sender = sender_to(smtp_server.port)
    smtp_server.rules.vanish_at = "data"
    assert sender.send(envelope()).outcome is Outcome.UNKNOWN
    assert len(smtp_server.taken) == 1
    smtp_server.rules.vanish_at = ""
    assert sender.send(envelope(2)).outcome is Outcome.SENT


def test_an_answer_that_does_not_come_in_time_is_unknown(smtp_server: SmtpServer) -> None:
    hurry = threading.Event()
    smtp_server.rules.before_answer = lambda: hurry.wait(5) and None
    assert sender_to(smtp_server.port, patience=0.2).send(envelope()).outcome is Outcome.UNKNOWN
    hurry.set()


def test_a_server_that_hung_up_while_we_were_idle_is_called_again(
    smtp_server: SmtpServer, proxy_to: Callable[[int], Proxy]
) -> None:
    proxy = proxy_to(smtp_server.port)
    sender = sender_to(proxy.port)
    sender.send(envelope())
    proxy.cut()
    assert sender.send(envelope(2)).outcome is Outcome.SENT
    assert proxy.connections == 2


@pytest.mark.parametrize(
    "answer",
    ["421 4.3.2 Shutting down", "530 5.7.0 Authentication required", "550 5.7.1 Suspended", "553 5.1.8 Not from you"],
)
def test_a_refusal_of_us_as_a_whole_is_no_refusal_of_the_message(smtp_server: SmtpServer, answer: str) -> None:
    smtp_server.rules.mail_answer = answer
    with pytest.raises(SenderUnavailable, match=answer.split(maxsplit=1)[0]):
        sender_to(smtp_server.port).send(envelope())


def test_an_unreachable_server_is_said() -> None:
    for reach in (sender_to(1).ping, lambda: sender_to(1).send(envelope())):
        with pytest.raises(SenderUnavailable, match=r"127\.0\.0\.1:1 "):
            reach()


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")
class TestLogin:
    @pytest.fixture(params=["clave-llana", "contraseña"])
    def password(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def server(self, password: str) -> Iterator[SmtpServer]:
        with SmtpServer(password=password) as server:
            yield server

    def test_the_password_opens(self, server: SmtpServer, password: str) -> None:
        sender = sender_to(server.port, Credentials("mesa", password))
        assert "logged in as mesa" in sender.ping()
        assert sender.send(envelope()).outcome is Outcome.SENT

    def test_a_wrong_one_is_said_without_repeating_it(self, server: SmtpServer, password: str) -> None:
        with pytest.raises(SenderUnavailable, match="check username and password") as caught:
            sender_to(server.port, Credentials("mesa", password + "-mal")).send(envelope())
        assert password not in str(caught.value)
        assert server.taken == []

    def test_none_at_all_is_unavailable(self, server: SmtpServer, password: str) -> None:
        with pytest.raises(SenderUnavailable, match="530"):
            sender_to(server.port).send(envelope())

    def test_a_token_opens_and_one_that_is_refused_is_asked_for_anew(self, server: SmtpServer, password: str) -> None:
        tokens = ["caduca", "buena"]
        server.tokens = {"buena"}
        credentials = Credentials("mesa", token=lambda: tokens[0], forget=lambda: tokens.pop(0) and None)
        sender = sender_to(server.port, credentials)
        with pytest.raises(SenderUnavailable, match="535") as caught:
            sender.send(envelope())
        assert "caduca" not in str(caught.value)
        assert sender.send(envelope()).outcome is Outcome.SENT
        assert password not in server.tokens


@pytest.mark.parametrize("hidden", [(), ("8BITMIME", "SMTPUTF8")])
def test_eight_bit_mail_is_recoded_for_a_server_that_cannot_take_it(
    smtp_server: SmtpServer, hidden: tuple[str, ...]
) -> None:
    smtp_server.rules.hidden = hidden
    head = "Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    raw = f"{head}Nariño\r\n".encode()
    receipt = sender_to(smtp_server.port).send(envelope(1, "ana@señal.co", raw=raw))
    assert receipt.outcome is Outcome.SENT
    (taken,) = smtp_server.taken
    assert taken.raw.isascii() is bool(hidden)
    assert taken.recipients == ["ana@xn--seal-hqa.co" if hidden else "ana@señal.co"]
    assert ("BODY=8BITMIME" in taken.options) is not bool(hidden)


def test_a_message_over_the_announced_size_is_refused_before_it_is_sent() -> None:
    with SmtpServer(size_limit=1000) as server:
        receipt = sender_to(server.port).send(envelope(raw=b"x" * 2000))
        assert receipt.outcome is Outcome.REFUSED
        assert "1000" in receipt.detail
        assert server.taken == []


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_tls_is_checked_against_our_own_authority(certificate: Certificate, security: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)
    with SmtpServer(tls=context, implicit_tls=security == "ssl") as server:

        def sender(ca_file: Path | None) -> SmtpSender:
            return SmtpSender(Endpoint("localhost", server.port, security, ca_file, timeout=5))  # type: ignore[arg-type]

        assert sender(certificate.authority).send(envelope()).outcome is Outcome.SENT
        with pytest.raises(SenderUnavailable, match=r"certificate not trusted .*ca_file"):
            sender(None).send(envelope())
        with pytest.raises(ConfigurationError, match="ca_file"):
            sender(Path("/no/existe.pem")).ping()


def test_what_smtp_takes_lies_in_the_imap_inbox(loopback_mail: LoopbackMail) -> None:
    sender = sender_to(loopback_mail.smtp_port)
    receipt = sender.send(envelope(1, "mesa@localhost", "nadie@localhost"))
    assert [address for address, _ in receipt.refused] == ["nadie@localhost"]
    assert loopback_mail.messages("mesa@localhost") == [envelope().raw]


@pytest.mark.parametrize("nonsense", ["hola", "999 nobody knows this code", "150 not yet"])
def test_an_answer_that_is_none_refuses_no_mail(smtp_server: SmtpServer, nonsense: str) -> None:
    smtp_server.rules.mail_answer = nonsense
    with pytest.raises(SenderUnavailable):
        sender_to(smtp_server.port).send(envelope())
    smtp_server.rules.mail_answer, smtp_server.rules.data_answer = "", nonsense
    assert sender_to(smtp_server.port).send(envelope()).outcome is Outcome.UNKNOWN


def test_a_server_that_takes_the_connection_and_says_nothing_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sender = SmtpSender(Endpoint("127.0.0.1", silent.getsockname()[1], "none", timeout=0.3))
        with pytest.raises(SenderUnavailable, match=r"timed out|no answer in time"):
            sender.send(envelope())


@pytest.mark.parametrize("answers", [(), (b"220 mx\r\n",), (b"220 mx\r\n", b"250 mx\r\n")])
def test_an_answer_that_never_ends_is_given_up_before_anything_left(answers: tuple[bytes, ...]) -> None:
    with dripping_server(*answers) as port:
        sender = SmtpSender(Endpoint("127.0.0.1", port, "none", timeout=30), longest=0.5)
        with pytest.raises(SenderUnavailable):
            sender.send(envelope())


def test_the_answer_to_a_message_that_never_ends_leaves_it_unknown() -> None:
    takes = (b"220 mx\r\n", b"250 mx\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")
    with dripping_server(*takes) as port:
        sender = SmtpSender(Endpoint("127.0.0.1", port, "none", timeout=30), final_patience=0.3, longest=0.3)
        assert sender.send(envelope()).outcome is Outcome.UNKNOWN


def test_without_a_token_nothing_left(smtp_server: SmtpServer) -> None:
    def no_token() -> str:
        raise TokenRefused("https://login.example.org: temporarily_unavailable")

    with pytest.raises(SenderUnavailable, match="temporarily_unavailable"):
        sender_to(smtp_server.port, Credentials("mesa", token=no_token)).send(envelope())
    assert smtp_server.taken == []
