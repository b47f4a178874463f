"""Microsoft Graph over HTTP: tokens by msal, requests by httpx, throttling honoured. Meaning is given by the adapters.

Documented at learn.microsoft.com/graph: throttling (429, 503 with Retry-After), error bodies {"error": {"code",
"message"}}, immutable identifiers (they stay when a message moves) by `Prefer: IdType="ImmutableId"`.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from tasks.clients.oauth import ClientCredentials, TokenSource, refusal
from tasks.clients.patience import retry_after
from tasks.ports.endpoint import demand_https, tls_context
from tasks.ports.errors import TokenRefused, Unavailable

_PASSING = frozenset({429, 500, 502, 503, 504})  # worth another try when the request may be repeated


class GraphAway(Unavailable):
    """The service cannot be used now: no connection, no token, or throttled beyond our patience."""


class GraphRefusal(Exception):
    """The service answered no: HTTP status, its code and words."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(f"{code or status}: {words}"[:500])
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class GraphAccess:
    """Who we are (an app registration with application permissions), and where Graph and its authority are."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    base_url: str = "https://graph.microsoft.com/v1.0"
    authority: str = "https://login.microsoftonline.com"
    ca_file: Path | None = None
    timeout: float = 60.0

    def __post_init__(self) -> None:
        demand_https("mailbox.graph.base_url", self.base_url)
        demand_https("mailbox.graph.authority", self.authority)

    @property
    def scope(self) -> str:
        """All application permissions that were granted at this Graph (national clouds have their own)."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}/.default"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds before each new try, and the longest wait the service may ask for before we come back another time."""

    waits: tuple[float, ...] = (1.0, 4.0, 10.0)
    longest: float = 60.0
    sleep: Callable[[float], None] = time.sleep


class GraphClient:
    """Calls Graph as the application. Raises `GraphRefusal` or `GraphAway`."""

    def __init__(self, access: GraphAccess, patience: Patience = Patience()) -> None:
        self._access = access
        self._patience = patience
        self._http: httpx.Client | None = None
        self._tokens: TokenSource | _MsalTokens | None = None

    def user(self, address: str, path: str = "") -> str:
        """Return the address of something of a mailbox."""
        return f"{self._access.base_url.rstrip('/')}/users/{quote(address, safe='@')}{path}"

    def is_ours(self, link: str) -> bool:
        """Say whether a link leads to this Graph: our token goes nowhere else."""
        return _origin(link) == _origin(self._access.base_url)

    def get(self, url: str, **headers: str) -> dict[str, Any]:
        """Return the JSON that is there."""
        return _json(self.call("GET", url, headers=headers))

    def call(
        self, method: str, url: str, *, headers: dict[str, str] | None = None, repeatable: bool = True, **body: Any
    ) -> httpx.Response:
        """Make one request; one that may be repeated is tried again when the service asks for time or is not there.

        `body` is httpx's `json=` or `content=`. One that may not be repeated (sending, moving) is tried once: what
        became of it after a lost answer is the caller's to find out (`httpx.TransportError` goes up as it is).
        """
        waits = iter(self._patience.waits if repeatable else ())
        renewed = False
        while True:
            try:
                answer = self._once(method, url, headers or {}, body)
            except httpx.TransportError as error:
                if not repeatable:
                    raise
                self._rest(waits, None, f"{_host(url)}: {type(error).__name__}")
                continue
            if answer.status_code == 401 and not renewed:
                renewed = True
                self._token_source().forget()
            elif answer.status_code in _PASSING and repeatable:
                self._rest(
                    waits,
                    retry_after(answer.headers.get("Retry-After", "")),
                    f"{_host(url)}: HTTP {answer.status_code}",
                )
            elif answer.is_success:
                return answer
            else:
                raise _refusal(answer)

    def close(self) -> None:
        http, self._http = self._http, None
        if http:
            http.close()

    def _once(self, method: str, url: str, headers: dict[str, str], body: dict[str, Any]) -> httpx.Response:
        try:
            token = self._token_source()()
        except TokenRefused as error:
            raise GraphAway(str(error)) from error
        if self._http is None:
            self._http = httpx.Client(
                verify=tls_context(self._access.ca_file, "mailbox.graph.ca_file"), timeout=self._access.timeout
            )
        sent = {"Authorization": f"Bearer {token}", "Prefer": 'IdType="ImmutableId"'} | headers
        return self._http.request(method, url, headers=sent, **body)

    def _rest(self, waits: Any, asked: float | None, why: str) -> None:
        """Wait before the next try, as long as the service asks and not beyond; else give up for this run."""
        wait = next(waits, None)
        if wait is None or (asked or 0) > self._patience.longest:
            raise GraphAway(why)
        self._patience.sleep(max(asked or 0.0, wait * random.uniform(0.8, 1.2)))  # noqa: S311

    def _token_source(self) -> "TokenSource | _MsalTokens":
        if self._tokens is None:
            # msal takes no authority without TLS; one on this machine (a trial) is asked plainly.
            plain = self._access.authority.startswith("http://")
            self._tokens = _plain_tokens(self._access) if plain else _MsalTokens(self._access)
        return self._tokens


def _plain_tokens(access: GraphAccess) -> TokenSource:
    url = f"{access.authority.rstrip('/')}/{quote(access.tenant)}/oauth2/v2.0/token"
    return TokenSource(ClientCredentials(url, access.client_id, access.client_secret, access.scope))


class _MsalTokens:
    """Tokens through msal, which keeps them until they end."""

    def __init__(self, access: GraphAccess) -> None:
        self._access = access
        self._app: Any = None

    def __call__(self) -> str:
        try:
            answer = self._application().acquire_token_for_client(scopes=[self._access.scope])
        except (ValueError, OSError) as error:  # requests' errors are OSErrors; a wrong tenant is a ValueError
            raise TokenRefused(f"{_host(self._access.authority)}: no token ({str(error)[:200]})") from error
        if not answer or "access_token" not in answer:
            raise TokenRefused(f"{_host(self._access.authority)}: {refusal(answer)}")
        return str(answer["access_token"])

    def forget(self) -> None:
        if self._app is not None:
            self._app.remove_tokens_for_client()

    def _application(self) -> Any:
        import msal

        if self._app is None:
            access = self._access
            known = urlsplit(access.authority).hostname in msal.authority.WELL_KNOWN_AUTHORITY_HOSTS
            self._app = msal.ConfidentialClientApplication(
                access.client_id,
                client_credential=access.client_secret,
                authority=f"{access.authority.rstrip('/')}/{access.tenant}",
                http_client=_session(access),
                instance_discovery=None if known else False,
            )
        return self._app


def _session(access: GraphAccess) -> Any:
    """Return the HTTP client for msal. The CA is said with each request: else requests prefers REQUESTS_CA_BUNDLE."""
    import requests

    session = requests.Session()
    verify: dict[str, Any] = {"verify": str(access.ca_file)} if access.ca_file else {}
    session.request = partial(session.request, timeout=access.timeout, **verify)  # type: ignore[method-assign]
    return session


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError as error:
        raise GraphRefusal(answer.status_code, "notJson", "the answer is not JSON") from error
    if not isinstance(body, dict):
        raise GraphRefusal(answer.status_code, "notJson", "the answer is no JSON object")
    return body


def _refusal(answer: httpx.Response) -> GraphRefusal:
    try:
        error = _json(answer).get("error")
    except GraphRefusal:
        error = None
    said = error if isinstance(error, dict) else {}
    return GraphRefusal(
        answer.status_code, str(said.get("code") or ""), str(said.get("message") or answer.reason_phrase)
    )


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port (RFC 6454 §4). One that cannot be read is nobody's."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return "", None, None


def _host(url: str) -> str:
    return urlsplit(url).netloc
