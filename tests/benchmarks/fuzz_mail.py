"""Fuzzing of the reading and judging of mail: mutations of real shapes, any of which must give a message or a reason.

    python -m tests.benchmarks.fuzz_mail [--inputs 20000] [--seed 1] [--corpus FOLDER]

Mutates the samples of tests/data/mail, of the demonstration and of FOLDER: bytes flipped, cut, repeated and put in,
parts of other mails grafted, headers forged and folded, charsets, names and boundaries swapped, what is enclosed
damaged (letters, winmail.dat, signed messages), everything wrapped again. Each input is read with the letters that it
encloses, taken apart, asked whether a machine wrote it and judged. Prints the slowest; ends with 1 if anything raised
but ValueError, or took more than `_LIMIT` seconds of processor.
"""

import argparse
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from config.settings import load
from tasks.adapters.documents.reader import FileDocuments
from tasks.bootstrap import Office
from tasks.domain.classification.judgement import judge
from tasks.domain.classification.office import OfficeView
from tasks.domain.mail.authentication import verdict
from tasks.domain.mail.automatic import automatic, away_until, bounce
from tasks.domain.mail.commands import parse_orders
from tasks.domain.mail.threading.threads import mentions
from tasks.ports.mailbox import MessageRef, RawMessage
from tasks.reception.arrival import arrive
from tasks.reception.office_view import view_of
from tests.benchmarks.mutations import mutated
from tests.benchmarks.processor import processor_seconds

_ROOT = Path(__file__).parents[2]
_SAMPLES = (_ROOT / "tests" / "data" / "mail", _ROOT / "deployments" / "demo_data" / "mail")
_LIMIT = 5.0  # seconds of processor for one input, the programs that read its letters included
_PLACE, _NOW = MessageRef("1", "1"), datetime(2026, 11, 20, 13, tzinfo=UTC)


def read_and_judge(raw: bytes, view: OfficeView) -> bool:
    """Do to a mail all that reception does before the ledger; False when it was refused with a reason."""
    try:
        arrival = arrive(RawMessage(_PLACE, raw), _NOW, FileDocuments())
    except ValueError as reason:
        if not str(reason):
            raise RuntimeError("refused without a reason") from reason
        return False
    mail, parts = arrival.mail, arrival.parts
    automatic(mail, view.own_addresses)
    bounce(mail)
    away_until(mail, _NOW.date())
    verdict(mail, view.trusted_authserv)
    parse_orders(parts.own)
    mentions(mail, parts)
    found = judge(mail, None, view, parts)
    "\n".join((mail.text, mail.subject, found.summary, *found.reasons)).encode()
    return True


def samples_of(folders: list[Path]) -> list[bytes]:
    """Return the mails of the folders."""
    return [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.eml"))]


def fuzz(inputs: int, seed: int, folders: list[Path], view: OfficeView) -> tuple[list[str], float, int]:
    """Return (what broke, the slowest input's seconds, how many were refused)."""
    samples, dice = samples_of(folders), random.Random(seed)
    broken: list[str] = []
    slowest, refused = 0.0, 0
    for number in range(inputs):
        raw = mutated(samples, dice)
        started = processor_seconds()
        try:
            refused += not read_and_judge(raw, view)
        except Exception as error:  # the very thing looked for
            broken.append(f"input {number}: {type(error).__name__}: {error}")
        seconds = processor_seconds() - started
        if seconds > _LIMIT:
            broken.append(f"input {number}: {seconds:.1f} s")
        slowest = max(slowest, seconds)
    return broken, slowest, refused


def a_view() -> OfficeView:
    """Return the demonstration's office."""
    environ = {
        "MIPG_DIRECTORY__FILE": str(_ROOT / "deployments" / "demo_data" / "directory.json"),
        "MIPG_MAILBOX__ADDRESS": "mesa.mipg@antioquia.gov.co",
    }
    office = Office(load(None, Path("unused"), environ))
    return view_of(office, office.seed)


def main() -> None:
    """Fuzz and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--inputs", type=int, default=20_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--corpus", type=Path, action="append", default=[])
    options = arguments.parse_args()
    started = time.perf_counter()
    folders = [*_SAMPLES, *options.corpus]
    broken, slowest, refused = fuzz(options.inputs, options.seed, folders, a_view())
    print("\n".join(broken))  # noqa: T201
    seconds = time.perf_counter() - started
    print(  # noqa: T201
        f"{options.inputs} inputs in {seconds:.0f} s, {refused} refused with a reason, slowest {slowest:.2f} s, "
        f"{len(broken)} broken"
    )
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
