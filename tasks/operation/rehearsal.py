"""`--dry-run`: the same runs on the same input, in a transaction never committed and with ports that do nothing.

What one step would write the next one sees, so a rehearsed cycle shows the mails that its own intake would cause.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tasks.bootstrap import Office
from tasks.domain.cases.dossier import Filed
from tasks.domain.learning.model import TextModel
from tasks.ports.archive import Archive, CaseFolders
from tasks.ports.errors import SheetUnavailable
from tasks.ports.mailbox import Listing, Mailbox, MessageRef, RawMessage
from tasks.ports.models import Models
from tasks.ports.sender import Envelope, Outcome, Receipt
from tasks.ports.sheet import Sheet, SheetChanges, Snapshot, Tab, TabLayout, WriteReport


@contextmanager
def rehearsal(office: Office) -> Iterator[Office]:
    """Yield an office that reads what the real one reads and changes nothing anywhere."""
    with office.ledger.rehearse() as ledger:
        pretend = Office(office.settings, office.clock)
        pretend.ledger = ledger
        pretend.archive = RehearsedArchive(office.archive)
        pretend.case_folders = RehearsedCaseFolders(office.case_folders)
        pretend.sender = RehearsedSender()
        pretend.mailbox = RehearsedMailbox(office.mailbox)
        pretend.sheet = RehearsedSheet(office.sheet)
        pretend.keep_results = lambda name, content: None
        pretend.models = RehearsedModels(office.models)
        yield pretend


class RehearsedArchive:
    """Keeps new files in memory only."""

    def __init__(self, real: Archive) -> None:
        self._real = real
        self._kept: dict[str, bytes] = {}

    def ping(self) -> str:
        return self._real.ping()

    def put(self, contents: Sequence[bytes], suffix: str = "") -> list[str]:
        hashes = [hashlib.sha256(content).hexdigest() for content in contents]
        self._kept.update(zip(hashes, contents, strict=True))
        return hashes

    def get(self, sha256: str) -> bytes:
        return self._kept[sha256] if sha256 in self._kept else self._real.get(sha256)

    def erase(self, sha256: str) -> bool:
        """Nothing is lost in a rehearsal."""
        return False

    def path(self, sha256: str) -> Path:
        return self._real.path(sha256)


class RehearsedCaseFolders:
    """Knows where the folders are; puts nothing in."""

    def __init__(self, real: CaseFolders) -> None:
        self._real = real

    def path(self, case: str) -> Path:
        return self._real.path(case)

    def keep(self, case: str, files: Sequence[Filed]) -> None:
        """The folder stays as it is."""

    def held(self, case: str) -> list[Filed]:
        return self._real.held(case)

    def drop(self, case: str) -> None:
        """The folder stays as it is."""


class RehearsedSender:
    """Takes every mail and sends none."""

    certain_after = timedelta()
    largest = None

    def ping(self) -> str:
        return "rehearsal: nothing is sent"

    def send(self, envelope: Envelope) -> Receipt:
        return Receipt(Outcome.SENT, "rehearsed")

    def was_sent(self, message_id: str) -> bool | None:
        return None

    def close(self) -> None:
        """Nothing is open."""


class RehearsedMailbox:
    """Lists and fetches; settles nothing."""

    def __init__(self, real: Mailbox) -> None:
        self._real = real
        self.name = real.name

    def ping(self) -> str:
        return self._real.ping()

    def listing(self, cursor: str | None) -> Listing:
        return self._real.listing(cursor)

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[RawMessage]:
        return self._real.fetch(refs)

    def settle(self, refs: Sequence[MessageRef]) -> None:
        """The server's copies stay as they are."""

    def wait(self, cursor: str | None, seconds: float) -> bool:
        return self._real.wait(cursor, seconds)

    def close(self) -> None:
        self._real.close()


class RehearsedSheet:
    """Reads the sheet; writes nothing."""

    def __init__(self, real: Sheet) -> None:
        self._real = real
        self.name = real.name
        self._prepared: Sequence[TabLayout] = ()

    def ping(self) -> str:
        return self._real.ping()

    def prepare(self, layouts: Sequence[TabLayout]) -> list[str]:
        self._prepared = layouts
        return []

    def glance(self) -> None:
        """Return nothing: only reading tells."""

    def read(self, layouts: Sequence[TabLayout] = ()) -> Snapshot:
        """Return the real sheet, with what preparing it would have made: empty tabs."""
        try:
            found = self._real.read(layouts)
        except SheetUnavailable:
            if not self._prepared:
                raise
            found = Snapshot({}, "")
        made = {tab.name: Tab(tab.name, tuple(c.header for c in tab.columns), ()) for tab in self._prepared}
        return Snapshot(made | found.tabs, found.fingerprint)

    def write(self, layouts: Sequence[TabLayout], changes: SheetChanges) -> WriteReport:
        return WriteReport(len(changes.cells) + len(changes.appends))

    def link(self, tab: str, key: str) -> str:
        return self._real.link(tab, key)

    def export(self, layouts: Sequence[TabLayout] = ()) -> bytes:
        return self._real.export(layouts)


class RehearsedModels:
    """Reads the model in use; keeps no new one."""

    def __init__(self, real: Models) -> None:
        self._real = real

    def current(self) -> TextModel:
        return self._real.current()

    def previous(self) -> TextModel | None:
        return self._real.previous()

    def keep(self, model: TextModel) -> None:
        """The model in use stays."""
