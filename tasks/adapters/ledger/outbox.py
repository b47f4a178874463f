"""The outbox in the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from tasks.adapters.ledger import schema as t
from tasks.domain.mail.outgoing import OutgoingMail, Purpose
from tasks.ports.ledger import OutboxRecord, OutboxState

# What every mail needs is built once: building such a statement takes four times as long as running it.
_WITH_KEY = select(t.outbox.c.id).where(t.outbox.c.key == bindparam("key"))
_QUEUE = insert(t.outbox)


class SqlOutbox:
    """`ports.ledger.Outbox` over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def queue(self, mail: OutgoingMail, at: datetime) -> bool:
        if self.has_key(mail.key):
            return False
        values = {
            "key": mail.key,
            "message_id": mail.message_id,
            "purpose": mail.purpose,
            # A mail without a recipient waits for a person instead of failing at the server.
            "state": OutboxState.QUEUED if mail.to else OutboxState.HELD,
            "queued": at,
            "detail": "" if mail.to else "sin destinatario",
            "document": mail.model_dump_json(),
        }
        self._c.execute(_QUEUE, values)
        return True

    def has_key(self, key: str) -> bool:
        return self._c.execute(_WITH_KEY, {"key": key}).first() is not None

    def by_state(self, states: Sequence[OutboxState], limit: int | None = None) -> list[OutboxRecord]:
        return self._records(select(t.outbox).where(t.outbox.c.state.in_(states)).order_by(t.outbox.c.id).limit(limit))

    def mark(self, record: int, state: OutboxState, attempts: int, at: datetime, detail: str = "") -> None:
        values: dict[str, Any] = {"state": state, "attempts": attempts, "detail": detail}
        if state is OutboxState.SENT:
            values["sent"] = at
        self._c.execute(update(t.outbox).where(t.outbox.c.id == record).values(values))

    def find(self, message_id: str) -> OutboxRecord | None:
        return next(iter(self._records(select(t.outbox).where(t.outbox.c.message_id == message_id))), None)

    def get(self, record: int) -> OutboxRecord | None:
        return next(iter(self._records(select(t.outbox).where(t.outbox.c.id == record))), None)

    def all(self) -> list[OutboxRecord]:
        return self._records(select(t.outbox).order_by(t.outbox.c.id))

    def is_sent(self, key: str) -> bool:
        sent = (t.outbox.c.key == key) & (t.outbox.c.state == OutboxState.SENT)
        return self._c.execute(select(t.outbox.c.id).where(sent)).first() is not None

    def with_token(self, token: str) -> OutboxRecord | None:
        carries = t.outbox.c.message_id.contains(f".{token}@", autoescape=True)
        return next(iter(self._records(select(t.outbox).where(carries))), None)

    def queued_since(self, purpose: Purpose, moment: datetime) -> list[OutboxRecord]:
        late = (t.outbox.c.purpose == purpose) & (t.outbox.c.queued >= moment)
        return self._records(select(t.outbox).where(late).order_by(t.outbox.c.id))

    def _records(self, statement: Select[Any]) -> list[OutboxRecord]:
        return [
            OutboxRecord(
                id=row.id,
                mail=OutgoingMail.model_validate_json(row.document),
                state=OutboxState(row.state),
                attempts=row.attempts,
                queued=row.queued,
                sent=row.sent,
                detail=row.detail,
            )
            for row in self._c.execute(statement)
        ]
