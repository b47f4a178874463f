"""How fast mail becomes cases: `run_intake` against bare imap-tools with `email` parsing, on the same Dovecot.

    python -m tests.benchmarks.intake [--mails 1000] [--rounds 3] [--profile FILE]

Ours is everything: read, archive, parse, judge, open the cases in a SQLite ledger on the disk, queue the
acknowledgements and the notices to the director. Bare is reading and parsing. Prints seconds (best round), the ratio
bare/ours (budget: at least 0.3, aimed at 0.5) and, of one more round, the share of each part. `--profile` keeps a
cProfile of yet another, for `python -m pstats FILE`.
"""

import argparse
import cProfile
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes
from email.message import Message
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from config.settings import load
from tasks import intake
from tasks.adapters.files.archive import FileArchive
from tasks.adapters.mailbox.imap import ImapMailbox
from tasks.bootstrap import Office
from tasks.domain.classification import judgement
from tasks.operation.setup import prepare
from tests.benchmarks.fetch import best, read_bare
from tests.dovecot import Dovecot, DovecotUser
from tests.needs import find

_DEMO = Path(__file__).parents[2] / "deployments" / "demo_data"
_PARTS: dict[str, tuple[Any, str]] = {
    "read the mailbox": (ImapMailbox, "_ask"),
    "archive, fsynced": (FileArchive, "put"),
    "parse": (intake, "parse"),
    "judge and record": (intake, "receive"),
    "  of which judge": (judgement, "judge"),
    "acknowledgements": (intake, "queue_acknowledgements"),
    "assign notices": (intake, "queue_assign_notices"),
}


def varied_mails(count: int) -> list[bytes]:
    """Return the demo's mails over and over, each with its own Message-ID, sender, subject and text."""
    kinds = [path.read_bytes() for path in sorted((_DEMO / "mail").glob("*.eml"))]
    return [_varied(message_from_bytes(kinds[number % len(kinds)]), number) for number in range(count)]


def _varied(mail: Message, number: int) -> bytes:
    changed = {
        "Message-ID": f"<{number}.{mail['Message-ID'].strip().lstrip('<')}",
        "From": mail["From"].replace("@", f".{number}@"),
        "Subject": f"{mail['Subject'] or 'Solicitud'} {number}",
    }
    for name, value in changed.items():
        del mail[name]
        mail[name] = value
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            del part["Content-Transfer-Encoding"]
            part.set_payload(f"{content.decode()}\nConsecutivo {number}\n", "utf-8")
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@contextmanager
def an_office(server: Dovecot, user: DovecotUser) -> Iterator[Office]:
    """A new office that reads that account; its ledger and archive lie in a folder that goes at the end."""
    environ = {
        "MIPG_MAILBOX__BACKEND": "imap",
        "MIPG_MAILBOX__ADDRESS": "mesa.mipg@antioquia.gov.co",
        "MIPG_MAILBOX__TRUSTED_AUTHSERV": json.dumps(["mx.antioquia.gov.co"]),
        "MIPG_MAILBOX__IMAP__HOST": "127.0.0.1",
        "MIPG_MAILBOX__IMAP__PORT": str(server.port),
        "MIPG_MAILBOX__IMAP__SECURITY": "none",
        "MIPG_MAILBOX__IMAP__USERNAME": user.name,
        "MIPG_MAILBOX__IMAP__PASSWORD": user.password,
        "MIPG_DIRECTORY__FILE": str(_DEMO / "directory.json"),
    }
    with TemporaryDirectory() as home:
        office = Office(load(None, Path(home), environ))
        prepare(office)
        yield office
        office.mailbox.close()
        assert office.ledger.audit() == []


def take_all(office: Office, mails: int) -> float:
    """Run the intake; return its seconds. Every mail must have got its fate."""
    start = time.perf_counter()
    counts = intake.run_intake(office)
    seconds = time.perf_counter() - start
    assert sum(counts.values()) == mails, counts
    assert not counts.get("quarantined"), counts
    return seconds


@contextmanager
def timed_parts() -> Iterator[dict[str, float]]:
    """Sum the seconds spent in each of `_PARTS`."""
    spent: dict[str, float] = defaultdict(float)

    def timed(part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def measured(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                spent[part] += time.perf_counter() - start

        return measured

    with ExitStack() as patches:
        for part, (owner, name) in _PARTS.items():
            patches.enter_context(patch.object(owner, name, timed(part, getattr(owner, name))))
        yield spent


def shares(server: Dovecot, user: DovecotUser, mails: int) -> str:
    """Return a line per part of one intake: seconds, percent."""
    with an_office(server, user) as office, timed_parts() as spent:
        total = take_all(office, mails)
    spent["commits and the rest"] = total - sum(seconds for part, seconds in spent.items() if part[0] != " ")
    lines = [(part, spent[part]) for part in (*_PARTS, "commits and the rest")]
    return "\n".join(f"  {part:<22} {seconds:6.2f} s {seconds / total:5.0%}" for part, seconds in lines)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--mails", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--profile", type=Path)
    options = arguments.parse_args()
    program = find("dovecot")
    if not program:
        raise SystemExit("dovecot is not installed; install it with: apt-get install dovecot-imapd")
    with Dovecot(program) as server:
        user = server.new_user()
        server.deliver(user, *varied_mails(options.mails))
        _report(server, user, options)


def _report(server: Dovecot, user: DovecotUser, options: argparse.Namespace) -> None:
    mails = options.mails
    bare = best(options.rounds, mails, lambda: read_bare(server, user))
    times = []
    for _ in range(options.rounds):
        with an_office(server, user) as office:
            times.append(take_all(office, mails))
    ours = min(times)
    print(f"{mails} mails, best of {options.rounds}")  # noqa: T201
    print(f"imap-tools, bulk + parse  {bare:.2f} s")  # noqa: T201
    print(f"ours, everything          {ours:.2f} s, {ours / mails * 1000:.1f} ms a mail, ratio {bare / ours:.2f}")  # noqa: T201
    print(shares(server, user, mails))  # noqa: T201
    if options.profile:
        with an_office(server, user) as office, cProfile.Profile() as profile:
            take_all(office, mails)
        profile.dump_stats(options.profile)


if __name__ == "__main__":
    main()
