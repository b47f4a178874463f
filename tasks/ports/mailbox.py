"""The office's mailbox as the service sees it: list, fetch, settle."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

# What happens to the server's copy once a message is safe (`mailbox.after`): nothing, marked as read, or put aside.
After = Literal["keep", "flag", "move"]


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a copy of a message lies: `uid` is unique within a `generation` (UIDVALIDITY) of the mailbox."""

    generation: str
    uid: str


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message as delivered: its place, its bytes, and when the server took it (aware), if it says."""

    ref: MessageRef
    raw: bytes
    received: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What may be new since a cursor, oldest first, and the cursor to keep once all of it is settled."""

    refs: tuple[MessageRef, ...]
    cursor: str


class Mailbox(Protocol):
    """A place that mail arrives at. What counts as new is decided by the ledger, never by \\Seen.

    All methods raise `MailboxUnavailable` when the server or folder cannot be used.
    """

    @property
    def name(self) -> str:
        """A stable key of this mailbox (locks, cursors and message places are kept under it)."""
        ...

    def ping(self) -> str:
        """Open the mailbox and say in one line what was reached."""
        ...

    def listing(self, cursor: str | None) -> Listing:
        """Return the places of messages that may be new since `cursor` (None: all of them), without bodies.

        It may name messages already known (the caller subtracts them), never leave out a new one.
        """
        ...

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[RawMessage]:
        """Yield the messages in pages of bounded memory; one that vanished meanwhile is left out. Marks nothing."""
        ...

    def settle(self, refs: Sequence[MessageRef]) -> None:
        """Do what `mailbox.after` asks (keep, flag, move) to messages that are safe in the ledger. Idempotent.

        Only the named messages change: nobody else's deleted mail is ever expunged.
        """
        ...

    def wait(self, cursor: str | None, seconds: float) -> bool:
        """Wait until something may have come since `cursor`, at most so long; says whether. Only a hint.

        A server that can tell (IDLE, notifications) is listened to; any other is asked again now and then.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
