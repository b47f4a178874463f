"""The mail servers that an office can have, for stories that are told on each of them: an account, what it sends."""

import random
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from tasks.bootstrap import Office
from tasks.clients.graph import GraphAccess, GraphClient, Patience
from tests import ews_server, graph_server
from tests.dovecot import Dovecot
from tests.ews_server import EwsServer
from tests.graph_server import GraphServer
from tests.http_mail import HttpMail
from tests.loopback import Proxy, SmtpRules, SmtpServer

ADDRESS = "mesa.mipg@antioquia.gov.co"
CHANCE = 0.05  # of a fault, per request
ServerT = TypeVar("ServerT", bound=HttpMail[Any])


class Post(Protocol):
    """One account. `sent` are the Message-IDs that its server took for delivery."""

    settings: dict[str, str]
    resends_after_a_lost_answer: bool

    def deliver(self, raw: bytes) -> None: ...
    def sent(self) -> list[str]: ...
    def folders(self) -> tuple[int, int]:
        """Return how many messages stand in the inbox and among the processed ones."""
        ...

    def misbehave(self, dice: random.Random | None) -> None:
        """Answer one request in twenty with a fault from now on; None: behave again."""
        ...

    def hurry(self, office: Office) -> None:
        """Let the office's client wait for nothing, as a test must."""
        ...


class ImapPost:
    """Dovecot, reached through a proxy that breaks connections, and an SMTP server."""

    resends_after_a_lost_answer = True  # SMTP cannot be asked what became of a message

    def __init__(self, stack: ExitStack, dovecot: Dovecot) -> None:
        self._dovecot, self._user = dovecot, dovecot.new_user()
        self._proxy = stack.enter_context(Proxy(dovecot.port))
        self._smtp = stack.enter_context(SmtpServer())
        self.settings = {
            "MIPG_MAILBOX__BACKEND": "imap",
            "MIPG_MAILBOX__IMAP__HOST": "127.0.0.1",
            "MIPG_MAILBOX__IMAP__PORT": str(self._proxy.port),
            "MIPG_MAILBOX__IMAP__SECURITY": "none",
            "MIPG_MAILBOX__IMAP__USERNAME": self._user.name,
            "MIPG_MAILBOX__IMAP__PASSWORD": self._user.password,
            "MIPG_OUTGOING__BACKEND": "smtp",
            "MIPG_OUTGOING__SMTP__HOST": "127.0.0.1",
            "MIPG_OUTGOING__SMTP__PORT": str(self._smtp.port),
            "MIPG_OUTGOING__SMTP__SECURITY": "none",
        }

    def deliver(self, raw: bytes) -> None:
        self._dovecot.deliver(self._user, raw)

    def sent(self) -> list[str]:
        return [message_id(taken.raw) for taken in self._smtp.taken]

    def folders(self) -> tuple[int, int]:
        return self._count("INBOX"), self._count("Procesados")

    def misbehave(self, dice: random.Random | None) -> None:
        self._proxy.dice = (lambda: dice.random() < CHANCE) if dice else None
        self._smtp.rules = MoodyRules(dice) if dice else SmtpRules()

    def hurry(self, office: Office) -> None:
        """It waits half a second and two after a drop: let it."""

    def _count(self, folder: str) -> int:
        client = self._dovecot.client(self._user)
        answer = client.select(folder, readonly=True)[1][0]
        client.logout()
        return int(answer or 0) if answer and answer.isdigit() else 0


