"""Reads for the command line: the ledger as plain documents whose keys are fixed by interfaces.md."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import CaseEvent, EventKind, State
from tasks.domain.digest.figures import Watched
from tasks.domain.directory import Directory
from tasks.domain.letters.letter import Letter
from tasks.domain.mail.writing.outgoing import OutgoingMail, Purpose
from tasks.notices.notice import compose
from tasks.ports.errors import UsageError
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import FlowRun, MessageRecord, OutboxRecord, OutboxState
from tasks.remembering import left
from tasks.results.versions import unsent
from tasks.views.cases import watched

Document = dict[str, Any]

_ALWAYS = datetime.max.replace(tzinfo=UTC)


def list_cases(office: Office, state: str | None = None) -> list[Document]:
    """Return every case, or those in one state (screen word). Raises `UsageError` for an unknown state."""
    states = None if state is None else [_state(state)]
    with office.ledger.reading() as unit:
        history: dict[str, list[CaseEvent]] = {}
        for event in unit.cases.events(None, _ALWAYS):
            history.setdefault(event.case, []).append(event)
        desk = _Names(office, unit)
        return [desk.case(one, history[one.case.number]) for one in watched(unit, office, unit.cases.all(states))]


def _state(word: str) -> State:
    try:
        return State(word.casefold())
    except ValueError:
        raise UsageError(f'"{word}" is not a state; accepted: {", ".join(State)}') from None


def one_case(office: Office, number: str) -> Document:
    """Return one case with its messages, its letters and how each date was counted. Raises `UsageError`."""
    with office.ledger.reading() as unit:
        case = unit.cases.get(number)
        if case is None:
            raise UsageError(f"there is no case {number}")
        (one,) = watched(unit, office, [case])
        due, legal = one.clocks.due, one.clocks.legal_due
        return _Names(office, unit).case(one, unit.cases.history(number)) | {
            "due_explanation": due.explanation if due else "",
            "legal_due_explanation": legal.explanation if legal else "",
            "messages": [_message(office, record) for record in unit.messages.of_case(number)],
            "letters": [_letter(office, letter) for letter in unit.letters.of_case(number)],
            "sessions": [
                {"day": one.day.isoformat(), "mode": one.mode, "leader": one.leader, "cases": list(one.cases)}
                for one in unit.cases.sessions(number)
            ],
        }


class _Names:
    """Cases as documents, with the people's names of the day and each request read once."""

    def __init__(self, office: Office, unit: UnitOfWork) -> None:
        self._unit = unit
        self._directory: Directory = unit.books.directory().on(office.clock.today())
        self._message_ids: dict[str, str] = {}

    def case(self, one: Watched, history: Iterable[CaseEvent]) -> Document:
        """Return the document of one case."""
        case, clocks = one.case, one.clocks
        return {
            "case": case.number,
            "request": case.request,
            "origin": case.origin.value,
            "received": case.received.isoformat(),
            "entity": case.entity,
            "entity_type": case.entity_type.value if case.entity_type else None,
            "municipality": case.municipality,
            "policy": case.policy,
            "state": case.state.value,
            "requester": case.requester,
            "email": case.email,
            "subject": case.subject,
            "summary": case.summary,
            "confidence": case.confidence,
            "reasons": case.reasons,
            **self._people(one),
            "incoming_ref": case.incoming_ref,
            "letter": case.letter,
            "letter_date": _day(case.letter_date),
            "due": _day(clocks.due.day if clocks.due else None),
            "legal_due": _day(clocks.legal_due.day if clocks.legal_due else None),
            "light": clocks.light.value,
            "reminders": case.reminders,
            "plan_received": _day(case.plan_received),
            "plan_date": _day(case.agreed),
            "assistance_dates": [day.isoformat() for day in case.assistance],
            "evidence": case.evidence,
            "score_before": case.score_before,
            "score_after": case.score_after,
            "request_message_id": self._message_id(case.request),
            "history": list(_history(history)),
        }

    def _people(self, one: Watched) -> Document:
        leader = self._directory.leader(one.case.policy)
        officer = self._directory.person(one.case.officer) if one.case.officer else None
        return {
            "leader": leader.name if leader else None,
            "officer": officer.name if officer else one.case.officer,
            "leader_email": leader.email if leader else None,
            "officer_email": one.case.officer,
        }

    def _message_id(self, request: str) -> str:
        if request not in self._message_ids:
            record = self._unit.cases.request(request)
            self._message_ids[request] = record.message_id if record else ""
        return self._message_ids[request]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(moment: datetime | None, office: Office) -> str | None:
    return moment.astimezone(office.zone).isoformat() if moment else None


_SILENT = {"since", "previous", "number"}  # fields that only follow from others


