"""How fast mail is read: our IMAP mailbox against bare imap-tools with `email` parsing, on the same Dovecot.

    python -m tests.benchmarks.fetch [--mails 2000] [--rounds 3]

Prints seconds (best round) and the ratio; above 1 ours is faster. Ours delivers raw bytes, imap-tools' messages are
parsed as it always does; "ours + parse" adds the same parsing to ours.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

from imap_tools import MailBoxUnencrypted, MailMessage

from tasks.adapters.mailbox.imap import ImapMailbox
from tasks.ports.endpoint import Credentials, Endpoint
from tests.dovecot import Dovecot, DovecotUser
from tests.needs import find

_WORDS = ("asesoría", "municipio", "política", "integrada", "gestión", "solicitud", "acompañamiento", "MIPG", "FURAG")


def sample_mail(number: int) -> bytes:
    """Return an invented mail of about 6 KB: text, HTML and a small attachment, the same for the same number."""
    chance = random.Random(number)
    message = EmailMessage(policy=SMTP)
    message["From"] = f"Alcaldía {number} <planeacion{number}@municipio.gov.co>"
    message["To"] = "mesa@antioquia.gov.co"
    message["Subject"] = f"Solicitud de asesoría {number}"
    message["Message-ID"] = f"<{number}@municipio.gov.co>"
    text = " ".join(chance.choices(_WORDS, k=120))
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    message.add_attachment(chance.randbytes(2000), "application", "octet-stream", filename="anexo.bin")
    return message.as_bytes()


@contextmanager
def filled_dovecot(mails: int) -> Iterator[tuple[Dovecot, DovecotUser]]:
    """A Dovecot with one account that holds this many sample mails, its indexes warmed."""
    program = find("dovecot")
    if not program:
        raise SystemExit("dovecot is not installed; install it with: apt-get install dovecot-imapd")
    with Dovecot(program) as server:
        user = server.new_user()
        server.deliver(user, *map(sample_mail, range(mails)))
        yield server, user


def read_ours(server: Dovecot, user: DovecotUser, parse: bool) -> int:
    """Read the whole inbox through our adapter; return the number of messages."""
    endpoint = Endpoint("127.0.0.1", server.port, "none")
    mailbox = ImapMailbox(endpoint, Credentials(user.name, user.password))
    count = 0
    for message in mailbox.fetch(mailbox.listing(None).refs):
        if parse:
            message_from_bytes(message.raw)
        count += 1
    mailbox.close()
    return count


def read_bare(server: Dovecot, user: DovecotUser) -> int:
    """Read the whole inbox through imap-tools, in pages as large as ours."""
    box = MailBoxUnencrypted("127.0.0.1", server.port).login_utf8(user.name, user.password)
    count = sum(1 for _ in box.fetch(bulk=200, mark_seen=False))
    box.logout()
    return count


def read_every_part(server: Dovecot, user: DovecotUser) -> int:
    """Read the whole inbox through imap-tools, and of each message all that a reader of mail looks at."""
    box = MailBoxUnencrypted("127.0.0.1", server.port).login_utf8(user.name, user.password)
    count = 0
    for message in box.fetch(bulk=200, mark_seen=False):
        _look_at(message)
        count += 1
    box.logout()
    return count


def _look_at(message: MailMessage) -> None:
    """imap-tools' messages are lazy: a part is decoded when it is asked for."""
    _ = message.subject, message.from_values, message.to_values, message.cc_values, message.reply_to_values
    _ = message.date, message.headers, message.text, message.html
    _ = [(attachment.filename, attachment.content_type, attachment.payload) for attachment in message.attachments]


class _Modern(MailMessage):
    """A message read by the standard library's present interface instead of the one of Python 2."""

    def __init__(self, fetch_data: list[bytes | tuple[bytes, bytes]]) -> None:
        raw, *_ = self._get_message_data_parts(fetch_data)
        self.mail = message_from_bytes(raw, policy=default)


def read_by_email(server: Dovecot, user: DovecotUser) -> int:
    """Fetch the whole inbox through imap-tools and read as much of each message with `email` and its default policy."""
    box = MailBoxUnencrypted("127.0.0.1", server.port)
    box.email_message_class = _Modern
    box.login_utf8(user.name, user.password)
    count = 0
    for message in box.fetch(bulk=200, mark_seen=False):
        assert isinstance(message, _Modern)
        _ = [str(value) for value in message.mail.values()]
        _ = [part.get_content() for part in message.mail.walk() if not part.is_multipart()]
        count += 1
    box.logout()
    return count


def best(rounds: int, mails: int, read: Callable[[], int]) -> float:
    """Return the seconds of the quickest round."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        assert read() == mails
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--mails", type=int, default=2000)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    with filled_dovecot(options.mails) as (server, user):
        first = best(1, options.mails, lambda: read_ours(server, user, parse=False))
        bare = best(options.rounds, options.mails, lambda: read_bare(server, user))
        ours = best(options.rounds, options.mails, lambda: read_ours(server, user, parse=False))
        parsed = best(options.rounds, options.mails, lambda: read_ours(server, user, parse=True))
    size = sum(len(sample_mail(number)) for number in range(50)) / 50
    print(f"{options.mails} mails of {size:.0f} bytes, best of {options.rounds}")  # noqa: T201
    print(f"ours, mailbox never read before  {first:.2f} s")  # noqa: T201
    print(f"imap-tools, bulk + parse         {bare:.2f} s")  # noqa: T201
    print(f"ours                             {ours:.2f} s, ratio {bare / ours:.2f}")  # noqa: T201
    print(f"ours + parse                     {parsed:.2f} s, ratio {bare / parsed:.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
