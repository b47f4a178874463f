"""Where a mail server is and who we are to it: what the IMAP and SMTP adapters are given by the settings."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from tasks.ports.errors import ConfigurationError

Security = Literal["ssl", "starttls", "none"]


def is_loopback(host: str) -> bool:
    """Say whether the host is this machine, by its name alone: no look-up may decide that a password goes in clear."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def tls_context(ca_file: Path | None, key: str = "ca_file", *, besides: bool = False) -> ssl.SSLContext:
    """Return the context that checks a server's certificate and name.

    The authorities of `ca_file` (PEM) take the place of the system's own, or (`besides`) stand beside them.
    Raises `ConfigurationError`, naming the setting `key`, on a bad file.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca_file) if ca_file and not besides else None)
        if ca_file and besides:
            context.load_verify_locations(ca_file)
        return context
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(f"{key} {ca_file} cannot be used: {error}") from error


def tls_trouble(error: ssl.SSLError) -> str:
    """Say what failed in TLS and which setting of the server to look at."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate not trusted ({error.verify_message}): check the host, or name its authority in ca_file"
    return f"no TLS with it ({error.reason or error}): check port and security"


def demand_https(key: str, address: str) -> None:
    """Raise `ConfigurationError` when a web address would go unprotected over a network."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ConfigurationError(f"{key}: {address} must begin with https://")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A server. `timeout` (seconds) bounds every wait for it; `ca_file` (PEM) replaces the system's authorities.

    Raises `ConfigurationError` when the connection would go unprotected over a network.
    """

    host: str
    port: int
    security: Security = "ssl"
    ca_file: Path | None = None
    timeout: float = 30.0

    def __post_init__(self) -> None:
        if self.security not in ("ssl", "starttls", "none"):
            raise ConfigurationError(f'security "{self.security}" is not one of: ssl, starttls, none')
        if self.security == "none" and not is_loopback(self.host):
            raise ConfigurationError(
                f'security "none" is for servers on this machine (localhost, 127.0.0.1, ::1), not for {self.host}: '
                'use "ssl" or "starttls"'
            )

    def __str__(self) -> str:
        return f"{self.host}:{self.port} ({self.security})"

    def tls(self) -> ssl.SSLContext:
        """Return the context that checks the server's certificate and name. Raises `ConfigurationError` on a bad CA."""
        return tls_context(self.ca_file)


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who logs in: with a password, or (XOAUTH2) with what `token` returns, asked anew at each connection.

    `forget` is called when the server refuses it: the next connection is to get another.
    """

    username: str
    password: str = field(default="", repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)
    forget: Callable[[], None] = field(default=lambda: None, repr=False)
