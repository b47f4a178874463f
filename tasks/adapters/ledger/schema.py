"""Tables of the ledger, one definition for SQLite and PostgreSQL.

Moments are kept in UTC; documents (case, letter, mail) as JSON text beside the columns that are searched.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    func,
)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; SQLite has no zone of its own, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be kept")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

entity = Table(
    "entity",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("municipality", String(5), nullable=False, default=""),
    Column("type", String(20), nullable=False, default=""),
    Column("name", Text, nullable=False, default=""),
    UniqueConstraint("municipality", "type", "name"),
)

request = Table(
    "request",
    metadata,
    Column("number", String(20), primary_key=True),
    Column("received", Moment, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("message_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("requester", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("entity", ForeignKey("entity.id"), nullable=False),
    Column("incoming_ref", Text, nullable=False, default=""),
    Column("acknowledged", Moment, index=True),
)

message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("message_id", Text, nullable=False, index=True),
    Column("content_key", String(64), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("outcome", String(20), nullable=False, index=True),
    Column("received", Moment, nullable=False, index=True),
    Column("sender", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("suggestion", Text, nullable=False, default=""),
    Column("request", ForeignKey("request.number")),
    Column("mailbox", String(200), nullable=False),
    Column("generation", String(60), nullable=False),
    Column("uid", String(300), nullable=False),
)

# Every place a message was ever listed at: its own, and those it got after a UIDVALIDITY reset.
message_place = Table(
    "message_place",
    metadata,
    Column("mailbox", String(200), primary_key=True),
    Column("generation", String(60), primary_key=True),
    Column("uid", String(300), primary_key=True),
    Column("message", ForeignKey("message.id"), nullable=False, index=True),
)

case = Table(
    "case_file",  # "case" is a word of SQL
    metadata,
    Column("number", String(20), primary_key=True),
    Column("request", ForeignKey("request.number"), nullable=False, index=True),
    Column("state", String(30), nullable=False, index=True),
    Column("policy", String(60)),
    Column("municipality", String(5)),
    Column("officer", Text),
    Column("document", Text, nullable=False),
)

case_event = Table(
    "case_event",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("case", ForeignKey("case_file.number", deferrable=True, initially="DEFERRED"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("changes", Text, nullable=False),
)

message_case = Table(
    "message_case",
    metadata,
    Column("message", ForeignKey("message.id"), primary_key=True),
    Column("case", ForeignKey("case_file.number"), primary_key=True, index=True),
)

letter = Table(
    "letter",
    metadata,
    Column("number", String(30), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False, index=True),
    Column("request", ForeignKey("request.number"), nullable=False, index=True),
    Column("document", Text, nullable=False),
)

letter_case = Table(
    "letter_case",
    metadata,
    Column("letter", ForeignKey("letter.number"), primary_key=True),
    Column("case", ForeignKey("case_file.number"), primary_key=True, index=True),
)

session = Table(
    "session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("day", Date, nullable=False),
    Column("mode", String(12), nullable=False, default=""),
    Column("leader", Text, nullable=False),
    UniqueConstraint("day", "mode", "leader"),
)

attendance = Table(
    "attendance",
    metadata,
    Column("session", ForeignKey("session.id"), primary_key=True),
    Column("case", ForeignKey("case_file.number"), primary_key=True),
    Column("people", Text, nullable=False, default=""),
    Column("evidence", Text, nullable=False, default=""),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(300), nullable=False, unique=True),
    Column("message_id", Text, nullable=False, index=True),
    Column("purpose", String(20), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("queued", Moment, nullable=False),
    Column("sent", Moment),
    Column("tried", Moment),
    Column("detail", Text, nullable=False, default=""),
    Column("standing", String(12), nullable=False, default=""),
    Column("document", Text, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("token", String(40), primary_key=True),
    Column("person", Text, nullable=False),
    Column("cases", Text, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("used", Moment),
)

person = Table(
    "person",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("role", String(20), nullable=False),  # a Role, "leader" or "axis"
    Column("email", Text, nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("document", Text, nullable=False),
)

sheet_shadow = Table(
    "sheet_shadow",
    metadata,
    Column("sheet", String(200), primary_key=True),
    Column("tab", String(60), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("header", String(120), primary_key=True),
    Column("value", Text, nullable=False),
)

score_file = Table(
    "score_file",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("position", Integer, nullable=False, unique=True),  # order of loading
    Column("name", Text, nullable=False),
    Column("vigencias", Text, nullable=False),
    Column("loaded", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("announced", Boolean, nullable=False, default=False),
    Column("reported", Boolean, nullable=False, default=False),
    Column("findings", Text, nullable=False, server_default="[]"),
    Column("headings", Text, nullable=False, server_default="{}"),
)

score = Table(
    "score",
    metadata,
    Column("file", ForeignKey("score_file.sha256"), primary_key=True),
    Column("dane_code", String(5), primary_key=True),
    Column("policy", String(60), primary_key=True),
    Column("vigencia", Integer, primary_key=True),
    Column("score", Float),
    Column("peer_group", Text, nullable=False, default=""),
    Column("published", Date),
)

label = Table(
    "label",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case", ForeignKey("case_file.number"), nullable=False, index=True),
    Column("field", String(30), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
)

cursor = Table(
    "cursor",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("value", Text, nullable=False),
)

counter = Table(
    "counter",
    metadata,
    Column("series", String(30), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("value", Integer, nullable=False),
)

flow_run = Table(
    "flow_run",
    metadata,
    Column("flow", String(30), primary_key=True),
    Column("succeeded", Moment),
    Column("failed", Moment),
    Column("error", Text, nullable=False, default=""),
    Column("counts", Text, nullable=False, default="{}"),
)

Index("ix_request_email", func.lower(request.c.email))
Index("ix_outbox_purpose_queued", outbox.c.purpose, outbox.c.queued)
Index("ix_outbox_purpose_sent", outbox.c.purpose, outbox.c.sent)
Index("ix_outbox_tried", outbox.c.tried)
Index("ix_case_file_officer_state", case.c.officer, case.c.state)
