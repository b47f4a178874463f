"""Access tokens by client credentials (RFC 6749 §4.4), for servers that no longer take passwords."""

import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tasks.ports.endpoint import tls_context
from tasks.ports.errors import TokenRefused

_MARGIN = 120  # seconds before its end from which a token is not used any more


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """Who asks for a token, where, and for what. `ca_file` (PEM): authorities beside the system's."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    ca_file: Path | None = None
    timeout: float = 30.0


class TokenSource:
    """Called, returns a token that is still good; asks for one only when needed. Raises `TokenRefused`."""

    def __init__(self, credentials: ClientCredentials) -> None:
        self._credentials = credentials
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def __call__(self) -> str:
        with self._lock:
            if not self._token or time.monotonic() >= self._until:
                self._ask()
            return self._token

    def forget(self) -> None:
        """The server refused the token: the next call asks for another."""
        with self._lock:
            self._token = ""

    def _ask(self) -> None:
        asked = self._credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": asked.client_id,
            "client_secret": asked.client_secret,
            "scope": asked.scope,
        }
        try:
            with httpx.Client(timeout=asked.timeout, verify=tls_context(asked.ca_file, besides=True)) as client:
                answer = client.post(asked.token_url, data=form)
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise TokenRefused(f"{asked.token_url}: no token ({type(error).__name__})") from error
        token = body.get("access_token") if isinstance(body, dict) else None
        if not isinstance(token, str) or not token:
            raise TokenRefused(f"{asked.token_url}: {refusal(body, answer.status_code)}")
        self._token = token
        self._until = time.monotonic() + max(0, _seconds(body.get("expires_in")) - _MARGIN)


def refusal(body: object, status: object = "") -> str:
    """Return the authority's words (RFC 6749 §5.2): its code and the first line of what it says."""
    if not isinstance(body, dict) or not body.get("error"):
        return f"no token (HTTP {status})"
    said = str(body.get("error_description") or "").strip().splitlines()
    return f"{body['error']}: {said[0][:300]}" if said else str(body["error"])


def _seconds(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0