def _history(events: Iterable[CaseEvent]) -> Iterator[Document]:
    """Yield the events, each with what it changed from what to what (the opening brings everything)."""
    known: dict[str, object] = {}
    for event in events:
        changes = event.model_dump(mode="json")["changes"]
        told = [
            (name, _short(known.get(name)), _short(value)) for name, value in changes.items() if name not in _SILENT
        ]
        what = [f"{name.replace('_', ' ')}: {before} → {after}" for name, before, after in told if before != after]
        yield _event(event) | {"what": "; ".join(what) if event.kind is not EventKind.OPENED else ""}
        known |= changes


def _short(value: object) -> str:
    if value in (None, "", []):
        return "—"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _event(event: CaseEvent) -> Document:
    return {
        "at": event.at.isoformat(),
        "kind": event.kind.value,
        "actor": event.actor,
        "reason": event.reason,
        "source": event.source,
        "changes": event.model_dump(mode="json")["changes"],
    }


def list_messages(office: Office) -> list[Document]:
    """Return every received message with its one fate."""
    with office.ledger.reading() as unit:
        return [_message(office, record) for record in unit.messages.all()]


def _message(office: Office, record: MessageRecord) -> Document:
    return {
        "id": record.id,
        "message_id": record.message_id,
        "sha256": record.sha256,
        "kind": record.kind,
        "outcome": record.outcome.value,
        "cases": list(record.cases),
        "received": _moment(record.received, office),
        "sender": record.sender,
        "subject": record.subject,
        "reason": record.reason,
    }


def list_letters(office: Office) -> list[Document]:
    """Return every letter with the file that stands for it."""
    with office.ledger.reading() as unit:
        return [_letter(office, letter) for letter in unit.letters.all()]


def _letter(office: Office, letter: Letter) -> Document:
    return {
        "number": letter.number,
        "kind": letter.kind,
        "state": letter.state.value,
        "cases": list(letter.cases),
        "file": str(office.archive.path(letter.file)) if letter.file else None,
        "sha256": letter.file or None,
        "delivery": letter.delivery or None,
    }


def list_outbox(office: Office) -> list[Document]:
    """Return every outgoing mail. One whose answer is awaited is shown as queued: it is settled before the next."""
    with office.ledger.reading() as unit:
        records = unit.outbox.all()
    return [mail_document(replace(record, mail=compose(office, record.mail)[0])) for record in records]


def mail_document(record: OutboxRecord) -> Document:
    """Return one outgoing mail."""
    mail = record.mail
    state = OutboxState.QUEUED if record.state is OutboxState.SENDING else record.state
    return {
        "id": record.id,
        "message_id": mail.message_id,
        "to": list(mail.to),
        "cc": list(mail.cc),
        "purpose": mail.purpose.value,
        "cases": list(mail.cases),
        "letter": mail.letter,
        "state": state.value,
        "attempts": record.attempts,
        "subject": mail.subject,
        "detail": record.detail,
    }


def last_mail(office: Office, purpose: Purpose) -> OutgoingMail | None:
    """Return the newest mail of that purpose, whatever became of it."""
    with office.ledger.reading() as unit:
        mail = next((row.mail for row in reversed(unit.outbox.all()) if row.mail.purpose is purpose), None)
    return compose(office, mail)[0] if mail else None


def comparison_table(result: Mapping[str, Any]) -> list[Document]:
    """Return a comparison (schema `mipg-compare/1`) as one short row per policy, the pooled one last."""
    keys = ("policy", "n_treated", "n_control", "estimate", "ci_low", "ci_high", "p_value", "q_value", "scale")
    return [{key: row[key] for key in keys} for row in (*result["policies"], result["pooled"])]


def status(office: Office) -> Document:
    """Return what waits, when each flow last succeeded, how many cases stand in each state, and what went wrong."""
    with office.ledger.reading() as unit:
        runs, mails = unit.books.runs(), unit.outbox.all()
        states = Counter(case.state.value for case in unit.cases.all())
        review = len(unit.messages.in_review())
        unread, to_receive = unsent(unit) is not None, left(unit)
    outbox = Counter(mail_document(record)["state"] for record in mails)
    return {
        "backlog": {
            "to_receive": to_receive,
            "to_send": outbox["queued"],
            "held": outbox["held"],
            "review": review,
            "to_classify": states[State.TO_CLASSIFY],
            "to_assign": states[State.TO_ASSIGN],
        },
        "last_success": {run.flow: _moment(run.succeeded, office) for run in runs},
        "states": {state.value: states[state] for state in State if states[state]},
        "outbox": dict(outbox),
        "errors": [*_errors(office, runs, outbox), *([_NO_READER] if unread else [])],
    }


_NO_READER: Document = {
    "flow": "impact",
    "at": None,
    "error": "the report was mailed to nobody: there is no director nor operator (tab Equipo); it goes out when one is",
}


def _errors(office: Office, runs: Iterable[FlowRun], outbox: Mapping[str, int]) -> Iterator[Document]:
    for run in runs:
        if run.error:
            yield {"flow": run.flow, "at": _moment(run.failed, office), "error": run.error}
    for state in ("failed", "bounced", "held"):
        if outbox.get(state):
            yield {"flow": "outbox", "at": None, "error": f"{outbox[state]} mails {state}"}
