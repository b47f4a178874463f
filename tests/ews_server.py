"""An Exchange server of one mailbox on loopback, after the EWS reference: SOAP, faults included."""

import base64
import re
import time
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from tests.dovecot import Certificate
from tests.http_mail import HttpMail, MailHandler, Stored

USER, PASSWORD = "ANTIOQUIA\\mesa", "clave-de-prueba"
_M = "http://schemas.microsoft.com/exchange/services/2006/messages"
_T = "http://schemas.microsoft.com/exchange/services/2006/types"
_PAGE = b"<html><body><h1>Service Unavailable</h1></body></html>"
_NS = {"m": _M, "t": _T, "s": "http://schemas.xmlsoap.org/soap/envelope/"}


@dataclass
class Fault:
    """What becomes of a request of `service`: an HTTP status, an EWS error code, or (`drop`) a cut connection."""

    service: str = ""
    status: int = 0
    code: str = ""
    drop: bool = False
    after: bool = False
    headers: dict[str, str] = field(default_factory=dict)


class _Handler(MailHandler):
    mail: "EwsServer"

    def do_POST(self) -> None:  # noqa: N802
        body = self.body()
        if self.path.endswith("/token"):
            return self._token(body.decode())
        if not self._may_enter():
            return self.reply(401, b"", {"WWW-Authenticate": "Basic"}, "text/plain")
        request = etree.fromstring(body).find("s:Body", _NS)[0]
        service = etree.QName(request).localname
        if service == "GetStreamingEvents":
            return self._stream()
        with self.mail.lock:
            self.mail.calls.append(service)
            fault = self._fault(service)
            if fault and not fault.after:
                return self._fail(service, fault)
            answer = getattr(self, re.sub("(?=[A-Z])", "_", service).lower())(request)
        return self._fail(service, fault) if fault else self._soap(service, answer)

    def _may_enter(self) -> bool:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind == "Bearer":
            return value in self.mail.tokens
        return kind == "Basic" and base64.b64decode(value).decode() == f"{USER}:{PASSWORD}"

    def _token(self, form: str) -> None:
        if "grant_type=client_credentials" not in form or not self.mail.gives_tokens:  # no refresh token can come
            return self.reply(400, b'{"error": "invalid_request"}', {}, "application/json")
        token = f"ficha-{len(self.mail.tokens)}"
        self.mail.tokens.add(token)
        answer = f'{{"token_type": "Bearer", "expires_in": {self.mail.token_life}, "access_token": "{token}"}}'
        return self.reply(200, answer.encode(), {}, "application/json")

    def _fault(self, service: str) -> Fault | None:
        if self.mail.faults and self.mail.faults[0].service in {"", service}:
            return self.mail.faults.popleft()
        return self.mail.trouble() if self.mail.trouble else None

    def _fail(self, service: str, fault: Fault) -> None:
        if fault.drop:
            self.cut()
        elif fault.status:
            self.reply(fault.status, _PAGE, fault.headers, "text/html")  # as gateways and proxies answer
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
        self.reply(200, content, {}, "text/xml; charset=utf-8")

    def _get_folder(self, request: Any) -> list[str]:
        return [self._folder_answer("GetFolder", node.get("Id")) for node in request.find("m:FolderIds", _NS)]

    def _folder_answer(self, service: str, name: str) -> str:
        if name not in self.mail.folders:
            return _error(service, "ErrorFolderNotFound")
        return _ok(service, f"<m:Folders>{self._folder(name)}</m:Folders>")

    def _folder(self, name: str) -> str:
        parent = "root" if name in {"msgfolderroot", "root"} else "msgfolderroot"
        shown, count = escape(self.mail.folders[name]), len(self.mail.inside(name))
        return (
            f'<t:Folder><t:FolderId Id="{name}" ChangeKey="k"/><t:ParentFolderId Id="{parent}" ChangeKey="k"/>'
            f"<t:FolderClass>IPF.Note</t:FolderClass><t:DisplayName>{shown}</t:DisplayName>"
            f"<t:TotalCount>{count}</t:TotalCount><t:ChildFolderCount>0</t:ChildFolderCount></t:Folder>"
        )

    def _find_folder(self, request: Any) -> list[str]:
        wanted = [node.get("Value") for node in request.iter(f"{{{_T}}}Constant")]
        mine = [key for key in self.mail.folders if key not in {"root", "msgfolderroot"}]
        found = [key for key in mine if not wanted or self.mail.folders[key] in wanted]
        inner = "".join(map(self._folder, found))
        total = f'TotalItemsInView="{len(found)}" IncludesLastItemInRange="true" IndexedPagingOffset="{len(found)}"'
        return [_ok("FindFolder", f"<m:RootFolder {total}><t:Folders>{inner}</t:Folders></m:RootFolder>")]

    def _create_folder(self, request: Any) -> list[str]:
        name = next(request.iter(f"{{{_T}}}DisplayName")).text
        if self.mail.folder_id(name):
            return [_error("CreateFolder", "ErrorFolderExists")]
        key = f"folder-{len(self.mail.folders)}"
        self.mail.folders[key] = name
        inner = f'<m:Folders><t:Folder><t:FolderId Id="{key}" ChangeKey="k"/></t:Folder></m:Folders>'
        return [_ok("CreateFolder", inner)]

    def _sync_folder_items(self, request: Any) -> list[str]:
        state = request.findtext("m:SyncState", "0", _NS)
        if not state.isdigit() or (0 < int(state) < self.mail.valid_from):
            answer = _error("SyncFolderItems", "ErrorInvalidSyncStateData")
            return [
                answer.replace(
                    "</m:Sync", "<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange></m:Sync"
                )
            ]
        start = int(state)
        changes = self.mail.log[start : start + self.mail.page]
        end = start + len(changes)
        last = "true" if end >= len(self.mail.log) else "false"
        inner = "".join(self._change(*change) for change in changes)
        return [
            _ok(
                "SyncFolderItems",
                f"<m:SyncState>{end}</m:SyncState><m:IncludesLastItemInRange>{last}</m:IncludesLastItemInRange>"
                f"<m:Changes>{inner}</m:Changes>",
            )
        ]

    def _change(self, uid: str, what: str) -> str:
        stored = self.mail.messages.get(uid)
        if what == "gone" or stored is None or stored.folder != "inbox":
            return f"<t:Delete><t:ItemId Id={quoteattr(uid)}/></t:Delete>"
        if what == "ReadFlagChange":
            return f"<t:ReadFlagChange><t:ItemId Id={quoteattr(uid)}/><t:IsRead>true</t:IsRead></t:ReadFlagChange>"
        kind = "Create" if what == "came" else "Update"
        return f"<t:{kind}>{_item(stored, mime=False, kind=self.mail.kinds.get(uid, 'Message'))}</t:{kind}>"

    def _get_item(self, request: Any) -> list[str]:
        mime = request.find(".//t:IncludeMimeContent", _NS) is not None or "item:MimeContent" in {
            node.get("FieldURI") for node in request.iter(f"{{{_T}}}FieldURI")
        }
        answers = []
        for node in request.find("m:ItemIds", _NS):
            stored = self.mail.messages.get(node.get("Id"))
            if node.get("Id") in self.mail.poison:
                answers.append(_error("GetItem", self.mail.poison_code))
                continue
            answers.append(
                _ok("GetItem", f"<m:Items>{self._whole(stored, mime)}</m:Items>")
                if stored
                else _error("GetItem", "ErrorItemNotFound")
            )
        return answers

    def _whole(self, stored: Stored, mime: bool) -> str:
        return _item(
            stored, mime and stored.uid not in self.mail.without_mime, self.mail.kinds.get(stored.uid, "Message")
        )

    def _move_item(self, request: Any) -> list[str]:
        folder = request.find("m:ToFolderId", _NS)[0].get("Id")
        return [self._move(node.get("Id"), folder) for node in request.find("m:ItemIds", _NS)]

    def _move(self, uid: str, folder: str) -> str:
        stored = self.mail.messages.get(uid)
        if stored is None or folder not in self.mail.folders:
            return _error("MoveItem", "ErrorItemNotFound")
        self.mail.remove(uid)
        moved = self.mail.messages[self.mail.deliver(stored.raw, folder)]
        moved.received, moved.read = stored.received, stored.read
        return _ok("MoveItem", f'<m:Items><t:Message><t:ItemId Id="{moved.uid}" ChangeKey="k"/></t:Message></m:Items>')

    def _update_item(self, request: Any) -> list[str]:
        answers = []
        for change in request.iter(f"{{{_T}}}ItemChange"):
            uid = change.find("t:ItemId", _NS).get("Id")
            stored = self.mail.messages.get(uid)
            if stored is None:
                answers.append(_error("UpdateItem", "ErrorItemNotFound"))
                continue
            stored.read = change.findtext(".//t:IsRead", str(stored.read), _NS) in {"true", "1"} or stored.read
            if (categories := change.find(".//t:Categories", _NS)) is not None:
                stored.categories = [node.text for node in categories]
            self.mail.log.extend([(uid, "ReadFlagChange"), (uid, "Update")])
            inner = f'<m:Items><t:Message><t:ItemId Id="{uid}" ChangeKey="k2"/></t:Message></m:Items>'
            answers.append(_ok("UpdateItem", inner + "<m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>"))
        return answers

    def _subscribe(self, _request: Any) -> list[str]:
        self.mail.seen = len(self.mail.log)
        return [_ok("Subscribe", "<m:SubscriptionId>JgBl</m:SubscriptionId>")]

    def _unsubscribe(self, _request: Any) -> list[str]:
        return [_ok("Unsubscribe", "")]

    def _stream(self) -> None:
        """Tell of a change as soon as there is one; close after a moment without any, as a server may."""
        end = time.monotonic() + 0.5
        while len(self.mail.log) <= self.mail.seen and time.monotonic() < end:
            time.sleep(0.02)
        event = (
            "<m:Notifications><m:Notification><t:SubscriptionId>JgBl</t:SubscriptionId><t:NewMailEvent>"
            '<t:TimeStamp>2026-12-01T13:00:00Z</t:TimeStamp><t:ItemId Id="AAMk" ChangeKey="k"/>'
            '<t:ParentFolderId Id="inbox" ChangeKey="k"/></t:NewMailEvent></m:Notification></m:Notifications>'
        )
        told = event if len(self.mail.log) > self.mail.seen else ""
        status = "<m:ConnectionStatus>Closed</m:ConnectionStatus>"
        self._soap("GetStreamingEvents", [_ok("GetStreamingEvents", told + status)])

    def _create_item(self, request: Any) -> list[str]:
        assert request.get("MessageDisposition") == "SendAndSaveCopy"
        raw = base64.b64decode(next(request.iter(f"{{{_T}}}MimeContent")).text)
        if not self.mail.take(raw):
            return [_error("CreateItem", "ErrorInvalidRecipients")]
        return [_ok("CreateItem", "<m:Items/>")]

    def _find_item(self, request: Any) -> list[str]:
        wanted = next(request.iter(f"{{{_T}}}Constant")).get("Value")
        found = self.mail.filed(wanted)
        inner = "".join(_item(stored, mime=False) for stored in found)
        total = f'TotalItemsInView="{len(found)}" IncludesLastItemInRange="true" IndexedPagingOffset="{len(found)}"'
        return [_ok("FindItem", f"<m:RootFolder {total}><t:Items>{inner}</t:Items></m:RootFolder>")]


