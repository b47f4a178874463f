"""What the Graph and the Exchange server of the tests have in common: one mailbox, served over HTTP(S) on loopback."""

import re
import ssl
import threading
from abc import abstractmethod
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import getaddresses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Generic, Self, TypeVar

from tasks.ports.mailbox import MessageRef
from tests.contracts.mailbox import MovingPost
from tests.dovecot import Certificate

PROCESSED = "Casos procesados & más"
BARE = b"\r\n"  # of an empty message: Exchange writes the headers itself, so it never hands out nothing
_EPOCH = datetime(2026, 1, 5, 13, 0, tzinfo=UTC)


@dataclass
class Stored:
    uid: str
    raw: bytes
    folder: str
    received: datetime
    read: bool = False
    categories: list[str] = field(default_factory=list)


FaultT = TypeVar("FaultT")


class HttpMail(Generic[FaultT]):
    """Context manager. `messages`, `sent` and `calls` are there to look at; `faults` meet the next requests."""

    inbox: ClassVar[str]  # the keys of two folders
    sent_items: ClassVar[str]
    handler: ClassVar[type["MailHandler"]]

    def __init__(self, address: str = "mesa@antioquia.gov.co", certificate: Certificate | None = None) -> None:
        self.address = address
        self.messages: dict[str, Stored] = {}
        self.folders = {self.inbox: "Bandeja de entrada", self.sent_items: "Elementos enviados"}
        self.sent: list[tuple[list[str], bytes]] = []
        self.calls: list[str] = []
        self.faults: deque[FaultT] = deque()
        self.trouble: Callable[[], FaultT | None] | None = None  # asked at each request
        self.poison: set[str] = set()  # whose content is refused
        self.log: list[tuple[str, str]] = []  # (uid, what) as the inbox changed
        self.page = 5
        self.tokens: set[str] = set()
        self.count = 0
        self.lock = threading.RLock()
        self._certificate = certificate

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (self.handler,), {"mail": self}))
        self._server.daemon_threads = True
        scheme = "http"
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate.certificate, self._certificate.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            scheme = "https"
        self.origin = f"{scheme}://localhost:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    @abstractmethod
    def new_uid(self, number: int) -> str:
        """Return what the server calls its n-th message."""

    def changed(self, uid: str, gone: bool) -> None:
        """Note that a message came into the inbox, or left it."""
        self.log.append((uid, "gone" if gone else "came"))

    def deliver(self, raw: bytes, folder: str = "") -> str:
        with self.lock:
            self.count += 1
            stored = Stored(
                self.new_uid(self.count), raw or BARE, folder or self.inbox, _EPOCH + timedelta(seconds=self.count)
            )
            self.messages[stored.uid] = stored
            if stored.folder == self.inbox:
                self.changed(stored.uid, gone=False)
            return stored.uid

    def remove(self, uid: str) -> None:
        with self.lock:
            del self.messages[uid]
            self.changed(uid, gone=True)

    def inside(self, folder: str) -> list[Stored]:
        return sorted((m for m in self.messages.values() if m.folder == folder), key=lambda m: m.received)

    def folder_id(self, name: str) -> str:
        return next((key for key, shown in self.folders.items() if shown == name), "")

    def filed(self, message_id: str) -> list[Stored]:
        """Return the copies in Sent Items that bear this Message-ID."""
        return [m for m in self.inside(self.sent_items) if message_from_bytes(m.raw)["Message-ID"] == message_id]

    def take(self, raw: bytes) -> bool:
        """Send a message to those its headers name; False when they name nobody. Bcc goes no further."""
        head = message_from_bytes(raw)
        to = [a for name in ("to", "cc", "bcc") for _, a in getaddresses([str(v) for v in head.get_all(name, [])])]
        if to:
            delivered = re.sub(rb"(?mi)^bcc:[^\r\n]*\r\n", b"", raw, count=1)
            self.sent.append((to, delivered))
            self.file_copy(delivered)
        return bool(to)

    def file_copy(self, raw: bytes) -> None:
        self.deliver(raw, self.sent_items)


class MailHandler(BaseHTTPRequestHandler):
    mail: Any
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def reply(self, status: int, content: bytes, headers: dict[str, str], kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()


class HttpMailPost(MovingPost):
    """The server as the mailbox's contract sees it; subclasses say how the adapter is opened."""

    def __init__(self, server: HttpMail[Any]) -> None:
        self.server = server

    def deliver(self, *messages: bytes) -> None:
        for raw in messages:
            self.server.deliver(raw)

    def as_served(self, raw: bytes) -> bytes:
        return raw or BARE

    def remove(self, ref: MessageRef) -> None:
        self.server.remove(ref.uid)

    def poison(self, ref: MessageRef) -> None:
        self.server.poison.add(ref.uid)

    def inbox(self) -> list[bytes]:
        return [stored.raw for stored in self.server.inside(self.server.inbox)]

    def processed(self) -> list[bytes]:
        return [stored.raw for stored in self.server.inside(self.server.folder_id(PROCESSED))]

    def read_marks(self) -> list[bool]:
        return [stored.read for stored in self.server.inside(self.server.inbox)]
