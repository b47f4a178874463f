"""A Microsoft Graph of one mailbox on loopback, after the documented protocol: delta, MIME, move, sendMail, faults.

Speaks HTTP (and HTTPS with a certificate); the adapters reach it through real httpx and msal.
"""

import base64
import json
import re
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import getaddresses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.dovecot import Certificate

TENANT, CLIENT, SECRET = "contoso", "mesa", "un-secreto-de-prueba"
_EPOCH = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)


@dataclass
class Stored:
    uid: str
    raw: bytes
    folder: str
    received: datetime
    read: bool = False
    categories: list[str] = field(default_factory=list)


@dataclass
class Fault:
    """What becomes of a request: answered with `status`, or (`drop`) cut off, after its effect if `after`."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    after: bool = False
    code: str = "tooManyRequests"


class GraphServer:
    """Context manager. `messages`, `sent` and `calls` are there to look at; `faults` meet the next requests."""

    def __init__(self, address: str = "mesa@antioquia.gov.co", certificate: Certificate | None = None) -> None:
        self.address = address
        self.messages: dict[str, Stored] = {}
        self.folders = {"inbox-id": "Bandeja de entrada", "sent-id": "Elementos enviados"}
        self.sent: list[tuple[list[str], bytes]] = []
        self.calls: list[str] = []
        self.faults: deque[Fault] = deque()
        self.when: dict[str, Fault] = {}  # the fault of the next request whose path ends so
        self.log: list[tuple[str, str]] = []  # (uid, "in" or "out") as the inbox changed
        self.oldest_token = 0
        self.tokens: set[str] = set()
        self.page = 5
        self.trouble: Callable[[], Fault | None] | None = None  # asked at each request
        self.poison: set[str] = set()  # whose content is refused
        self.files_late = False  # copies wait for `file_copies` before they stand in Sent Items
        self._unfiled: list[bytes] = []
        self._certificate = certificate
        self.lock = threading.RLock()

    def __enter__(self) -> Self:
        fake = self

        class Handler(_Handler):
            graph = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
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

    @property
    def base_url(self) -> str:
        return f"{self.origin}/v1.0"

    def deliver(self, raw: bytes, folder: str = "inbox-id") -> str:
        with self.lock:
            number = len(self.messages) + len(self.log)
            uid = base64.urlsafe_b64encode(f"AAk{number:06}/+".encode()).decode()
            self.messages[uid] = Stored(uid, raw, folder, _EPOCH + timedelta(seconds=number))
            if folder == "inbox-id":
                self.log.append((uid, "in"))
            return uid

    def file_copy(self, raw: bytes) -> None:
        if self.files_late:
            self._unfiled.append(raw)
        else:
            self.deliver(raw, "sent-id")

    def file_copies(self) -> None:
        self.files_late = False
        while self._unfiled:
            self.deliver(self._unfiled.pop(0), "sent-id")

    def remove(self, uid: str) -> None:
        with self.lock:
            del self.messages[uid]
            self.log.append((uid, "out"))

    def inside(self, folder: str) -> list[Stored]:
        return sorted((m for m in self.messages.values() if m.folder == folder), key=lambda m: m.received)

    def folder_id(self, name: str) -> str:
        return next((key for key, shown in self.folders.items() if shown == name), "")


class _Handler(BaseHTTPRequestHandler):
    graph: GraphServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PATCH = do_GET  # noqa: N815

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.graph.lock:
            self.graph.calls.append(f"{self.command} {self.path}")
            fault = self._fault()
            if fault and not fault.after:
                return self._fail(fault)
            answer = self._answer(urlsplit(self.path).path, body)
        if fault:
            return self._fail(fault)
        return self._reply(*answer)

    def _fault(self) -> Fault | None:
        end = next((end for end in self.graph.when if self.path.endswith(end)), None)
        if end is not None:
            return self.graph.when.pop(end)
        if "/v1.0/" not in self.path:
            return None
        if self.graph.faults:
            return self.graph.faults.popleft()
        return self.graph.trouble() if self.graph.trouble else None

    def _fail(self, fault: Fault) -> None:
        if fault.drop:
            self.close_connection = True
            self.connection.close()
            return
        self._reply(fault.status, _error(fault.code), fault.headers)

    def _reply(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        self.send_header("Content-Type", "text/plain" if isinstance(body, bytes) else "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def _answer(self, path: str, body: bytes) -> tuple[int, Any]:
        graph = self.graph
        if path.endswith("/.well-known/openid-configuration"):
            base = f"{graph.origin}/{TENANT}"
            return 200, {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
            }
        if path == f"/{TENANT}/oauth2/v2.0/token":
            return self._token({key: values[0] for key, values in parse_qs(body.decode()).items()})
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in graph.tokens:
            return 401, _error("InvalidAuthenticationToken")
        prefix = f"/v1.0/users/{graph.address}"
        if not path.startswith(prefix):
            return 404, _error("ResourceNotFound")
        return self._mailbox(path.removeprefix(prefix), body)

    def _token(self, form: dict[str, str]) -> tuple[int, Any]:
        right = form.get("client_secret") == SECRET and form.get("client_id") == CLIENT
        if not right or form.get("grant_type") != "client_credentials" or not form["scope"].endswith("/.default"):
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret."}
        token = f"ey{len(self.graph.tokens)}"
        self.graph.tokens.add(token)
        return 200, {"token_type": "Bearer", "expires_in": 3599, "access_token": token}

    def _mailbox(self, path: str, body: bytes) -> tuple[int, Any]:
        if match := re.fullmatch(r"/mailFolders/([^/]+)/messages/delta", path):
            return self._delta() if self._folder(match[1]) == "inbox-id" else (404, _error("ErrorItemNotFound"))
        if path == "/mailFolders/sentitems/messages":
            return self._sent_items()
        if path == "/mailFolders":
            return self._folders(body)
        if match := re.fullmatch(r"/mailFolders/([^/]+)", path):
            return self._one_folder(match[1])
        if path == "/sendMail":
            return self._send(body)
        if match := re.fullmatch(r"/messages/([^/]+)(/\$value|/move)?", path):
            return self._message(unquote(match[1]), match[2] or "", body)
        return 404, _error("ResourceNotFound")

    def _folder(self, name: str) -> str:
        known = {"inbox": "inbox-id", "sentitems": "sent-id"}
        return known.get(unquote(name), unquote(name))

    def _one_folder(self, name: str) -> tuple[int, Any]:
        folder = self._folder(name)
        if folder not in self.graph.folders:
            return 404, _error("ErrorFolderNotFound")
        shown = {"displayName": self.graph.folders[folder], "totalItemCount": len(self.graph.inside(folder))}
        return 200, {"id": folder, **shown}

    def _folders(self, body: bytes) -> tuple[int, Any]:
        if self.command == "POST":
            name = json.loads(body)["displayName"]
            if self.graph.folder_id(name):
                return 409, _error("ErrorFolderExists")
            self.graph.folders[f"folder-{len(self.graph.folders)}"] = name
            return 201, {"id": self.graph.folder_id(name), "displayName": name}
        return 200, {"value": [{"id": key, "displayName": name} for key, name in self.graph.folders.items()]}

    def _delta(self) -> tuple[int, Any]:
        query = parse_qs(urlsplit(self.path).query)
        since = int(query.get("$deltatoken", ["0"])[0])
        start = int(query.get("$skiptoken", [since])[0])
        first = "$deltatoken" not in query and "$skiptoken" not in query
        if not first and start < self.graph.oldest_token:
            return 410, _error("syncStateNotFound")
        changes = self.graph.log[start : start + self.graph.page]
        link = f"{self.graph.base_url}{urlsplit(self.path).path.removeprefix('/v1.0')}?"
        end = start + len(changes)
        more = end < len(self.graph.log)
        following = (
            {"@odata.nextLink": f"{link}$skiptoken={end}"} if more else {"@odata.deltaLink": f"{link}$deltatoken={end}"}
        )
        return 200, {"value": [one for change in changes if (one := self._change(*change))], **following}

    def _change(self, uid: str, what: str) -> dict[str, Any] | None:
        stored = self.graph.messages.get(uid)
        if what == "out" or stored is None or stored.folder != "inbox-id":
            return {"id": uid, "@removed": {"reason": "deleted"}}
        return {"id": uid, "receivedDateTime": stored.received.isoformat().replace("+00:00", "Z")}

    def _message(self, uid: str, what: str, body: bytes) -> tuple[int, Any]:
        stored = self.graph.messages.get(uid)
        if stored is None:
            return 404, _error("ErrorItemNotFound")
        if what == "/$value" and uid in self.graph.poison:
            return 422, _error("ErrorMimeContentConversionFailed")
        if what == "/$value":
            return 200, stored.raw
        if what == "/move":
            if json.loads(body)["destinationId"] not in self.graph.folders:
                return 400, _error("ErrorInvalidIdMalformed")
            if stored.folder == "inbox-id":
                self.graph.log.append((uid, "out"))
            stored.folder = json.loads(body)["destinationId"]
            return 201, {"id": uid, "parentFolderId": stored.folder}
        if self.command == "PATCH":
            changes = json.loads(body)
            stored.read = changes.get("isRead", stored.read)
            stored.categories = changes.get("categories", stored.categories)
        return 200, {"id": uid, "parentFolderId": stored.folder, "isRead": stored.read, "categories": stored.categories}

    def _send(self, body: bytes) -> tuple[int, Any]:
        if self.headers.get("Content-Type") != "text/plain":
            return 400, _error("BadRequest")
        raw = base64.b64decode(body, validate=True)
        head = message_from_bytes(raw)
        to = [a for name in ("to", "cc", "bcc") for _, a in getaddresses([str(v) for v in head.get_all(name, [])])]
        if not to:
            return 400, _error("ErrorInvalidRecipients")
        delivered = re.sub(rb"(?mi)^bcc:[^\r\n]*\r\n", b"", raw, count=1)
        self.graph.sent.append((to, delivered))
        self.graph.file_copy(delivered)
        return 202, None

    def _sent_items(self) -> tuple[int, Any]:
        asked = re.search(r"internetMessageId eq '(.+)'", parse_qs(urlsplit(self.path).query)["$filter"][0])
        assert asked
        found = [m for m in self.graph.inside("sent-id") if message_from_bytes(m.raw)["Message-ID"] == asked[1]]
        return 200, {"value": [{"id": m.uid} for m in found]}


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": f"{code} happened.", "innerError": {"request-id": "1"}}}
