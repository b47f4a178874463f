"""What bad input and bad weather get (product.md §9): a clear word, the rest of the work, and nothing lost after."""

import errno
import os
import sqlite3
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

import pytest
from openpyxl import Workbook, load_workbook

from config.settings import load
from config.sources import SettingsError
from tasks.bootstrap import Office
from tasks.cycle import run_cycle
from tasks.domain.cases.case import State
from tasks.domain.classification.office import OfficeView
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.operation.setup import initialise
from tasks.ports.errors import (
    BadWorkbook,
    LedgerUnavailable,
    MailboxUnavailable,
    SheetBusy,
    SheetUnavailable,
    Unavailable,
)
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import Fate, MessageRecord, OutboxState
from tasks.reception.arrival import Arrival
from tasks.results.loading import run_results
from templates import FOLDER as SHIPPED
from tests.e2e.desk import ANA, OPERATOR, SONSON, Desk
from tests.e2e.story import type_in_sheet


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _alerts(desk: Desk) -> list[str]:
    return [row.mail.text for row in desk.outbox(Purpose.ALERT)]


def _ask(desk: Desk, number: int = 0) -> None:
    text = f"Solicitamos asesoría en la política de Gestión Documental para la vereda {number}."
    desk.mail(f"oficina{number}@sonson-antioquia.gov.co", f"Asesoría {number}", text)


def _rows(desk: Desk) -> list[str]:
    return sorted(str(row.values["Caso"]) for row in desk.office().sheet.read().tabs["Casos"].rows)


