"""A mailbox on an IMAP server (RFC 9051), through imap-tools."""

import imaplib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from imap_tools.errors import ImapToolsError
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_chain, wait_fixed

from tasks.adapters.mailbox.asking import wait_by_asking
from tasks.adapters.mailbox.imap_session import COMMAND_UIDS, ImapRefusal, ImapSession, open_session
from tasks.adapters.mailbox.imap_trouble import is_drop, reason
from tasks.adapters.mailbox.unreadable import Unreadable
from tasks.clients.patience import LONGEST, cut_after, opened_within
from tasks.ports.endpoint import Credentials, Endpoint
from tasks.ports.errors import MailboxUnavailable, TokenRefused
from tasks.ports.mailbox import After, Listing, MessageRef, RawMessage

T = TypeVar("T")
_MOST_REFUSED = 3  # that cannot be marked; beyond that it is the folder that takes nothing, not the messages
_LONGEST_IDLE = 28 * 60  # seconds; a server may log us off after 30 minutes (RFC 2177)


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is in memory at once (a message above `octets` comes alone), and how long the server is waited for.

    `waits` are the seconds before each new attempt after a dropped connection, `longest` those after which a request is
    cut: a server that sends a byte now and then would otherwise hold up everything for ever.
    """

    messages: int = 200
    octets: int = 8 * 1024 * 1024
    waits: tuple[float, ...] = (0.5, 2.0)
    longest: float = LONGEST


class ImapMailbox:
    """`Mailbox` over IMAP. What is new comes from UIDVALIDITY and UID, kept in the cursor, never from \\Seen.

    The folder is opened for reading only unless `after` asks for marks, or if the server allows no more.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        credentials: Credentials,
        *,
        inbox: str = "INBOX",
        after: After = "keep",
        processed: str = "Procesados",
        pace: Pace = Pace(),
    ) -> None:
        self._endpoint = endpoint
        self._credentials = credentials
        self._inbox = inbox
        self._after = after
        self._processed = processed
        self._pace = pace
        self._session: ImapSession | None = None

    @property
    def name(self) -> str:
        return f"imap://{self._credentials.username}@{self._endpoint.host}/{self._inbox}"

    def ping(self) -> str:
        def look(session: ImapSession) -> str:
            session.select()
            marks = ", read-only" if session.read_only and self._after != "keep" else ""
            return f'IMAP {self._endpoint}, folder "{self._inbox}": {session.messages} messages{marks}'

        return self._ask(look)

    def listing(self, cursor: str | None) -> Listing:
        def look(session: ImapSession) -> Listing:
            session.select()
            last = _last_uid(cursor, session.generation)
            uids = session.uids_after(last)
            refs = tuple(MessageRef(session.generation, str(uid)) for uid in uids)
            return Listing(refs, f"{session.generation}:{uids[-1] if uids else last}")

        return self._ask(look)

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[RawMessage]:
        unreadable = Unreadable(f"IMAP {self._endpoint}")
        for stretch in _stretches(refs):
            sizes = self._ask(partial(_sizes, refs=stretch))
            for page in _pages(stretch, sizes, self._pace):
                yield from self._page(page, unreadable)
        unreadable.tell()

    def settle(self, refs: Sequence[MessageRef]) -> None:
        if self._after == "keep":
            return
        refused: list[MailboxUnavailable] = []
        for stretch in _stretches(refs):
            self._settle(stretch, refused)
        if refused:  # told when all the others are marked
            raise refused[0]

    def wait(self, cursor: str | None, seconds: float) -> bool:
        if self.listing(cursor).refs:
            return True
        looked_at, longest = self._session, min(seconds, _LONGEST_IDLE)
        # Nothing is asked between that look and IDLE, so what came in between is told as IDLE starts; on a new
        # connection it would not be.
        told = self._ask(lambda session: session.idle(longest) if session is looked_at else True, longest)
        if told is None:
            return wait_by_asking(lambda: bool(self.listing(cursor).refs), seconds)
        return told and bool(self.listing(cursor).refs)

    def close(self) -> None:
        session, self._session = self._session, None
        if session:
            session.leave()

    def _page(self, page: Sequence[MessageRef], unreadable: Unreadable) -> Iterator[RawMessage]:
        """Yield what is there of a page. One message that the server refuses, or hangs up at, spoils no other."""
        try:
            bodies = self._ask(lambda session: _bodies(session, _uids(session, page)))
        except MailboxUnavailable as error:
            if len(page) == 1:
                return unreadable.add(page[0].uid, str(error))
            for ref in page:
                yield from self._page([ref], unreadable)
            return None
        withheld = self._ask(lambda session: _withheld(session, page, bodies))
        for ref in page:
            if found := bodies.pop(int(ref.uid), None):
                unreadable.read()
                yield RawMessage(ref, *found)
            elif int(ref.uid) in withheld:
                unreadable.add(ref.uid, "the server lists it and does not send it")

    def _settle(self, refs: Sequence[MessageRef], refused: list[MailboxUnavailable]) -> None:
        """Mark them; when the server refuses, each half apart: one that cannot be marked holds up no other."""
        try:
            self._ask(partial(self._mark, refs=refs))
        except MailboxUnavailable as error:
            if not isinstance(error.__cause__, ImapRefusal) or len(refused) == _MOST_REFUSED:
                raise
            if len(refs) == 1:
                refused.append(error)
                return
            half = len(refs) // 2
            self._settle(refs[:half], refused)
            self._settle(refs[half:], refused)

    def _mark(self, session: ImapSession, refs: Sequence[MessageRef]) -> None:
        uids = _uids(session, refs)
        if not uids or session.read_only:
            return
        if self._after == "move":
            session.move(uids, self._processed)
        else:
            session.flag(uids)

    def _ask(self, work: Callable[[ImapSession], T], besides: float = 0) -> T:
        """Do the work on an open session; on a dropped connection connect anew, a few times.

        `besides` are the seconds that it may take beyond the longest request.
        """
        waits = self._pace.waits
        try:
            for attempt in Retrying(
                retry=retry_if_exception(is_drop),
                wait=wait_chain(*map(wait_fixed, (*waits, 0))),
                stop=stop_after_attempt(1 + len(waits)),
                reraise=True,
            ):
                with attempt:
                    return self._attempt(work, self._pace.longest + besides)
        except (imaplib.IMAP4.error, ImapToolsError, ImapRefusal, TokenRefused, OSError, UnicodeError) as error:
            raise MailboxUnavailable(f"IMAP {self._endpoint}: {reason(error, self._inbox)}") from error
        raise AssertionError("tenacity returns or raises")

    def _attempt(self, work: Callable[[ImapSession], T], longest: float) -> T:
        if not self._session:
            writable = self._after != "keep"
            connect = partial(open_session, self._endpoint, self._credentials, self._inbox, writable)
            self._session = opened_within(self._pace.longest, connect, ImapSession.drop)
        session = self._session
        with cut_after(longest, session.connection) as expired:
            try:
                return work(session)
            except ImapRefusal as refusal:
                if is_drop(refusal):
                    self._drop()
                raise
            except BaseException as error:
                # What is still on its way would be taken for the answer to the next command.
                self._drop()
                if expired.is_set():
                    raise ImapRefusal(f"no whole answer within {longest:.0f} seconds") from error
                raise

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session:
            session.drop()


