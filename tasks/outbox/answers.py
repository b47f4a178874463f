"""What follows from the server's answer: the row's state, the letter's and its cases', and who is told."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import getaddresses

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, State, done_by_service
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.writing.outgoing import LETTER_MAILS, OutgoingMail, Purpose
from tasks.notices.notice import alert_operator
from tasks.outbox.waiting import MAX_ATTEMPTS
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import OutboxRecord, OutboxState, Standing
from tasks.ports.sender import Outcome, Receipt


def settle(office: Office, row: OutboxRecord, receipt: Receipt) -> Outcome:
    """Commit what the server answered about one mail, and return the outcome."""
    with office.ledger.begin() as unit:
        record(unit, office, row, receipt)
    return receipt.outcome


def record(unit: UnitOfWork, office: Office, row: OutboxRecord, receipt: Receipt) -> None:
    """Write an answer down, within the caller's transaction."""
    now, attempts = office.clock.now(), row.attempts + 1
    refused = "; ".join(f"{address}: {why}" for address, why in receipt.refused)
    detail = " · ".join(part for part in (receipt.detail, refused) if part)[:500]
    if receipt.outcome is Outcome.SENT:
        unit.outbox.mark(row.id, OutboxState.SENT, attempts, now, detail)
        _after_sending(unit, office, row.mail)
        if receipt.refused:
            _care_for_refused(unit, office, row, receipt.refused)
    elif receipt.outcome is Outcome.UNKNOWN:
        standing = Standing.REPEATED if row.standing is Standing.REPEATED else Standing.NEW
        unit.outbox.mark(row.id, OutboxState.SENDING, attempts, now, detail, standing)
    elif receipt.outcome is Outcome.RETRY and attempts < MAX_ATTEMPTS:
        told = f"aplazado por el servidor: {detail}"[:500]
        unit.outbox.mark(row.id, OutboxState.QUEUED, attempts, now, told, Standing.PUT_OFF)
    else:
        unit.outbox.mark(row.id, OutboxState.FAILED, attempts, now, detail)
        if row.mail.purpose is not Purpose.ALERT:
            text = f"No se pudo enviar «{row.mail.subject}» a {', '.join(row.mail.to)}: {detail}"
            alert_operator(unit, office, f"fallo-{row.id}", text)


def _care_for_refused(
    unit: UnitOfWork, office: Office, row: OutboxRecord, refused: tuple[tuple[str, str], ...]
) -> None:
    """Recipients the server put off get a copy of their own, tried again; of those it refused the operator hears."""
    later = tuple(address for address, why in refused if why.startswith("4"))
    if later:
        local, _, domain = row.mail.message_id.rpartition("@")
        copy = {"key": f"{row.mail.key}/resto", "message_id": f"{local}.resto@{domain}", "to": later, "cc": ()}
        unit.outbox.queue(row.mail.model_copy(update=copy), office.clock.now())
    gone = "; ".join(f"{address}: {why}" for address, why in refused if address not in later)
    if any(address not in later and address in bare(row.mail.to) for address, _ in refused):
        _mark_undelivered(unit, office, row.mail, gone)
    if gone:
        alert_operator(unit, office, f"rechazo-{row.id}", f"Correo «{row.mail.subject}», sin entregar a {gone}")


def _mark_undelivered(unit: UnitOfWork, office: Office, mail: OutgoingMail, why: str) -> None:
    """The copies went out, but not to whom the letter is for: it shows as bounced and its cases say so."""
    letter = unit.letters.get(mail.letter) if mail.letter and mail.purpose is Purpose.LETTER else None
    if letter is None:
        return
    unit.letters.save(letter.model_copy(update={"delivery": "bounced"}))
    reason = f"el servidor no recibió el oficio {letter.number}: {why}"[:300]
    now = office.clock.now()
    unit.cases.append(done_by_service(case, EventKind.NOTED, now, reason) for case in letter.cases)


def bare(recipients: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses alone, each once: what the envelope names."""
    return tuple(dict.fromkeys(address for _, address in getaddresses(list(recipients))))


def _after_sending(unit: UnitOfWork, office: Office, mail: OutgoingMail) -> None:
    """A letter that left moves its cases; any other mail changes nothing."""
    letter = unit.letters.get(mail.letter) if mail.letter and mail.purpose in LETTER_MAILS else None
    if letter is None or letter.state is not LetterState.APPROVED:
        return
    unit.letters.save(letter.model_copy(update={"state": LetterState.SENT, "delivery": "sent"}))
    now = office.clock.now()
    if not letter.kind.asks_a_leader:
        unit.cases.append(_told(case, letter, mail, now) for case in unit.cases.get_many(letter.cases))
        return
    unit.cases.append(
        CaseEvent(
            case=case.number,
            kind=EventKind.LETTER_SENT,
            at=now,
            actor=SYSTEM,
            source=f"mail:{mail.message_id}",
            changes={
                "state": State.LETTER_SENT,
                "since": now.isoformat(),
                "previous": case.state,
                "letter_date": letter.dated.isoformat() if letter.dated else None,
            },
        )
        for case in unit.cases.get_many(letter.cases)
        if case.state is State.DRAFT and case.letter == letter.number
    )


def _told(case: Case, letter: Letter, mail: OutgoingMail, now: datetime) -> CaseEvent:
    """Whoever asked was written to: that answers the request (the legal clock stops)."""
    answered = {} if case.answered or not case.email else {"answered": now.date().isoformat()}
    reason = f"se envió el oficio {letter.number}"
    source = f"mail:{mail.message_id}"
    return CaseEvent(
        case=case.number, kind=EventKind.NOTED, at=now, actor=SYSTEM, reason=reason, source=source, changes=answered
    )
