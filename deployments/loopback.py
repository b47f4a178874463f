"""Real SMTP and IMAP servers on the loopback interface, inside this process: for `mipg demo` and for tests.

One daemon thread runs both. What SMTP takes lands in the INBOX of the IMAP user of that address; everything is kept
in memory and gone with the context. Bytes come back as they went in, except that pymap 0.36 drops the last one of a
message that has no blank line after its headers.
"""

import asyncio
import secrets
import threading
from argparse import Namespace
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.parser import BytesHeaderParser
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import Any, Self, TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from proxyprotocol.reader import ProxyProtocolReader
from proxyprotocol.version import ProxyProtocolVersion
from pymap.backend.dict import Config, Identity, Login
from pymap.concurrent import Subsystem
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement
from pymap.user import UserMetadata
from pysasl.hashing import Cleartext

T = TypeVar("T")
_LOOPBACK = "127.0.0.1"
_SIZE_LIMIT = 64 * 1024 * 1024
_PATIENCE = 30.0  # seconds that another thread waits for the servers' own


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way into one INBOX."""

    sender: str
    recipient: str
    raw: bytes
    received: datetime


Stamp = Callable[[Delivery], bytes]


def mx_stamp(authserv_id: str, genuine: Callable[[Delivery], bool] = lambda _: True) -> Stamp:
    """Return a stamp that adds what a department's MX would: Return-Path, Authentication-Results and Received.

    `genuine` says whether the message passes DMARC (default: all do).
    """

    def stamp(delivery: Delivery) -> bytes:
        origin = parseaddr(str(BytesHeaderParser().parsebytes(delivery.raw).get("From", "")))[1]
        domain = origin.rpartition("@")[2] or "unknown"
        verdict = "pass" if genuine(delivery) else "fail"
        lines = (
            f"Return-Path: <{delivery.sender}>",
            f"Authentication-Results: {authserv_id};",
            f"\tspf={verdict} smtp.mailfrom={delivery.sender or domain};",
            f"\tdkim={verdict} header.d={domain};",
            f"\tdmarc={verdict} header.from={domain}",
            f"Received: from {domain} by {authserv_id} with ESMTP",
            f"\tfor <{delivery.recipient}>; {format_datetime(delivery.received)}",
        )
        text = "".join(f"{''.join(c for c in line if c == chr(9) or c.isprintable())}\r\n" for line in lines)
        return text.encode("utf-8", "replace")

    return stamp


class _ImapConfig(Config):
    """pymap's in-memory backend, without its look-up of this machine's full name."""

    def __init__(self) -> None:
        super().__init__(
            Namespace(passlib_cfg=None, proxy_protocol=None, inherited_sockets=None),
            demo_data=False,
            demo_user="-",
            demo_password="-",  # noqa: S106  # there is no such user
            host=_LOOPBACK,
            port=0,
            tls_enabled=False,  # True forbids LOGIN in clear; nothing leaves the machine
            reject_dnsbl=False,
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),  # the default starts a thread pool of its own
            max_append_len=_SIZE_LIMIT,
        )

    @property
    def greeting(self) -> bytes:
        return b"Mesa MIPG loopback"


class _Smtp(SMTP):
    line_length_limit = 1024 * 1024  # sample mails with overlong lines must get in too


class _Reception:
    """aiosmtpd's handler: knows the users and hands over what is taken."""

    def __init__(self, mail: "LoopbackMail") -> None:
        self._mail = mail

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not self._mail.knows(address):
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            await self._mail.receive(envelope.mail_from or "", recipient, raw)
        return "250 2.0.0 OK"


class LoopbackMail:
    """Context manager: SMTP and IMAP servers on free ports of 127.0.0.1, with one INBOX per user.

    `users` are addresses (also the IMAP login names), all with `password`; `stamp` is put in front of what SMTP
    delivers; `open_house` makes an INBOX for any other recipient instead of refusing it; `clock` dates deliveries.
    """

    def __init__(
        self,
        users: Iterable[str],
        *,
        stamp: Stamp | None = None,
        open_house: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.password = secrets.token_urlsafe(12)
        self.smtp_port = 0
        self.imap_port = 0
        self._initial_users = tuple(users)
        self._stamp = stamp
        self._open_house = open_house
        self._clock = clock
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._connections: list[_Smtp] = []

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._run, name="loopback-mail", daemon=True)
        self._thread.start()
        self._ready.wait(_PATIENCE)
        if self._failure:
            raise self._failure
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(_PATIENCE)

    def add_user(self, address: str) -> None:
        """Open an INBOX for the address (again: nothing)."""
        name = address.lower()
        self._login.users_dict.setdefault(name, UserMetadata(self._config, name, password=self.password))

    def knows(self, address: str) -> bool:
        """Say whether mail to the address is taken; an open house makes it so."""
        if self._open_house:
            self.add_user(address)
        return address.lower() in self._login.users_dict

    def deliver(self, user: str, raw: bytes) -> None:
        """Put the bytes, as they are, into the user's INBOX."""
        self._await(self._append(user, raw, self._clock()))

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """Return the messages in the user's folder, oldest first; none when there is no such folder."""
        return self._await(self._read(user, folder))

    async def receive(self, sender: str, recipient: str, raw: bytes) -> None:
        """Deliver what came in by SMTP, stamped."""
        delivery = Delivery(sender, recipient, raw, self._clock())
        await self._append(recipient, (self._stamp(delivery) if self._stamp else b"") + raw, delivery.received)

    async def _append(self, user: str, raw: bytes, when: datetime) -> None:
        async with self._identity(user).new_session() as session:
            await session.append_messages("INBOX", [AppendMessage(raw, when)])

    async def _read(self, user: str, folder: str) -> list[bytes]:
        async with self._identity(user).new_session() as session:
            try:
                box = await session.mailbox_set.get_mailbox(folder)
            except KeyError:
                return []
            loaded = [await message.load_content(FetchRequirement.CONTENT) async for message in box.messages()]
            return [bytes(message.content) for message in loaded]

    def _identity(self, user: str) -> Identity:
        return Identity(user.lower(), self._login, None, frozenset())

    def _await(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._config = _ImapConfig()
        self._config.apply_context()
        self._login = Login(self._config)
        for user in self._initial_users:
            self.add_user(user)
        imap = ProxyProtocolReader(ProxyProtocolVersion.get(None)).get_callback(IMAPServer(self._login, self._config))
        async with (
            await asyncio.start_server(imap, _LOOPBACK, 0) as imap_server,
            await self._loop.create_server(self._smtp_connection, _LOOPBACK, 0) as smtp_server,
        ):
            self.imap_port = imap_server.sockets[0].getsockname()[1]
            self.smtp_port = smtp_server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._stop.wait()
        self._hang_up()

    def _smtp_connection(self) -> _Smtp:
        self._connections = [one for one in self._connections if one.transport and not one.transport.is_closing()]
        connection = _Smtp(
            _Reception(self),
            hostname="localhost",
            data_size_limit=_SIZE_LIMIT,
            enable_SMTPUTF8=True,
            loop=self._loop,
        )
        self._connections.append(connection)
        return connection

    def _hang_up(self) -> None:
        for connection in self._connections:
            if connection.transport:
                connection.transport.close()
