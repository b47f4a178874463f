"""Until when a server's certificate serves, asked of real servers."""

import ssl
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tasks.adapters.certificates import expiry
from tasks.ports.endpoint import Endpoint
from tests.dovecot import Certificate, Dovecot
from tests.e2e.story import BOGOTA, an_office
from tests.ews_server import EwsServer
from tests.loopback import SmtpServer

MONDAY = datetime(2026, 11, 30, 9, tzinfo=BOGOTA)


def last_day(certificate: Certificate) -> date:
    from cryptography import x509

    return x509.load_pem_x509_certificate(certificate.certificate.read_bytes()).not_valid_after_utc.date()


def server_tls(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


@pytest.mark.dovecot
@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_an_imap_server_says_its_last_day(dovecot: Dovecot, certificate: Certificate, security: str) -> None:
    port = dovecot.tls_port if security == "ssl" else dovecot.port
    endpoint = Endpoint("localhost", port, security, certificate.authority)  # type: ignore[arg-type]
    assert expiry(endpoint, "imap") == last_day(certificate)


@pytest.mark.parametrize("implicit", [True, False])
def test_an_smtp_server_says_its_last_day(certificate: Certificate, implicit: bool) -> None:
    with SmtpServer(tls=server_tls(certificate), implicit_tls=implicit) as server:
        endpoint = Endpoint("localhost", server.port, "ssl" if implicit else "starttls", certificate.authority)
        assert expiry(endpoint, "smtp") == last_day(certificate)


def test_an_exchange_server_says_its_last_day_and_what_is_noted_stands_beside_it(
    certificate: Certificate, tmp_path: Path
) -> None:
    day = (datetime.now(UTC) + timedelta(days=7)).date()
    with EwsServer(certificate=certificate) as server:
        settings = {
            "MIPG_MAILBOX__BACKEND": "exchange",
            "MIPG_MAILBOX__EXCHANGE__ENDPOINT": server.endpoint,
            "MIPG_MAILBOX__EXCHANGE__USERNAME": "mesa",
            "MIPG_MAILBOX__EXCHANGE__PASSWORD": "clave",
            "MIPG_MAILBOX__EXCHANGE__CA_FILE": str(certificate.authority),
            "MIPG_OPERATION__EXPIRIES": f'[{{"what": "El secreto de la aplicación", "on": "{day}"}}]',
        }
        found = an_office(tmp_path, MONDAY, settings).expiries()
    assert [(one.what, one.on) for one in found] == [
        ("El secreto de la aplicación", day),
        ("El certificado de localhost", last_day(certificate)),
    ]


def test_a_server_without_tls_or_without_an_answer_says_none(certificate: Certificate) -> None:
    assert expiry(Endpoint("localhost", 1, "ssl", certificate.authority), "imap") is None
    assert expiry(Endpoint("localhost", 1, "none"), "smtp") is None
