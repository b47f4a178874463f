"""The run that sends: what is due, by turn and age, each mail marked before its first byte leaves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tasks.bootstrap import Office
from tasks.domain.letters.grouping import is_addressed, stands
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.writing.outgoing import OutgoingMail, Purpose, as_bytes, build_message, turn
from tasks.notices.fitting import lighten
from tasks.notices.notice import write
from tasks.outbox.answers import bare, settle
from tasks.outbox.flood import hold_a_flood
from tasks.outbox.lost import resolve_unknown
from tasks.outbox.waiting import is_due, never_left
from tasks.ports.errors import SenderUnavailable, Unavailable
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import OutboxRecord, OutboxState, Standing
from tasks.ports.sender import Envelope, Outcome, Receipt
from tasks.steps import Counts, Step, call

_MOST_LOST = 2  # answers in a row: each may cost ten minutes of waiting and a reader who gets the mail twice


def run_outbox(office: Office, step: Step = call) -> Counts:
    """Send what waits. Counts: sent, refused, retry, unknown, withdrawn, held."""
    with office.ledger.lock("outbox") as mine:
        if not mine:
            return {"busy": 1}
        step(resolve_unknown, office)
        held = step(hold_a_flood, office)
        return step(send_waiting, office) | ({"held": held} if held else {})


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
            if row.standing is Standing.NEW:
                told = "espera su turno: límite por hora"
                unit.outbox.mark(row.id, OutboxState.QUEUED, row.attempts, office.clock.now(), told, Standing.NEXT_HOUR)


def _waits_for_hours(office: Office, row: OutboxRecord) -> bool:
    """Whether a reminder must not leave now: it goes on the day it was made, in the hours of reminders, or not at all.

    The next run of reminders withdraws one that missed its day and tells what still stands.
    """
    if row.mail.purpose is not Purpose.REMINDER or not never_left(row):
        return False
    moment = office.moment()
    return moment.is_quiet(office.reminder_policy) or row.queued.astimezone(office.zone).date() != moment.today


def _send(office: Office, row: OutboxRecord) -> str:
    try:
        with office.ledger.begin() as unit:
            if _withdrawn(unit, office, row.mail):
                unit.outbox.mark(
                    row.id, OutboxState.FAILED, row.attempts, office.clock.now(), "el oficio ya no procede"
                )
                return "withdrawn"
            row = _written(unit, office, row)
            envelope = _envelope(office, row.mail)
            _mark_sending(unit, office, row)
    except Unavailable:
        raise
    except Exception as error:  # whatever its poison, it must not stop the mails behind it
        return settle(office, row, Receipt(Outcome.REFUSED, f"no se pudo componer: {error or type(error).__name__}"))
    try:
        receipt = office.sender.send(envelope)
    except SenderUnavailable as error:  # nothing left: the row waits as it was, this attempt does not count
        with office.ledger.begin() as unit:
            told = row.detail or str(error)
            unit.outbox.mark(row.id, OutboxState.QUEUED, row.attempts, office.clock.now(), told, row.standing)
        raise
    return settle(office, row, receipt)


def _mark_sending(unit: UnitOfWork, office: Office, row: OutboxRecord) -> None:
    """That it is a repetition is remembered: a second lost answer is a person's to resolve."""
    repeated = row.standing is Standing.REPEATED
    detail, standing = (row.detail, row.standing) if repeated else ("", Standing.NEW)
    unit.outbox.mark(row.id, OutboxState.SENDING, row.attempts + 1, office.clock.now(), detail, standing)


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
    return Envelope(mail.message_id, office.settings.mailbox.address, bare(recipients), as_bytes(message))
