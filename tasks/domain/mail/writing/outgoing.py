"""What the service writes: purposes, deterministic Message-IDs, and the rendered message.

A Message-ID is a function of what the mail is about, so that a retry carries the same one (RFC 5322 §3.6.4) and can
never send twice unnoticed.
"""

import hashlib
import re
from binascii import b2a_qp
from datetime import datetime
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class _Headers(HeaderRegistry):
    """The standard factory makes a new class for every header: a third of the time that a mail takes."""

    def __init__(self) -> None:
        super().__init__()
        self._classes: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        kind = name.lower()
        if kind not in self._classes:
            self._classes[kind] = super().__getitem__(name)
        return self._classes[kind]


WIRE = SMTP.clone(header_factory=_Headers())  # how mails are written


class Purpose(StrEnum):
    """Why a mail is sent (interfaces.md, `mipg outbox`)."""

    ACKNOWLEDGEMENT = "acknowledgement"
    ASSIGN_NOTICE = "assign_notice"
    DRAFT_LETTER = "draft_letter"
    LETTER = "letter"
    INVITATION = "invitation"
    SESSION_DATE = "session_date"
    CLOSING = "closing"
    EXTENSION = "extension"
    TRANSFER = "transfer"
    REMINDER = "reminder"
    REVIEW_NOTICE = "review_notice"
    ORDER_ANSWER = "order_answer"
    STATUS_ANSWER = "status_answer"
    LEADER_REPLY = "leader_reply"
    REQUESTER_REPLY = "requester_reply"
    BOUNCE = "bounce"
    VOIDED = "voided"  # a letter that had left was voided
    SURVEY = "survey"
    SIZE_NOTICE = "size_notice"
    ALERT = "alert"
    DIGEST = "digest"
    REPORT = "report"


# Mails that carry a final letter; each letter leaves in exactly one of them.
LETTER_MAILS = frozenset({Purpose.LETTER, Purpose.TRANSFER, Purpose.EXTENSION, Purpose.CLOSING, Purpose.INVITATION})

# Whom somebody outside waits for leaves first: letters, answers and what tells of trouble.
_FIRST = LETTER_MAILS | {
    Purpose.ALERT,
    Purpose.ACKNOWLEDGEMENT,
    Purpose.ORDER_ANSWER,
    Purpose.STATUS_ANSWER,
    Purpose.LEADER_REPLY,
    Purpose.REQUESTER_REPLY,
    Purpose.SESSION_DATE,
    Purpose.BOUNCE,
    Purpose.VOIDED,
}
_LAST = frozenset({Purpose.REMINDER, Purpose.SURVEY, Purpose.DIGEST, Purpose.REPORT})

# The first word of a Message-ID, readable by whoever looks at headers.
_PREFIX = {
    Purpose.ACKNOWLEDGEMENT: "acuse",
    Purpose.ASSIGN_NOTICE: "asignar",
    Purpose.DRAFT_LETTER: "borrador",
    Purpose.LETTER: "oficio",
    Purpose.REVIEW_NOTICE: "revision",
    Purpose.REMINDER: "recordatorio",
    Purpose.ORDER_ANSWER: "respuesta",
    Purpose.LEADER_REPLY: "lider",
    Purpose.REQUESTER_REPLY: "responde",
    Purpose.BOUNCE: "rebote",
    Purpose.VOIDED: "anulado",
    Purpose.SIZE_NOTICE: "limite",
    Purpose.DIGEST: "resumen",
    Purpose.REPORT: "informe",
}


class Enclosure(BaseModel):
    """A file that goes with a mail, kept in the archive under its hash."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    sha256: str
    content_type: str
    inline_id: str = ""  # Content-ID of a picture shown in the HTML


class OutgoingMail(BaseModel):
    """A mail waiting in the outbox. `key` says what it is about; the outbox holds one row per key, for good.

    One that is yet to be written names its `template` and the `fields` that fill it; once it is, both are empty.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: str  # e.g. "acknowledgement/S-2026-0030"
    message_id: str
    purpose: Purpose
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    subject: str
    text: str
    html: str
    template: str = ""
    fields: dict[str, Any] = {}  # JSON-safe
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply: bool = False  # auto-replied rather than auto-generated (RFC 3834 §5)
    enclosures: tuple[Enclosure, ...] = ()
    cases: tuple[str, ...] = ()
    letter: str | None = None


def turn(purpose: Purpose) -> int:
    """Return which of three turns a mail has when not all may leave: letters and answers, work, the rest."""
    return 0 if purpose in _FIRST else 2 if purpose in _LAST else 1


