"""The ledger: the one truth. Everything durable happens inside a unit of work, which commits whole or not at all."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from tasks.domain.cases.assignment import Workload
from tasks.domain.cases.case import Case, CaseEvent, EventKind, State
from tasks.domain.directory import Absence, Directory
from tasks.domain.learning.experience import Corrected
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.message import Mentions, Thread
from tasks.domain.mail.writing.outgoing import OutgoingMail, Purpose
from tasks.domain.scores.results import Score, ScoreFile
from tasks.ports.mailbox import MessageRef
from tasks.ports.records import (
    Fate,
    FlowRun,
    LoadedFile,
    MessageRecord,
    OutboxRecord,
    OutboxState,
    RequestRecord,
    SessionRecord,
    Standing,
    Token,
)


class Messages(Protocol):
    """Received mail."""

    def known(self, mailbox: str, refs: Sequence[MessageRef]) -> set[MessageRef]: ...
    def familiar(self, hashes: Sequence[str], contents: Sequence[str]) -> set[str]:
        """Return those SHA-256 of bytes and those content keys that a message in the ledger has."""
        ...

    def foresee(self, message_ids: Sequence[str]) -> None:
        """Look up at once which of these Message-IDs are known; `thread` then asks for none that is not."""
        ...

    def relisted(self, mailbox: str, generation: str, sha256: str) -> int | None:
        """Return the message with the same bytes known only from another generation (UIDVALIDITY reset)."""
        ...

    def add_place(self, message: int, mailbox: str, ref: MessageRef) -> None: ...
    def twin(
        self, message_id: str, content_key: str, writer: str, since: datetime, house: str = ""
    ) -> MessageRecord | None:
        """Return the earlier message that this one repeats.

        Same content and same Message-ID, whenever; or same content received after `since` from the same writer, for a
        request of theirs (passed on by somebody), or from the same `house`, a domain that is one office's. The
        Message-ID alone proves nothing: anybody may copy one to make a mail of others vanish.
        """
        ...

    def add(self, record: MessageRecord) -> None: ...
    def settle_fate(self, message: int, outcome: Fate, cases: Sequence[str], request: str | None) -> None: ...
    def get(self, message: int) -> MessageRecord | None: ...
    def all(self) -> list[MessageRecord]: ...
    def after(self, message: int) -> list[MessageRecord]:
        """Return the messages taken in after that one, in order."""
        ...

    def of_sender(self, email: str) -> list[MessageRecord]:
        """Return the messages of that address (letter case apart)."""
        ...

    def erase(self, messages: Sequence[int]) -> None:
        """Forget who wrote those messages and about what. Their fate stays, and their hash: a copy is known again."""
        ...

    def get_many(self, messages: Iterable[int]) -> list[MessageRecord]: ...
    def in_review(self) -> list[MessageRecord]: ...
    def newest(self) -> int:
        """Return the message that was taken in last; 0 when none ever was."""
        ...

    def of_case(self, case: str) -> list[MessageRecord]: ...
    def thread(self, mentions: Mentions) -> Thread | None:
        """Return what the ledger knows of the thread that those Message-IDs and numbers point at."""
        ...


class Cases(Protocol):
    """Requests, cases and their histories."""

    def add_request(self, request: RequestRecord) -> None: ...
    def request(self, number: str) -> RequestRecord | None: ...
    def unacknowledged(self) -> list[RequestRecord]:
        """Return the requests that nobody was told of receiving, oldest first."""
        ...

    def acknowledged_since(self, emails: Sequence[str], moment: datetime) -> list[tuple[str, str]]:
        """Return (address, request) of what those addresses asked and were told of since."""
        ...

    def acknowledge(self, numbers: Sequence[str], at: datetime) -> None: ...
    def append(self, events: Iterable[CaseEvent]) -> list[Case]:
        """Append the events and return the touched cases as they are now (the projection moves with them)."""
        ...

    def get(self, number: str) -> Case | None: ...
    def get_many(self, numbers: Iterable[str]) -> list[Case]: ...
    def all(self, states: Sequence[State] | None = None) -> list[Case]: ...
    def open(self) -> list[Case]: ...
    def of_request(self, request: str) -> list[Case]: ...
    def of_requests(self, requests: Sequence[str]) -> dict[str, list[Case]]:
        """Return the cases of each of those requests."""
        ...

    def stirred(self, after: int, states: Sequence[State]) -> tuple[int, list[Case]]:
        """Return the last event's number, and the cases now in those states that had an event after number `after`."""
        ...

    def workloads(self) -> list[Workload]:
        """Return how many cases each officer has had and has, by policy."""
        ...

    def of_requester(self, email: str) -> list[Case]:
        """Return the cases that were asked for from that address (letter case apart), oldest first."""
        ...

    def erase_requester(self, request: str) -> None:
        """Forget who asked and in what words, in the request, its cases and their histories. What was done stays."""
        ...

    def history(self, case: str) -> list[CaseEvent]: ...
    def ever(self, kind: EventKind) -> set[str]:
        """Return the cases to which that ever happened."""
        ...

    def events(self, since: datetime | None, until: datetime) -> list[CaseEvent]: ...
    def record_sessions(self, case: str, leader: str) -> None:
        """Make the sessions that the case attended those of its days of assistance, with its people and evidence.

        A session is known by day, mode and leader: other cases of the same one share it.
        """
        ...

    def sessions(self, case: str) -> list[SessionRecord]:
        """Return the sessions that the case attended, in order."""
        ...


