"""A short story in acts on embedded parts: what people do between the runs, and the state each act ends in."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from config.settings import load
from deployments.demo_scores import scores_csv
from tasks.bootstrap import Office
from tasks.cycle import run_cycle
from tasks.digest import run_digest
from tasks.domain.cases.case import State
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.impact.running import run_impact
from tasks.outbox.sending import run_outbox
from tasks.ports.clock import FixedClock
from tasks.reminders import run_reminders
from tasks.results.loading import run_results

BOGOTA = ZoneInfo("America/Bogota")
DIRECTORY = Path(__file__).parents[2] / "deployments" / "demo_data" / "directory.json"
_MX = "mx.antioquia.gov.co"
_STAMP = f"Authentication-Results: {_MX}; dmarc=pass header.from={{}}\r\n"


def an_office(home: Path, moment: datetime, settings: Mapping[str, str] = MappingProxyType({})) -> Office:
    """Return an office on embedded parts whose clock stands still; `settings` are further MIPG_… variables."""
    return Office(load(None, home, settings_of(settings)), FixedClock(moment))


def settings_of(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the MIPG_… variables of a test's office: the common ones and these."""
    return {
        "MIPG_MAILBOX__ADDRESS": "mesa.mipg@antioquia.gov.co",
        "MIPG_MAILBOX__TRUSTED_AUTHSERV": json.dumps([_MX]),
        "MIPG_DIRECTORY__FILE": str(DIRECTORY),
        "MIPG_LETTERS__PDF": "false",
        "MIPG_SCORES__BLOCKS": "2018;2019-2021;2022-2027",
        **settings,
    }


