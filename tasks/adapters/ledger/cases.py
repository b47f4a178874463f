"""Requests, cases and their histories in the ledger."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select, update
from sqlalchemy import case as case_when

from tasks.adapters.ledger import schema as t
from tasks.adapters.ledger import sessions
from tasks.adapters.ledger.transaction import NewRow, Transaction
from tasks.domain.cases.assignment import Workload
from tasks.domain.cases.case import FINAL_STATES, Case, CaseEvent, EntityType, EventKind, State, evolve
from tasks.ports.records import RequestRecord, SessionRecord

_BATCH = 300  # SQLite takes a bounded number of parameters

# What every mail needs is built once: building such a statement takes four times as long as running it.
_ENTITY = select(t.entity.c.id).where(
    t.entity.c.municipality == bindparam("municipality"),
    t.entity.c.type == bindparam("type"),
    t.entity.c.name == bindparam("name"),
)
_PROJECT = (
    update(t.case)
    .where(t.case.c.number == bindparam("of_number"))
    .values(
        {
            name: bindparam(name)
            for name in ("number", "request", "state", "policy", "municipality", "officer", "document")
        }
    )
)
_ALL = select(t.case.c.document).order_by(t.case.c.number)
_OPEN = _ALL.where(*(t.case.c.state != state.value for state in FINAL_STATES))
_IN_STATES = _ALL.where(t.case.c.state.in_(bindparam("states", expanding=True)))
_ONE = select(t.case.c.document).where(t.case.c.number == bindparam("number"))
_OF_REQUESTS = (
    select(t.case.c.document)
    .where(t.case.c.request.in_(bindparam("requests", expanding=True)))
    .order_by(t.case.c.number)
)
_OF_REQUESTER = (
    select(t.case.c.document)
    .where(t.case.c.request.in_(select(t.request.c.number).where(func.lower(t.request.c.email) == bindparam("email"))))
    .order_by(t.case.c.number)
)
_ACKNOWLEDGE = (
    update(t.request).where(t.request.c.number == bindparam("of_number")).values(acknowledged=bindparam("at"))
)


_REQUESTS = (
    select(t.request, t.entity.c.municipality, t.entity.c.type, t.entity.c.name)
    .join(t.entity)
    .order_by(t.request.c.number)
)
_REQUEST = _REQUESTS.where(t.request.c.number == bindparam("number"))
_UNACKNOWLEDGED = _REQUESTS.where(t.request.c.acknowledged.is_(None))
_LAST_EVENT = select(func.max(t.case_event.c.seq))
_STIRRED = _IN_STATES.where(
    t.case.c.number.in_(select(t.case_event.c.case).where(t.case_event.c.seq > bindparam("after")))
)
_IS_OPEN = case_when((t.case.c.state.not_in([state.value for state in FINAL_STATES]), 1), else_=0)
_WORKLOADS = (
    select(t.case.c.officer, t.case.c.policy, func.count().label("total"), func.sum(_IS_OPEN).label("open"))
    .where(t.case.c.officer.is_not(None))
    .group_by(t.case.c.officer, t.case.c.policy)
)
_HISTORY = select(t.case_event).where(t.case_event.c.case == bindparam("of_case")).order_by(t.case_event.c.seq)
_EVER = select(t.case_event.c.case).where(t.case_event.c.kind == bindparam("of_kind")).distinct()
_EVENTS_UNTIL = select(t.case_event).where(t.case_event.c.at <= bindparam("until")).order_by(t.case_event.c.seq)
_EVENTS = _EVENTS_UNTIL.where(t.case_event.c.at > bindparam("since"))


class SqlCases:
    """`ports.ledger.Cases` over one connection."""

    def __init__(self, transaction: Transaction, zone: tzinfo) -> None:
        self._c = transaction
        self._zone = zone

    def add_request(self, request: RequestRecord) -> None:
        values = {
            "number": request.number,
            "received": request.received,
            "sha256": request.sha256,
            "message_id": request.message_id,
            "subject": request.subject,
            "text": request.text,
            "requester": request.requester,
            "email": request.email,
            "entity": self._entity(request),
            "incoming_ref": request.incoming_ref,
        }
        self._c.add(t.request, values)

    def _entity(self, request: RequestRecord) -> int | NewRow:
        key = {
            "municipality": request.municipality or "",
            "type": request.entity_type or "",
            "name": request.entity,
        }
        known = self._c.known
        if (name := tuple(key.values())) not in known:
            known[name] = self._c.peek(_ENTITY, key).scalar() or self._c.add(t.entity, key)
        return known[name]

    def request(self, number: str) -> RequestRecord | None:
        return next(iter(self._requests(_REQUEST, number=number)), None)

    def unacknowledged(self) -> list[RequestRecord]:
        return self._requests(_UNACKNOWLEDGED)

    def acknowledged_since(self, emails: Sequence[str], moment: datetime) -> list[tuple[str, str]]:
        c = t.request.c
        told = select(c.email, c.number).where(c.acknowledged >= moment)
        parts = (emails[start : start + _BATCH] for start in range(0, len(emails), _BATCH))
        return [(row.email, row.number) for part in parts for row in self._c.execute(told.where(c.email.in_(part)))]

    def acknowledge(self, numbers: Sequence[str], at: datetime) -> None:
        if numbers:
            self._c.execute(_ACKNOWLEDGE, [{"of_number": number, "at": at} for number in numbers])

    def _requests(self, statement: Select[Any], **values: Any) -> list[RequestRecord]:
        return [
            RequestRecord(
                number=row.number,
                received=row.received.astimezone(self._zone),
                sha256=row.sha256,
                message_id=row.message_id,
                subject=row.subject,
                text=row.text,
                requester=row.requester,
                email=row.email,
                entity=row.name,
                entity_type=EntityType(row.type) if row.type else None,
                municipality=row.municipality or None,
                incoming_ref=row.incoming_ref,
            )
            for row in self._c.execute(statement, values).all()
        ]

    def append(self, events: Iterable[CaseEvent]) -> list[Case]:
        cases: dict[str, Case] = {}
        for event in events:
            before = cases.get(event.case)
            if before is None and event.kind is not EventKind.OPENED:
                before = self.get(event.case)
            self._c.add(t.case_event, _event_row(event))
            after = evolve(before, event)
            self._project(after, new=before is None)
            cases[event.case] = after
        return list(cases.values())

    def _project(self, case: Case, *, new: bool) -> None:
        values = {
            "number": case.number,
            "request": case.request,
            "state": case.state,
            "policy": case.policy,
            "municipality": case.municipality,
            "officer": case.officer,
            "document": case.model_dump_json(),
        }
        if new:
            self._c.add(t.case, values)
        else:
            self._c.execute(_PROJECT, {"of_number": case.number, **values})

    def get(self, number: str) -> Case | None:
        if self._c.waits(t.case, "number", number):
            self._c.write()
        row = self._c.peek(_ONE, {"number": number}).first()
        return None if row is None else _case(row.document, self._zone)

    def get_many(self, numbers: Iterable[str]) -> list[Case]:
        wanted = list(dict.fromkeys(numbers))
        return [case for number in wanted if (case := self.get(number))]

    def all(self, states: Sequence[State] | None = None) -> list[Case]:
        return self._cases(_ALL) if states is None else self._cases(_IN_STATES, states=list(states))

    def open(self) -> list[Case]:
        return self._cases(_OPEN)

    def of_request(self, request: str) -> list[Case]:
        return self.of_requests([request])[request]

    def of_requests(self, requests: Sequence[str]) -> dict[str, list[Case]]:
        found: dict[str, list[Case]] = {request: [] for request in requests}
        for start in range(0, len(requests), _BATCH):
            for case in self._cases(_OF_REQUESTS, requests=requests[start : start + _BATCH]):
                found[case.request].append(case)
        return found

    def stirred(self, after: int, states: Sequence[State]) -> tuple[int, list[Case]]:
        last = self._c.execute(_LAST_EVENT).scalar() or 0
        return last, self._cases(_STIRRED, after=after, states=list(states))

    def workloads(self) -> list[Workload]:
        rows = self._c.execute(_WORKLOADS).all()
        return [Workload(row.officer, row.policy, row.total, row.open) for row in rows]

    def of_requester(self, email: str) -> list[Case]:
        return self._cases(_OF_REQUESTER, email=email.lower())

    def erase_requester(self, request: str) -> None:
        nothing = {"requester": "", "email": ""}
        self._c.execute(update(t.request).where(t.request.c.number == request).values(nothing | {"text": ""}))
        for case in self.of_request(request):
            for row in self._c.execute(select(t.case_event).where(t.case_event.c.case == case.number)).all():
                changes = {key: nothing.get(key, value) for key, value in json.loads(row.changes).items()}
                kept = json.dumps(changes, ensure_ascii=False, sort_keys=True)
                self._c.execute(update(t.case_event).where(t.case_event.c.seq == row.seq).values(changes=kept))
            self._project(case.model_copy(update=nothing), new=False)

    def history(self, case: str) -> list[CaseEvent]:
        return self._events(_HISTORY, of_case=case)

    def ever(self, kind: EventKind) -> set[str]:
        return {number for (number,) in self._c.execute(_EVER, {"of_kind": kind}).all()}

    def events(self, since: datetime | None, until: datetime) -> list[CaseEvent]:
        if since is None:
            return self._events(_EVENTS_UNTIL, until=until)
        return self._events(_EVENTS, since=since, until=until)

    def record_sessions(self, case: str, leader: str) -> None:
        kept = self.get(case)
        if kept is not None:
            sessions.record_sessions(self._c, kept, leader)

    def sessions(self, case: str) -> list[SessionRecord]:
        return sessions.sessions_of(self._c, case)

    def _cases(self, statement: Select[Any], **values: Any) -> list[Case]:
        return [_case(document, self._zone) for (document,) in self._c.execute(statement, values).all()]

    def _events(self, statement: Select[Any], **values: Any) -> list[CaseEvent]:
        return [to_event(row, self._zone) for row in self._c.execute(statement, values).all()]


@lru_cache(maxsize=16_384)  # read dozens of times a cycle; fewer than all cases would be none
def _case(document: str, zone: tzinfo) -> Case:
    return in_zone(Case.model_validate_json(document), zone)


def in_zone(case: Case, zone: tzinfo) -> Case:
    """Return the case with its moments in the office's time (most were kept in it: then it is the same object)."""
    if all(moment.utcoffset() == moment.astimezone(zone).utcoffset() for moment in (case.received, case.since)):
        return case
    moments = {"received": case.received.astimezone(zone), "since": case.since.astimezone(zone)}
    return case.model_copy(update=moments)


def to_event(row: Row[Any], zone: tzinfo) -> CaseEvent:
    """Return the event that a row of `case_event` holds."""
    return CaseEvent(
        case=row.case,
        kind=EventKind(row.kind),
        at=row.at.astimezone(zone),
        actor=row.actor,
        reason=row.reason,
        source=row.source,
        changes=json.loads(row.changes),
    )


def _event_row(event: CaseEvent) -> dict[str, Any]:
    return {
        "case": event.case,
        "kind": event.kind,
        "at": event.at,
        "actor": event.actor,
        "reason": event.reason,
        "source": event.source,
        "changes": json.dumps(event.model_dump(mode="json")["changes"], ensure_ascii=False, sort_keys=True),
    }
