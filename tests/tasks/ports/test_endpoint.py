"""Where servers are, and what may go there in clear."""

import pytest

from tasks.ports.endpoint import Credentials, Endpoint, is_loopback
from tasks.ports.errors import ConfigurationError


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.3.2.1", "::1", "[::1]"])
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)
    assert Endpoint(host, 143, "none").host == host


@pytest.mark.parametrize("host", ["mail.antioquia.gov.co", "10.0.0.1", "localhost.example.com", "0.0.0.0", ""])
def test_nothing_goes_in_clear_over_a_network(host: str) -> None:
    with pytest.raises(ConfigurationError, match="none"):
        Endpoint(host, 143, "none")


def test_an_unknown_security_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="starttls"):
        Endpoint("localhost", 143, "tls")  # type: ignore[arg-type]


def test_credentials_never_show_their_secret() -> None:
    assert "clave" not in repr(Credentials("mesa", "clave", lambda: "clave"))