def write_mail(home: Path, name: str, sender: str, subject: str, text: str, answers: str = "") -> None:
    """Put a mail into the folder mailbox, stamped by the office's MX."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, "mesa.mipg@antioquia.gov.co", subject
    mail["Date"] = "Mon, 30 Nov 2026 08:30:00 -0500"
    mail["Message-ID"] = f"<{name}@example.gov.co>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    mail.set_content(text)
    domain = sender.rpartition("@")[2].rstrip(">")
    folder = home / "mailbox"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.eml").write_bytes(_STAMP.format(domain).encode() + mail.as_bytes())


def type_in_sheet(office: Office, cells: Mapping[tuple[str, str], Any]) -> None:
    """Type values into Casos by (case, header)."""
    from openpyxl import load_workbook

    path = office.settings.sheet_path
    book = load_workbook(path)
    tab = book["Casos"]
    columns = {str(cell.value): place for place, cell in enumerate(tab[1], 1)}
    rows = {str(row[columns["Caso"] - 1].value): place for place, row in enumerate(tab.iter_rows(min_row=2), 2)}
    for (case, header), value in cells.items():
        tab.cell(rows[case], columns[header], value)
    book.save(path)


@dataclass(frozen=True)
class Act:
    """What people do first, and the runs that follow at that moment."""

    name: str
    moment: datetime
    people: Callable[[Path, Office], None]
    runs: tuple[Callable[[Office], Any], ...]


def _write(home: Path, office: Office) -> None:
    planning = "Solicitamos asesoría en la política de Gestión Documental: tablas de retención documental."
    write_mail(home, "a1", "archivo@sonson-antioquia.gov.co", "Asesoría en Gestión Documental", planning)
    two = "El municipio de Granada solicita asesoría en la política de Gobierno Digital y en la de Seguridad Digital."
    write_mail(home, "a2", "alcaldia@granada-antioquia.gov.co", "Asesoría Gobierno Digital y Seguridad Digital", two)
    write_mail(home, "a3", "alcaldia@granada-antioquia.gov.co", "Asesoría Gobierno Digital y Seguridad Digital", two)
    write_mail(home, "a4", "quien@gmail.com", "ayuda", "buenas, necesitamos ayuda con algo del modelo")
    (home / "mailbox" / "a5.eml").write_bytes(b"From: \xff\xfe\r\n\r\n\x00\x01 no es un correo\x00")


def _assign(home: Path, office: Office) -> None:
    with office.ledger.reading() as unit:
        notices = [row.mail for row in unit.outbox.all() if row.mail.purpose is Purpose.ASSIGN_NOTICE]
    director = "Natalia <natalia.quiroz@antioquia.gov.co>"
    for turn, notice in enumerate(notices[1:]):
        text = "\n".join(f"asignar {case}: Jorge Iván" for case in notice.cases)
        write_mail(home, f"b{turn}", director, f"RE: {notice.subject}", text, notice.message_id)
    type_in_sheet(office, {(case, "Responsable"): "Ana María Londoño Vera" for case in notices[0].cases})


def _approve(home: Path, office: Office) -> None:
    with office.ledger.reading() as unit:
        letters = unit.letters.all()
    first, *others = letters
    type_in_sheet(office, {(first.cases[0], "Acción"): "Enviar oficio"})
    for turn, letter in enumerate(others):
        text = f"aprobado {letter.cases[0]}"
        write_mail(home, f"c{turn}", letter.officer, f"RE: Borrador {letter.number}", text)


def _assist(home: Path, office: Office) -> None:
    with office.ledger.reading() as unit:
        sent = [case.number for case in unit.cases.all([State.LETTER_SENT])]
    type_in_sheet(office, {(case, "Fecha asistencia"): datetime(2026, 12, 15) for case in sent})


def _publish(home: Path, office: Office) -> None:
    danes = [place.dane for place in office.catalog.municipalities]
    policies = ["gestion-documental", "gobierno-digital", "seguridad-digital", "integridad"]
    folder = office.settings.scores_path
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "inventados.csv").write_bytes(scores_csv(danes, policies, [2025, 2026, 2027]))


def _at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=BOGOTA)  # type: ignore[misc,arg-type]


ACTS = (
    Act("reception", _at(2026, 11, 30, 9), _write, (run_cycle,)),
    Act("assignment", _at(2026, 11, 30, 10), _assign, (run_cycle,)),
    Act("approval", _at(2026, 11, 30, 12), _approve, (run_cycle, run_cycle)),
    Act("assistance", _at(2026, 12, 16, 16), _assist, (run_cycle,)),
    Act("monday", _at(2026, 12, 21, 8), lambda home, office: None, (run_reminders, run_digest, run_outbox)),
    Act("results", _at(2028, 7, 10, 9), _publish, (run_results, run_impact, run_outbox, run_cycle)),
)


def state(office: Office) -> dict[str, Any]:
    """Return what must be the same however often the runs died: everything but tokens and moments."""
    with office.ledger.reading() as unit:
        cases = [case.model_dump(mode="json", exclude={"since"}) for case in unit.cases.all()]
        histories = {c["number"]: [(e.kind, e.reason) for e in unit.cases.history(c["number"])] for c in cases}
        messages = [(m.sha256, m.kind, m.outcome, m.cases, m.request) for m in unit.messages.all()]
        outbox = sorted((row.mail.key, row.state, row.mail.to, row.mail.cases) for row in unit.outbox.all())
        letters = [(le.number, le.state, le.cases, le.version, le.delivery) for le in unit.letters.all()]
        files = [(f.sha256, f.version, f.announced, f.reported) for f in unit.books.score_files()]
    sent = sorted(_without_token(path.name) for path in office.settings.outgoing_path.glob("*.eml"))
    rows = _rows(office)
    cases_path = office.settings.cases_path
    folders = sorted(path.relative_to(cases_path).as_posix() for path in cases_path.rglob("*.*"))
    return {
        "cases": cases,
        "histories": histories,
        "messages": messages,
        "outbox": outbox,
        "letters": letters,
        "files": files,
        "sent": sent,
        "folders": folders,
        "rows": rows,
        "audit": office.ledger.audit(),
    }


def _without_token(name: str) -> str:
    return re.sub(r"\.[0-9a-f]{20}(?=[@._-])", "", name)


def _rows(office: Office) -> dict[str, list[tuple[str, ...]]]:
    if not office.settings.sheet_path.exists():
        return {}
    snapshot, home = office.sheet.read(), str(office.settings.home)
    return {
        name: sorted(
            tuple(f"{h}={v}".replace(home, "HOME") for h, v in sorted(row.values.items()) if v is not None)
            for row in tab.rows
        )
        for name, tab in snapshot.tabs.items()
        if name in {"Casos", "Revisión", "Equipo", "Líderes"}
    }
