"""A message as the rules see it: what any byte sequence was parsed into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional


@dataclass(frozen=True, slots=True)
class Correspondent:
    """A name and an address as a header gave them; `email` is lower-cased, "" when there was none."""

    name: str = ""
    email: str = ""

    @property
    def domain(self) -> str:
        """The part after the @."""
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; `name` is safe to show and to store (no path, no control characters)."""

    name: str
    content_type: str
    content: bytes
    inline: bool = False
    text: str = ""  # what it says, where it was read


@dataclass(frozen=True, slots=True)
class Mail:
    """One parsed message. Every text is clean Unicode (NFC, no controls, no lone surrogates)."""

    message_id: str = ""  # with angle brackets; "" when missing
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: Correspondent = Correspondent()
    reply_to: Correspondent = Correspondent()
    to: tuple[Correspondent, ...] = ()
    cc: tuple[Correspondent, ...] = ()
    subject: str = ""
    sent: datetime | None = None  # the Date header, aware; None when missing or unreadable
    text: str = ""  # everything readable, quoted parts and signature included
    attachments: tuple[Attachment, ...] = ()
    inner: Optional["Mail"] = None  # the first message/rfc822 part
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # lower-case name → values, topmost first
    content_key: str = ""  # SHA-256 of sender-independent content: subject, text and attachments, normalised
    defects: tuple[str, ...] = ()  # what had to be guessed, in plain words
    warnings: tuple[str, ...] = ()  # what whoever opens it must know: programs, encrypted or unreadable parts

    def header(self, name: str) -> str:
        """Return the topmost value of a header, "" when there is none."""
        return next(iter(self.headers.get(name.lower(), ())), "")


@dataclass(frozen=True, slots=True)
class Mentions:
    """Numbers and Message-IDs by which a message points at what we already know."""

    message_ids: tuple[str, ...] = ()  # In-Reply-To first, then References from the newest
    cases: tuple[str, ...] = ()  # 2026-0041
    requests: tuple[str, ...] = ()  # S-2026-0030
    letters: tuple[str, ...] = ()  # DSEGPP-2026-0107


@dataclass(frozen=True, slots=True)
class Thread:
    """What the ledger knows of the thread that a message continues."""

    requests: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    municipality: str | None = None
    people: frozenset[str] = frozenset()  # addresses that took part
