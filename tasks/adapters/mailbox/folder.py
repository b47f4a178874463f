"""A folder as mailbox: a flat directory of .eml files, which is left alone, or a Maildir, which is kept like one."""

import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote_from_bytes, unquote_to_bytes

from imap_tools.imap_utf7 import utf7_encode

from tasks.ports.errors import MailboxUnavailable
from tasks.ports.mailbox import After, Listing, MessageRef, RawMessage

_LOOK_EVERY = 0.5  # seconds between two looks at the directory while waiting


class _Layout(Protocol):
    """How messages lie in a folder; uids are text without line ends, whatever the file names hold."""

    generation: str

    def uids(self) -> list[str]: ...

    def read(self, uids: Sequence[str]) -> Iterator[RawMessage]: ...

    def settle(self, uids: Sequence[str], after: After) -> None: ...


class FolderMailbox:
    """`Mailbox` over a directory. Files of a flat one are never moved nor marked, whatever `after` says.

    In a Maildir `flag` adds the flag S, and `move` puts the message into the Maildir++ sub-folder `processed`. There
    is no cursor: every listing names all messages.
    """

    def __init__(self, path: Path, *, after: After = "keep", processed: str = "Procesados") -> None:
        self._path = path
        self._after = after
        self._processed = processed
        self._seen: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        # By its own name, so that a home that was moved or restored elsewhere knows its mail again.
        return f"folder:{self._path.absolute().name}"

    def ping(self) -> str:
        with self._opened() as layout:
            return f"{layout.generation} {self._path}: {len(layout.uids())} messages"

    def listing(self, cursor: str | None) -> Listing:
        with self._opened() as layout:
            refs = tuple(MessageRef(layout.generation, uid) for uid in layout.uids())
            return Listing(refs, layout.generation)

    def fetch(self, refs: Sequence[MessageRef]) -> Iterator[RawMessage]:
        with self._opened() as layout:
            yield from layout.read([ref.uid for ref in refs if ref.generation == layout.generation])

    def settle(self, refs: Sequence[MessageRef]) -> None:
        with self._opened() as layout:
            layout.settle([ref.uid for ref in refs if ref.generation == layout.generation], self._after)

    def wait(self, cursor: str | None, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while (signature := self._signature()) == self._seen:
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, _LOOK_EVERY))
        self._seen = signature
        return True

    def close(self) -> None:
        return

    def _signature(self) -> tuple[int, ...]:
        """Return what changes whenever a file is put here: the times of the directories."""
        with self._opened():
            places = (self._path, self._path / "new", self._path / "cur")
            return tuple(place.stat().st_mtime_ns for place in places if place.is_dir())

    def _opened(self) -> AbstractContextManager[_Layout]:
        return _opened(self._path, self._processed)


@contextmanager
def _opened(path: Path, processed: str) -> Iterator[_Layout]:
    """Tell what the directory is; what the disk refuses is a `MailboxUnavailable`."""
    try:
        if not path.is_dir():
            raise MailboxUnavailable(f"mailbox folder {path} does not exist: make it, or set mailbox.folder.path")
        is_maildir = (path / "cur").is_dir() and (path / "new").is_dir()
        yield _Maildir(path, processed) if is_maildir else _Flat(path)
    except OSError as error:
        raise MailboxUnavailable(f"mailbox folder {path} cannot be used: {error.strerror or error}") from error


class _Flat:
    """A directory of .eml files. A file is named by name, size and time, so that one that grew is seen again."""

    generation = "folder"

    def __init__(self, path: Path) -> None:
        self._path = path

    def uids(self) -> list[str]:
        with os.scandir(self._path) as entries:
            names = [entry.name for entry in entries if _is_mail_name(entry.name)]
        found = []
        for name in names:
            state = _state(self._path / name)
            if state:
                found.append((state.st_mtime_ns, name, state))
        return [_flat_uid(name, state) for _, name, state in sorted(found, key=lambda item: item[:2])]

    def read(self, uids: Sequence[str]) -> Iterator[RawMessage]:
        for uid in uids:
            name = os.fsdecode(unquote_to_bytes(uid.split("|", 1)[0]))
            if not _is_mail_name(name):
                continue
            try:
                raw, state = _read_regular(self._path / name)
            except FileNotFoundError:
                continue
            if _flat_uid(name, state) == uid:  # else it changed since: the next listing names it anew
                yield RawMessage(MessageRef(self.generation, uid), raw)

    def settle(self, uids: Sequence[str], after: After) -> None:
        return


