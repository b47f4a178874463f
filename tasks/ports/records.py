"""What the ledger keeps, one row each: messages, requests, mails to send, sessions, tokens, files and runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tasks.domain.cases.case import EntityType
from tasks.domain.mail.writing.outgoing import OutgoingMail
from tasks.ports.mailbox import MessageRef


class Fate(StrEnum):
    """What became of a received message; each has exactly one (interfaces.md, `mipg messages`)."""

    CASE_OPENED = "case_opened"
    ATTACHED = "attached"
    ORDER_DONE = "order_done"
    ORDER_REFUSED = "order_refused"
    RESULTS_LOADED = "results_loaded"
    FORWARDED = "forwarded"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    REVIEW = "review"
    QUARANTINED = "quarantined"


IGNORED_REASON = "remitente que el equipo pidió ignorar"  # of what was passed over for «Ignorar remitente»


def ignored(sender: str) -> str:
    """Return the cursor that says whether the team asked to pass over what this sender writes ("": no more)."""
    return f"ignored/{sender}"


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """One received message. `id` is 0 until the ledger gave it one."""

    mailbox: str
    ref: MessageRef
    sha256: str
    message_id: str
    content_key: str
    kind: str
    outcome: Fate
    received: datetime
    sender: str = ""
    subject: str = ""
    reason: str = ""
    suggestion: str = ""
    cases: tuple[str, ...] = ()
    request: str | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """A solicitud: the mail (thread) that asks, and who asks."""

    number: str
    received: datetime
    sha256: str  # the raw message
    message_id: str
    subject: str
    text: str  # what is asked, clean text
    requester: str
    email: str
    entity: str
    entity_type: EntityType | None
    municipality: str | None
    incoming_ref: str = ""


class OutboxState(StrEnum):
    """States of a mail in the outbox."""

    QUEUED = "queued"
    SENDING = "sending"  # bytes may have left; resolved before anything is sent again
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    HELD = "held"  # the brake, or no recipient: a person decides


class Standing(StrEnum):
    """What is remembered of an unsent mail: whether and when it is tried, and by whose word."""

    NEW = ""
    PUT_OFF = "put off"  # by the server (greylisting, a quota): tried again after a pause
    NEXT_HOUR = "next hour"  # the office's own limit an hour
    REPEATED = "repeated"  # its answer was lost once
    RELEASED = "released"  # a person's word: the brake holds it no more


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """A session of assistance and the cases it served."""

    day: date
    mode: str  # presencial, virtual or "" for unknown
    leader: str  # address of the policy's leader at the time
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutboxRecord:
    """A mail of the outbox with its state."""

    id: int
    mail: OutgoingMail
    state: OutboxState
    attempts: int
    queued: datetime
    sent: datetime | None = None
    detail: str = ""
    tried: datetime | None = None  # when it was last handed over
    standing: Standing = Standing.NEW


@dataclass(frozen=True, slots=True)
class Token:
    """A right to order by replying to one notice: that person, those cases, once, for thirty days."""

    token: str
    person: str
    cases: tuple[str, ...]
    expires: datetime


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One results file that was loaded."""

    sha256: str
    name: str
    vigencias: tuple[int, ...]
    loaded: datetime
    version: int  # 1 for the first file of its newest vigencia, one more for each re-publication
    announced: bool = False  # the event went out
    reported: bool = False  # the impact report of this version exists
    findings: tuple[str, ...] = ()  # what of it could not be used, place by place (Spanish)
    headings: Mapping[str, str] = field(default_factory=dict)  # heading as published → policy


@dataclass(frozen=True, slots=True)
class FlowRun:
    """The last time a flow did its work, and the last error since."""

    flow: str
    succeeded: datetime | None = None
    failed: datetime | None = None  # the first failure since, while `error` says something
    error: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
