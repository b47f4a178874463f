"""The Sheets API v4 of one spreadsheet through gspread's client: another address, time limits, patience, plain words.

A read is asked again after any passing trouble. A write is sent again only when it surely was not applied (429): after
a lost answer the caller looks first at what the sheet says now (`Unanswered`).
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import Request
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from gspread.urls import SPREADSHEET_URL
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_after_delay,
    wait_exponential_jitter,
)

from tasks.clients.patience import retry_after
from tasks.ports.errors import SheetUnavailable

if TYPE_CHECKING:
    from google.oauth2.service_account import Credentials

GOOGLE = "https://sheets.googleapis.com"
_SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
_TIMEOUT = (5, 60)  # seconds to connect, and between two pieces of an answer
_ATTEMPTS = 8  # with waits of 1, 2, 4 … 64 seconds and a bit: longer than the minute that quotas count by
_PATIENCE = 180  # seconds for all of them: letters and mails wait behind the sheet
_LONGEST_WAIT = 120.0  # of a Retry-After, seconds
_SHOWN = "updatedSpreadsheet(sheets(properties(sheetId),data(startRow,startColumn,rowData(values(userEnteredValue)))))"
_MARKS = ("mipg.tab", "mipg.column")  # keys of the developer metadata by which tabs and columns are known
_LIMITS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})  # told as 403 by older services
_TEMPORARY = frozenset({408, 429, 500, 502, 503, 504})


class Refused(SheetUnavailable):
    """The server finds the request itself wrong (HTTP 400) and applied nothing of it."""


class Locked(Refused):
    """Somebody protected a cell that is to be written: only a person can give us leave."""


class Absent(SheetUnavailable):
    """What was asked for is not there (HTTP 404)."""


class Unanswered(SheetUnavailable):
    """A write whose answer was lost: it may have been applied or not."""


class _Passing(Exception):
    """A trouble that may be over soon; `applied` tells whether the request may have been carried out all the same."""

    def __init__(self, words: str, applied: bool, wait: float = 0.0) -> None:
        super().__init__(words)
        self.applied = applied
        self.wait = wait


class SheetsApi:
    """Calls on one spreadsheet. All raise `SheetUnavailable`, told to the operator without any secret."""

    def __init__(
        self,
        spreadsheet_id: str,
        credentials_file: Path,
        endpoint: str = GOOGLE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.spreadsheet_id = spreadsheet_id
        self._credentials_file = credentials_file
        self._endpoint = endpoint.rstrip("/")
        self._sleep = sleep
        self._client: _Client | None = None
        self._account = ""

    @property
    def account(self) -> str:
        """The service account's address, with which the spreadsheet is shared."""
        self._http()
        return self._account

    def structure(self, fields: str, ranges: Sequence[str] = ()) -> dict[str, Any]:
        """Return the spreadsheet resource under a field mask (spreadsheets.get)."""
        params: dict[str, Any] = {"fields": fields}
        if ranges:
            params["ranges"] = list(ranges)
        return self._read(lambda http: http.fetch_sheet_metadata(self.spreadsheet_id, params))

    def values(self, ranges: Sequence[str]) -> list[dict[str, Any]]:
        """Return a ValueRange per range, dates as serial numbers (values.batchGet: one call)."""
        params: dict[str, Any] = {
            "majorDimension": "ROWS",
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        }
        answer = self._read(lambda http: http.values_batch_get(self.spreadsheet_id, list(ranges), params))
        return list(answer.get("valueRanges", ()))

    def marks(self) -> list[dict[str, Any]]:
        """Return our developer metadata, wherever tabs and columns were moved and whatever they are called now.

        Where marks cannot be searched for, names have to do.
        """
        body = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": key}} for key in _MARKS]}
        address = f"{SPREADSHEET_URL % self.spreadsheet_id}/developerMetadata:search"
        try:
            answer = self._read(lambda http: http.request("post", address, json=body).json())
        except (Absent, Refused):
            return []
        return [found.get("developerMetadata", {}) for found in answer.get("matchedDeveloperMetadata", ())]

    def write_values(self, data: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Put values as they are, never parsed (RAW), and return what each range holds then (values.batchUpdate)."""
        body = {
            "valueInputOption": "RAW",
            "data": list(data),
            "includeValuesInResponse": True,
            "responseValueRenderOption": "UNFORMATTED_VALUE",
            "responseDateTimeRenderOption": "SERIAL_NUMBER",
        }
        answer = self._write(lambda http: http.values_batch_update(self.spreadsheet_id, body))
        return [one.get("updatedData", {}) for one in answer.get("responses", ())]

    def change(self, requests: Sequence[Mapping[str, Any]], shown: Sequence[str] = ()) -> dict[str, Any]:
        """Apply the requests in their order, all or none, and return what those ranges hold then (batchUpdate)."""
        body: dict[str, Any] = {"requests": list(requests)}
        params = {"fields": "spreadsheetId"}
        if shown:
            body |= {"includeSpreadsheetInResponse": True, "responseIncludeGridData": True}
            body["responseRanges"] = list(shown)
            params = {"fields": _SHOWN}
        address = f"{SPREADSHEET_URL % self.spreadsheet_id}:batchUpdate"
        answer = self._write(lambda http: http.request("post", address, params=params, json=body).json())
        return dict(answer.get("updatedSpreadsheet", {}))

    def replace(self, requests: Sequence[Mapping[str, Any]]) -> list[int]:
        """Apply findReplace requests and return in how many cells each found something."""
        params = {"fields": "replies(findReplace(occurrencesChanged))"}
        address = f"{SPREADSHEET_URL % self.spreadsheet_id}:batchUpdate"
        body = {"requests": list(requests)}
        answer = self._write(lambda http: http.request("post", address, params=params, json=body).json())
        return [int(one.get("findReplace", {}).get("occurrencesChanged", 0)) for one in answer.get("replies", ())]

    def _read(self, action: Callable[["_Client"], Any]) -> dict[str, Any]:
        return self._call(action, repeatable=True)

    def _write(self, action: Callable[["_Client"], Any]) -> dict[str, Any]:
        return self._call(action, repeatable=False)

    def _call(self, action: Callable[["_Client"], Any], *, repeatable: bool) -> dict[str, Any]:
        http = self._http()
        retrying = Retrying(
            retry=retry_if_exception(lambda e: isinstance(e, _Passing) and (repeatable or not e.applied)),
            wait=_wait,
            stop=stop_after_attempt(_ATTEMPTS) | stop_after_delay(_PATIENCE),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            answer = retrying(self._once, action, http)
        except _Passing as trouble:
            words = f"Google Sheets does not answer ({trouble}); the work goes on in the ledger and is caught up later"
            raise (Unanswered if trouble.applied and not repeatable else SheetUnavailable)(words) from trouble
        return answer if isinstance(answer, dict) else {}

    def _once(self, action: Callable[["_Client"], Any], http: "_Client") -> Any:
        try:
            return action(http)
        except APIError as error:
            raise self._meaning(error) from error
        except RefreshError as error:
            if error.retryable:
                raise _Passing("the token endpoint is in trouble", applied=False) from error
            raise SheetUnavailable(
                f"Google refuses the key in {self._credentials_file}: make a new key of the service account and name "
                "its file in sheet.google.credentials_file"
            ) from error
        except GoogleAuthError as error:
            raise _Passing("no way to the token endpoint", applied=False) from error
        except (OSError, ValueError, TypeError, KeyError) as error:
            # The network, a time limit, an answer cut short, or an error of some gateway that gspread cannot read.
            raise _Passing(type(error).__name__, applied=True) from error

    def _meaning(self, error: APIError) -> Exception:
        """Return the error in words that say what to do."""
        code, status = error.response.status_code, str(error.error.get("status", ""))
        said = str(error.error.get("message", ""))[:300]
        limited = code == 429 or status == "RESOURCE_EXHAUSTED" or (code == 403 and bool(_LIMITS & _reasons(error)))
        if code in _TEMPORARY or limited:
            return _Passing(f"HTTP {code}", applied=not limited, wait=_asked_wait(error))
        if code == 404:
            return Absent(
                f"spreadsheet {self.spreadsheet_id} is not there: deleted, or sheet.google.spreadsheet_id is wrong: "
                "take it out of the bin or name another one, then run `mipg init`"
            )
        if code == 403 and ("has not been used" in said or "is disabled" in said):
            return SheetUnavailable("the Google Sheets API is switched off in the service account's project: enable it")
        if code in {401, 403}:
            return SheetUnavailable(
                f"the spreadsheet {self.spreadsheet_id} is not shared with {self._account}: share it with that address "
                f"as editor ({said})"
            )
        if "protected cell" in said:
            return Locked(
                f"somebody protected cells of the spreadsheet that the service fills: in Data > Protected sheets and "
                f"ranges give {self._account} leave to edit them; until then nothing is written into the sheet ({said})"
            )
        return Refused(f"Google Sheets refused a request (HTTP {code}): {said}")

    def _http(self) -> "_Client":
        if self._client is None:
            credentials = _credentials(self._credentials_file)
            self._account = str(credentials.service_account_email)
            self._client = _Client(credentials, self._endpoint)
        return self._client


class _Client(HTTPClient):
    """gspread's client at another address (its own is a constant), with a session that carries the token itself.

    google-auth's session would besides ask iamcredentials.googleapis.com for "allowed locations" behind our back, token
    in hand, whatever server we talk to.
    """

    def __init__(self, credentials: "Credentials", endpoint: str) -> None:
        super().__init__(credentials, requests.Session())
        self._credentials = credentials
        self._base = endpoint
        self.set_timeout(_TIMEOUT)

    def request(self, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
        """Send one request, its token obtained or renewed first."""
        address = endpoint.replace(GOOGLE, self._base, 1)
        for renewed in (False, True):
            if renewed or not self._credentials.valid:
                self._credentials.refresh(Request(requests.Session()))  # type: ignore[no-untyped-call]
            self.session.headers["Authorization"] = f"Bearer {self._credentials.token}"
            try:
                return super().request(method, address, *args, **kwargs)
            except APIError as error:
                if renewed or error.response.status_code != 401:
                    raise
        raise AssertionError


def _credentials(path: Path) -> "Credentials":
    from google.oauth2.service_account import Credentials

    try:
        info = json.loads(path.read_text(encoding="utf-8"))
        return Credentials.from_service_account_info(info, scopes=_SCOPES)  # type: ignore[no-any-return, no-untyped-call]
    except OSError as error:
        words = f"sheet.google.credentials_file {path} cannot be read: {error.strerror or error}"
        raise SheetUnavailable(words) from error
    except (ValueError, TypeError, AttributeError, GoogleAuthError):
        trouble = SheetUnavailable(
            f"sheet.google.credentials_file {path} is no key of a service account: download it again as JSON"
        )
    raise trouble  # out here, so that no traceback shows what the file holds


def _reasons(error: APIError) -> set[str]:
    told = error.error.get("errors")
    return {str(one.get("reason")) for one in told if isinstance(one, dict)} if isinstance(told, list) else set()


def _asked_wait(error: APIError) -> float:
    asked = retry_after(str(error.response.headers.get("Retry-After", "")))
    return min(asked or 0.0, _LONGEST_WAIT)


_backoff = wait_exponential_jitter(initial=1, max=64, jitter=2)


def _wait(state: RetryCallState) -> float:
    """Return the seconds to wait: exponential with jitter, never less than the server asks for."""
    error = state.outcome.exception() if state.outcome else None
    return max(_backoff(state), error.wait if isinstance(error, _Passing) else 0.0)