def _last_uid(cursor: str | None, generation: str) -> int:
    """Return the UID up to which the cursor says all is settled: 0 if it speaks of another UIDVALIDITY."""
    validity, _, last = (cursor or "").partition(":")
    return int(last) if validity == generation and last.isdigit() else 0


def _stretches(refs: Sequence[MessageRef]) -> Iterator[Sequence[MessageRef]]:
    for start in range(0, len(refs), COMMAND_UIDS):
        yield refs[start : start + COMMAND_UIDS]


def _uids(session: ImapSession, refs: Sequence[MessageRef]) -> list[int]:
    """Return the UIDs of the places that still mean something: another UIDVALIDITY's UIDs are other messages."""
    return [int(ref.uid) for ref in refs if ref.generation == session.generation]


def _sizes(session: ImapSession, refs: Sequence[MessageRef]) -> dict[int, int]:
    """Return the size of what is there; 0 where the server cannot say, as fetching it will show."""
    return _each_size(session, uids) if (uids := _uids(session, refs)) else {}


def _each_size(session: ImapSession, uids: list[int]) -> dict[int, int]:
    try:
        return session.sizes(uids)
    except ImapRefusal as refusal:
        if is_drop(refusal):
            raise
        half = len(uids) // 2
        return _each_size(session, uids[:half]) | _each_size(session, uids[half:]) if half else {uids[0]: 0}


def _pages(refs: Sequence[MessageRef], sizes: dict[int, int], pace: Pace) -> Iterator[list[MessageRef]]:
    """Cut the places that have a size into pages within the bounds; what vanished has none."""
    page: list[MessageRef] = []
    octets = 0
    for ref in refs:
        size = sizes.get(int(ref.uid))
        if size is None:
            continue
        if page and (len(page) >= pace.messages or octets + size > pace.octets):
            yield page
            page, octets = [], 0
        page.append(ref)
        octets += size
    if page:
        yield page


def _bodies(session: ImapSession, uids: list[int]) -> dict[int, tuple[bytes, datetime | None]]:
    """Return what is there of these messages. Raises the refusal of a page, and of a message unless it is gone."""
    if not uids:
        return {}
    try:
        return session.bodies(uids)
    except ImapRefusal as refusal:
        # RFC 5530: gone since we looked
        if len(uids) == 1 and ("EXPUNGEISSUED" in str(refusal) or not _each_size(session, uids)):
            return {}
        raise


def _withheld(
    session: ImapSession, page: Sequence[MessageRef], bodies: dict[int, tuple[bytes, datetime | None]]
) -> set[int]:
    """Return the UIDs that the server passed over, or sent nothing of, and that are still there with a size.

    They did not vanish: a cursor that went past them would lose them.
    """
    missing = [uid for uid in _uids(session, page) if not bodies.get(uid, (b"",))[0]]
    there = {uid for uid, size in _each_size(session, missing).items() if size} if missing else set()
    for uid in there:
        bodies.pop(uid, None)
    return there
