"""An Exchange server of one mailbox on loopback, after the EWS reference: SOAP, faults included."""

import base64
import re
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.utils import getaddresses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from tests.dovecot import Certificate

USER, PASSWORD = "ANTIOQUIA\\mesa", "clave-de-prueba"
_M = "http://schemas.microsoft.com/exchange/services/2006/messages"
_T = "http://schemas.microsoft.com/exchange/services/2006/types"
_NS = {"m": _M, "t": _T, "s": "http://schemas.xmlsoap.org/soap/envelope/"}
_EPOCH = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
_KINDS = {"root": "Folder", "msgfolderroot": "Folder", "inbox": "Folder", "sentitems": "Folder"}


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
    """What becomes of a request of `service`: an HTTP status, an EWS error code, or (`drop`) a cut connection."""

    service: str = ""
    status: int = 0
    code: str = ""
    drop: bool = False
    after: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class EwsServer:
    """Context manager. `messages`, `sent` and `calls` are there to look at; `faults` meet the next requests."""

    def __init__(self, address: str = "mesa@antioquia.gov.co", certificate: Certificate | None = None) -> None:
        self.address = address
        self.messages: dict[str, Stored] = {}
        self.folders = {"msgfolderroot": "Raíz", "inbox": "Bandeja de entrada", "sentitems": "Enviados", "root": "Root"}
        self.sent: list[tuple[list[str], bytes]] = []
        self.calls: list[str] = []
        self.faults: deque[Fault] = deque()
        self.log: list[tuple[str, str]] = []
        self.valid_from = 0
        self.page = 5
        self.trouble: Callable[[], Fault | None] | None = None  # asked at each request
        self.poison: set[str] = set()  # whose content is refused
        self.count = 0
        self.seen = 0  # changes before the subscription
        self.lock = threading.RLock()
        self._certificate = certificate

    def __enter__(self) -> Self:
        fake = self

        class Handler(_Handler):
            ews = fake

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        scheme = "http"
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate.certificate, self._certificate.key)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            scheme = "https"
        self.origin = f"{scheme}://localhost:{self._server.server_port}"
        self.endpoint = f"{self.origin}/EWS/Exchange.asmx"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def deliver(self, raw: bytes, folder: str = "inbox") -> str:
        with self.lock:
            self.count += 1
            stored = Stored(f"AAMk{self.count:06}=", raw, folder, _EPOCH + timedelta(seconds=self.count))
            self.messages[stored.uid] = stored
            if folder == "inbox":
                self.log.append((stored.uid, "Create"))
            return stored.uid

    def remove(self, uid: str) -> None:
        with self.lock:
            del self.messages[uid]
            self.log.append((uid, "Delete"))

    def inside(self, folder: str) -> list[Stored]:
        return sorted((m for m in self.messages.values() if m.folder == folder), key=lambda m: m.received)

    def folder_id(self, name: str) -> str:
        return next((key for key, shown in self.folders.items() if shown == name), "")


