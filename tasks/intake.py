"""Reception: archive the raw mail, judge it, write its one fate in a transaction, only then touch the server's copy."""

from collections.abc import Iterator, Sequence

import structlog

from tasks.bootstrap import Office
from tasks.domain.classification.office import OfficeView
from tasks.domain.mail.parsing import parse
from tasks.notices.assignment import queue_assign_notices
from tasks.ports.errors import Unavailable
from tasks.ports.ledger import Fate, MessageRecord, UnitOfWork
from tasks.ports.mailbox import RawMessage
from tasks.reception.acknowledgement import queue_acknowledgements
from tasks.reception.handlers import arrive, receive
from tasks.reception.office_view import office_view
from tasks.steps import Counts, Step, call

_PAGE = 50  # messages a transaction: one fsync for all of them
_PAGE_OCTETS = 20 * 2**20
_log = structlog.get_logger()


def run_intake(office: Office, step: Step = call) -> Counts:
    """Give every new message its fate. Counts the fates; safe to kill at any instruction and run again."""
    mailbox = office.mailbox
    with office.ledger.lock(f"intake/{mailbox.name}") as mine:
        if not mine:
            return {"busy": 1}
        with office.ledger.reading() as unit:
            cursor = unit.books.cursor(mailbox.name)
        listing = mailbox.listing(cursor)
        with office.ledger.reading() as unit:
            known = unit.messages.known(mailbox.name, listing.refs)
        # Known, yet listed: a run died between its transaction and the server. Settling twice is harmless.
        mailbox.settle([ref for ref in listing.refs if ref in known])
        counts: Counts = {}
        fresh = [ref for ref in listing.refs if ref not in known]
        for page in _pages(mailbox.fetch(fresh)):
            for fate, number in step(take_in, office, page).items():
                counts[fate] = counts.get(fate, 0) + number
        if listing.cursor != cursor:
            with office.ledger.begin() as unit:
                unit.books.save_cursor(mailbox.name, listing.cursor)
        return counts


def _pages(messages: Iterator[RawMessage]) -> Iterator[list[RawMessage]]:
    """Cut the stream into pages of bounded number and size, so that memory stays flat whatever is attached."""
    page: list[RawMessage] = []
    size = 0
    for message in messages:
        if page and (len(page) == _PAGE or size + len(message.raw) > _PAGE_OCTETS):
            yield page
            page, size = [], 0
        page.append(message)
        size += len(message.raw)
    if page:
        yield page


def take_in(office: Office, page: Sequence[RawMessage]) -> Counts:
    """Archive, judge and record one page of messages, then settle them in the mailbox.

    May be repeated: what an earlier try recorded before it failed is only settled.
    """
    hashes = office.archive.put([message.raw for message in page], ".eml")
    counts: Counts = {}
    with office.ledger.begin() as unit:
        view = office_view(office, unit)
        known = unit.messages.known(office.mailbox.name, [message.ref for message in page])
        for message, sha256 in zip(page, hashes, strict=True):
            if message.ref in known:
                continue
            fate = _one(unit, office, view, message, sha256)
            counts[fate] = counts.get(fate, 0) + 1
        queue_acknowledgements(unit, office)
        queue_assign_notices(unit, office)
    office.mailbox.settle([message.ref for message in page])
    return counts


def _one(unit: UnitOfWork, office: Office, view: OfficeView, message: RawMessage, sha256: str) -> str:
    mailbox = office.mailbox.name
    if (known := unit.messages.relisted(mailbox, message.ref.generation, sha256)) is not None:
        unit.messages.add_place(known, mailbox, message.ref)
        return "relisted"
    try:
        with unit.savepoint():
            arrival = arrive(parse(message.raw), message, sha256, office.clock.now())
            return receive(unit, office, view, arrival)
    except Unavailable:
        raise
    except Exception as error:  # a poison message, whatever its poison, must not stop the ones behind it
        _log.exception("message_quarantined", sha256=sha256)
        _quarantine(unit, office, message, sha256, error)
        return Fate.QUARANTINED


def _quarantine(unit: UnitOfWork, office: Office, message: RawMessage, sha256: str, error: Exception) -> None:
    reason = str(error) if isinstance(error, ValueError) else f"error interno al leerlo ({type(error).__name__})"
    unit.messages.add(
        MessageRecord(
            mailbox=office.mailbox.name,
            ref=message.ref,
            sha256=sha256,
            message_id="",
            content_key="",
            kind="review",
            outcome=Fate.QUARANTINED,
            received=message.received or office.clock.now(),
            reason=reason[:300],
        )
    )