# --- configuration ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ('[mailbox]\nbackend = "pop3"\n', "mailbox.backend"),
        ("[outgoing]\nmax_per_run = 0\n", "outgoing.max_per_run"),
        ('[letters]\nrelase = "signed"\n', "letters.relase"),
        ('[clock]\ntimezone = "America/Bogata"\n', "clock.timezone"),
        ("[terms]\nletter = -5\n", "terms.letter"),
        ('[reminders]\nhours = "siete a seis"\n', "reminders.hours"),
        ('[mailbox]\nbackend = "imap"\n', "mailbox.imap.host"),
        ("[mailbox\n", "mipg.toml"),
    ],
)
def test_a_wrong_configuration_is_told_by_its_key(tmp_path: Path, written: str, named: str) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "mipg.toml").write_text(written, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(None, tmp_path, {})
    assert named in "\n".join(caught.value.problems)


# --- templates --------------------------------------------------------------------------------------------------------


def _break_letter(home: Path) -> Path:
    """Put a letter template with an unknown field into the office's own templates."""
    target = home / "templates" / "letters" / "default.docx"
    target.parent.mkdir(parents=True)
    with zipfile.ZipFile(SHIPPED / "letters" / "default.docx") as source, zipfile.ZipFile(target, "w") as broken:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                content = content.replace(b"</w:body>", b"<w:p><w:r><w:t>{{ consecutibo }}</w:t></w:r></w:p></w:body>")
            broken.writestr(name, content)
    return target


def test_a_letter_template_with_an_unknown_field_is_told_and_waits_for_its_repair_under_its_number(desk: Desk) -> None:
    broken = _break_letter(desk.home)
    _ask(desk)
    desk.cycle()
    desk.mail("natalia.quiroz@antioquia.gov.co", "reparto", "asignar 2026-0001: Ana María")
    assert [desk.cycle()["letters.held"] for _ in range(3)] == [1, 1, 1]
    assert len([text for text in _alerts(desk) if "consecutibo" in text]) == 1
    assert OPERATOR in {str(mail["To"]) for mail in desk.sent()}
    assert desk.letters() == []
    assert desk.case("2026-0001").state is State.DRAFT
    broken.unlink()
    assert desk.cycle()["letters.held"] == 0
    assert [letter.number for letter in desk.letters()] == ["DSEGPP-2026-0001"]
    assert desk.audit() == []


def test_an_approved_letter_waits_for_the_repair_of_its_template_and_the_others_work_goes_on(desk: Desk) -> None:
    letter = desk.assigned()
    broken = _break_letter(desk.home)
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    _ask(desk, 7)
    desk.cycle()
    assert desk.letters()[0].state is LetterState.APPROVED
    assert "oficina7@sonson-antioquia.gov.co" in {str(mail["To"]) for mail in desk.sent()}
    assert any("consecutibo" in text for text in _alerts(desk))
    broken.unlink()
    desk.cycle()
    assert [(le.number, le.state) for le in desk.letters()] == [(letter.number, LetterState.SENT)]


@pytest.mark.parametrize("mail", ["acuse", "asignar", "respuesta", "borrador", "oficio", "alerta"])
@pytest.mark.parametrize("ending", [".txt", ".html"])
def test_a_broken_mail_template_is_told_and_holds_nothing_up(desk: Desk, mail: str, ending: str) -> None:
    folder = desk.home / "templates" / "mail"
    folder.mkdir(parents=True)
    source = (SHIPPED / "mail" / f"{mail}{ending}").read_text(encoding="utf-8")
    (folder / f"{mail}{ending}").write_text(source.replace("{% endif %}", "", 1) + "\n{{ nombr }}\n", encoding="utf-8")
    letter = desk.assigned()
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    desk.cycle()
    assert desk.case(letter.cases[0]).state is State.LETTER_SENT
    assert Fate.QUARANTINED not in desk.fates()
    assert mail == "alerta" or any(f"mail/{mail}{ending}" in text for text in _alerts(desk))
    assert mail == "alerta" or [row.mail.to for row in desk.outbox(Purpose.ALERT)] == [(OPERATOR,)]


def test_both_a_broken_mail_and_a_broken_alert_are_told(desk: Desk) -> None:
    folder = desk.home / "templates" / "mail"
    folder.mkdir(parents=True)
    for mail in ("acuse", "alerta"):
        (folder / f"{mail}.txt").write_text("Asunto: {{ nada }}\n", encoding="utf-8")
    _ask(desk)
    desk.cycle()
    assert desk.outbox(Purpose.ACKNOWLEDGEMENT)[0].state is OutboxState.SENT
    assert any("mail/acuse.txt" in text for text in _alerts(desk))


# --- the sheet --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", ["~$mesa-mipg.xlsx", ".~lock.mesa-mipg.xlsx#"])
def test_a_sheet_that_somebody_has_open_is_left_alone_and_caught_up_later(desk: Desk, lock: str) -> None:
    _ask(desk, 1)
    desk.cycle()
    path = desk.office().settings.sheet_path
    held = path.with_name(lock)
    held.write_bytes(b"\x03Ana".ljust(165, b" ") if lock.startswith("~$") else b",Ana,pc,30.11.2026 09:00,file:///x;")
    before = path.read_bytes()
    _ask(desk, 2)
    with pytest.raises(SheetBusy, match="está abierto por"):
        desk.cycle()
    assert path.read_bytes() == before
    assert [row.state for row in desk.outbox()] == [OutboxState.SENT] * len(desk.outbox())
    assert len(desk.cases()) == 2
    held.unlink()
    desk.cycle()
    assert _rows(desk) == ["2026-0001", "2026-0002"]


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 torn"], ids=["empty", "text", "torn"])
def test_a_damaged_sheet_is_told_and_the_work_goes_on(desk: Desk, content: bytes) -> None:
    _ask(desk, 1)
    desk.cycle()
    path = desk.office().settings.sheet_path
    good = path.read_bytes()
    path.write_bytes(content)
    _ask(desk, 2)
    with pytest.raises(SheetUnavailable, match=r"mesa-mipg\.xlsx"):
        desk.cycle()
    assert path.read_bytes() == content
    assert len(desk.cases()) == 2
    assert {row.state for row in desk.outbox()} == {OutboxState.SENT}
    path.write_bytes(good)
    desk.cycle()
    assert _rows(desk) == ["2026-0001", "2026-0002"]


def test_a_deleted_sheet_is_told_and_init_builds_it_again_from_the_ledger(desk: Desk) -> None:
    letter = desk.assigned()
    office = desk.office()
    _type(desk, letter.cases[0], "Observaciones", "llamar el martes")
    desk.cycle()
    office.settings.sheet_path.unlink()
    with pytest.raises(SheetUnavailable, match="mipg init"):
        desk.cycle()
    initialise(desk.office())
    desk.cycle()
    (row,) = desk.office().sheet.read().tabs["Casos"].rows
    assert (row.values["Caso"], row.values["Observaciones"]) == (letter.cases[0], "llamar el martes")
    assert desk.case(letter.cases[0]).officer == ANA
    assert len(desk.office().sheet.read().tabs["Equipo"].rows) == 5
    assert len(desk.outbox(Purpose.DRAFT_LETTER)) == 1


@pytest.mark.parametrize("tab", ["Casos", "Revisión", "Equipo", "Líderes", "Puntajes", "Ayuda"])
def test_a_tab_that_was_removed_comes_back_and_changes_no_case(desk: Desk, tab: str) -> None:
    letter = desk.assigned()
    desk.cycle()
    before = desk.cases()
    path = desk.office().settings.sheet_path
    book = load_workbook(path)
    del book[tab]
    book.save(path)
    desk.cycle()
    desk.cycle()
    assert desk.cases() == before
    assert tab in desk.office().sheet.read().tabs
    assert _rows(desk) == list(letter.cases)
    with desk.office().ledger.reading() as unit:
        assert len(unit.books.directory().people) == 5


def _type(desk: Desk, case: str, header: str, value: object) -> None:
    type_in_sheet(desk.office(), {(case, header): value})


# --- disk -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting a small file system takes root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_stops_with_a_clear_word_and_the_next_run_loses_nothing(small_disk: Path) -> None:
    desk = Desk(small_disk / "home")
    _ask(desk, 1)
    desk.cycle()
    _ask(desk, 2)
    ballast = small_disk / "ballast"
    _fill(ballast)
    for _ in range(2):
        with pytest.raises(Unavailable, match=r"(?i)no space left"):
            run_cycle(desk.office())
    ballast.unlink()
    desk.cycle()
    assert desk.fates() == [Fate.CASE_OPENED] * 2
    assert _rows(desk) == ["2026-0001", "2026-0002"]
    assert {row.state for row in desk.outbox()} == {OutboxState.SENT}
    assert desk.audit() == []


def _fill(ballast: Path) -> None:
    descriptor = os.open(ballast, os.O_CREAT | os.O_WRONLY)
    try:
        while os.write(descriptor, b"\0" * 4096):
            pass
    except OSError as error:
        assert error.errno == errno.ENOSPC  # the point of filling it
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("where", ["archive", "sheet", "outgoing"])
def test_no_space_in_one_place_is_caught_up_when_there_is(
    desk: Desk, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask(desk, 1)
    desk.cycle()
    _ask(desk, 2)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full(where, os.fsync))
        with pytest.raises(Unavailable, match="No space left"):
            desk.cycle()
    desk.cycle()
    assert desk.fates() == [Fate.CASE_OPENED] * 2
    assert _rows(desk) == ["2026-0001", "2026-0002"]
    assert len(desk.sent()) == len(desk.outbox())
    assert {row.state for row in desk.outbox()} == {OutboxState.SENT}


def _full(where: str, real: Callable[[int], None]) -> Callable[[int], None]:
    def fsync(descriptor: int) -> None:
        if f"/{where}/" in f"{Path(f'/proc/self/fd/{descriptor}').readlink()}/":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    return fsync


# --- servers ----------------------------------------------------------------------------------------------------------


def test_without_the_mailbox_the_rest_of_the_cycle_works(desk: Desk) -> None:
    letter = desk.assigned()
    _type(desk, letter.cases[0], "Acción", "Enviar oficio")
    desk.settings = {
        "MIPG_MAILBOX__BACKEND": "imap",
        "MIPG_MAILBOX__IMAP__HOST": "127.0.0.1",
        "MIPG_MAILBOX__IMAP__PORT": "1",
        "MIPG_MAILBOX__IMAP__SECURITY": "none",
        "MIPG_MAILBOX__IMAP__USERNAME": "mesa",
        "MIPG_MAILBOX__IMAP__PASSWORD": "x",
    }
    with pytest.raises(MailboxUnavailable, match=r"127\.0\.0\.1"):
        desk.cycle()
    assert desk.case(letter.cases[0]).state is State.LETTER_SENT


# --- mail -------------------------------------------------------------------------------------------------------------

_LEVEL = b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n"
_POISON = {
    "nul bytes": b"\0" * 1000,
    "empty": b"",
    "headers only": b"Subject: hola\r\n",
    "broken from": b"From: \xff\xfe\r\nSubject: x\r\n\r\nhola",
    "binary": bytes(range(256)) * 40,
    "bare boundary": b"From: a@b.co\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
    "deep": b"From: a@b.co\r\n" + b"".join(_LEVEL % (n, n) for n in range(300)),
    "odd charset": b"From: a@b.co\r\nContent-Type: text/plain; charset=klingon\r\n\r\nhola \xe1\r\n",
    "long header": b"From: a@b.co\r\nSubject: " + b"x" * 3_000_000 + b"\r\n\r\nhola",
    "many recipients": b"From: a@b.co\r\nTo: " + b"a@b.co, " * 50_000 + b"\r\n\r\nhola",
    "broken base64": b"From: a@b.co\r\nContent-Transfer-Encoding: base64\r\n\r\n====\r\n!!!",
    "template in the subject": b"From: a@b.co\r\nSubject: {{ 7*7 }}{% raise %}\r\n\r\nasesoria en integridad {{ x }}",
    "formula": b"From: =cmd|' /C calc'!A0 <a@sonson-antioquia.gov.co>\r\nSubject: =1+1\r\n\r\n=HYPERLINK(1) asesoria",
}  # fmt: skip


@pytest.mark.parametrize("raw", _POISON.values(), ids=_POISON.keys())
def test_a_poison_mail_among_good_ones_gets_one_fate_and_the_others_theirs(desk: Desk, raw: bytes) -> None:
    _ask(desk, 1)
    desk.deliver(raw)
    _ask(desk, 2)
    desk.cycle()
    assert len(desk.messages()) == 3
    assert desk.fates().count(Fate.CASE_OPENED) >= 2
    with desk.office().ledger.reading() as unit:
        poison = unit.messages.all()[1]
    assert desk.office().archive.get(poison.sha256) == raw
    assert len(desk.office().sheet.read().tabs["Revisión"].rows) == (poison.outcome in {Fate.REVIEW, Fate.QUARANTINED})
    assert desk.cycle()["sheet.written"] <= 2


def _breaks(_unit: UnitOfWork, _arrival: Arrival) -> None:
    raise RuntimeError("a mistake of ours")


def _is_refused(unit: UnitOfWork, arrival: Arrival) -> None:
    """What the ledger refuses as late as when the page is written."""
    record = MessageRecord("", arrival.ref, arrival.sha256, "", "", "", Fate.IGNORED, arrival.received)
    unit.messages.add(replace(record, request="S-1999-0001"))


@pytest.mark.parametrize(("trouble", "named"), [(_breaks, "RuntimeError"), (_is_refused, "IntegrityError")])
def test_a_mail_whose_handling_breaks_is_quarantined_and_the_rest_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, trouble: Callable[[UnitOfWork, Arrival], None], named: str
) -> None:
    from tasks.reception.handlers import receive as real

    def breaks(unit: UnitOfWork, office: Office, view: OfficeView, arrival: Arrival) -> Fate:
        if "vereda 2" in arrival.mail.text:
            trouble(unit, arrival)
        return real(unit, office, view, arrival)

    monkeypatch.setattr("tasks.intake.receive", breaks)
    for number in (1, 2, 3):
        _ask(desk, number)
    desk.cycle()
    assert sorted(desk.fates()) == sorted([Fate.CASE_OPENED, Fate.QUARANTINED, Fate.CASE_OPENED])
    (row,) = desk.office().sheet.read().tabs["Revisión"].rows
    assert named in str(row.values["Motivo"])
    assert desk.audit() == []