class Lessons(Protocol):
    """What people corrected, for the judge to learn from."""

    def add(self, case: str, field_name: str, before: str, after: str, at: datetime, actor: str) -> None: ...
    def corrected(self, limit: int) -> list[Corrected]:
        """Return the requests whose policies people chose or changed, newest first, with what they ended with."""
        ...

    def places(self) -> dict[str, set[str]]:
        """Return for each address (lower case) the municipalities of its cases; discarded ones do not count."""
        ...

    def counted(self, since: datetime | None, until: datetime) -> dict[str, int]:
        """Return how many cases people corrected, by field ("policy", "municipality"), after `since`."""
        ...


class Letters(Protocol):
    """Letters and the cases they speak for."""

    def save(self, letter: Letter) -> None: ...
    def get(self, number: str) -> Letter | None: ...
    def all(self, states: Sequence[LetterState] | None = None) -> list[Letter]: ...
    def of_case(self, case: str) -> list[Letter]: ...


class Outbox(Protocol):
    """Mail to be sent. The row commits before the first byte leaves."""

    def queue(self, mail: OutgoingMail, at: datetime) -> bool:
        """Queue a mail once per `mail.key`; False when that key was queued before."""
        ...

    def queue_all(self, mails: Sequence[OutgoingMail], at: datetime) -> list[OutgoingMail]:
        """Queue several mails, each once per its key; return those whose key is new."""
        ...

    def rewrite(self, record: int, mail: OutgoingMail) -> None:
        """Put a mail's text in the place of what it was to be written from."""
        ...

    def erase(self, records: Sequence[int]) -> None:
        """Forget whom the mails were for and what they said; that they were sent, and about which cases, stays."""
        ...

    def by_state(self, states: Sequence[OutboxState], limit: int | None = None) -> list[OutboxRecord]: ...
    def mark(
        self,
        record: int,
        state: OutboxState,
        attempts: int,
        at: datetime,
        detail: str = "",
        standing: Standing = Standing.NEW,
    ) -> None:
        """Say what became of a mail: `detail` (Spanish) is for people, `standing` for the next run."""
        ...

    def tried_since(self, moment: datetime) -> int:
        """Return how many mails were handed over to the server after the moment, whatever became of them."""
        ...

    def find(self, message_id: str) -> OutboxRecord | None: ...
    def get(self, record: int) -> OutboxRecord | None: ...
    def all(self) -> list[OutboxRecord]: ...
    def has_keys(self, keys: Sequence[str]) -> set[str]:
        """Return those of the keys under which a mail was ever queued."""
        ...

    def is_sent(self, key: str) -> bool: ...
    def with_token(self, token: str) -> OutboxRecord | None:
        """Return the mail whose Message-ID carries the token."""
        ...

    def written_to(self, purpose: Purpose, moment: datetime) -> list[str]:
        """Return the address of every mail of that purpose that was sent since."""
        ...

    def queued_since(self, purpose: Purpose, moment: datetime) -> list[OutboxRecord]: ...


