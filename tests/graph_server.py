"""A Microsoft Graph of one mailbox on loopback, after the documented protocol: delta, MIME, move, sendMail, faults.

Speaks HTTP (and HTTPS with a certificate); the adapters reach it through real httpx and msal.
"""

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.dovecot import Certificate
from tests.http_mail import HttpMail, MailHandler

TENANT, CLIENT, SECRET = "contoso", "mesa", "un-secreto-de-prueba"


@dataclass
class Fault:
    """What becomes of a request: answered with `status`, or (`drop`) cut off, after its effect if `after`.

    `page`: it is a gateway that answers, in HTML.
    """

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    after: bool = False
    code: str = "tooManyRequests"
    page: bool = False


class _Handler(MailHandler):
    mail: "GraphServer"

    def do_GET(self) -> None:  # noqa: N802
        self._serve()

    do_POST = do_PATCH = do_GET  # noqa: N815

    def _serve(self) -> None:
        body = self.body()
        with self.mail.lock:
            self.mail.calls.append(f"{self.command} {self.path}")
            fault = self._fault()
            if fault and not fault.after:
                return self._fail(fault)
            answer = self._answer(urlsplit(self.path).path, body)
        if fault:
            return self._fail(fault)
        return self._reply(*answer)

    def _fault(self) -> Fault | None:
        end = next((end for end in self.mail.when if self.path.endswith(end)), None)
        if end is not None:
            return self.mail.when.pop(end)
        if "/v1.0/" not in self.path:
            return None
        if self.mail.faults:
            return self.mail.faults.popleft()
        return self.mail.trouble() if self.mail.trouble else None

    def _fail(self, fault: Fault) -> None:
        if fault.drop:
            return self.cut()
        if fault.page:
            return self.reply(fault.status, b"<html><h1>Service Unavailable</h1></html>", fault.headers, "text/html")
        return self._reply(fault.status, _error(fault.code), fault.headers)

    def _reply(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        kind = "text/plain" if isinstance(body, bytes) else "application/json"
        self.reply(status, content, headers or {}, kind)

    def _answer(self, path: str, body: bytes) -> tuple[int, Any]:
        graph = self.mail
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
        prefix = f"{graph.prefix}/v1.0/users/{graph.address}"
        if not path.startswith(prefix):
            return 404, _error("ResourceNotFound")
        return self._mailbox(path.removeprefix(prefix), body)

    def _token(self, form: dict[str, str]) -> tuple[int, Any]:
        right = form.get("client_secret") == SECRET and form.get("client_id") == CLIENT
        if not right or form.get("grant_type") != "client_credentials" or not form["scope"].endswith("/.default"):
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret."}
        token = f"ey{len(self.mail.tokens)}"
        self.mail.tokens.add(token)
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
        if folder not in self.mail.folders:
            return 404, _error("ErrorFolderNotFound")
        shown = {"displayName": self.mail.folders[folder], "totalItemCount": len(self.mail.inside(folder))}
        return 200, {"id": folder, **shown}

    def _folders(self, body: bytes) -> tuple[int, Any]:
        if self.command == "POST":
            name = json.loads(body)["displayName"]
            if self.mail.folder_id(name):
                return 409, _error("ErrorFolderExists")
            self.mail.folders[f"folder-{len(self.mail.folders)}"] = name
            return 201, {"id": self.mail.folder_id(name), "displayName": name}
        return 200, {"value": [{"id": key, "displayName": name} for key, name in self.mail.folders.items()]}

    def _delta(self) -> tuple[int, Any]:
        query = parse_qs(urlsplit(self.path).query)
        since = int(query.get("$deltatoken", ["0"])[0])
        start = int(query.get("$skiptoken", [since])[0])
        first = "$deltatoken" not in query and "$skiptoken" not in query
        if not first and start < self.mail.oldest_token:
            return 410, _error("syncStateNotFound")
        changes = self.mail.log[start : start + self.mail.page]
        link = f"{self.mail.elsewhere or self.mail.origin}{urlsplit(self.path).path}?"
        end = start + len(changes)
        more = end < len(self.mail.log)
        if self.mail.circles and start:
            end, more = start, True
        following = (
            {"@odata.nextLink": f"{link}$skiptoken={end}"} if more else {"@odata.deltaLink": f"{link}$deltatoken={end}"}
        )
        return 200, {"value": [one for change in changes if (one := self._change(*change))], **following}

    def _change(self, uid: str, what: str) -> dict[str, Any] | None:
        stored = self.mail.messages.get(uid)
        if what == "gone" or stored is None or stored.folder != "inbox-id":
            return {"id": uid, "@removed": {"reason": "deleted"}}
        return {"id": uid, "receivedDateTime": stored.received.isoformat().replace("+00:00", "Z")}

    def _message(self, uid: str, what: str, body: bytes) -> tuple[int, Any]:
        stored = self.mail.messages.get(uid)
        if stored is None:
            return 404, _error("ErrorItemNotFound")
        if what == "/$value" and uid in self.mail.poison:
            return 422, _error("ErrorMimeContentConversionFailed")
        if what == "/$value":
            return 200, b"" if uid in self.mail.without_mime else stored.raw
        if what == "/move":
            if json.loads(body)["destinationId"] not in self.mail.folders:
                return 400, _error("ErrorInvalidIdMalformed")
            if stored.folder == "inbox-id":
                self.mail.changed(uid, gone=True)
            stored.folder = json.loads(body)["destinationId"]
            return 201, {"id": uid, "parentFolderId": stored.folder}
        if self.command == "PATCH":
            changes = json.loads(body)
            stored.read = changes.get("isRead", stored.read)
            stored.categories = changes.get("categories", stored.categories)
            self.mail.changed(uid, gone=False)
        return 200, {"id": uid, "parentFolderId": stored.folder, "isRead": stored.read, "categories": stored.categories}

    def _send(self, body: bytes) -> tuple[int, Any]:
        if self.headers.get("Content-Type") != "text/plain":
            return 400, _error("BadRequest")
        if not self.mail.take(base64.b64decode(body, validate=True)):
            return 400, _error("ErrorInvalidRecipients")
        return 202, None

    def _sent_items(self) -> tuple[int, Any]:
        asked = re.search(r"internetMessageId eq '(.+)'", parse_qs(urlsplit(self.path).query)["$filter"][0])
        assert asked
        return 200, {"value": [{"id": m.uid} for m in self.mail.filed(asked[1])]}


def _error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": f"{code} happened.", "innerError": {"request-id": "1"}}}


class GraphServer(HttpMail[Fault]):
    inbox, sent_items, handler = "inbox-id", "sent-id", _Handler

    def __init__(self, address: str = "mesa@antioquia.gov.co", certificate: Certificate | None = None) -> None:
        super().__init__(address, certificate)
        self.when: dict[str, Fault] = {}  # the fault of the next request whose path ends so
        self.oldest_token = 0
        self.without_mime: set[str] = set()
        self.circles = False  # the second page names itself as the next
        self.prefix = ""  # of the path, where a proxy stands before it
        self.elsewhere = ""  # the origin that links to further pages lead to instead
        self.files_late = False  # copies wait for `file_copies` before they stand in Sent Items
        self._unfiled: list[bytes] = []

    @property
    def base_url(self) -> str:
        return f"{self.origin}{self.prefix}/v1.0"

    def new_uid(self, number: int) -> str:
        return base64.urlsafe_b64encode(f"AAk{number:06}/+".encode()).decode()

    def file_copy(self, raw: bytes) -> None:
        if self.files_late:
            self._unfiled.append(raw)
        else:
            super().file_copy(raw)

    def file_copies(self) -> None:
        self.files_late = False
        while self._unfiled:
            self.deliver(self._unfiled.pop(0), self.sent_items)
