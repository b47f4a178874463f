"""Small servers that tests hold in their hands: one that breaks connections, one that takes or refuses mail."""

import asyncio
import base64
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def until_answers(port: int, seconds: float = 10.0) -> None:
    """Wait until something greets on the port. Raises `TimeoutError`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1) as connection:
            if connection.recv(1):
                return
        time.sleep(0.01)
    raise TimeoutError(f"nothing answers on port {port}")


class _LoopThread:
    """An asyncio server on a free port, in a thread of its own, for as long as the context lasts."""

    port = 0

    async def _listen(self) -> asyncio.AbstractServer:
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = self._call(self._listen())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._call(self._shut())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _shut(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


class Proxy(_LoopThread):
    """Passes connections on to `target` (a port). `cut()` breaks the open ones; `cut_on` breaks one when the client
    sends those bytes, before or (`after_passing`) after they reach the server; `refusing` takes no new ones."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._open: set[asyncio.StreamWriter] = set()
        self._frozen: set[asyncio.StreamWriter] = set()
        self.cut_on = b""
        self.after_passing = False
        self.dice: Callable[[], bool] | None = None  # says of each thing the client sends whether to cut there
        self.refusing = False
        self.connections = 0

    def freeze(self) -> None:
        """Pass nothing on over the open connections any more, as a router that forgot them does."""
        self._frozen |= self._open

    def cut(self) -> None:
        """Break every open connection, as a server restart or a router does."""
        self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _listen(self) -> asyncio.AbstractServer:
        return await asyncio.start_server(self._serve, HOST, 0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.refusing:
            writer.transport.abort()
            return
        server_reader, server_writer = await asyncio.open_connection(HOST, self._target)
        self._open |= {writer, server_writer}
        await asyncio.gather(self._pass(reader, server_writer, True), self._pass(server_reader, writer, False))
        self._open -= {writer, server_writer}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, from_client: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(65536):
                if writer in self._frozen:
                    continue
                hit = from_client and ((self.cut_on and self.cut_on in chunk) or (self.dice and self.dice()))
                if not hit or self.after_passing:
                    writer.write(chunk)
                    await writer.drain()
                if hit:
                    self.cut_on = b""
                    await asyncio.sleep(0.1)
                    self._cut()
        writer.close()


@dataclass
class Taken:
    """A message that the server took."""

    sender: str
    recipients: list[str]
    raw: bytes
    options: list[str]


@dataclass
class SmtpRules:
    """What the server answers. `vanish_at` is the step (mail, rcpt, data) at which it breaks the connection."""

    refused: dict[str, str] = field(default_factory=dict)  # recipient: answer
    mail_answer: str = ""
    data_answer: str = ""
    vanish_at: str = ""
    hidden: tuple[str, ...] = ()  # extensions not announced
    before_answer: Callable[[], None] = lambda: None


class SmtpServer(_LoopThread):
    """An SMTP server that obeys `rules` and keeps what it took in `taken`.

    With a password it wants AUTH; with `tls` it offers STARTTLS, or speaks TLS from the first byte (`implicit_tls`).
    """

    def __init__(
        self,
        *,
        password: str = "",
        size_limit: int = 32 * 1024 * 1024,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
    ) -> None:
        self.rules = SmtpRules()
        self.taken: list[Taken] = []
        self.sessions = 0
        self.tokens: set[str] = set()  # that XOAUTH2 lets in
        self._password = password
        self._size_limit = size_limit
        self._starttls = None if implicit_tls else tls
        self._implicit_tls = tls if implicit_tls else None

    async def _listen(self) -> asyncio.AbstractServer:
        return await self._loop.create_server(self._connection, HOST, 0, ssl=self._implicit_tls)

    def _connection(self) -> SMTP:
        self.sessions += 1
        return SMTP(
            self,
            hostname="localhost",
            enable_SMTPUTF8=True,
            data_size_limit=self._size_limit,
            tls_context=self._starttls,
            auth_require_tls=False,
            auth_required=bool(self._password),
            authenticator=self._authenticate if self._password else None,
            loop=self._loop,
        )

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, data: Any) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == self._password.encode()
        return AuthResult(success=good, handled=False)

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        user, bearer, *rest = base64.b64decode(args[1]).decode().split("\1")
        if user.startswith("user=") and rest == ["", ""] and bearer.removeprefix("auth=Bearer ") in self.tokens:
            return AuthResult(success=True)
        await server.challenge_auth('{"status": "401", "schemes": "bearer"}')
        return AuthResult(success=False, handled=False)

    async def handle_EHLO(  # noqa: N802  # the names are aiosmtpd's
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [line for line in lines if line[4:].split()[0] not in self.rules.hidden]

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._vanish(server, "mail")
        if answer := self.rules.mail_answer:
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self._vanish(server, "rcpt")
        if address in self.rules.refused:
            return self.rules.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.rules.before_answer()
        if answer := self.rules.data_answer:
            return answer
        raw = envelope.original_content or b""
        self.taken.append(Taken(envelope.mail_from or "", list(envelope.rcpt_tos), raw, list(envelope.mail_options)))
        self._vanish(server, "data")
        return "250 2.0.0 taken"

    def _vanish(self, server: SMTP, step: str) -> None:
        if self.rules.vanish_at == step:
            server.transport.abort()


@contextmanager
def dripping_server(*answers: bytes) -> Iterator[int]:
    """A server that gives these answers, one to each line, and from then on a letter now and then; yields its port."""
    over = threading.Event()

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            for answer in answers:
                connection.sendall(answer)
                connection.recv(4096)
            while not over.wait(0.05):
                connection.sendall(b"x")

    def accept(listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while not over.is_set():
                threading.Thread(target=serve, args=(listening.accept()[0],), daemon=True).start()

    with socket.create_server((HOST, 0)) as listening:
        threading.Thread(target=accept, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]
        over.set()
