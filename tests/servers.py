"""Fixtures: real servers, one of each per worker process, an account or database of its own per test."""

import datetime
import ipaddress
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deployments.loopback import LoopbackMail
from tests.dovecot import Certificate, Dovecot
from tests.loopback import Proxy, SmtpServer
from tests.needs import require


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for localhost, signed by an authority of our own."""
    folder = tmp_path_factory.mktemp("certificate")
    return make_certificate(folder)


@pytest.fixture(scope="session")
def dovecot_factory(certificate: Certificate) -> Iterator[Callable[[str], Dovecot]]:
    """Returns the Dovecot that announces these capabilities ("" = its own); each is started once."""
    program = require("dovecot")
    running: dict[str, Dovecot] = {}

    def get(capability: str = "") -> Dovecot:
        if capability not in running:
            server = Dovecot(program, capability=capability, certificate=certificate)
            running[capability] = server.__enter__()
        return running[capability]

    yield get
    for server in running.values():
        server.__exit__(None, None, None)


@pytest.fixture(scope="session")
def dovecot(dovecot_factory: Callable[[str], Dovecot]) -> Dovecot:
    """A Dovecot; take `dovecot.new_user()` per test."""
    return dovecot_factory("")


@pytest.fixture
def loopback_mail() -> Iterator[LoopbackMail]:
    """Embedded SMTP and IMAP, with the user mesa@localhost."""
    with LoopbackMail(["mesa@localhost"]) as mail:
        yield mail


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """An SMTP server that does what its `rules` say."""
    with SmtpServer() as server:
        yield server


@pytest.fixture
def proxy_to() -> Iterator[Callable[[int], Proxy]]:
    """Returns a breakable proxy to a port."""
    opened: list[Proxy] = []

    def get(port: int) -> Proxy:
        opened.append(Proxy(port).__enter__())
        return opened[-1]

    yield get
    for proxy in opened:
        proxy.__exit__(None, None, None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL on a Unix socket, without fsync; yields the folder of the socket."""
    programs = require("postgres").parent
    # Not pytest's folder: a socket's path may have 107 bytes, and the user postgres must be able to get in.
    base = Path(tempfile.mkdtemp(prefix="pg-"))
    as_owner = _owned_by_postgres(base)
    data = base / "data"
    _run([*as_owner, programs / "initdb", "-D", data, "-U", "mipg", "-A", "trust", "-E", "UTF8", "--no-sync"])
    options = f"-k {base} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
    control: list[str | Path] = [*as_owner, programs / "pg_ctl", "-D", data, "-w"]
    _run([*control, "-t", "30", "-l", base / "log", "-o", options, "start"])
    yield str(base)
    _run([*control, "-m", "immediate", "stop"])
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """An empty database; yields its SQLAlchemy URL."""
    import psycopg

    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(host=postgres_server, user="mipg", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"postgresql+psycopg://mipg@/{name}?host={postgres_server}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _owned_by_postgres(base: Path) -> list[str]:
    """PostgreSQL refuses to run as root: give the folder to its user, and return the words that become that user."""
    base.chmod(0o755)
    if os.geteuid() != 0:
        return []
    owner = pwd.getpwnam("postgres")
    os.chown(base, owner.pw_uid, owner.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


def _run(command: list[str | Path]) -> None:
    # pg_ctl leaves the server behind: it must inherit no pipe of ours
    nothing = subprocess.DEVNULL
    subprocess.run(command, check=True, timeout=60, cwd="/", stdin=nothing, stdout=nothing, stderr=nothing)


def make_certificate(folder: Path) -> Certificate:
    """Write a certificate for localhost and 127.0.0.1, its key, and the authority that signed it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def build(name: str, issuer: str, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder().public_key(public_key).serial_number(x509.random_serial_number())
        builder = builder.subject_name(x509.Name.from_rfc4514_string(f"CN={name}"))
        builder = builder.issuer_name(x509.Name.from_rfc4514_string(f"CN={issuer}"))
        day = datetime.timedelta(days=1)
        return builder.not_valid_before(now - day).not_valid_after(now + day)

    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = build("Test authority", "Test authority", authority_key.public_key())
    authority = authority.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    leaf = build("localhost", "Test authority", key.public_key())
    leaf = leaf.add_extension(x509.SubjectAlternativeName(names), critical=False)
    pem = serialization.Encoding.PEM
    files = Certificate(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    files.authority.write_bytes(authority.sign(authority_key, hashes.SHA256()).public_bytes(pem))
    files.certificate.write_bytes(leaf.sign(authority_key, hashes.SHA256()).public_bytes(pem))
    no_password = serialization.NoEncryption()
    files.key.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, no_password))
    return files
