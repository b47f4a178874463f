"""Received messages in the ledger."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from sqlalchemy import Column, Row, Select, String, and_, bindparam, func, or_, select, tuple_, update

from tasks.adapters.ledger import schema as t
from tasks.adapters.ledger.transaction import NewRow, Transaction
from tasks.domain.mail.message import Mentions, Thread
from tasks.domain.mail.writing.outgoing import OutgoingMail
from tasks.ports.mailbox import MessageRef
from tasks.ports.records import Fate, MessageRecord

_BATCH = 300  # SQLite takes a bounded number of parameters

# What every mail needs is built once: building such a statement takes four times as long as running it.
_HERE = select(t.message_place.c.message).where(
    t.message_place.c.message == t.message.c.id,
    t.message_place.c.mailbox == bindparam("mailbox"),
    t.message_place.c.generation == bindparam("generation"),
)
_RELISTED = (
    select(t.message.c.id)
    .where(t.message.c.sha256 == bindparam("sha256"), t.message.c.mailbox == bindparam("mailbox"), ~_HERE.exists())
    .limit(1)
)
_BY_THE_SAME = or_(
    t.message.c.sender == bindparam("sender"),
    t.message.c.request.in_(select(t.request.c.number).where(func.lower(t.request.c.email) == bindparam("sender"))),
    and_(bindparam("house", type_=String) != "", t.message.c.sender.like(bindparam("house_ends", type_=String))),
)
_TWIN = (
    select(t.message)
    .where(
        t.message.c.content_key == bindparam("content_key"),
        or_(
            and_(_BY_THE_SAME, t.message.c.received >= bindparam("since")),
            and_(t.message.c.message_id == bindparam("message_id"), t.message.c.message_id != ""),
        ),
        t.message.c.outcome.not_in([Fate.DUPLICATE, Fate.QUARANTINED]),
    )
    .order_by(t.message.c.outcome == Fate.IGNORED, t.message.c.id)  # of several the one that somebody looked at
    .limit(1)
)
_IN_REVIEW = select(t.message).where(t.message.c.outcome.in_([Fate.REVIEW, Fate.QUARANTINED])).order_by(t.message.c.id)
_OF_CASE = (
    select(t.message)
    .join(t.message_case, t.message_case.c.message == t.message.c.id)
    .where(t.message_case.c.case == bindparam("of_case"))
    .order_by(t.message.c.id)
)
_POINTED_AT = select(t.message).where(t.message.c.message_id.in_(bindparam("ids", expanding=True)))
_SENT_AS = select(t.outbox.c.document).where(t.outbox.c.message_id.in_(bindparam("ids", expanding=True)))


def _where(found: Column[Any], named: Column[Any]) -> Select[Any]:
    """Return the question for one column of the rows whose other column is among `ids`."""
    return select(found).where(named.in_(bindparam("ids", expanding=True)))


_NAMED = [_where(column, column) for column in (t.message.c.message_id, t.outbox.c.message_id)]
_LETTERS = _where(t.letter_case.c.letter, t.letter_case.c.letter)
_CASES_OF_LETTERS = _where(t.letter_case.c.case, t.letter_case.c.letter)
_CASES_OF_REQUESTS = _where(t.case.c.number, t.case.c.request)
_REQUESTS = _where(t.request.c.number, t.request.c.number)
_ASKED_BY = _where(t.request.c.email, t.request.c.number)
_CASES_NAMED = select(t.case).where(t.case.c.number.in_(bindparam("cases", expanding=True)))
_WRITERS = (
    select(t.message.c.sender)
    .join(t.message_case, t.message_case.c.message == t.message.c.id)
    .where(
        t.message_case.c.case.in_(bindparam("cases", expanding=True)),
        t.message.c.outcome.in_([Fate.CASE_OPENED, Fate.ATTACHED]),
    )
)
_CASES_OF = (
    select(t.message_case.c.message, t.message_case.c.case)
    .where(t.message_case.c.message.in_(bindparam("ids", expanding=True)))
    .order_by(t.message_case.c.case)
)


class SqlMessages:
    """`ports.ledger.Messages` over one connection."""

    def __init__(self, transaction: Transaction) -> None:
        self._c = transaction

    def known(self, mailbox: str, refs: Sequence[MessageRef]) -> set[MessageRef]:
        place = t.message_place.c
        found: set[MessageRef] = set()
        for start in range(0, len(refs), _BATCH):
            keys = [(ref.generation, ref.uid) for ref in refs[start : start + _BATCH]]
            rows = self._c.execute(
                select(place.generation, place.uid).where(
                    place.mailbox == mailbox, tuple_(place.generation, place.uid).in_(keys)
                )
            )
            found.update(MessageRef(row.generation, row.uid) for row in rows)
        return found

    def familiar(self, hashes: Sequence[str], contents: Sequence[str]) -> set[str]:
        found: set[str] = set()
        for column, values in ((t.message.c.sha256, hashes), (t.message.c.content_key, contents)):
            for start in range(0, len(values), _BATCH):
                rows = self._c.execute(select(column).where(column.in_(values[start : start + _BATCH])).distinct())
                found.update(row[0] for row in rows)
        return found

    def foresee(self, message_ids: Sequence[str]) -> None:
        asked = set(message_ids)
        named: set[str] = set()
        for statement in _NAMED:
            for start in range(0, len(message_ids), _BATCH):
                named.update(self._c.execute(statement, {"ids": message_ids[start : start + _BATCH]}).scalars())
        self._c.absent |= asked - named

    def relisted(self, mailbox: str, generation: str, sha256: str) -> int | None:
        return self._c.execute(_RELISTED, {"mailbox": mailbox, "generation": generation, "sha256": sha256}).scalar()

    def add_place(self, message: int, mailbox: str, ref: MessageRef) -> None:
        self._add_place(message, mailbox, ref)

    def twin(
        self, message_id: str, content_key: str, writer: str, since: datetime, house: str = ""
    ) -> MessageRecord | None:
        if not content_key:
            return None
        same = {"content_key": content_key, "sender": writer, "since": since, "message_id": message_id}
        same |= {"house": house, "house_ends": f"%@{house}"}
        return next(iter(self._records(_TWIN, **same)), None)

    def add(self, record: MessageRecord) -> None:
        values = {
            "sha256": record.sha256,
            "message_id": record.message_id,
            "content_key": record.content_key,
            "kind": record.kind,
            "outcome": record.outcome,
            "received": record.received,
            "sender": record.sender,
            "subject": record.subject,
            "reason": record.reason,
            "suggestion": record.suggestion,
            "request": record.request,
            "mailbox": record.mailbox,
            "generation": record.ref.generation,
            "uid": record.ref.uid,
        }
        self._c.add(t.message, values)
        self._c.absent.discard(record.message_id)
        self._add_place(values, record.mailbox, record.ref)
        self._add_cases(values, record.cases)

    def settle_fate(self, message: int, outcome: Fate, cases: Sequence[str], request: str | None) -> None:
        self._c.execute(update(t.message).where(t.message.c.id == message).values(outcome=outcome, request=request))
        self._join(message, cases)

    def get(self, message: int) -> MessageRecord | None:
        return next(iter(self._records(select(t.message).where(t.message.c.id == message))), None)

    def all(self) -> list[MessageRecord]:
        return self._records(select(t.message).order_by(t.message.c.id))

    def after(self, message: int) -> list[MessageRecord]:
        return self._records(select(t.message).where(t.message.c.id > message).order_by(t.message.c.id))

    def get_many(self, messages: Iterable[int]) -> list[MessageRecord]:
        wanted = list(messages)
        parts = (wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH))
        return [
            record
            for part in parts
            for record in self._records(select(t.message).where(t.message.c.id.in_(part)).order_by(t.message.c.id))
        ]

    def of_sender(self, email: str) -> list[MessageRecord]:
        theirs = func.lower(t.message.c.sender) == email.lower()
        return self._records(select(t.message).where(theirs).order_by(t.message.c.id))

    def erase(self, messages: Sequence[int]) -> None:
        nothing = {"message_id": "", "sender": "", "subject": "", "reason": "", "suggestion": ""}
        for start in range(0, len(messages), _BATCH):
            these = t.message.c.id.in_(messages[start : start + _BATCH])
            self._c.execute(update(t.message).where(these).values(nothing))

    def in_review(self) -> list[MessageRecord]:
        return self._records(_IN_REVIEW)

    def newest(self) -> int:
        return int(self._c.execute(select(func.max(t.message.c.id))).scalar() or 0)

    def of_case(self, case: str) -> list[MessageRecord]:
        return self._records(_OF_CASE, of_case=case)

    def thread(self, mentions: Mentions) -> Thread | None:
        requests, cases = set(mentions.requests), set(mentions.cases)
        letters, people = set(mentions.letters), set[str]()
        for found in self._pointed_at(mentions.message_ids):
            requests |= set(found.requests)
            cases |= set(found.cases)
            letters |= set(found.letters)
            people |= found.people
        return self._whole_thread(requests, cases, letters, people)

    def _pointed_at(self, message_ids: Iterable[str]) -> Iterable[Thread]:
        ids = [one for one in message_ids if one not in self._c.absent]
        if not ids:
            return
        for record in self._records(_POINTED_AT, ids=ids):
            yield Thread(requests=(record.request,) if record.request else (), cases=record.cases)
        for row in self._c.execute(_SENT_AS, {"ids": ids}):
            mail = OutgoingMail.model_validate_json(row.document)
            told = frozenset(parseaddr(one)[1].casefold() for one in (*mail.to, *mail.cc))
            yield Thread(cases=mail.cases, letters=(mail.letter,) if mail.letter else (), people=told)

    def _whole_thread(self, requests: set[str], cases: set[str], letters: set[str], people: set[str]) -> Thread | None:
        """Close the circle: letters have cases, cases have requests; numbers nobody knows are dropped.

        To the `people` that a mail was written to come who asked and who wrote what joined the cases.
        """
        known_letters = self._column(_LETTERS, letters)
        cases |= self._column(_CASES_OF_LETTERS, letters)
        # A thread is about what it names; only a mail that names no case speaks of its whole request.
        if not cases:
            cases |= self._column(_CASES_OF_REQUESTS, requests)
        rows = [] if not cases else self._c.execute(_CASES_NAMED, {"cases": list(cases)}).all()
        requests = self._column(_REQUESTS, requests) | {row.request for row in rows}
        if not rows and not requests:
            return None
        people |= self._column(_ASKED_BY, requests)
        people |= self._writers({row.number for row in rows})
        places = {row.municipality for row in rows if row.municipality}
        return Thread(
            requests=tuple(sorted(requests)),
            cases=tuple(sorted(row.number for row in rows)),
            letters=tuple(sorted(known_letters)),
            policies=tuple(sorted({row.policy for row in rows if row.policy})),
            municipality=places.pop() if len(places) == 1 else None,
            people=frozenset(address.casefold() for address in people if address),
        )

    def _writers(self, cases: set[str]) -> set[str]:
        return set(self._c.execute(_WRITERS, {"cases": list(cases)}).scalars())

    def _column(self, statement: Select[Any], values: set[str]) -> set[str]:
        return set(self._c.execute(statement, {"ids": list(values)}).scalars()) if values else set()

    def _join(self, message: int, cases: Sequence[str]) -> None:
        joined = t.message_case.c
        present = {row.case for row in self._c.execute(select(joined.case).where(joined.message == message))}
        self._add_cases(message, [case for case in cases if case not in present])

    def _add_place(self, message: int | NewRow, mailbox: str, ref: MessageRef) -> None:
        place = {"mailbox": mailbox, "generation": ref.generation, "uid": ref.uid, "message": message}
        self._c.add(t.message_place, place)

    def _add_cases(self, message: int | NewRow, cases: Sequence[str]) -> None:
        for case in dict.fromkeys(cases):
            self._c.add(t.message_case, {"message": message, "case": case})

    def _records(self, statement: Select[Any], **values: Any) -> list[MessageRecord]:
        rows = self._c.execute(statement, values).all()
        cases: dict[int, list[str]] = {row.id: [] for row in rows}
        ids = list(cases)
        for start in range(0, len(ids), _BATCH):
            for row in self._c.execute(_CASES_OF, {"ids": ids[start : start + _BATCH]}):
                cases[row.message].append(row.case)
        return [_record(row, tuple(cases[row.id])) for row in rows]


def _record(row: Row[Any], cases: tuple[str, ...]) -> MessageRecord:
    return MessageRecord(
        mailbox=row.mailbox,
        ref=MessageRef(row.generation, row.uid),
        sha256=row.sha256,
        message_id=row.message_id,
        content_key=row.content_key,
        kind=row.kind,
        outcome=Fate(row.outcome),
        received=row.received,
        sender=row.sender,
        subject=row.subject,
        reason=row.reason,
        suggestion=row.suggestion,
        cases=cases,
        request=row.request,
        id=row.id,
    )
