"""`mipg import`: the office's old spreadsheet becomes cases, once; a second import of the same rows adds nothing."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import CaseEvent, EventKind, Origin, State
from tasks.domain.cases.names import policy_name
from tasks.domain.sheet.adoption import ColumnMatch, OldCase, best_tab, match_columns, no_cases, read_old_cases
from tasks.domain.sheet.cells import canonical, clean_text, sentence
from tasks.domain.sheet.columns import choices_of
from tasks.domain.sheet.table import Row, Tab
from tasks.numbering import take_case_number, take_request_number
from tasks.operation.rehearsal import rehearsal
from tasks.ports.errors import BadWorkbook, SheetUnavailable
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import RequestRecord

_ACTOR = "importación"


def old_sheet(office: Office, path: Path) -> tuple[Tab, ColumnMatch]:
    """Return the tab with the cases and which of its columns is which. Raises `BadWorkbook` when none looks so."""
    try:
        tabs = office.read_workbook(path)
    except SheetUnavailable as error:  # of a file that somebody named; the office's own sheet is not in question
        raise BadWorkbook(str(error)) from error
    tab = best_tab(tabs)
    if tab is None:
        seen = "; ".join(f"«{name}»: {', '.join(h for h in one.headers if h)[:200]}" for name, one in tabs.items())
        raise BadWorkbook(
            f"{path.name}: ninguna pestaña tiene una columna «Municipio» y otra «Política» o «Asunto». Tiene {seen}"
        )
    return tab, match_columns(tab.headers)


def adopt(office: Office, path: Path, tab: Tab, match: ColumnMatch, *, dry_run: bool = False) -> list[str]:
    """Open the cases of the old sheet, all or none; returns a line per row and a last one with the counts."""
    if dry_run:
        with rehearsal(office) as pretend:
            return adopt(pretend, path, tab, match)
    with office.ledger.begin() as unit:
        choices = choices_of(office.catalog, unit.books.directory())
        lines: list[str] = []
        opened = 0
        for old in read_old_cases(tab, match, choices):
            numbers, line = _open(unit, office, path, old)
            opened += len(numbers)
            lines += [
                line,
                *(f"  fila {old.row}: {sentence(warning)} Quedó en Observaciones." for warning in old.warnings),
            ]
    lines += [f"fila {row.number}: no es un caso ({_said(row)}); no se importa" for row in no_cases(tab, match)]
    return [*lines, f"{opened} casos nuevos de {len(tab.rows)} filas"]


def _said(row: Row) -> str:
    return clean_text(" · ".join(filter(None, map(canonical, row.values.values()))), 80)


def _open(unit: UnitOfWork, office: Office, path: Path, old: OldCase) -> tuple[list[str], str]:
    mark = f"import/{_digest(old)}"
    if old.number and unit.cases.get(old.number):
        return [], f"fila {old.row}: el caso {old.number} ya existe; no se cambia"
    if known := unit.books.cursor(mark):
        return [], f"fila {old.row}: ya se había importado como {known}; no se cambia"
    numbers = list(_write(unit, office, path, old))
    unit.books.save_cursor(mark, numbers[0])
    names = ", ".join(policy_name(slug, office.catalog) for slug in old.policies) or "sin política"
    return numbers, f"fila {old.row}: {', '.join(numbers)} · {old.state} · {names}"


def _write(unit: UnitOfWork, office: Office, path: Path, old: OldCase) -> Iterator[str]:
    """Write the request and a case per policy; the first keeps the old number."""
    now, fields = office.clock.now(), dict(old.fields)
    received = datetime.combine(old.received, time(8), office.zone) if old.received else now
    request = take_request_number(unit, office)
    subject = str(fields.get("subject") or f"Caso anterior, fila {old.row} de {path.name}")
    unit.cases.add_request(_request(request, received, subject, fields))
    unit.cases.acknowledge([request], now)
    common = fields | {
        "request": request,
        "origin": Origin.DEMAND,
        "received": received.isoformat(),
        "state": old.state,
        "since": received.isoformat(),
        "subject": subject,
        "confidence": 1.0,
        "reasons": f"importado de {path.name}, fila {old.row}",
    }
    if old.state is State.CLOSED:
        common["previous"] = State.FOLLOW_UP
    for turn, policy in enumerate(old.policies or (None,)):
        number = old.number if old.number and turn == 0 else take_case_number(unit, office)
        changes: dict[str, Any] = common | {"policy": policy}
        source = f"import:{path.name}/{old.row}"
        unit.cases.append(
            [CaseEvent(case=number, kind=EventKind.OPENED, at=now, actor=_ACTOR, source=source, changes=changes)]
        )
        yield number


def _request(number: str, received: datetime, subject: str, fields: dict[str, Any]) -> RequestRecord:
    return RequestRecord(
        number=number,
        received=received,
        sha256="",
        message_id="",
        subject=subject,
        text=str(fields.get("summary") or subject),
        requester=str(fields.get("requester") or ""),
        email=str(fields.get("email") or ""),
        entity=str(fields.get("entity") or ""),
        entity_type=None,
        municipality=fields["municipality"],
        incoming_ref=str(fields.get("incoming_ref") or ""),
    )


def _digest(old: OldCase) -> str:
    said = (old.number, old.received, old.policies, old.state, sorted(old.fields.items(), key=str))
    return hashlib.blake2b(repr(said).encode(), digest_size=12).hexdigest()
