"""Until when the certificate of a mail server serves."""

import imaplib
import smtplib
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Literal

from tasks.ports.endpoint import Endpoint

Protocol = Literal["imap", "smtp", "https"]  # how to ask for TLS, where the connection begins without it
_TIMEOUT = 10.0  # seconds: nobody waits for this


def expiry(endpoint: Endpoint, protocol: Protocol) -> date | None:
    """Return the last day of the server's certificate; None where there is none or the server does not answer.

    A certificate that does not hold any more is refused by the connection itself, which tells of it.
    """
    try:
        certificate = _certificate(endpoint, protocol)
    except (OSError, imaplib.IMAP4.error, smtplib.SMTPException):
        return None
    ends = certificate.get("notAfter") if certificate else None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(ends)), UTC).date() if ends else None


def _certificate(endpoint: Endpoint, protocol: Protocol) -> Mapping[str, object] | None:
    if endpoint.security == "none":
        return None
    if endpoint.security == "ssl":
        with (
            socket.create_connection((endpoint.host, endpoint.port), _TIMEOUT) as plain,
            endpoint.tls().wrap_socket(plain, server_hostname=endpoint.host) as secured,
        ):
            return secured.getpeercert()
    if protocol == "imap":
        with imaplib.IMAP4(endpoint.host, endpoint.port, _TIMEOUT) as client:
            client.starttls(endpoint.tls())
            return _peer(client.sock)
    with smtplib.SMTP(endpoint.host, endpoint.port, timeout=_TIMEOUT) as server:
        server.starttls(context=endpoint.tls())
        return _peer(server.sock)


def _peer(connection: object) -> Mapping[str, object] | None:
    return connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