def _item(stored: Stored, mime: bool, kind: str = "Message") -> str:
    content = base64.b64encode(stored.raw).decode()
    categories = "".join(f"<t:String>{escape(name)}</t:String>" for name in stored.categories)
    return (
        f"<t:{kind}>"
        + (f'<t:MimeContent CharacterSet="UTF-8">{content}</t:MimeContent>' if mime else "")
        + f'<t:ItemId Id={quoteattr(stored.uid)} ChangeKey="k"/>'
        + f"<t:DateTimeReceived>{stored.received:%Y-%m-%dT%H:%M:%SZ}</t:DateTimeReceived>"
        + (f"<t:Categories>{categories}</t:Categories>" if categories else "")
        + f"<t:IsRead>{str(stored.read).lower()}</t:IsRead></t:{kind}>"
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


class EwsServer(HttpMail[Fault]):
    inbox, sent_items, handler = "inbox", "sentitems", _Handler

    def __init__(self, address: str = "mesa@antioquia.gov.co", certificate: Certificate | None = None) -> None:
        super().__init__(address, certificate)
        self.folders |= {"msgfolderroot": "Raíz", "root": "Root"}
        self.poison_code = "ErrorMimeContentConversionFailed"
        self.valid_from = 0
        self.kinds: dict[str, str] = {}  # items that are no Message
        self.without_mime: set[str] = set()
        self.gives_tokens = True
        self.token_life = 3600  # seconds, as the client is told
        self.seen = 0  # changes before the subscription

    @property
    def endpoint(self) -> str:
        return f"{self.origin}/EWS/Exchange.asmx"

    def new_uid(self, number: int) -> str:
        return f"AAMk{number:06}="
