"""Keeping one folder per case beside the ledger, for people who look for a paper and not for a program."""

from tasks.bootstrap import Office
from tasks.domain.cases.case import EventKind
from tasks.domain.cases.dossier import Filed, filed_letter, filed_message, held_message
from tasks.domain.mail.reading.parsing import parse
from tasks.ports.errors import ArchiveUnavailable, BadInput
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import MessageRecord
from tasks.since import OVERLAP, looked_until

_CURSOR = "filed-until"
_PAPERLESS = frozenset({EventKind.REMINDED})  # what leaves no paper with a case


def file_cases(office: Office) -> int:
    """Bring the folders of the cases that changed since the last run up to date; returns how many."""
    now = office.clock.now()
    with office.ledger.reading() as unit:
        last = looked_until(unit, _CURSOR, now)
        events = [event for event in unit.cases.events(last and last - OVERLAP, now) if event.kind not in _PAPERLESS]
    changed = list(dict.fromkeys(event.case for event in events))
    for number in changed:
        with office.ledger.reading() as unit:
            records, letters = unit.messages.of_case(number), unit.letters.of_case(number)
            records += _first(unit, number, records)
        held = office.case_folders.held(number)
        files = [file for record in records for file in _message(office, record, held)]
        files += [file for letter in letters for file in filed_letter(letter)]
        office.case_folders.keep(number, files)
    if changed:
        with office.ledger.begin() as unit:
            unit.books.save_cursor(_CURSOR, now.isoformat())
    return len(changed)


def _first(unit: UnitOfWork, number: str, records: list[MessageRecord]) -> list[MessageRecord]:
    """Return the mail that asked, for a case that was split from it and has none of its own."""
    case = unit.cases.get(number)
    request = unit.cases.request(case.request) if case else None
    if request is None or not request.sha256 or any(record.sha256 == request.sha256 for record in records):
        return []
    siblings = [one.number for one in unit.cases.of_request(request.number) if one.number != number]
    found = [r for sibling in siblings for r in unit.messages.of_case(sibling) if r.sha256 == request.sha256]
    return found[:1]


def _message(office: Office, record: MessageRecord, held: list[Filed]) -> list[Filed]:
    """Return a mail's files; one whose attachments the folder holds is not read again."""
    day = record.received.astimezone(office.zone).date()
    if known := held_message(record.id, record.kind, day, record.sha256, held):
        return known
    try:
        mail = parse(office.archive.get(record.sha256))
    except (KeyError, BadInput, ArchiveUnavailable, ValueError):
        return filed_message(record.id, record.kind, day, record.sha256, [])
    parts = [(part.name, part.content) for part in mail.attachments if not part.inline]
    return filed_message(record.id, record.kind, day, record.sha256, parts)
