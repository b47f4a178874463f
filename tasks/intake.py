"""Reception: archive the raw mail, judge it, write its one fate in a transaction, only then touch the server's copy."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import structlog

from tasks.bootstrap import Office
from tasks.domain.classification.office import OfficeView
from tasks.domain.mail.reading.parsing import TooLarge
from tasks.notices.assignment import queue_assign_notices
from tasks.ports.errors import MailboxUnavailable, Unavailable
from tasks.ports.ledger import UnitOfWork
from tasks.ports.mailbox import MessageRef, RawMessage
from tasks.ports.records import Fate, MessageRecord
from tasks.reception.acknowledgement import queue_acknowledgements
from tasks.reception.ahead import read_pages
from tasks.reception.arrival import Arrival, Page, Read
from tasks.reception.handlers import receive
from tasks.reception.office_view import office_view
from tasks.reception.oversize import tell_too_large
from tasks.remembering import remember_left
from tasks.steps import Counts, Step, call

_PAGE = 200  # messages a transaction: one fsync, and one look-up of what is known, for all of them
_PAGE_OCTETS = 8 * 2**20  # held thrice while one page is recorded and the next one read
_log = structlog.get_logger()


class _Kept(NamedTuple):
    """A message whose bytes are safe, and what was read of it."""

    message: RawMessage
    sha256: str
    arrival: Arrival | Exception


def run_intake(office: Office, step: Step = call) -> Counts:
    """Give every new message its fate. Counts the fates; safe to kill at any instruction and run again."""
    mailbox = office.mailbox
    with office.ledger.lock(f"intake/{mailbox.name}") as mine:
        if not mine:
            return {"busy": 1}
        with office.ledger.reading() as unit:
            cursor = unit.books.cursor(mailbox.name)
        listing = mailbox.listing(cursor)
        counts = _take_all(office, listing.refs, step)
        if not counts:
            with office.ledger.begin() as unit:
                _tell(unit, office)  # what waits for the evening, or for somebody in post, needs no further mail
        if listing.cursor != cursor:
            with office.ledger.begin() as unit:
                unit.books.save_cursor(mailbox.name, listing.cursor)
        return counts


def _take_all(office: Office, refs: Sequence[MessageRef], step: Step) -> Counts:
    """Take in what is new among the listed messages, then settle what is safe; counts the fates.

    The server's copies come last: one that cannot be marked must not keep new mail waiting. What is known and yet
    listed is settled too: a run died in between. Twice is harmless.
    """
    with office.ledger.reading() as unit:
        known = unit.messages.known(office.mailbox.name, refs)
    safe, new = [ref for ref in refs if ref in known], [ref for ref in refs if ref not in known]
    counts: Counts = {}
    left = len(new)
    try:
        stream = _Stream(office.mailbox.fetch(new))
        for page, read in read_pages(office, _pages(stream)):
            for fate, number in step(take_in, office, page, read).items():
                counts[fate] = counts.get(fate, 0) + number
            safe.extend(message.ref for message in page)
            left -= len(page)
        stream.check()
        left = 0  # what is listed and gone when it is fetched was taken away by somebody
    finally:
        remember_left(office, left)
        office.mailbox.settle(safe)
    return counts


class _Stream:
    """Messages as they come. When the mailbox breaks off they end, so that those before it are taken in first."""

    def __init__(self, messages: Iterator[RawMessage]) -> None:
        self._messages = messages
        self._lost: MailboxUnavailable | None = None

    def __iter__(self) -> Iterator[RawMessage]:
        try:
            yield from self._messages
        except MailboxUnavailable as error:
            self._lost = error

    def check(self) -> None:
        """Raise what broke the stream off, if anything did."""
        if self._lost:
            raise self._lost


def _pages(messages: Iterable[RawMessage]) -> Iterator[Page]:
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


def take_in(office: Office, page: Page, read: Sequence[Read]) -> Counts:
    """Judge and record one page of messages. May be repeated: what an earlier try recorded is passed over."""
    kept = [_Kept(message, *one) for message, one in zip(page, read, strict=True)]
    try:
        fates = _record(office, kept)
    except Unavailable:
        raise
    except Exception:  # the ledger refused somebody's row: whose it is shows when each message is recorded alone
        if len(kept) == 1:
            raise
        _log.exception("page_refused", messages=len(kept))
        fates = [fate for one in kept for fate in _record(office, [one])]
    return dict(Counter(fates))


def _record(office: Office, page: Sequence[_Kept]) -> list[str]:
    """Give each message of the page its fate, in one transaction. Returns the fates of those that had none."""
    with office.ledger.begin() as unit:
        view = office_view(office, unit)
        known = unit.messages.known(office.mailbox.name, [kept.message.ref for kept in page])
        mails = [kept.arrival.mail for kept in page if isinstance(kept.arrival, Arrival)]
        familiar = unit.messages.familiar([kept.sha256 for kept in page], [mail.content_key for mail in mails])
        unit.messages.foresee(list({i for mail in mails for i in (mail.in_reply_to, *mail.references) if i}))
        alone = len(page) == 1
        fates = [
            _one(unit, office, view, kept, familiar, alone=alone) for kept in page if kept.message.ref not in known
        ]
        _tell(unit, office)
    return fates


def _tell(unit: UnitOfWork, office: Office) -> None:
    queue_acknowledgements(unit, office)
    queue_assign_notices(unit, office)


def _one(unit: UnitOfWork, office: Office, view: OfficeView, kept: _Kept, familiar: set[str], *, alone: bool) -> str:
    """Give one message its fate. `familiar` are the bytes and contents of earlier ones; those of this one join them."""
    message, sha256 = kept.message, kept.sha256
    mailbox = office.mailbox.name
    if sha256 in familiar and (
        (earlier := unit.messages.relisted(mailbox, message.ref.generation, sha256)) is not None
    ):
        unit.messages.add_place(earlier, mailbox, message.ref)
        return "relisted"
    try:
        if isinstance(kept.arrival, Exception):
            raise kept.arrival
        content = kept.arrival.mail.content_key
        arrival = replace(kept.arrival, sha256=sha256, familiar=content in familiar)
        familiar.add(content)
        with unit.savepoint(written=alone):
            return receive(unit, office, view, arrival)
    except Unavailable:
        raise
    except Exception as error:  # a poison message, whatever its poison, must not stop the ones behind it
        _log.exception("message_quarantined", sha256=sha256)
        _quarantine(unit, office, message, sha256, error)
        if isinstance(error, TooLarge):
            tell_too_large(unit, office, message.raw)
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