def message_id(purpose: Purpose, about: str, domain: str, token: str = "") -> str:
    """Return the Message-ID (with angle brackets) of the mail of this purpose about this thing."""
    readable = re.sub(r"[^A-Za-z0-9-]+", "-", about).strip("-")
    digest = hashlib.sha256(f"{purpose}/{about}".encode()).hexdigest()[:8]
    local = ".".join(part for part in (f"{_PREFIX.get(purpose, purpose.value)}-{readable[:40]}", digest, token) if part)
    return f"<{local}@{domain}>"


def _address(text: str) -> Address:
    name, spec = parseaddr(text)
    return Address(display_name=name, addr_spec=spec)


def build_message(
    mail: OutgoingMail, sender: str, date: datetime, files: dict[str, bytes], redirect_to: str = ""
) -> EmailMessage:
    """Return the MIME message: text + HTML, pictures related to the HTML, enclosures, threading and RFC 3834 headers.

    `sender` is "Name <address>"; `files` maps SHA-256 to bytes. With `redirect_to` only that address is written to and
    the true recipients stand in X-Mesa-Destinatarios.
    """
    message = EmailMessage(policy=WIRE)
    message["From"] = _address(sender)
    if redirect_to:
        message["To"] = _address(redirect_to)
        message["X-Mesa-Destinatarios"] = ", ".join((*mail.to, *mail.cc))
    else:
        message["To"] = [_address(address) for address in mail.to]
        if mail.cc:
            message["Cc"] = [_address(address) for address in mail.cc]
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(date)
    message["Message-ID"] = mail.message_id
    if mail.in_reply_to:
        message["In-Reply-To"] = mail.in_reply_to
    references = tuple(dict.fromkeys((*mail.references, *((mail.in_reply_to,) if mail.in_reply_to else ()))))
    if references:
        message["References"] = " ".join(references)
    message["Auto-Submitted"] = "auto-replied" if mail.reply else "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(mail.text)
    message.make_alternative()
    html = _html(mail.html)
    message.attach(html)
    for enclosure in mail.enclosures:
        maintype, subtype = enclosure.content_type.split("/", 1)
        content = files[enclosure.sha256]
        if enclosure.inline_id:
            html.add_related(content, maintype, subtype, cid=f"<{enclosure.inline_id}>", filename=enclosure.name)
        else:
            params = {"charset": "utf-8"} if maintype == "text" else {}
            if subtype == "calendar":
                params["method"] = "PUBLISH"  # the part must say what the calendar says (RFC 6047 §2.4)
            message.add_attachment(content, maintype, subtype, filename=enclosure.name, params=params or None)
    return message


def _html(text: str) -> EmailMessage:
    """Return the HTML, quoted-printable: the standard `set_content` encodes it three times, in Python."""
    part = EmailMessage(policy=WIRE)
    part["Content-Type"] = 'text/html; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    lines = text.replace("\r\n", "\n").encode("utf-8", "surrogateescape")
    part.set_payload(b2a_qp(lines, istext=True).decode("ascii"))
    return part


_LINE_END = "\r\n"
_BLANKS_BEFORE_FOLD = re.compile(rb"[ \t]+(?=\r\n[ \t])")
_WRITTEN_ANEW = re.compile(
    rb"^(Message-ID|In-Reply-To|References|Subject):[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", re.MULTILINE
)


def as_bytes(message: EmailMessage) -> bytes:
    """Return the message as it goes over the wire, its identifiers whole: the first on its header's line, one a line.

    Python folds a long Message-ID after the colon, which some mail programs answer with a damaged In-Reply-To, and
    writes a long In-Reply-To or References (Exchange's have 80 characters) as encoded words, which nobody can thread.
    Of a subject with accents it loses blanks at the folds ("atencióngestión"), or doubles them.
    """

    def anew(header: re.Match[bytes]) -> bytes:
        name = header[1].decode()
        value = str(message[name])
        if name == "Subject" and not value.isascii():
            return f"{name}: {Header(value, 'utf-8', header_name=name).encode(linesep=_LINE_END)}".encode()
        if name == "Subject" or not value.isascii():
            return header[0]
        return (f"{name}: " + f"{_LINE_END} ".join(value.split())).encode()

    head, separator, body = message.as_bytes().partition(b"\r\n\r\n")
    return _BLANKS_BEFORE_FOLD.sub(b"", _WRITTEN_ANEW.sub(anew, head)) + separator + body