class _Maildir:
    """A Maildir (https://cr.yp.to/proto/maildir.html): a message keeps its base name, its flags follow ":2,"."""

    generation = "maildir"

    def __init__(self, path: Path, processed: str) -> None:
        self._path = path
        # Maildir++: sub-folders lie beside cur with a leading dot; "." parts levels, names in modified UTF-7.
        encoded = utf7_encode(processed.replace("/", ".")).decode("ascii")
        self._processed = path / f".{encoded.strip('.')}"

    def uids(self) -> list[str]:
        dated = []
        for base, path in self._paths().items():
            if state := _state(path):
                dated.append((state.st_mtime_ns, base))
        return [_quoted(base) for _, base in sorted(dated)]

    def read(self, uids: Sequence[str]) -> Iterator[RawMessage]:
        paths = self._paths()
        for uid in uids:
            base = os.fsdecode(unquote_to_bytes(uid))
            try:
                raw, state = self._read(base, paths)
            except FileNotFoundError:
                continue
            received = datetime.fromtimestamp(state.st_mtime, UTC)  # when it was delivered, as IMAP servers read it
            yield RawMessage(MessageRef(self.generation, uid), raw, received)

    def settle(self, uids: Sequence[str], after: After) -> None:
        if after == "keep":
            return
        paths = self._paths()
        for uid in uids:
            base = os.fsdecode(unquote_to_bytes(uid))
            if path := paths.get(base):
                self._settle(base, path, after)

    def _settle(self, base: str, path: Path, after: After) -> None:
        flags = path.name.partition(":2,")[2]
        if after == "move":
            target = self._made_processed() / "cur" / f"{base}:2,{flags}"
        else:
            target = self._path / "cur" / f"{base}:2,{''.join(sorted({*flags, 'S'}))}"
        try:
            path.rename(target)
        except FileNotFoundError:
            # Another program renamed it meanwhile; if it is still here it is settled under its new name.
            if (moved := self._paths().get(base)) and moved != path:
                self._settle(base, moved, after)

    def _made_processed(self) -> Path:
        for part in ("tmp", "new", "cur"):
            (self._processed / part).mkdir(parents=True, exist_ok=True)
        (self._processed / "maildirfolder").touch()
        return self._processed

    def _read(self, base: str, paths: dict[str, Path]) -> tuple[bytes, os.stat_result]:
        try:
            return _read_regular(paths[base])
        except (KeyError, FileNotFoundError):
            # A mail program moves messages from new to cur and changes their flags at any time.
            paths.clear()
            paths.update(self._paths())
            if base not in paths:
                raise FileNotFoundError(base) from None
            return _read_regular(paths[base])

    def _paths(self) -> dict[str, Path]:
        """Return where each message lies. `new` is read first: what moves to `cur` meanwhile is then still seen."""
        found = {}
        for part in ("new", "cur"):
            with os.scandir(self._path / part) as entries:
                for entry in entries:
                    if not entry.name.startswith(".") and entry.is_file():
                        found[entry.name.partition(":2,")[0]] = Path(entry.path)
        return found


def _is_mail_name(name: str) -> bool:
    """Say whether the name is of a whole message: not hidden, not a copy in progress (.tmp, .part), not a path."""
    return name.lower().endswith(".eml") and not name.startswith(".") and "/" not in name


def _flat_uid(name: str, state: os.stat_result) -> str:
    return f"{_quoted(name)}|{state.st_size}|{state.st_mtime_ns}"


def _quoted(name: str) -> str:
    """Return the name as plain text that a database takes, even if its bytes are no UTF-8."""
    return quote_from_bytes(os.fsencode(name), safe=" !#$&'()+,;=@[]^`{}")


def _state(path: Path) -> os.stat_result | None:
    """Return the state of a regular file, None of anything else or of what vanished."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return None
    return state if stat.S_ISREG(state.st_mode) else None


def _read_regular(path: Path) -> tuple[bytes, os.stat_result]:
    """Return the bytes and the state they were read in. Raises `FileNotFoundError` for what is no regular file."""
    if not _state(path):
        raise FileNotFoundError(path)
    with path.open("rb") as file:
        return file.read(), os.fstat(file.fileno())
