"""`mipg forget`: erase what the office may erase of a person, and say why the rest stays.

Who asks for it has the right to it (Ley 1581 de 2012, art. 8 e) unless the law makes the office keep the record: what
became a case is kept for `retention.case_years` after the case was closed (Ley 594 de 2000, retention tables).
"""

from collections.abc import Iterator
from datetime import date

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.mail.writing.outgoing import OutgoingMail
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import Fate, MessageRecord, OutboxState

_DONE = frozenset({OutboxState.SENT, OutboxState.FAILED, OutboxState.BOUNCED})
_UNDECIDED = frozenset({Fate.REVIEW, Fate.QUARANTINED})


def forget(office: Office, address: str, *, dry_run: bool = False) -> list[str]:
    """Erase and return a line per message and request: what went, or why it stays. `dry_run` erases nothing.

    The bytes go while the rows still name them: a run that is cut off is completed by the next one.
    """
    with office.ledger.begin() as unit:
        lines = list(_tabs(unit, address))
        cases = unit.cases.of_requester(address)
        due = sorted({case.request for case in cases} - {case.request for case in cases if _kept(office, case)})
        records = unit.messages.of_sender(address)
        erasable = [record for record in records if _may_go(unit, record, due)]
        lines += [_line(office, unit, record, record in erasable, dry_run) for record in records]
        lines += [f"solicitud {request}: {'se borraría' if dry_run else 'borrada'} quién la hizo" for request in due]
        if dry_run:
            return lines or [f"no hay nada de {address}"]
        for request in due:
            unit.cases.erase_requester(request)
        kept = {record.sha256 for record in records if record not in erasable}
        for sha256 in {record.sha256 for record in erasable} - kept:
            office.archive.erase(sha256)
        over = {case.number for case in cases if case.request in due}
        for number in over:
            office.case_folders.drop(number)
        _erase_written(unit, office, address.casefold(), over)
        unit.messages.erase([record.id for record in erasable])
    return lines or [f"no hay nada de {address}"]


def _erase_written(unit: UnitOfWork, office: Office, address: str, over: set[str]) -> None:
    """Erase what was written about the cases that are over, and to the address about no case: mails, letters, files."""
    mails = unit.outbox.all()
    gone = [row for row in mails if row.state in _DONE and _is_about(row.mail, address, over)]
    kept = {part.sha256 for row in mails if row not in gone for part in row.mail.enclosures}
    files = {part.sha256 for row in gone for part in row.mail.enclosures} - kept
    letters = {letter.number: letter for number in over for letter in unit.letters.of_case(number)}
    for letter in letters.values():
        if over.issuperset(letter.cases):
            files |= letter.files
    for sha256 in files:
        office.archive.erase(sha256)
    unit.outbox.erase([row.id for row in gone])


def _is_about(mail: OutgoingMail, address: str, over: set[str]) -> bool:
    if mail.cases:
        return over.issuperset(mail.cases)
    return address in {recipient.casefold() for recipient in (*mail.to, *mail.cc)}


def _tabs(unit: UnitOfWork, address: str) -> Iterator[str]:
    directory = unit.books.directory()
    if directory.person(address):
        yield f"{address} está en la pestaña Equipo: se quita allí"
    if any(
        address.casefold() in {leader.email.casefold(), *map(str.casefold, leader.contacts)}
        for leader in directory.leaders
    ):
        yield f"{address} está en la pestaña Líderes: se quita allí"


def _kept(office: Office, case: Case) -> bool:
    return case.is_open or office.clock.today() < _until(office, case)


def _until(office: Office, case: Case) -> date:
    """Return the day from which a closed case is no longer kept."""
    closed = case.since.date()
    year = closed.year + office.settings.retention.case_years
    return closed.replace(year=year, day=28 if (closed.month, closed.day) == (2, 29) else closed.day)


def _may_go(unit: UnitOfWork, record: MessageRecord, due: list[str]) -> bool:
    if record.outcome in _UNDECIDED:
        return False
    if not record.cases:
        return record.request is None or record.request in due
    return all(case.request in due for case in unit.cases.get_many(record.cases))


def _line(office: Office, unit: UnitOfWork, record: MessageRecord, goes: bool, dry_run: bool) -> str:
    what = f"mensaje {record.id} del {record.received.astimezone(office.zone):%Y-%m-%d}"
    if goes:
        return f"{what}: {'se borraría' if dry_run else 'borrado'}"
    if record.outcome in _UNDECIDED:
        return f"{what}: se conserva, espera una decisión en Revisión"
    return f"{what}: se conserva, {_reason(office, unit, record)}"


def _reason(office: Office, unit: UnitOfWork, record: MessageRecord) -> str:
    held = [case for case in unit.cases.get_many(record.cases) if _kept(office, case)]
    open_cases = [case.number for case in held if case.is_open]
    if open_cases:
        return f"es parte de un caso abierto ({', '.join(open_cases)})"
    last = max((_until(office, case) for case in held), default=None)
    return f"es parte de un expediente que se guarda hasta el {last:%Y-%m-%d}" if last else "es parte de una solicitud"
