"""An account on an Exchange server through exchangelib (EWS), with our own endpoint, CA, login and patience."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from tasks.ports.endpoint import demand_https
from tasks.ports.errors import ConfigurationError, Unavailable

T = TypeVar("T")
_LONGEST_WAIT = 60  # seconds in all that a busy server may make us wait before we come back another time
_TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class EwsAccess:
    """Where the server is and who we are to it."""

    endpoint: str
    address: str  # of the mailbox, which may be a shared one
    username: str = ""
    password: str = field(default="", repr=False)
    auth: Literal["ntlm", "basic", "oauth"] = "ntlm"
    access: Literal["delegate", "impersonation"] = "delegate"
    ca_file: Path | None = None
    tenant: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    token_url: str = ""

    def __post_init__(self) -> None:
        if not urlsplit(self.endpoint).hostname:
            raise ConfigurationError(
                "mailbox.exchange.endpoint is empty: write the full EWS address, "
                "e.g. https://correo.antioquia.gov.co/EWS/Exchange.asmx"
            )
        demand_https("mailbox.exchange.endpoint", self.endpoint)

    @property
    def scope(self) -> str:
        """Everything granted to us at this server."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}/.default"

    def __str__(self) -> str:
        return f"Exchange {urlsplit(self.endpoint).netloc}, {self.address}"


class EwsClient:
    """The account, opened when first used. exchangelib's errors go up as they are, but from within `ask`."""

    def __init__(self, access: EwsAccess) -> None:
        self.access = access

    @cached_property
    def account(self) -> Any:
        from exchangelib import DELEGATE, IMPERSONATION, Account, Configuration
        from exchangelib.version import EXCHANGE_2013_SP1, Version

        from tasks.clients.ews_policies import Patience

        _trust(self.access.ca_file)
        configuration = Configuration(
            service_endpoint=self.access.endpoint,
            credentials=self._credentials(),
            auth_type={"ntlm": "NTLM", "basic": "basic", "oauth": "OAuth 2.0"}[self.access.auth],
            # The oldest schema that has all we use: newer servers take it too, and nothing has to be guessed.
            version=Version(build=EXCHANGE_2013_SP1),
            retry_policy=Patience(_LONGEST_WAIT),
            max_connections=2,  # one listens while the other asks
        )
        return Account(
            primary_smtp_address=self.access.address,
            config=configuration,
            autodiscover=False,
            access_type=DELEGATE if self.access.access == "delegate" else IMPERSONATION,
        )

    def ask(self, work: Callable[[], T], unavailable: type[Unavailable]) -> T:
        """Do the work; what the server, the login or the connection refuses is raised as `unavailable`."""
        from exchangelib.errors import EWSError
        from oauthlib.oauth2 import OAuth2Error
        from requests import RequestException

        try:
            self.account.protocol.retry_policy.refresh()
            return work()
        except (EWSError, OAuth2Error, RequestException, ValueError) as error:  # the last for what it cannot read
            raise unavailable(f"{self.access}: {words_of(error)}") from error

    @contextlib.contextmanager
    def once(self) -> Iterator[Any]:
        """The account, each request tried once: one repeated by the library after a lost answer would send twice."""
        from tasks.clients.ews_policies import Once

        configuration = self.account.protocol.config
        patient, configuration.retry_policy = configuration.retry_policy, Once()
        try:
            yield self.account
        finally:
            configuration.retry_policy = patient

    def close(self) -> None:
        if "account" in self.__dict__:
            account = self.__dict__.pop("account")
            account.protocol.close()
            type(account.protocol).clear_cache()  # exchangelib keeps them by endpoint and user, for ever

    def _credentials(self) -> Any:
        from exchangelib import Credentials, Identity
        from exchangelib.credentials import OAuth2Credentials

        access = self.access
        if access.auth != "oauth":
            return Credentials(access.username, access.password)

        class Tokens(OAuth2Credentials):  # type: ignore[misc]
            token_url = access.token_url or f"https://login.microsoftonline.com/{access.tenant}/oauth2/v2.0/token"
            scope = (access.scope,)

            def session_params(self) -> dict[str, Any]:
                # No token is handed on: the library would renew it by a refresh token, which this grant has none of.
                # Each of its sessions asks for one, and is made anew when that ends.
                return {}

        identity = Identity(primary_smtp_address=access.address)
        return Tokens(access.client_id, access.client_secret, tenant_id=access.tenant, identity=identity)


def _trust(ca_file: Path | None) -> None:
    """Make exchangelib trust the office's own authority; it only knows one adapter for all its connections."""
    from exchangelib.protocol import BaseProtocol
    from requests.adapters import HTTPAdapter

    BaseProtocol.TIMEOUT = _TIMEOUT
    if ca_file is None:
        BaseProtocol.HTTP_ADAPTER_CLS = HTTPAdapter
        return
    if not ca_file.is_file():
        raise ConfigurationError(f"mailbox.exchange.ca_file: there is no file {ca_file}")
    authority = str(ca_file)

    class OwnAuthority(HTTPAdapter):
        """Checks the server against `ca_file`, whatever REQUESTS_CA_BUNDLE says."""

        def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
            super().cert_verify(conn, url, authority if verify else verify, cert)

        def get_connection_with_tls_context(
            self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
        ) -> Any:
            checked = authority if verify else verify
            return super().get_connection_with_tls_context(request, checked, proxies=proxies, cert=cert)

    BaseProtocol.HTTP_ADAPTER_CLS = OwnAuthority


def words_of(error: Exception) -> str:
    """Return what happened in one bounded line, without the headers (cookies) that exchangelib adds."""
    said = str(error).partition(" headers: ")[0]
    return f"{type(error).__name__}: {said[:300]}"


def never_left(error: BaseException | None) -> bool:
    """Say whether the request cannot have reached the server: no connection was made."""
    words = str(error)
    return any(sign in words for sign in ("NewConnectionError", "ConnectTimeout", "NameResolutionError", "SSLError"))
