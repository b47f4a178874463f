"""The invariants of the ledger, checked from what it holds."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import tzinfo
from itertools import groupby

from sqlalchemy import Connection, func, select

from tasks.adapters.ledger import schema as t
from tasks.adapters.ledger.cases import in_zone, to_event
from tasks.domain.cases.case import Case, project
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.writing.outgoing import LETTER_MAILS, OutgoingMail


def broken_invariants(connection: Connection, zone: tzinfo) -> list[str]:
    """Return one line per broken invariant of architecture (empty: sound)."""
    checks: tuple[Callable[[Connection, tzinfo], Iterator[str]], ...] = (
        _projections,
        _case_numbers,
        _message_places,
        _cases_of_messages,
        _letters,
        _outbox,
    )
    return [line for check in checks for line in check(connection, zone)]


def _projections(c: Connection, zone: tzinfo) -> Iterator[str]:
    rows = c.execute(select(t.case_event).order_by(t.case_event.c.case, t.case_event.c.seq))
    derived = {
        number: project(to_event(row, zone) for row in group) for number, group in groupby(rows, lambda r: r.case)
    }
    for row in c.execute(select(t.case)):
        case = in_zone(Case.model_validate_json(row.document), zone)
        if row.number not in derived:
            yield f"case {row.number} has no history"
        elif in_zone(derived[row.number], zone) != case:
            yield f"case {row.number} is not what its history makes"
        elif (row.state, row.officer, row.policy) != (case.state, case.officer, case.policy):
            yield f"case {row.number} has search columns that differ from its document"


def _case_numbers(c: Connection, _zone: tzinfo) -> Iterator[str]:
    series = {"case": t.case.c.number, "request": t.request.c.number, "letter": t.letter.c.number}
    for name, column in series.items():
        used: dict[int, set[int]] = {}
        for (number,) in c.execute(select(column)):
            serial = str(number).rsplit("-", 2)[-2:]
            used.setdefault(int(serial[0]), set()).add(int(serial[1]))
        taken = c.execute(select(t.counter.c.year, t.counter.c.value).where(t.counter.c.series == name))
        counters: dict[int, int] = {row.year: row.value for row in taken}
        for year in sorted(used.keys() | counters.keys()):
            expected = set(range(1, counters.get(year, 0) + 1))
            # Numbers adopted from an office's old sheet may lie above the counter; holes below it never.
            missing = sorted(expected - used.get(year, set()))
            if missing:
                yield f"{name} numbers of {year} have holes: {missing[:5]}"


def _message_places(c: Connection, _zone: tzinfo) -> Iterator[str]:
    placed = select(t.message_place.c.message)
    for row in c.execute(select(t.message.c.id).where(t.message.c.id.not_in(placed))):
        yield f"message {row.id} has no place in a mailbox"


def _cases_of_messages(c: Connection, _zone: tzinfo) -> Iterator[str]:
    joined = select(t.message_case.c.message)
    opened = select(t.message.c.id).where(t.message.c.outcome == "case_opened", t.message.c.id.not_in(joined))
    for row in c.execute(opened):
        yield f"message {row.id} says it opened a case and has none"


def _letters(c: Connection, _zone: tzinfo) -> Iterator[str]:
    # A copy for a recipient that was put off is not a second letter.
    whole = ~t.outbox.c.key.endswith("/resto")
    sent = select(t.outbox.c.document).where(t.outbox.c.purpose.in_(LETTER_MAILS), whole)
    times = Counter(OutgoingMail.model_validate_json(row.document).letter for row in c.execute(sent))
    for row in c.execute(select(t.letter.c.document)):
        letter = Letter.model_validate_json(row.document)
        if letter.state in {LetterState.APPROVED, LetterState.SENT} and not letter.approved_by:
            yield f"letter {letter.number} is {letter.state} and nobody approved it"
        if times[letter.number] > 1:
            yield f"letter {letter.number} stands {times[letter.number]} times in the outbox"
        if letter.state is LetterState.SENT and not times[letter.number]:
            yield f"letter {letter.number} is {letter.state} and never stood in the outbox"


def _outbox(c: Connection, _zone: tzinfo) -> Iterator[str]:
    twice = select(t.outbox.c.message_id).group_by(t.outbox.c.message_id).having(func.count() > 1)
    for row in c.execute(twice):
        yield f"two mails of the outbox share the Message-ID {row.message_id}"
