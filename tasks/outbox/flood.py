"""The brake: a run that would send more than the office ever does at once sends nothing and asks the operator."""

from tasks.bootstrap import Office
from tasks.notices.notice import alert_operator
from tasks.ports.records import OutboxState, Standing

_NO_FLOOD = frozenset({Standing.RELEASED, Standing.PUT_OFF, Standing.NEXT_HOUR})


def hold_a_flood(office: Office) -> int:
    """Pull the brake: if more waits than a run may send, hold all of it and ask the operator. Returns how many."""
    with office.ledger.begin() as unit:
        # What a person released, or only the server or the hourly limit holds up, is no flood of ours.
        waiting = [row for row in unit.outbox.by_state([OutboxState.QUEUED]) if row.standing not in _NO_FLOOD]
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
            told = "liberado por el operador"
            unit.outbox.mark(row.id, OutboxState.QUEUED, 0, office.clock.now(), told, Standing.RELEASED)
        return len(rows)