class _Handler(BaseHTTPRequestHandler):
    ews: EwsServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.endswith("/token"):
            return self._token(body.decode())
        if not self._may_enter():
            return self._reply(401, b"", {"WWW-Authenticate": "Basic"}, "text/plain")
        request = etree.fromstring(body).find("s:Body", _NS)[0]
        service = etree.QName(request).localname
        if service == "GetStreamingEvents":
            return self._stream()
        with self.ews.lock:
            self.ews.calls.append(service)
            fault = self._fault(service)
            if fault and not fault.after:
                return self._fail(service, fault)
            answer = getattr(self, re.sub("(?=[A-Z])", "_", service).lower())(request)
        return self._fail(service, fault) if fault else self._soap(service, answer)

    def _may_enter(self) -> bool:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind == "Bearer":
            return value == "una-ficha"
        return kind == "Basic" and base64.b64decode(value).decode() == f"{USER}:{PASSWORD}"

    def _token(self, form: str) -> None:
        assert "grant_type=client_credentials" in form
        self._reply(
            200, b'{"token_type": "Bearer", "expires_in": 3600, "access_token": "una-ficha"}', {}, "application/json"
        )

    def _fault(self, service: str) -> Fault | None:
        if self.ews.faults and self.ews.faults[0].service in {"", service}:
            return self.ews.faults.popleft()
        return self.ews.trouble() if self.ews.trouble else None

    def _fail(self, service: str, fault: Fault) -> None:
        if fault.drop:
            self.close_connection = True
            self.connection.close()
        elif fault.status:
            self._reply(fault.status, b"", fault.headers, "text/plain")
        else:
            self._soap(service, [_error(service, fault.code)])

    def _soap(self, service: str, messages: list[str]) -> None:
        # As Exchange 2016 answers: the version header lets exchangelib know whom it speaks with.
        content = (
            f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{_NS["s"]}"><s:Header>'
            f'<h:ServerVersionInfo xmlns:h="{_T}" MajorVersion="15" MinorVersion="1" MajorBuildNumber="2507" '
            f'MinorBuildNumber="6" Version="V2017_07_11"/></s:Header><s:Body>'
            f'<m:{service}Response xmlns:m="{_M}" xmlns:t="{_T}"><m:ResponseMessages>{"".join(messages)}'
            f"</m:ResponseMessages></m:{service}Response></s:Body></s:Envelope>"
        ).encode()
        self._reply(200, content, {}, "text/xml; charset=utf-8")

    def _reply(self, status: int, content: bytes, headers: dict[str, str], kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def _get_folder(self, request: Any) -> list[str]:
        return [self._folder_answer("GetFolder", node.get("Id")) for node in request.find("m:FolderIds", _NS)]

    def _folder_answer(self, service: str, name: str) -> str:
        if name not in self.ews.folders:
            return _error(service, "ErrorFolderNotFound")
        return _ok(service, f"<m:Folders>{self._folder(name)}</m:Folders>")

    def _folder(self, name: str) -> str:
        parent = "root" if name in {"msgfolderroot", "root"} else "msgfolderroot"
        shown, count = escape(self.ews.folders[name]), len(self.ews.inside(name))
        return (
            f'<t:Folder><t:FolderId Id="{name}" ChangeKey="k"/><t:ParentFolderId Id="{parent}" ChangeKey="k"/>'
            f"<t:FolderClass>IPF.Note</t:FolderClass><t:DisplayName>{shown}</t:DisplayName>"
            f"<t:TotalCount>{count}</t:TotalCount><t:ChildFolderCount>0</t:ChildFolderCount></t:Folder>"
        )

    def _find_folder(self, request: Any) -> list[str]:
        wanted = [node.get("Value") for node in request.iter(f"{{{_T}}}Constant")]
        mine = [key for key in self.ews.folders if key not in {"root", "msgfolderroot"}]
        found = [key for key in mine if not wanted or self.ews.folders[key] in wanted]
        inner = "".join(map(self._folder, found))
        total = f'TotalItemsInView="{len(found)}" IncludesLastItemInRange="true" IndexedPagingOffset="{len(found)}"'
        return [_ok("FindFolder", f"<m:RootFolder {total}><t:Folders>{inner}</t:Folders></m:RootFolder>")]

    def _create_folder(self, request: Any) -> list[str]:
        name = next(request.iter(f"{{{_T}}}DisplayName")).text
        if self.ews.folder_id(name):
            return [_error("CreateFolder", "ErrorFolderExists")]
        key = f"folder-{len(self.ews.folders)}"
        self.ews.folders[key] = name
        inner = f'<m:Folders><t:Folder><t:FolderId Id="{key}" ChangeKey="k"/></t:Folder></m:Folders>'
        return [_ok("CreateFolder", inner)]

    def _sync_folder_items(self, request: Any) -> list[str]:
        state = request.findtext("m:SyncState", "0", _NS)
        if not state.isdigit() or (0 < int(state) < self.ews.valid_from):
            answer = _error("SyncFolderItems", "ErrorInvalidSyncStateData")
            return [
                answer.replace(
                    "</m:Sync", "<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange></m:Sync"
                )
            ]
        start = int(state)
        changes = self.ews.log[start : start + self.ews.page]
        end = start + len(changes)
        last = "true" if end >= len(self.ews.log) else "false"
        inner = "".join(self._change(*change) for change in changes)
        return [
            _ok(
                "SyncFolderItems",
                f"<m:SyncState>{end}</m:SyncState><m:IncludesLastItemInRange>{last}</m:IncludesLastItemInRange>"
                f"<m:Changes>{inner}</m:Changes>",
            )
        ]

    def _change(self, uid: str, what: str) -> str:
        stored = self.ews.messages.get(uid)
        if what == "Delete" or stored is None or stored.folder != "inbox":
            return f"<t:Delete><t:ItemId Id={quoteattr(uid)}/></t:Delete>"
        if what == "ReadFlagChange":
            return f"<t:ReadFlagChange><t:ItemId Id={quoteattr(uid)}/><t:IsRead>true</t:IsRead></t:ReadFlagChange>"
        return f"<t:{what}>{_item(stored, mime=False)}</t:{what}>"

    def _get_item(self, request: Any) -> list[str]:
        mime = request.find(".//t:IncludeMimeContent", _NS) is not None or "item:MimeContent" in {
            node.get("FieldURI") for node in request.iter(f"{{{_T}}}FieldURI")
        }
        answers = []
        for node in request.find("m:ItemIds", _NS):
            stored = self.ews.messages.get(node.get("Id"))
            if node.get("Id") in self.ews.poison:
                answers.append(_error("GetItem", "ErrorMimeContentConversionFailed"))
                continue
            answers.append(
                _ok("GetItem", f"<m:Items>{_item(stored, mime)}</m:Items>")
                if stored
                else _error("GetItem", "ErrorItemNotFound")
            )
        return answers

    def _move_item(self, request: Any) -> list[str]:
        folder = request.find("m:ToFolderId", _NS)[0].get("Id")
        return [self._move(node.get("Id"), folder) for node in request.find("m:ItemIds", _NS)]

    def _move(self, uid: str, folder: str) -> str:
        stored = self.ews.messages.get(uid)
        if stored is None or folder not in self.ews.folders:
            return _error("MoveItem", "ErrorItemNotFound")
        self.ews.remove(uid)
        moved = self.ews.messages[self.ews.deliver(stored.raw, folder)]
        moved.received, moved.read = stored.received, stored.read
        return _ok("MoveItem", f'<m:Items><t:Message><t:ItemId Id="{moved.uid}" ChangeKey="k"/></t:Message></m:Items>')

    def _update_item(self, request: Any) -> list[str]:
        answers = []
        for change in request.iter(f"{{{_T}}}ItemChange"):
            uid = change.find("t:ItemId", _NS).get("Id")
            stored = self.ews.messages.get(uid)
            if stored is None:
                answers.append(_error("UpdateItem", "ErrorItemNotFound"))
                continue
            stored.read = change.findtext(".//t:IsRead", str(stored.read), _NS) in {"true", "1"} or stored.read
            if (categories := change.find(".//t:Categories", _NS)) is not None:
                stored.categories = [node.text for node in categories]
            self.ews.log.append((uid, "ReadFlagChange"))
            inner = f'<m:Items><t:Message><t:ItemId Id="{uid}" ChangeKey="k2"/></t:Message></m:Items>'
            answers.append(_ok("UpdateItem", inner + "<m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>"))
        return answers

    def _subscribe(self, _request: Any) -> list[str]:
        self.ews.seen = len(self.ews.log)
        return [_ok("Subscribe", "<m:SubscriptionId>JgBl</m:SubscriptionId>")]

    def _unsubscribe(self, _request: Any) -> list[str]:
        return [_ok("Unsubscribe", "")]

    def _stream(self) -> None:
        """Tell of a change as soon as there is one; close after a moment without any, as a server may."""
        end = time.monotonic() + 0.5
        while len(self.ews.log) <= self.ews.seen and time.monotonic() < end:
            time.sleep(0.02)
        event = (
            "<m:Notifications><m:Notification><t:SubscriptionId>JgBl</t:SubscriptionId><t:NewMailEvent>"
            '<t:TimeStamp>2026-12-01T13:00:00Z</t:TimeStamp><t:ItemId Id="AAMk" ChangeKey="k"/>'
            '<t:ParentFolderId Id="inbox" ChangeKey="k"/></t:NewMailEvent></m:Notification></m:Notifications>'
        )
        told = event if len(self.ews.log) > self.ews.seen else ""
        status = "<m:ConnectionStatus>Closed</m:ConnectionStatus>"
        self._soap("GetStreamingEvents", [_ok("GetStreamingEvents", told + status)])

    def _create_item(self, request: Any) -> list[str]:
        assert request.get("MessageDisposition") == "SendAndSaveCopy"
        raw = base64.b64decode(next(request.iter(f"{{{_T}}}MimeContent")).text)
        head = message_from_bytes(raw)
        to = [a for name in ("to", "cc", "bcc") for _, a in getaddresses([str(v) for v in head.get_all(name, [])])]
        if not to:
            return [_error("CreateItem", "ErrorInvalidRecipients")]
        delivered = re.sub(rb"(?mi)^bcc:[^\r\n]*\r\n", b"", raw, count=1)
        self.ews.sent.append((to, delivered))
        self.ews.deliver(delivered, "sentitems")
        return [_ok("CreateItem", "<m:Items/>")]

    def _find_item(self, request: Any) -> list[str]:
        wanted = next(request.iter(f"{{{_T}}}Constant")).get("Value")
        found = [m for m in self.ews.inside("sentitems") if message_from_bytes(m.raw)["Message-ID"] == wanted]
        inner = "".join(_item(stored, mime=False) for stored in found)
        total = f'TotalItemsInView="{len(found)}" IncludesLastItemInRange="true" IndexedPagingOffset="{len(found)}"'
        return [_ok("FindItem", f"<m:RootFolder {total}><t:Items>{inner}</t:Items></m:RootFolder>")]


def _item(stored: Stored, mime: bool) -> str:
    content = base64.b64encode(stored.raw).decode()
    categories = "".join(f"<t:String>{escape(name)}</t:String>" for name in stored.categories)
    return (
        "<t:Message>"
        + (f'<t:MimeContent CharacterSet="UTF-8">{content}</t:MimeContent>' if mime else "")
        + f'<t:ItemId Id={quoteattr(stored.uid)} ChangeKey="k"/>'
        + f"<t:DateTimeReceived>{stored.received:%Y-%m-%dT%H:%M:%SZ}</t:DateTimeReceived>"
        + (f"<t:Categories>{categories}</t:Categories>" if categories else "")
        + f"<t:IsRead>{str(stored.read).lower()}</t:IsRead></t:Message>"
    )


def _ok(service: str, inner: str) -> str:
    name = f"m:{service}ResponseMessage"
    return f'<{name} ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{inner}</{name}>'


def _error(service: str, code: str) -> str:
    name = f"m:{service}ResponseMessage"
    return (
        f'<{name} ResponseClass="Error"><m:MessageText>{code} happened.</m:MessageText>'
        f"<m:ResponseCode>{code}</m:ResponseCode><m:DescriptiveLinkKey>0</m:DescriptiveLinkKey></{name}>"
    )