class MoodyRules(SmtpRules):
    """Breaks off or puts off now and then; never after it took a message, of which SMTP could not tell."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self.refused, self.hidden, self.before_answer = {}, (), lambda: None

    def __getattribute__(self, name: str) -> object:
        if name not in {"mail_answer", "data_answer", "vanish_at"}:
            return super().__getattribute__(name)
        if self._dice.random() >= CHANCE:
            return ""
        return self._dice.choice(("mail", "rcpt")) if name == "vanish_at" else "451 4.3.0 later"


class _HttpPost(Generic[ServerT]):
    resends_after_a_lost_answer = False
    settings: dict[str, str]
    faults: ClassVar[list[Callable[[], Any]]]

    def __init__(self, server: ServerT) -> None:
        self.server = server

    def deliver(self, raw: bytes) -> None:
        self.server.deliver(raw)

    def sent(self) -> list[str]:
        return [message_id(raw) for _, raw in self.server.sent]

    def folders(self) -> tuple[int, int]:
        server = self.server
        return len(server.inside(server.inbox)), len(server.inside(server.folder_id("Procesados")))

    def misbehave(self, dice: random.Random | None) -> None:
        self.server.trouble = (lambda: dice.choice(self.faults)() if dice.random() < CHANCE else None) if dice else None


class ExchangePost(_HttpPost[EwsServer]):
    """The EWS server."""

    faults: ClassVar[list[Callable[[], ews_server.Fault]]] = [
        lambda: ews_server.Fault(status=503, headers={"Retry-After": "0"}),
        lambda: ews_server.Fault(code="ErrorServerBusy"),
        lambda: ews_server.Fault(code="ErrorTimeoutExpired"),
        lambda: ews_server.Fault(status=503, headers={"Connection": "close"}, after=True),
        lambda: ews_server.Fault(drop=True),
        lambda: ews_server.Fault(drop=True, after=True),
    ]

    def __init__(self, stack: ExitStack) -> None:
        super().__init__(stack.enter_context(EwsServer(ADDRESS)))
        self.settings = {
            "MIPG_MAILBOX__BACKEND": "exchange",
            "MIPG_MAILBOX__EXCHANGE__ENDPOINT": self.server.endpoint,
            "MIPG_MAILBOX__EXCHANGE__USERNAME": ews_server.USER,
            "MIPG_MAILBOX__EXCHANGE__PASSWORD": ews_server.PASSWORD,
            "MIPG_MAILBOX__EXCHANGE__AUTH": "basic",
            "MIPG_OUTGOING__BACKEND": "exchange",
        }

    def hurry(self, office: Office) -> None:
        """exchangelib's own waits are shortened where the faults are (`test_backends.py`)."""


class GraphPost(_HttpPost[GraphServer]):
    """The Graph server."""

    faults: ClassVar[list[Callable[[], graph_server.Fault]]] = [
        lambda: graph_server.Fault(429, {"Retry-After": "1"}),
        lambda: graph_server.Fault(503),
        lambda: graph_server.Fault(503, after=True, page=True),
        lambda: graph_server.Fault(504),
        lambda: graph_server.Fault(drop=True),
        lambda: graph_server.Fault(drop=True, after=True),
    ]

    def __init__(self, stack: ExitStack) -> None:
        super().__init__(stack.enter_context(GraphServer(ADDRESS)))
        self.settings = {
            "MIPG_MAILBOX__BACKEND": "graph",
            "MIPG_MAILBOX__GRAPH__TENANT": graph_server.TENANT,
            "MIPG_MAILBOX__GRAPH__CLIENT_ID": graph_server.CLIENT,
            "MIPG_MAILBOX__GRAPH__CLIENT_SECRET": graph_server.SECRET,
            "MIPG_MAILBOX__GRAPH__BASE_URL": self.server.base_url,
            "MIPG_MAILBOX__GRAPH__AUTHORITY": self.server.origin,
            "MIPG_OUTGOING__BACKEND": "graph",
        }

    def hurry(self, office: Office) -> None:
        chosen = office.settings.mailbox.graph
        access = GraphAccess(
            chosen.tenant, chosen.client_id, graph_server.SECRET, chosen.base_url, chosen.authority, timeout=20
        )
        office.servers.__dict__["graph"] = GraphClient(access, Patience((0.0, 0.0), sleep=lambda _: None))


def message_id(raw: bytes) -> str:
    """Return the Message-ID of a message as it went over the wire."""
    head = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    return next(line.split()[1] for line in head.splitlines() if line.lower().startswith("message-id:"))
