"""Fuzzing of the reading and judging of mail: mutations of real shapes, any of which must give a message or a reason.

    python -m tests.benchmarks.fuzz_mail [--inputs 20000] [--seed 1] [--corpus FOLDER]

Mutates the samples of tests/data/mail, of the demonstration and of FOLDER: bytes flipped, cut, repeated and put in,
parts of other mails grafted, headers forged, charsets and boundaries swapped, everything wrapped again. Each input is
read, taken apart, asked whether a machine wrote it and judged. Prints the slowest; ends with 1 if anything raised but
ValueError, or took more than `_LIMIT` seconds.
"""

import argparse
import base64
import random
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from config.settings import load
from tasks.bootstrap import Office
from tasks.domain.classification.judgement import judge
from tasks.domain.classification.office import OfficeView
from tasks.domain.mail.authentication import verdict
from tasks.domain.mail.automatic import automatic, away_until, bounce
from tasks.domain.mail.commands import parse_orders
from tasks.domain.mail.quotes import parts_of
from tasks.domain.mail.reading.parsing import parse
from tasks.domain.mail.threading.threads import mentions
from tasks.reception.office_view import view_of

_ROOT = Path(__file__).parents[2]
_SAMPLES = (_ROOT / "tests" / "data" / "mail", _ROOT / "deployments" / "demo_data" / "mail")
_LIMIT = 5.0  # seconds for one input, on a machine that does other things besides
_MOST = 400_000  # octets of an input

_GRAFTS = (
    b"\r\n", b"\n\n", b"\x00", b"--", b"=?utf-8?b?w6E=?=", b"=?x?q?=FF=?=", b'"', b"<", b">", b"((((", b"\xff\xfe",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", b"Content-Type: multipart/alternative; boundary=\r\n",
    b"Content-Type: message/rfc822\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n", b"Content-Type: text/html; charset=utf-16\r\n\r\n<p>",
    b"Content-Type: application/pkcs7-mime; name=smime.p7m\r\n", b"Content-Type: application/ms-tnef\r\n",
    b"Content-Type: text/calendar\r\n", b"Content-Disposition: attachment; filename*0*=utf-8''%e2; filename*1=x\r\n",
    b"charset=idna", b"charset=utf-7", b"charset=\"\x00\"", b"Date: Thu, 99 Foo 99999 99:99:99 +9999\r\n",
    b"From: =?utf-8?q?=E2=80=AE?= <a@b>, \"x\r\n", b"<table><tr><td>" * 40, b"<div style='display:none'>",
    b"El jue, 5 feb 2026 a las 11:00, Ana <a@x.co> escribi\xc3\xb3:\r\n> ", b"De: Ana <a@x.co>\r\nEnviado: ",
    b"-----Mensaje original-----\r\n", b"> > > > ", b"\xcc\x81" * 200, b"&#x1F600;&#0;&#99999999999;", b"=\r\n=3D=",
    b"Radicado No. 2026-1-", b"caso 2026-0041", b"aprobado 2026-0041\r\n", b"0\x80\x06\t*\x86H\x86\xf7\r\x01\x07\x02",
)  # fmt: skip


def _flip(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    for _count in range(dice.randint(1, 20)):
        raw[dice.randrange(len(raw))] = dice.randrange(256)


def _cut(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    start = dice.randrange(len(raw))
    del raw[start : start + dice.randint(1, 2000)]


def _repeat(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    start = dice.randrange(len(raw))
    piece = bytes(raw[start : start + dice.randint(1, 400)])
    raw[start:start] = piece * dice.choice((1, 3, 50))


def _graft(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    at = dice.randrange(len(raw))
    raw[at:at] = dice.choice(_GRAFTS) * dice.choice((1, 1, 1, 2, 30))


def _splice(raw: bytearray, dice: random.Random, samples: list[bytes]) -> None:
    other = dice.choice(samples)
    start = dice.randrange(len(other))
    at = dice.randrange(len(raw))
    raw[at : at + dice.randint(0, 500)] = other[start : start + dice.randint(1, 5000)]


def _head(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    raw[0:0] = dice.choice(_GRAFTS)


def _wrap(raw: bytearray, dice: random.Random, _: list[bytes]) -> None:
    encoded = dice.random() < 0.5
    head = b"From: v@x.gov.co\r\nSubject: RV: x\r\nContent-Type: message/rfc822\r\n"
    head += b"Content-Transfer-Encoding: base64\r\n\r\n" if encoded else b"\r\n"
    raw[:] = head + (base64.encodebytes(bytes(raw)) if encoded else bytes(raw))


_MUTATIONS: tuple[Callable[[bytearray, random.Random, list[bytes]], None], ...] = (
    _flip, _cut, _repeat, _graft, _graft, _splice, _head, _wrap,
)  # fmt: skip


def mutated(samples: list[bytes], dice: random.Random) -> bytes:
    """Return a sample after some mutations, never empty."""
    raw = bytearray(dice.choice(samples))
    for _ in range(dice.randint(1, 6)):
        dice.choice(_MUTATIONS)(raw, dice, samples)
        del raw[_MOST:]
        if not raw:
            raw += b"x"
    return bytes(raw)


def read_and_judge(raw: bytes, view: OfficeView) -> bool:
    """Do to a mail all that reception does before the ledger; False when it was refused with a reason."""
    try:
        mail = parse(raw)
    except ValueError as reason:
        if not str(reason):
            raise RuntimeError("refused without a reason") from reason
        return False
    parts = parts_of(mail)
    automatic(mail, view.own_addresses)
    bounce(mail)
    away_until(mail, date(2026, 11, 20))
    verdict(mail, view.trusted_authserv)
    parse_orders(parts.own)
    mentions(mail, parts)
    found = judge(mail, None, view)
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
        started = time.perf_counter()
        try:
            refused += not read_and_judge(raw, view)
        except Exception as error:  # the very thing looked for
            broken.append(f"input {number}: {type(error).__name__}: {error}")
        seconds = time.perf_counter() - started
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
