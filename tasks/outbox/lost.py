"""Mails whose answer was lost on the way: the server is asked what became of them before anything is repeated."""

from tasks.bootstrap import Office
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.notices.notice import alert_operator
from tasks.outbox.answers import record
from tasks.outbox.waiting import MAX_ATTEMPTS
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import OutboxRecord, OutboxState, Standing
from tasks.ports.sender import Outcome, Receipt

_AGAIN = "respuesta perdida; se envía una vez más"


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
    repeated = row.standing is Standing.REPEATED
    with office.ledger.begin() as unit:
        if went_out:
            record(unit, office, row, Receipt(Outcome.SENT, "el servidor ya lo tenía"))
        elif repeated and (went_out is None or row.attempts >= MAX_ATTEMPTS):
            _hold_doubtful(unit, office, row)
        else:
            now = office.clock.now()
            unit.outbox.mark(row.id, OutboxState.QUEUED, row.attempts, now, _AGAIN, Standing.REPEATED)
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
