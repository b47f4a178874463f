"""Sending: what stands in the outbox goes out, once, under the Message-ID it was committed with.

A row is `sending` from before the first byte until the server's answer is committed. A run that finds such a row
asks the server first, and repeats only what the server cannot vouch for, under the same Message-ID.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import getaddresses

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, State
from tasks.domain.letters.grouping import is_addressed, stands
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.writing.outgoing import LETTER_MAILS, OutgoingMail, Purpose, as_bytes, build_message, turn
from tasks.domain.terms.escalation import Moment
from tasks.notices.fitting import lighten
from tasks.notices.notice import alert_operator, write
from tasks.ports.errors import SenderUnavailable, Unavailable
from tasks.ports.ledger import OutboxRecord, OutboxState, UnitOfWork
from tasks.ports.sender import Envelope, Outcome, Receipt
from tasks.steps import Counts, Step, call

RELEASED = "liberado por el operador"
_REPEATED = "respuesta perdida; se envía una vez más"
_WITHDRAWN = "el oficio ya no procede"
_PUT_OFF = "aplazado por el servidor"
_NEXT_HOUR = "espera su turno: límite por hora"
_FIRST_PAUSE = timedelta(minutes=5)  # doubled at each further try: the last one comes about two days after the first
_MAX_ATTEMPTS = 9
_MOST_LOST = 2  # answers in a row: each may cost ten minutes of waiting and a reader who gets the mail twice


def run_outbox(office: Office, step: Step = call) -> Counts:
    """Send what waits. Counts: sent, refused, retry, unknown, withdrawn, held."""
    with office.ledger.lock("outbox") as mine:
        if not mine:
            return {"busy": 1}
        step(resolve_unknown, office)
        held = step(hold_a_flood, office)
        return step(send_waiting, office) | ({"held": held} if held else {})


def resolve_unknown(office: Office) -> int:
    """Settle rows whose answer was lost: sent if the server knows them, else queued again. Returns how many."""
    with office.ledger.reading() as unit:
        rows = unit.outbox.by_state([OutboxState.SENDING])
    return sum(_resolve(office, row) for row in rows)


def _resolve(office: Office, row: OutboxRecord) -> bool:
    """Settle one row; False while the server may yet file the copy that would prove it sent."""
    went_out = office.sender.was_sent(row.mail.message_id)
    if went_out is False and row.tried and office.clock.now() - row.tried < office.sender.certain_after:
        return False
    repeated = row.detail.startswith(_REPEATED)
    with office.ledger.begin() as unit:
        if went_out:
            _record(unit, office, row, Receipt(Outcome.SENT, "el servidor ya lo tenía"))
        elif repeated and (went_out is None or row.attempts >= _MAX_ATTEMPTS):
            _hold_doubtful(unit, office, row)
        else:
            unit.outbox.mark(row.id, OutboxState.QUEUED, row.attempts, office.clock.now(), _REPEATED)
            if went_out is None:
                _tell_of_a_repetition(unit, office, row)
    return True


def _tell_of_a_repetition(unit: UnitOfWork, office: Office, row: OutboxRecord) -> None:
    """Nobody is written to twice without a person knowing: this server cannot say what became of the first time."""
    text = (
        f"Se perdió la respuesta del servidor al enviar «{row.mail.subject}» a {', '.join(row.mail.to)}. Se envía una "
        "vez más con el mismo Message-ID, así que puede llegar dos veces."
    )
    if row.mail.purpose is not Purpose.ALERT:
        alert_operator(unit, office, f"repetido-{row.id}", text)


def _hold_doubtful(unit: UnitOfWork, office: Office, row: OutboxRecord) -> None:
    """The answer was lost a second time: whoever it is for may have the mail twice already, so a person decides."""
    unit.outbox.mark(row.id, OutboxState.HELD, row.attempts, office.clock.now(), "respuesta perdida dos veces")
    text = (
        f"El servidor recibió dos veces «{row.mail.subject}» para {', '.join(row.mail.to)} sin confirmar el envío. "
        "Averigüe si llegó; si no, libérelo con «mipg outbox --retry»."
    )
    if row.mail.purpose is not Purpose.ALERT:  # an alert about an alert would never end
        alert_operator(unit, office, f"sin-respuesta-{row.id}", text)


def hold_a_flood(office: Office) -> int:
    """Pull the brake: if more waits than a run may send, hold all of it and ask the operator. Returns how many."""
    with office.ledger.begin() as unit:
        # What a person released, or only the server or the hourly limit holds up, is no flood of ours.
        known = (RELEASED, _PUT_OFF, _NEXT_HOUR)
        waiting = [r for r in unit.outbox.by_state([OutboxState.QUEUED]) if not r.detail.startswith(known)]
        limit = office.settings.outgoing.max_per_run
        if len(waiting) <= limit:
            return 0
        for row in waiting:
            unit.outbox.mark(row.id, OutboxState.HELD, row.attempts, office.clock.now(), "freno de envíos")
        alert_operator(
            unit,
            office,
            f"freno-{waiting[-1].id}",
            f"Había {len(waiting)} correos por enviar y el límite por vez es {limit} (outgoing.max_per_run). "
            "No se envió ninguno. Revise con «mipg outbox --json» y libérelos con «mipg outbox --retry».",
        )
        return len(waiting)


def release(office: Office) -> int:
    """Queue again what failed or was held (the operator's word). Returns how many."""
    with office.ledger.begin() as unit:
        rows = [r for r in unit.outbox.by_state([OutboxState.FAILED, OutboxState.HELD]) if r.mail.to]
        for row in rows:
            unit.outbox.mark(row.id, OutboxState.QUEUED, 0, office.clock.now(), RELEASED)
        return len(rows)


def send_waiting(office: Office) -> Counts:
    """Send the queued mails that are due, by turn and age; one that is refused never stops the next."""
    counts: Counts = {}
    with office.ledger.reading() as unit:
        queued = unit.outbox.by_state([OutboxState.QUEUED])
        room = _room(unit, office)
    rows = [row for row in queued if is_due(row, office.clock.now()) and not _waits_for_hours(office, row)]
    rows.sort(key=lambda row: turn(row.mail.purpose))
    lost = 0
    for row in rows[:room]:
        outcome = _send(office, row)
        counts[outcome] = counts.get(outcome, 0) + 1
        lost = lost + 1 if outcome == Outcome.UNKNOWN else 0
        if lost == _MOST_LOST:
            break  # the next run asks what became of them, and goes on
    if waiting := rows[len(rows[:room]) :]:
        _put_in_line(office, waiting)
        counts["waiting"] = len(waiting)
    return counts


def _room(unit: UnitOfWork, office: Office) -> int | None:
    """Return how many mails may still leave within this hour; None: as many as there are."""
    limit = office.settings.outgoing.max_per_hour
    return max(0, limit - unit.outbox.tried_since(office.clock.now() - timedelta(hours=1))) if limit else None


def _put_in_line(office: Office, rows: Sequence[OutboxRecord]) -> None:
    """Let the rows say what they wait for: the brake takes no backlog for a flood."""
    with office.ledger.begin() as unit:
        for row in rows:
            if not row.detail:
                unit.outbox.mark(row.id, OutboxState.QUEUED, row.attempts, office.clock.now(), _NEXT_HOUR)


def is_due(row: OutboxRecord, now: datetime) -> bool:
    """Whether a mail that the server put off (greylisting, a quota) has waited out its pause."""
    if not row.detail.startswith(_PUT_OFF):
        return True
    pauses: int = 2**row.attempts - 1
    return now >= row.queued + pauses * _FIRST_PAUSE


def never_left(row: OutboxRecord) -> bool:
    """Whether no reader can have the mail: it was not tried yet, or the server put it off."""
    return row.attempts == 0 or row.detail.startswith(_PUT_OFF)


def _waits_for_hours(office: Office, row: OutboxRecord) -> bool:
    """Whether a reminder must not leave now: it goes on the day it was made, in the hours of reminders, or not at all.

    The next run of reminders withdraws one that missed its day and tells what still stands.
    """
    if row.mail.purpose is not Purpose.REMINDER or not never_left(row):
        return False
    moment = Moment(office.clock.now(), office.rules.office, office.rules.calendar)
    return moment.is_quiet(office.reminder_policy) or row.queued.astimezone(office.zone).date() != moment.today


def _send(office: Office, row: OutboxRecord) -> str:
    try:
        with office.ledger.begin() as unit:
            if _withdrawn(unit, office, row.mail):
                unit.outbox.mark(row.id, OutboxState.FAILED, row.attempts, office.clock.now(), _WITHDRAWN)
                return "withdrawn"
            row = _written(unit, office, row)
            envelope = _envelope(office, row.mail)
            repeated = _REPEATED if row.detail == _REPEATED else ""
            unit.outbox.mark(row.id, OutboxState.SENDING, row.attempts + 1, office.clock.now(), repeated)
    except Unavailable:
        raise
    except Exception as error:  # whatever its poison, it must not stop the mails behind it
        return _settle(office, row, Receipt(Outcome.REFUSED, f"no se pudo componer: {error or type(error).__name__}"))
    try:
        receipt = office.sender.send(envelope)
    except SenderUnavailable as error:  # nothing left: the row waits as it was, this attempt does not count
        with office.ledger.begin() as unit:
            unit.outbox.mark(row.id, OutboxState.QUEUED, row.attempts, office.clock.now(), row.detail or str(error))
        raise
    return _settle(office, row, receipt)


def _written(unit: UnitOfWork, office: Office, row: OutboxRecord) -> OutboxRecord:
    """Its text is kept from before it leaves: sent again, the mail says the same."""
    mail = lighten(office, write(unit, office, row.mail))
    if mail == row.mail:
        return row
    unit.outbox.rewrite(row.id, mail)
    return replace(row, mail=mail)


def _withdrawn(unit: UnitOfWork, office: Office, mail: OutgoingMail) -> bool:
    """Whether the mail carries a letter that was voided, or that its leader or a case left, after it was approved."""
    letter = unit.letters.get(mail.letter) if mail.letter and mail.purpose is Purpose.LETTER else None
    if letter is None or letter.state is LetterState.SENT:
        return False
    cases, directory = unit.cases.get_many(letter.cases), unit.books.directory().on(office.clock.today())
    may_leave = is_addressed(letter, cases, directory) and stands(letter, cases)
    if letter.state is LetterState.APPROVED and may_leave:
        return False
    motive = letter.motive or "cambió el líder o salió un caso después de aprobado"
    unit.letters.save(letter.model_copy(update={"state": LetterState.VOID, "motive": motive}))
    return True


def _envelope(office: Office, mail: OutgoingMail) -> Envelope:
    outgoing = office.settings.outgoing
    files = {part.sha256: office.archive.get(part.sha256) for part in mail.enclosures}
    message = build_message(mail, office.settings.sender, office.clock.now(), files, outgoing.redirect_to)
    recipients = (outgoing.redirect_to,) if outgoing.redirect_to else (*mail.to, *mail.cc)
    return Envelope(mail.message_id, office.settings.mailbox.address, _bare(recipients), as_bytes(message))


def _settle(office: Office, row: OutboxRecord, receipt: Receipt) -> Outcome:
    with office.ledger.begin() as unit:
        _record(unit, office, row, receipt)
    return receipt.outcome


def _record(unit: UnitOfWork, office: Office, row: OutboxRecord, receipt: Receipt) -> None:
    now, attempts = office.clock.now(), row.attempts + 1
    refused = "; ".join(f"{address}: {why}" for address, why in receipt.refused)
    detail = " · ".join(part for part in (receipt.detail, refused) if part)[:500]
    if receipt.outcome is Outcome.SENT:
        unit.outbox.mark(row.id, OutboxState.SENT, attempts, now, detail)
        _after_sending(unit, office, row.mail)
        if receipt.refused:
            _care_for_refused(unit, office, row, receipt.refused)
    elif receipt.outcome is Outcome.UNKNOWN:
        again = row.detail == _REPEATED
        unit.outbox.mark(row.id, OutboxState.SENDING, attempts, now, f"{_REPEATED} · {detail}" if again else detail)
    elif receipt.outcome is Outcome.RETRY and attempts < _MAX_ATTEMPTS:
        unit.outbox.mark(row.id, OutboxState.QUEUED, attempts, now, f"{_PUT_OFF}: {detail}"[:500])
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
    if any(address not in later and address in _bare(row.mail.to) for address, _ in refused):
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
    unit.cases.append(
        CaseEvent(case=case, kind=EventKind.NOTED, at=now, actor=SYSTEM, reason=reason, source="system")
        for case in letter.cases
    )


def _bare(recipients: Iterable[str]) -> tuple[str, ...]:
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
