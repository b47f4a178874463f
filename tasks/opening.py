"""Opening a request and its cases in the ledger, wherever it came from: mail, Revisión or a row typed by hand."""

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.cases.opening import Asked, open_cases
from tasks.numbering import take_case_number, take_request_number
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import RequestRecord


def open_request(
    unit: UnitOfWork, office: Office, asked: Asked, *, text: str, sha256: str = "", message_id: str = ""
) -> tuple[str, list[Case]]:
    """Write the request and the cases it opens, inside the caller's unit of work; returns its number and them.

    `text` is what was asked in words, `sha256` and `message_id` name the archived mail that asked it, if any.
    """
    number = take_request_number(unit, office)
    unit.cases.add_request(
        RequestRecord(
            number=number,
            received=asked.received,
            sha256=sha256,
            message_id=message_id,
            subject=asked.subject,
            text=text,
            incoming_ref=asked.incoming_ref,
            requester=asked.requester,
            email=asked.email,
            entity=asked.entity,
            entity_type=asked.entity_type,
            municipality=asked.municipality,
        )
    )
    events = open_cases(number, asked, office.clock.now(), lambda: take_case_number(unit, office))
    return number, unit.cases.append(events)