class Books(Protocol):
    """Everything that is kept beside cases: numbers, people, shadow, tokens, scores, cursors, runs."""

    def next_number(self, series: str, year: int) -> int:
        """Return the next number of a gap-free yearly series; given back if the unit of work does not commit."""
        ...

    def directory(self) -> Directory: ...
    def save_directory(self, directory: Directory) -> None: ...
    def note_absence(self, email: str, absence: Absence) -> bool:
        """Keep that an automatic answer told of an absence, beside those of the tabs; False when it was known."""
        ...

    def shadow(self, sheet: str, key: str | None = None) -> dict[tuple[str, str, str], str]:
        """Return the last agreed value per (tab, row key, header), of every row or of those with that key."""
        ...

    def save_shadow(self, sheet: str, cells: Mapping[tuple[str, str, str], str | None]) -> None:
        """Replace those cells of the shadow; None forgets one."""
        ...

    def add_tokens(self, tokens: Sequence[Token]) -> None: ...
    def use_token(self, token: str, person: str, at: datetime) -> Token | None:
        """Consume the token if it is that person's, unused and not expired; None otherwise."""
        ...

    def cursor(self, name: str) -> str | None: ...
    def cursors(self, names: Sequence[str]) -> dict[str, str]:
        """Return the values of those cursors that exist."""
        ...

    def save_cursor(self, name: str, value: str) -> None: ...
    def save_cursors(self, values: Mapping[str, str]) -> None: ...
    def add_scores(self, file: LoadedFile, rows: Iterable[Score]) -> None: ...
    def score_files(self) -> list[LoadedFile]: ...
    def mark_score_file(self, sha256: str, *, announced: bool | None = None, reported: bool | None = None) -> None: ...
    def scores(self) -> list[ScoreFile]:
        """Return what every loaded file says, in the order of loading (`combine` lays them over one another)."""
        ...

    def record_run(self, flow: str, at: datetime, counts: Mapping[str, int], error: str = "") -> None: ...
    def runs(self) -> list[FlowRun]: ...


class UnitOfWork(Protocol):
    """One transaction over the whole ledger."""

    @property
    def messages(self) -> Messages: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def lessons(self) -> Lessons: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def books(self) -> Books: ...
    def savepoint(self, *, written: bool = False) -> AbstractContextManager[None]:
        """A part that may fail alone: an exception inside undoes only the part, and is raised again.

        What is added may be refused as late as at the end of the unit of work; with `written`, at the end of the part.
        """
        ...


class Ledger(Protocol):
    """The database. All methods raise `LedgerUnavailable` when it cannot be used."""

    def ping(self) -> str: ...
    def upgrade(self) -> None:
        """Bring the schema to this version. Idempotent."""
        ...

    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """Open a writing unit of work: commits when the block ends, rolls back when it raises."""
        ...

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Open a read-only unit of work on one consistent state."""
        ...

    def lock(self, name: str) -> AbstractContextManager[bool]:
        """Try to be the only holder of `name`; yields False at once when it is taken. Freed when the holder dies."""
        ...

    def rehearse(self) -> AbstractContextManager["Ledger"]:
        """Open a ledger that behaves as this one and forgets everything when the block ends."""
        ...

    def dump(self, sink: Callable[[str, Iterator[bytes]], None]) -> str:
        """Give every table's name and rows (lines of JSON) to `sink`, on one consistent state; return the schema's
        revision."""
        ...

    def fill(self, revision: str, source: Callable[[str], Iterable[bytes]]) -> None:
        """Put what `dump` gave into an empty database and bring it to this version, all or nothing.

        Raises `UsageError` when the database holds anything, `ValueError` for a revision newer than this version.
        """
        ...

    def audit(self) -> list[str]:
        """Return one line per broken invariant (none: sound)."""
        ...
