"""A private Dovecot on a free loopback port, for tests and benchmarks: real IMAP, Maildir storage, gone at the end."""

import getpass
import imaplib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.loopback import free_port, until_answers

_MAIL_USER = "nobody"
PASSWORD = "contraseña-de-prueba"


@dataclass(frozen=True)
class Certificate:
    """PEM files of a server certificate and of the authority to trust."""

    certificate: Path
    key: Path
    authority: Path


@dataclass(frozen=True)
class DovecotUser:
    """One account (any name with that password is let in); `maildir` is its INBOX on the disk."""

    name: str
    maildir: Path
    password: str = PASSWORD


class Dovecot:
    """Context manager. `capability` overrides what is announced after login; `certificate` opens STARTTLS and imaps."""

    def __init__(self, program: Path, *, capability: str = "", certificate: Certificate | None = None) -> None:
        self._program = program
        self._capability = capability
        self._certificate = certificate
        self._users = 0

    def __enter__(self) -> Self:
        # Not pytest's folder: Unix sockets want a short path, and Dovecot's own users must be able to get in.
        self._base = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self._base.chmod(0o755)
        self.port, self.tls_port = free_port(), free_port()
        configuration = self._base / "dovecot.conf"
        configuration.write_text(self._configuration(), encoding="utf-8")
        # With pipes instead of DEVNULL the daemon would keep them, and this test run would wait for it for ever.
        self._process = subprocess.Popen(
            [self._program, "-F", "-c", configuration],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            until_answers(self.port)
        except TimeoutError:
            log = self._base / "log"
            said = log.read_text(errors="replace") if log.exists() else "nothing"
            self._stop()
            raise RuntimeError(f"Dovecot did not start; it said: {said}") from None
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._stop()

    def new_user(self) -> DovecotUser:
        """Open a new, empty account."""
        self._users += 1
        name = f"usuario{self._users}"
        home = self._base / "mail" / name
        for part in ("tmp", "new", "cur"):
            (home / part).mkdir(parents=True)
        for folder in (home.parent, home, *home.iterdir()):
            self._own(folder)
        return DovecotUser(name, home)

    def deliver(self, user: DovecotUser, *messages: bytes) -> None:
        """Put messages into the INBOX as a delivery agent does, in order."""
        for raw in messages:
            stamp = f"{time.time_ns():020d}.{os.urandom(4).hex()}.test"
            target = user.maildir / "tmp" / stamp
            target.write_bytes(raw)
            self._own(target)
            target.rename(user.maildir / "new" / stamp)

    def client(self, user: DovecotUser) -> imaplib.IMAP4:
        """Return a logged-in connection of somebody else who uses the same account."""
        client = imaplib.IMAP4("127.0.0.1", self.port, 10)
        secret = f"\0{user.name}\0{user.password}".encode()
        client.authenticate("PLAIN", lambda _: secret)
        return client

    def _stop(self) -> None:
        # It and its children have nothing to save, and a polite stop takes a second.
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(5)
        shutil.rmtree(self._base, ignore_errors=True)

    def _own(self, path: Path) -> None:
        if os.geteuid() == 0:  # Dovecot refuses to read root's mail
            shutil.chown(path, _MAIL_USER, "nogroup")

    def _configuration(self) -> str:
        base, root = self._base, os.geteuid() == 0
        me = getpass.getuser()
        owner, group = (_MAIL_USER, "nogroup") if root else (me, os.getgid())
        lines = [
            "protocols = imap",
            "listen = 127.0.0.1",
            f"base_dir = {base}/run",
            f"log_path = {base}/log",
            f"mail_location = maildir:{base}/mail/%u",
            "mail_fsync = never",
            "first_valid_uid = 1",
            "disable_plaintext_auth = no",
            "auth_failure_delay = 0",
            "service anvil {\n unix_listener anvil-auth-penalty {\n mode = 0\n }\n}",  # else it slows us down
            f"passdb {{\n driver = static\n args = password={PASSWORD}\n}}",
            f"userdb {{\n driver = static\n args = uid={owner} gid={group} home={base}/mail/%u\n}}",
            "service imap-login {",
            f" inet_listener imap {{\n port = {self.port}\n }}",
            f" inet_listener imaps {{\n port = {self.tls_port if self._certificate else 0}\n }}",
            "}",
        ]
        if self._certificate:
            lines += [
                "ssl = yes",
                f"ssl_cert = <{self._certificate.certificate}",
                f"ssl_key = <{self._certificate.key}",
            ]
        else:
            lines.append("ssl = no")
        if self._capability:
            lines.append(f"imap_capability = {self._capability}")
        if not root:
            lines += [f"default_internal_user = {me}", f"default_login_user = {me}"]
            lines += [f"service {name} {{\n chroot =\n}}" for name in ("anvil", "imap-login")]
        return "\n".join(lines) + "\n"
