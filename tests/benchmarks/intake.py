"""How fast mail becomes cases: `run_intake` against bare imap-tools with `email` parsing, on the same Dovecot.

    python -m tests.benchmarks.intake [--corpus plain|mixed] [--mails 1000] [--rounds 3] [--profile FILE]

Ours is everything: read, archive, parse, judge, open the cases in a SQLite ledger on the disk, queue the
acknowledgements and the notices to the director. It is held against three peers that do the reading alone:
*constructed*, imap-tools' lazy messages of which nothing is asked; *every part read*, the same messages asked for what
ours reads of each (subject, addresses, date, headers, text, HTML, the attachments' bytes); and *read by email*, the
same things asked of `email` with its default policy. Prints the time of a mail on the clock and of this process's
processor (best round), the ratio peer/ours (budget: at least 0.3, aimed at 0.5), the share of each part of one more
round, and the memory of a process that takes in everything. On a busy machine the clock measures the others too: ours
waits for the disk, its peers do not. `--profile` keeps a cProfile of yet another round, for `python -m pstats FILE`.
"""

import argparse
import cProfile
import json
import math
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import wraps
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from config.settings import load
from tasks import intake
from tasks.adapters.mailbox.imap import ImapMailbox
from tasks.bootstrap import Office
from tasks.domain.classification import judgement
from tasks.operation.setup import prepare
from tasks.reception import ahead
from tasks.reception.arrival import Page, Read
from tests.benchmarks.fetch import read_bare, read_by_email, read_every_part
from tests.benchmarks.mails import DEMO, mixed_mails, plain_mails
from tests.dovecot import Dovecot, DovecotUser
from tests.needs import find

_CORPORA = {"plain": plain_mails, "mixed": mixed_mails}
_PARTS: dict[str, tuple[Any, str]] = {
    "read the mailbox": (ImapMailbox, "_ask"),
    "read the first page": (ahead, "keep_and_read"),
    "wait for the others": (ahead.Reader, "take"),
    "judge and record": (intake, "receive"),
    "  of which judge": (judgement, "judge"),
    "acknowledgements": (intake, "queue_acknowledgements"),
    "assign notices": (intake, "queue_assign_notices"),
}


@contextmanager
def an_office(port: int, user: DovecotUser) -> Iterator[Office]:
    """A new office that reads that account; its ledger and archive lie in a folder that goes at the end."""
    environ = {
        "MIPG_MAILBOX__BACKEND": "imap",
        "MIPG_MAILBOX__ADDRESS": "mesa.mipg@antioquia.gov.co",
        "MIPG_MAILBOX__TRUSTED_AUTHSERV": json.dumps(["mx.antioquia.gov.co"]),
        "MIPG_MAILBOX__IMAP__HOST": "127.0.0.1",
        "MIPG_MAILBOX__IMAP__PORT": str(port),
        "MIPG_MAILBOX__IMAP__SECURITY": "none",
        "MIPG_MAILBOX__IMAP__USERNAME": user.name,
        "MIPG_MAILBOX__IMAP__PASSWORD": user.password,
        "MIPG_DIRECTORY__FILE": str(DEMO / "directory.json"),
    }
    with TemporaryDirectory() as home:
        office = Office(load(None, Path(home), environ))
        prepare(office)
        _ = office.matchers, office.texts  # start-up is not what is measured
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


def shares(port: int, user: DovecotUser, mails: int) -> str:
    """Return a line per part of one intake: seconds, percent."""
    with an_office(port, user) as office, timed_parts() as spent:
        total = take_all(office, mails)
    spent["commits and the rest"] = total - sum(seconds for part, seconds in spent.items() if part[0] != " ")
    lines = [(part, spent[part]) for part in (*_PARTS, "commits and the rest")]
    return "\n".join(f"  {part:<22} {seconds:6.2f} s {seconds / total:5.0%}" for part, seconds in lines)


def peak_memory(port: int, user: DovecotUser, mails: int) -> float:
    """Take everything in and return the most memory (MiB) this process and its helper held: asked of a fresh one."""
    helper = 0
    take = ahead.Reader.take

    def watched(reader: ahead.Reader, page: Page) -> list[Read]:
        nonlocal helper
        read = take(reader, page)
        if reader._program:
            helper = max(helper, _most_memory(reader._program.pid))
        return read

    with an_office(port, user) as office, patch.object(ahead.Reader, "take", watched):
        take_all(office, mails)
    return (_most_memory(os.getpid()) + helper) / 1024


def _most_memory(process: int) -> int:
    """Return the most KiB that a process held (a child's rusage begins with what its parent held when it started)."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--corpus", choices=_CORPORA, default="plain")
    arguments.add_argument("--mails", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--profile", type=Path)
    options = arguments.parse_args()
    program = find("dovecot")
    if not program:
        raise SystemExit("dovecot is not installed; install it with: apt-get install dovecot-imapd")
    with Dovecot(program) as server:
        users = [server.new_user() for _ in range(options.rounds)]
        size = 0
        for turn, user in enumerate(users):  # new mails each: what was met in an earlier round is remembered
            for mail in _CORPORA[options.corpus](options.mails, turn * options.mails):
                server.deliver(user, mail)
                size += len(mail)
        average = size / options.mails / options.rounds / 1000
        print(f"{options.mails} {options.corpus} mails of {average:.1f} kB, best of {options.rounds}")  # noqa: T201
        _report(server, users, options)


@dataclass(slots=True)
class Costs:
    """The least that a thing took over all rounds, in seconds: on the clock, and of the processor, helpers included."""

    clock: float = math.inf
    processor: float = math.inf

    def add(self, work: Callable[[], object]) -> None:
        """Do the work once more."""
        clock, processor = time.perf_counter(), sum(os.times()[:4])
        work()
        self.clock = min(self.clock, time.perf_counter() - clock)
        self.processor = min(self.processor, sum(os.times()[:4]) - processor)


def _report(server: Dovecot, users: Sequence[DovecotUser], options: argparse.Namespace) -> None:
    mails, port = options.mails, server.port
    bare, read, modern, ours = Costs(), Costs(), Costs(), Costs()
    for user in users:  # by turns: what else the machine does slows all of them
        bare.add(lambda user=user: read_bare(server, user))
        read.add(lambda user=user: read_every_part(server, user))
        modern.add(lambda user=user: read_by_email(server, user))
        with an_office(port, user) as office:
            ours.add(lambda office=office: take_all(office, mails))
    user = users[0]
    peers = {"constructed": bare, "every part read": read, "read by email": modern}
    for name, cost in (*((f"imap-tools, {how}", cost) for how, cost in peers.items()), ("ours", ours)):
        each = f"{cost.clock / mails * 1000:5.2f} ms a mail ({cost.processor / mails * 1000:5.2f} of processor)"
        print(f"{name:<28} {each}, ratio {cost.clock / ours.clock:.2f} ({cost.processor / ours.processor:.2f})")  # noqa: T201
    print(shares(port, user, mails))  # noqa: T201
    with ProcessPoolExecutor(1, get_context("spawn")) as fresh:
        print(f"memory at most {fresh.submit(peak_memory, port, user, mails).result():.0f} MiB")  # noqa: T201
    if options.profile:
        with an_office(port, user) as office, cProfile.Profile() as profile:
            take_all(office, mails)
        profile.dump_stats(options.profile)


if __name__ == "__main__":
    main()
