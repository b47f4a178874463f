"""Access tokens by client credentials, from an authority with a certificate of the office's own."""

from pathlib import Path

import pytest

from tasks.clients.oauth import ClientCredentials, TokenSource
from tasks.ports.errors import TokenRefused
from tests.dovecot import Certificate
from tests.graph_server import CLIENT, SECRET, TENANT, GraphServer


def source(server: GraphServer, ca_file: Path | None, secret: str = SECRET) -> TokenSource:
    url = f"{server.origin}/{TENANT}/oauth2/v2.0/token"
    return TokenSource(ClientCredentials(url, CLIENT, secret, "https://correo.example.org/.default", ca_file))


def test_the_offices_own_authority_is_trusted_and_asked_once(certificate: Certificate) -> None:
    with GraphServer(certificate=certificate) as server:
        token = source(server, certificate.authority)
        assert token() == token()
        assert len(server.tokens) == 1


def test_an_unknown_authority_gets_no_secret(certificate: Certificate) -> None:
    with GraphServer(certificate=certificate) as server:
        with pytest.raises(TokenRefused):
            source(server, None)()
        assert server.calls == []


def test_a_refusal_says_why_and_shows_no_secret(certificate: Certificate) -> None:
    with GraphServer(certificate=certificate) as server, pytest.raises(TokenRefused, match="invalid_client") as caught:
        source(server, certificate.authority, "equivocado")()
    assert "equivocado" not in str(caught.value)
