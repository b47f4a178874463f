"""The Sheets API v4 over HTTP on loopback, for the real gspread: tokens, sharing, quota, faults, and people typing.

Written from the documented protocol; what the documentation leaves open is answered in the least convenient way.
"""

import json
import random
import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.googlesheets.model import ApiError, Area, Formula, Sheet, Spreadsheet, invalid, parse_range, range_name
from tests.googlesheets.requests import apply_requests, sheet_properties

ACCOUNT = "mesa@proyecto.iam.gserviceaccount.com"
BOOK = "1aBcD_libro-de-prueba"
_PER_MINUTE = 60
Fault = str  # "429", "500", "503", "limit" (a 403), "drop" (at once), "lost" (when applied), "cut" (half an answer)


@cache
def key_pair() -> tuple[str, str]:
    """Return a private and a public key as PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private.decode(), public.decode()


class GoogleServer:
    """The service. `book` is the spreadsheet that tests look into and people work in; hold `lock` for that."""

    def __init__(self) -> None:
        self.books: dict[str, Spreadsheet] = {BOOK: Spreadsheet(BOOK)}
        self.shared = {ACCOUNT}
        self.lock = threading.RLock()
        self.calls: list[tuple[str, str]] = []  # ("read" | "write", method) as answered with success
        self.faults: deque[Fault] = deque()
        self.fault_rate = 0.0
        self.random = random.Random(0)
        self.quota: Callable[[], float] | None = None  # a clock: then 60 reads and 60 writes a minute
        self.meanwhile: Callable[[str], None] | None = None  # people, in the moment before a call is carried out
        self.key_is_known = True
        self.unknown: set[str] = set()  # requests it has never heard of: only the real one is sure to know all
        self._spent: dict[str, deque[float]] = {"read": deque(), "write": deque()}
        self._tokens: dict[str, str] = {}

    @property
    def book(self) -> Spreadsheet:
        return self.books[BOOK]

    def tab(self, title: str) -> Sheet:
        return self.book.by_title(title)

    def count(self, kind: str) -> int:
        return sum(1 for one, _ in self.calls if one == kind)

    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"service": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def credentials(self, folder: Path) -> Path:
        """Write the service account's key file and return where it lies."""
        info = {
            "type": "service_account",
            "project_id": "proyecto",
            "private_key_id": "k1",
            "private_key": key_pair()[0],
            "client_email": ACCOUNT,
            "client_id": "1",
            "token_uri": f"{self.url}/token",
        }
        path = folder / "google.json"
        path.write_text(json.dumps(info))
        return path

    # One request ----------------------------------------------------------------------------------------------------

    def token(self, form: dict[str, list[str]]) -> dict[str, Any]:
        from google.auth import jwt

        if not self.key_is_known:
            raise ApiError(400, "invalid_grant", "Invalid JWT Signature.")
        claims = jwt.decode(form["assertion"][0], certs=key_pair()[1], audience="https://oauth2.googleapis.com/token")
        assert "spreadsheets" in claims["scope"]
        token = uuid.uuid4().hex
        self._tokens[token] = claims["iss"]
        return {"access_token": token, "expires_in": 3599, "token_type": "Bearer"}

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any, authorization: str) -> Any:
        account = self._tokens.get(authorization.removeprefix("Bearer "))
        if account is None:
            raise ApiError(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        found = re.fullmatch(r"/v4/spreadsheets/([^/:]+)(?:/(values|developerMetadata))?(?::(\w+))?", path)
        if not found:
            raise ApiError(404, "NOT_FOUND", f"no such method: {path}")
        name = f"{method} {found[2] or ''}:{found[3] or ''}"
        if name not in _METHODS:
            raise ApiError(404, "NOT_FOUND", f"no such method: {name}")
        kind, action = _METHODS[name]
        self._spend(kind)
        with self.lock:
            book = self.books.get(found[1])
            if book is None:
                raise ApiError(404, "NOT_FOUND", "Requested entity was not found.")
            if account not in self.shared:
                raise ApiError(403, "PERMISSION_DENIED", "The caller does not have permission")
            if self.meanwhile:
                self.meanwhile(kind)
            before = book.saved() if kind == "write" else None
            try:
                if refused := self.unknown & {name for one in (body or {}).get("requests", ()) for name in one}:
                    raise invalid(f'Invalid JSON payload received. Unknown name "{min(refused)}": Cannot find field.')
                result = action(book, query, body)
            except ApiError:
                if before:
                    self.books[found[1]] = before
                raise
            self.calls.append((kind, name))
        return result

    def _spend(self, kind: str) -> None:
        if self.quota is None:
            return
        now, spent = self.quota(), self._spent[kind]
        while spent and spent[0] <= now - 60:
            spent.popleft()
        if len(spent) >= _PER_MINUTE:
            words = f"Quota exceeded for quota metric '{kind.title()} requests' and limit 'per minute per user'"
            raise ApiError(429, "RESOURCE_EXHAUSTED", words)
        spent.append(now)

    def next_fault(self) -> Fault | None:
        if self.faults:
            return self.faults.popleft()
        if self.fault_rate and self.random.random() < self.fault_rate:
            return self.random.choice(["429", "500", "503", "drop", "lost", "cut"])
        return None


# The methods --------------------------------------------------------------------------------------------------------


def _get(book: Spreadsheet, query: dict[str, list[str]], _: Any) -> Any:
    mask = _mask(query["fields"][0]) if "fields" in query else {"spreadsheetId": {}, "properties": {}, "sheets": {}}
    return _spreadsheet(book, query.get("ranges", []), mask)


def _spreadsheet(book: Spreadsheet, ranges: list[str], mask: dict[str, Any]) -> Any:
    areas = [parse_range(book, text) for text in ranges]
    sheets = [sheet for sheet in book.sheets if not areas or any(sheet is one for one, _ in areas)]
    whole = {
        "spreadsheetId": book.id,
        "properties": {
            "title": book.title,
            "locale": book.locale,
            "timeZone": book.time_zone,
            "autoRecalc": "ON_CHANGE",
        },
        "sheets": [_resource(book, sheet, [area for one, area in areas if one is sheet], mask) for sheet in sheets],
    }
    return _masked(whole, mask)


def _resource(book: Spreadsheet, sheet: Sheet, areas: list[Area], mask: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"properties": sheet_properties(book, sheet)}
    found["conditionalFormats"] = [one.what | {"ranges": [one.area.grid(sheet.id)]} for one in sheet.of("conditional")]
    found["protectedRanges"] = [one.what | {"range": one.area.grid(sheet.id)} for one in sheet.of("protected")]
    found["filterViews"] = [one.what | {"range": one.area.grid(sheet.id)} for one in sheet.of("view")]
    if "data" in mask.get("sheets", {}):
        found["data"] = [_grid_data(sheet, area) for area in areas or [Area(0, sheet.rows, 0, sheet.columns)]]
    return {name: value for name, value in found.items() if value}


def _grid_data(sheet: Sheet, area: Area) -> dict[str, Any]:
    rows = []
    for row in range(area.r0, area.r1 or 0):
        cells = []
        for column in range(area.c0, area.c1 or 0):
            cell: dict[str, Any] = _entered(sheet.get(row, column))
            if rule := sheet.top("rule", row, column):
                cell["dataValidation"] = rule
            cells.append(cell)
        while cells and not cells[-1]:
            cells.pop()
        rows.append({"values": cells} if cells else {})
    while rows and not rows[-1]:
        rows.pop()
    found = {"startRow": area.r0, "startColumn": area.c0, "rowData": rows}
    return {name: value for name, value in found.items() if value}


def _entered(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    kinds = {Formula: "formulaValue", str: "stringValue", bool: "boolValue", int: "numberValue", float: "numberValue"}
    return {"userEnteredValue": {kinds[type(value)]: value}}


def _mask(text: str) -> dict[str, Any]:
    """Return a field mask as nested names; {} means everything below."""
    root: dict[str, Any] = {}
    stack, name = [root], ""
    for sign in text + ",":
        if sign in ",()":
            if name:
                stack[-1].setdefault(name, {})
            if sign == "(":
                stack.append(stack[-1][name])
            elif sign == ")":
                stack.pop()
            name = ""
        else:
            name += sign
    return root


def _masked(value: Any, mask: dict[str, Any]) -> Any:
    if not mask:
        return value
    if isinstance(value, list):
        return [_masked(one, mask) for one in value]
    return {name: _masked(value[name], below) for name, below in mask.items() if name in value}


def _batch_get(book: Spreadsheet, query: dict[str, list[str]], _: Any) -> Any:
    found = [parse_range(book, text) for text in query["ranges"]]
    render = query.get("valueRenderOption", ["FORMATTED_VALUE"])[0]
    ranges = [_value_range(sheet, area, render) for sheet, area in found]
    return {"spreadsheetId": book.id, "valueRanges": ranges}


def _value_range(sheet: Sheet, area: Area, render: str) -> dict[str, Any]:
    values = [
        [_shown(cell, render) for cell in _trimmed(cells[area.c0 : area.c1])] for cells in sheet.grid[area.r0 : area.r1]
    ]
    while values and not values[-1]:
        values.pop()
    found = {"range": range_name(sheet, area), "majorDimension": "ROWS"}
    return found | {"values": values} if values else found


def _trimmed(cells: list[Any]) -> list[Any]:
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return cells[:end]


def _shown(value: Any, render: str) -> Any:
    if value is None:
        return ""
    if isinstance(value, Formula):
        return str(value) if render == "FORMULA" else "#RESULT"
    return value if render != "FORMATTED_VALUE" else str(value)


def _batch_update_values(book: Spreadsheet, _: dict[str, list[str]], body: Any) -> Any:
    if body.get("valueInputOption") not in {"RAW", "USER_ENTERED"}:
        raise invalid("'valueInputOption' is required but not specified")
    found = []
    for one in body["data"]:
        sheet, area = parse_range(book, one["range"])
        found.append((sheet, area, _put(sheet, area, one, body["valueInputOption"] == "RAW")))
    render = body.get("responseValueRenderOption", "FORMATTED_VALUE")
    responses = []
    for sheet, area, cells in found:
        response: dict[str, Any] = {"spreadsheetId": book.id, "updatedRange": range_name(sheet, area)}
        response |= {"updatedCells": cells} if cells else {}
        if body.get("includeValuesInResponse"):
            response["updatedData"] = _value_range(sheet, area, render)
        responses.append(response)
    return {"spreadsheetId": book.id, "responses": responses}


def _put(sheet: Sheet, area: Area, one: dict[str, Any], raw: bool) -> int:
    values = one.get("values", [])
    if one.get("majorDimension", "ROWS") == "COLUMNS":
        values = [list(row) for row in zip(*values, strict=True)]
    cells = 0
    for row, line in enumerate(values, start=area.r0):
        if row >= (area.r1 or 0) and line:
            raise invalid(f"Requested writing within range [{one['range']}], but tried writing to row [{row + 1}]")
        for column, value in enumerate(line, start=area.c0):
            if column >= (area.c1 or 0):
                raise invalid(f"Requested writing within range [{one['range']}], but tried writing to another column")
            if isinstance(value, list | dict):
                raise invalid("Invalid values: list_value")
            if value is not None:
                formula = not raw and isinstance(value, str) and value[:1] in "=+"
                sheet.set(row, column, Formula(value) if formula else value)
                cells += 1
    return cells


def _batch_update(book: Spreadsheet, query: dict[str, list[str]], body: Any) -> Any:
    answer = {"spreadsheetId": book.id, "replies": apply_requests(book, body["requests"])}
    mask = _mask(query["fields"][0]) if "fields" in query else {}
    if body.get("includeSpreadsheetInResponse"):
        below = mask.get("updatedSpreadsheet", {})
        if not body.get("responseIncludeGridData"):
            below.get("sheets", {}).pop("data", None)
        answer["updatedSpreadsheet"] = _spreadsheet(book, body.get("responseRanges", []), below)
    return _masked(answer, mask)


def _search(book: Spreadsheet, _: dict[str, list[str]], body: Any) -> Any:
    keys = {one["developerMetadataLookup"]["metadataKey"] for one in body["dataFilters"]}
    found = [mark for mark in book.marks if mark["metadataKey"] in keys]
    for sheet in book.sheets:
        for layer in sheet.of("mark"):
            if layer.what["metadataKey"] in keys:
                where = {
                    "sheetId": sheet.id,
                    "dimension": "COLUMNS",
                    "startIndex": layer.area.c0,
                    "endIndex": layer.area.c1,
                }
                found.append(layer.what | {"location": {"locationType": "COLUMN", "dimensionRange": where}})
    return {"matchedDeveloperMetadata": [{"developerMetadata": mark} for mark in found]} if found else {}


_METHODS: dict[str, tuple[str, Callable[[Spreadsheet, dict[str, list[str]], Any], Any]]] = {
    "GET :": ("read", _get),
    "GET values:batchGet": ("read", _batch_get),
    "POST developerMetadata:search": ("read", _search),
    "POST values:batchUpdate": ("write", _batch_update_values),
    "POST :batchUpdate": ("write", _batch_update),
}


class _Handler(BaseHTTPRequestHandler):
    service: GoogleServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 20

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        address = urlsplit(self.path)
        path = unquote(address.path)
        if path == "/token":
            return self._token(body)
        fault = self.service.next_fault()
        if fault == "drop":
            return self._hang_up()
        if fault == "limit":  # as other Google services tell it, and front ends before this one
            limit = {"domain": "usageLimits", "reason": "rateLimitExceeded", "message": "Rate Limit Exceeded"}
            told = _error(403, "PERMISSION_DENIED", "Rate Limit Exceeded")
            return self._send(403, {"error": told["error"] | {"errors": [limit]}})
        if fault and fault.isdigit():
            return self._send(int(fault), _error(int(fault), "UNAVAILABLE", "try later"))
        try:
            content = json.loads(body) if body else None
            authorization = self.headers.get("Authorization", "")
            answer = self.service.answer(self.command, path, parse_qs(address.query), content, authorization)
        except ApiError as error:
            return self._send(error.code, _error(error.code, error.status, error.message))
        if fault == "lost":
            return self._hang_up()
        return self._send(200, answer, cut=fault == "cut")

    def _token(self, body: bytes) -> None:
        try:
            self._send(200, self.service.token(parse_qs(body.decode())))
        except ApiError as error:
            self._send(error.code, {"error": error.status, "error_description": error.message})

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _send(self, code: int, answer: Any, *, cut: bool = False) -> None:
        content = json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass")
        self.send_response(code)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        self.wfile.flush()
        if cut:
            self._hang_up()

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


def _error(code: int, status: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "status": status}}


class FakeClock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
