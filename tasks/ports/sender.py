"""Outgoing mail: one message at a time, and an honest answer about what became of it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    """What the server said of one message."""

    SENT = "sent"
    REFUSED = "refused"  # permanently: wrong address, policy
    RETRY = "retry"  # temporarily: greylisting, over quota
    UNKNOWN = "unknown"  # the answer was lost after the bytes left


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one sending; `refused` are recipients the server did not take, with its words."""

    outcome: Outcome
    detail: str = ""
    refused: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes over the wire: the rendered message and its envelope addresses."""

    message_id: str
    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class Sender(Protocol):
    """A way out for mail. Raises `SenderUnavailable` when the server cannot be reached or refuses us as a whole."""

    @property
    def certain_after(self) -> timedelta:
        """How long after a message was handed over a False of `was_sent` is to be believed: copies are filed late."""
        ...

    @property
    def largest(self) -> int | None:
        """The octets that a message may have here; None when the server says so itself."""
        ...

    def ping(self) -> str:
        """Reach the server (log in if it asks) and say in one line what was reached; sends nothing."""
        ...

    def send(self, envelope: Envelope) -> Receipt:
        """Hand one message over."""
        ...

    def was_sent(self, message_id: str) -> bool | None:
        """Say whether a message with that Message-ID already went out; None when this server cannot tell.

        A False counts only `certain_after` the sending.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
