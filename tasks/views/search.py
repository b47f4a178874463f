"""`mipg search`: cases, letters and messages that say all the words of a text, accents and capitals apart."""

from collections.abc import Iterator
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.cases.names import folded
from tasks.ports.ledger import UnitOfWork

Document = dict[str, Any]


def search(office: Office, text: str) -> list[Document]:
    """Return what was found, as documents {kind, id, title, where}: cases first, then letters, then messages."""
    words = folded(text).split()
    if not words:
        return []
    with office.ledger.reading() as unit:
        things = [*_cases(office, unit), *_letters(unit), *_messages(unit)]
    return [document for document, said in things if all(word in folded(said) for word in words)]


def _cases(office: Office, unit: UnitOfWork) -> Iterator[tuple[Document, str]]:
    people = unit.books.directory()
    for case in unit.cases.all():
        officer = people.person(case.officer) if case.officer else None
        said = (*_words(office, case), officer.name if officer else "")
        found = {"kind": "case", "id": case.number, "title": case.summary or case.subject, "where": case.state.value}
        yield found, " ".join(said)


def _words(office: Office, case: Case) -> Iterator[str]:
    yield from (case.number, case.request, case.subject, case.summary, case.entity, case.requester, case.email)
    yield from (case.incoming_ref, case.official_ref, case.letter or "", case.notes, case.policy or "")
    policy, place = office.catalog.policy(case.policy), office.catalog.municipality(case.municipality)
    yield from (policy.name if policy else "", place.name if place else "")


def _letters(unit: UnitOfWork) -> Iterator[tuple[Document, str]]:
    for letter in unit.letters.all():
        found = {"kind": "letter", "id": letter.number, "title": ", ".join(letter.cases), "where": letter.state.value}
        yield found, f"{letter.number} {' '.join(letter.cases)}"


def _messages(unit: UnitOfWork) -> Iterator[tuple[Document, str]]:
    for record in unit.messages.all():
        found = {"kind": "message", "id": str(record.id), "title": record.subject, "where": record.outcome.value}
        yield found, f"{record.sender} {record.subject} {record.message_id}"
