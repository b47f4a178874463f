"""A backlog of several pages is read ahead by another process, and nothing depends on that process."""

import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from subprocess import PIPE

import pytest

from tasks import intake
from tasks.bootstrap import Office
from tasks.operation.health import measure
from tasks.operation.runs import perform
from tasks.ports.errors import MailboxUnavailable
from tasks.ports.mailbox import Mailbox, MessageRef, RawMessage
from tasks.reception import ahead
from tasks.reception.ahead import Reader
from tasks.reception.arrival import Page, Read
from tasks.views.reading import status
from tests.e2e.desk import SONSON, Desk

_MAILS = 11
_Ledger = list[tuple[str, str, tuple[str, ...]]]


def _taken_in(home: Path, page: int, monkeypatch: pytest.MonkeyPatch) -> _Ledger:
    """Deliver the same mails, take them in by pages of that length, and return what became of each."""
    home.mkdir()
    desk = Desk(home)
    for number in range(_MAILS - 1):
        desk.mail(SONSON, f"Asesoría {number}", f"Solicitamos asesoría en control interno. Oficio número {number}.")
    desk.deliver(b"\xff\xfe no mail at all")
    monkeypatch.setattr(intake, "_PAGE", page)
    office = desk.office()
    counts = intake.run_intake(office)
    assert sum(counts.values()) == _MAILS
    assert office.ledger.audit() == []
    with office.ledger.reading() as unit:
        return sorted((row.subject, row.outcome, row.cases) for row in unit.messages.all())


def test_mail_read_ahead_meets_the_fate_of_mail_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = _taken_in(tmp_path / "here", 200, monkeypatch)
    pages: list[Page] = []
    read_here = ahead._read_here

    def remember(office: Office, page: Page) -> list[Read]:
        pages.append(page)
        return read_here(office, page)

    monkeypatch.setattr(ahead, "_read_here", remember)
    assert _taken_in(tmp_path / "ahead", 3, monkeypatch) == here
    assert len(pages) == 1  # the first one; the other three were read by the other process


@pytest.mark.parametrize("moment", ["given", "never started"])
def test_without_the_other_process_everything_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    here = _taken_in(tmp_path / "here", 200, monkeypatch)
    if moment == "given":
        give: Callable[[Reader, Page], None] = Reader.give

        def give_and_kill(reader: Reader, page: Page) -> None:
            if reader._program:
                reader._program.kill()
            give(reader, page)

        monkeypatch.setattr(Reader, "give", give_and_kill)
    else:
        monkeypatch.setattr(ahead, "_PROGRAM", ("/nowhere/python",))
    assert _taken_in(tmp_path / "alone", 3, monkeypatch) == here


def test_the_other_process_ends_with_the_one_that_started_it(tmp_path: Path) -> None:
    script = f"""
        from pathlib import Path
        from tests.e2e.desk import Desk
        from tasks.reception.ahead import Reader
        with Reader(Desk(Path({str(tmp_path)!r})).office()):
            print("started", flush=True)
            input()
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "started\n"
        parent.kill()
        parent.communicate(timeout=60)  # to the end of what is said on standard error, which both write to


def test_what_the_mailbox_lists_and_does_not_hand_out_is_told_until_it_is_taken_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path)
    for number in range(3):
        desk.mail(SONSON, f"Asesoría {number}", f"Solicitamos asesoría en control interno. Oficio número {number}.")
    office = desk.office()
    fetch = type(office.mailbox).fetch

    def breaks_off(mailbox: Mailbox, refs: Sequence[MessageRef]) -> Iterator[RawMessage]:
        yield from fetch(mailbox, refs[:1])
        raise MailboxUnavailable("se cortó")

    with monkeypatch.context() as patch:
        patch.setattr(type(office.mailbox), "fetch", breaks_off)
        with pytest.raises(MailboxUnavailable):
            perform(office, "intake")
    assert status(office)["backlog"]["to_receive"] == 2
    with office.ledger.reading() as unit:
        assert measure(unit, office, ()).left == 2
    perform(office, "intake")
    assert status(office)["backlog"]["to_receive"] == 0