def test_a_huge_mail_is_kept_judged_and_stops_nobody(desk: Desk) -> None:
    head = (
        b"From: "
        + SONSON.encode()
        + b"\r\nSubject: asesoria\r\nMessage-ID: <grande@x>\r\nContent-Type: text/plain\r\n\r\n"
    )
    desk.deliver(head + b"Solicitamos asesoria en la politica de Gestion Documental.\r\n" + b"palabra " * 4_000_000)
    _ask(desk, 2)
    desk.cycle()
    assert len(desk.messages()) == 2
    assert desk.fates()[-1] is Fate.CASE_OPENED
    assert {row.state for row in desk.outbox()} == {OutboxState.SENT}


# --- results ----------------------------------------------------------------------------------------------------------


def _bad_workbook(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    book.active.append(["nada", "que", "ver"])  # type: ignore[union-attr]
    book.save(path)


def test_a_results_file_that_cannot_be_read_is_told_once_and_loads_nothing(desk: Desk) -> None:
    folder = desk.office().settings.scores_path
    _bad_workbook(folder / "resultados.xlsx")
    (folder / "roto.xlsx").write_bytes(b"PK\x03\x04")
    (folder / "vacio.csv").write_bytes(b"")
    for _ in range(3):
        run_results(desk.office())
    assert sorted(text.count("No se pudo leer") for text in _alerts(desk)) == [1, 1, 1]
    with desk.office().ledger.reading() as unit:
        assert unit.books.score_files() == []


def test_a_named_results_file_that_cannot_be_read_is_refused(desk: Desk, tmp_path: Path) -> None:
    _bad_workbook(tmp_path / "resultados.xlsx")
    with pytest.raises(BadWorkbook, match=r"resultados\.xlsx"):
        run_results(desk.office(), file=tmp_path / "resultados.xlsx")


# --- ledger -----------------------------------------------------------------------------------------------------------


def test_a_ledger_that_is_no_database_is_told_and_nothing_is_settled_or_sent(desk: Desk) -> None:
    _ask(desk, 1)
    desk.home.mkdir(exist_ok=True)
    (desk.home / "ledger.db").write_bytes(b"this is no database " * 100)
    with pytest.raises(LedgerUnavailable, match=r"ledger\.db"):
        desk.cycle()
    assert desk.sent() == []
    (desk.home / "ledger.db").unlink()
    desk.cycle()
    assert desk.fates() == [Fate.CASE_OPENED]


def test_a_ledger_that_somebody_holds_for_too_long_is_told_and_caught_up(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.adapters.ledger.engine._BUSY_MS", 50)
    _ask(desk, 1)
    office = desk.office()
    holder = sqlite3.connect(desk.home / "ledger.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnavailable, match="locked"):
        run_cycle(office)
    holder.execute("ROLLBACK")
    holder.close()
    run_cycle(office)
    assert desk.fates() == [Fate.CASE_OPENED]
    assert len(desk.sent()) == len(desk.outbox())


def test_a_home_that_takes_no_new_file_is_told_as_the_ledgers_trouble(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask(desk, 1)
    office, real = desk.office(), Path.open

    def read_only(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> IO[Any]:
        if path.suffix == ".lock":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, mode, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", read_only)
        with pytest.raises(LedgerUnavailable, match="Read-only"):
            run_cycle(office)
    desk.cycle()
    assert desk.fates() == [Fate.CASE_OPENED]
