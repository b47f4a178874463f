"""A message on its way in: its bytes safe on the disk, then what they say.

Light to import: the process that reads ahead starts while a backlog waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from tasks.domain.classification.attachments import read_letters
from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import Parts, parts_of
from tasks.domain.mail.reading.parsing import parse
from tasks.ports.archive import Archive
from tasks.ports.documents import Documents
from tasks.ports.mailbox import MessageRef, RawMessage

Page = Sequence[RawMessage]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message on its way in."""

    mail: Mail
    parts: Parts
    ref: MessageRef
    received: datetime
    sha256: str = ""  # once its bytes are safe
    familiar: bool = True  # its content may be that of an earlier message


class Read(NamedTuple):
    """A message whose bytes are safe, and what was read of it (or why nothing could be)."""

    sha256: str
    arrival: Arrival | Exception


def keep_and_read(archive: Archive, documents: Documents, page: Page, now: datetime) -> list[Read]:
    """Put the bytes of all messages of a page on the disk, then read each. Raises `ArchiveUnavailable`."""
    hashes = archive.put([message.raw for message in page], ".eml")
    return [Read(sha256, _read(documents, message, now)) for sha256, message in zip(hashes, page, strict=True)]


def _read(documents: Documents, message: RawMessage, now: datetime) -> Arrival | Exception:
    try:
        return arrive(message, now, documents)
    except Exception as error:  # raised again where it can be quarantined
        return error


def arrive(raw: RawMessage, now: datetime, documents: Documents) -> Arrival:
    """Return the arrival of a message: what it and the letters it encloses say, its parts and when it was received.

    Raises ValueError (in Spanish, for the quarantine) when nobody could read it.
    """
    mail = parse(raw.raw)
    parts = parts_of(mail)
    return Arrival(read_letters(mail, parts, documents.text), parts, raw.ref, received(mail, raw, now))


def received(mail: Mail, raw: RawMessage, now: datetime) -> datetime:
    """Return when the office got it: the server's word, else the newest Received, else Date; never in the future."""
    stamp = mail.header("received").rpartition(";")[2]
    for moment in (raw.received, _moment(stamp), mail.sent):
        if moment is not None:
            return min(moment.astimezone(now.tzinfo), now)
    return now


def _moment(stamp: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(stamp)
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else None
