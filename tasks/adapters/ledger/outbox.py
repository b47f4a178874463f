"""The outbox in the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, insert, select, update

from tasks.adapters.ledger import schema as t
from tasks.adapters.ledger.transaction import Transaction
from tasks.domain.mail.writing.outgoing import OutgoingMail, Purpose
from tasks.ports.records import OutboxRecord, OutboxState, Standing

# What every mail needs is built once: building such a statement takes four times as long as running it.
_WITH_KEY = select(t.outbox.c.key).where(t.outbox.c.key == bindparam("key"))
_WITH_KEYS = select(t.outbox.c.key).where(t.outbox.c.key.in_(bindparam("keys", expanding=True)))
_QUEUE = insert(t.outbox)
_ALL = select(t.outbox).order_by(t.outbox.c.id)
_ONE = _ALL.where(t.outbox.c.id == bindparam("record"))
_BY_MESSAGE_ID = _ALL.where(t.outbox.c.message_id == bindparam("message_id"))
_IN_STATES = _ALL.where(t.outbox.c.state.in_(bindparam("states", expanding=True)))
_QUEUED_SINCE = _ALL.where(t.outbox.c.purpose == bindparam("purpose"), t.outbox.c.queued >= bindparam("moment"))
_MARK = (
    update(t.outbox)
    .where(t.outbox.c.id == bindparam("record"))
    .values({name: bindparam(name) for name in ("state", "attempts", "detail", "standing")})
)
# A mail that was tried, or that left, keeps when.
_MARKS = {
    OutboxState.SENT: _MARK.values(sent=bindparam("at")),
    OutboxState.SENDING: _MARK.values(tried=bindparam("at")),
}
_REWRITE = update(t.outbox).where(t.outbox.c.id == bindparam("record")).values(document=bindparam("document"))
_ERASED: dict[str, Any] = {
    **dict.fromkeys(("subject", "text", "html", "template", "in_reply_to"), ""),
    **dict.fromkeys(("to", "cc", "references", "enclosures"), ()),
    "fields": {},
}
_BATCH = 300  # SQLite takes a bounded number of parameters


class SqlOutbox:
    """`ports.ledger.Outbox` over one connection."""

    def __init__(self, transaction: Transaction) -> None:
        self._c = transaction

    def queue(self, mail: OutgoingMail, at: datetime) -> bool:
        return bool(self.queue_all([mail], at))

    def queue_all(self, mails: Sequence[OutgoingMail], at: datetime) -> list[OutgoingMail]:
        known = self.has_keys([mail.key for mail in mails])
        new = list({mail.key: mail for mail in mails if mail.key not in known}.values())
        if new:
            self._c.absent.difference_update(mail.message_id for mail in new)
            self._c.execute(_QUEUE, [_row(mail, at) for mail in new])
        return new

    def rewrite(self, record: int, mail: OutgoingMail) -> None:
        self._c.execute(_REWRITE, {"record": record, "document": mail.model_dump_json()})

    def erase(self, records: Sequence[int]) -> None:
        for record in records:
            row = self.get(record)
            if row is not None:
                key = f"{row.mail.purpose}/erased/{record}" if "@" in row.mail.key else row.mail.key
                mail = row.mail.model_copy(update=_ERASED | {"key": key})
                values = {"key": key, "detail": "", "document": mail.model_dump_json()}
                self._c.execute(update(t.outbox).where(t.outbox.c.id == record).values(values))

    def has_keys(self, keys: Sequence[str]) -> set[str]:
        if len(keys) == 1:  # the usual case, and no list to expand
            return set(self._c.execute(_WITH_KEY, {"key": keys[0]}).scalars())
        parts = (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
        return {key for part in parts for (key,) in self._c.execute(_WITH_KEYS, {"keys": part}).all()}

    def by_state(self, states: Sequence[OutboxState], limit: int | None = None) -> list[OutboxRecord]:
        statement = _IN_STATES if limit is None else _IN_STATES.limit(limit)
        return self._records(statement, states=list(states))

    def mark(
        self,
        record: int,
        state: OutboxState,
        attempts: int,
        at: datetime,
        detail: str = "",
        standing: Standing = Standing.NEW,
    ) -> None:
        values: dict[str, Any] = {"record": record, "state": state, "attempts": attempts}
        values |= {"detail": detail, "standing": standing}
        if state in _MARKS:
            values["at"] = at
        self._c.execute(_MARKS.get(state, _MARK), values)

    def tried_since(self, moment: datetime) -> int:
        return int(self._c.execute(select(func.count()).where(t.outbox.c.tried > moment)).scalar_one())

    def find(self, message_id: str) -> OutboxRecord | None:
        return next(iter(self._records(_BY_MESSAGE_ID, message_id=message_id)), None)

    def get(self, record: int) -> OutboxRecord | None:
        return next(iter(self._records(_ONE, record=record)), None)

    def all(self) -> list[OutboxRecord]:
        return self._records(_ALL)

    def is_sent(self, key: str) -> bool:
        sent = (t.outbox.c.key == key) & (t.outbox.c.state == OutboxState.SENT)
        return self._c.execute(select(t.outbox.c.id).where(sent)).first() is not None

    def with_token(self, token: str) -> OutboxRecord | None:
        # An end of a Message-ID cannot be looked up; the index that holds them all is read, not the mails beside them.
        carries = t.outbox.c.message_id.contains(f".{token}@", autoescape=True)
        ids = select(t.outbox.c.id).where(carries)
        return next(iter(self._records(_ALL.where(t.outbox.c.id.in_(ids)))), None)

    def written_to(self, purpose: Purpose, moment: datetime) -> list[str]:
        c = t.outbox.c
        left = (c.purpose == purpose) & (c.state == OutboxState.SENT) & (c.sent >= moment)
        return [
            OutgoingMail.model_validate_json(row.document).to[0]
            for row in self._c.execute(select(c.document).where(left))
        ]

    def queued_since(self, purpose: Purpose, moment: datetime) -> list[OutboxRecord]:
        return self._records(_QUEUED_SINCE, purpose=purpose, moment=moment)

    def _records(self, statement: Select[Any], **values: Any) -> list[OutboxRecord]:
        return [
            OutboxRecord(
                id=row.id,
                mail=OutgoingMail.model_validate_json(row.document),
                state=OutboxState(row.state),
                attempts=row.attempts,
                queued=row.queued,
                sent=row.sent,
                tried=row.tried,
                detail=row.detail,
                standing=Standing(row.standing),
            )
            for row in self._c.execute(statement, values).all()
        ]


def _row(mail: OutgoingMail, at: datetime) -> dict[str, Any]:
    return {
        "key": mail.key,
        "message_id": mail.message_id,
        "purpose": mail.purpose,
        # A mail without a recipient waits for a person instead of failing at the server.
        "state": OutboxState.QUEUED if mail.to else OutboxState.HELD,
        "queued": at,
        "detail": "" if mail.to else "sin destinatario",
        "document": mail.model_dump_json(),
    }
