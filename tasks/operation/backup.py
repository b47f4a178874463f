"""Keeping a copy of everything and bringing it back: `mipg backup` and `mipg restore`.

A .zip with a manifest, the ledger's tables as lines of JSON (so that a copy of SQLite may go on under PostgreSQL and
the other way round) and the home's files. It holds people's mail and may hold secrets of the configuration: only its
owner may read it.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from tasks.bootstrap import Office
from tasks.ports.errors import BadInput, UsageError

_FORMAT = "mipg-backup/1"
_MANIFEST = "manifest.json"
_LEFT_OUT = frozenset({"logs", "prefect", ".tmp"})  # folders that nothing is lost with
Told = Callable[[int, int], None]  # done, of how many


class BadBackup(BadInput):
    """The file is no backup of ours, or one of a newer version."""


def back_up(office: Office, file: Path, told: Told = lambda _done, _all: None) -> int:
    """Write the backup; returns how many files of the home it holds. The service may go on meanwhile.

    The ledger is read first: what it points at is in the archive by then, and what is there is never changed.
    """
    draft = file.with_name(f".{file.name}.part")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w+b") as stream, ZipFile(stream, "w", ZIP_DEFLATED) as pack:
            revision = office.ledger.dump(lambda table, lines: _write_table(pack, table, lines))
            paths = _files(office.settings.home, {file.absolute(), draft.absolute()})
            for done, path in enumerate(paths, 1):
                _add(pack, office.settings.home, path)
                told(done, len(paths))
            made = office.clock.now().isoformat()
            pack.writestr(_MANIFEST, json.dumps({"format": _FORMAT, "revision": revision, "made": made}))
            pack.close()
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(file)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return len(paths)


def _write_table(pack: ZipFile, table: str, lines: Iterator[bytes]) -> None:
    with pack.open(f"ledger/{table}.jsonl", "w", force_zip64=True) as entry:
        for line in lines:
            entry.write(line)


def _files(home: Path, without: set[Path]) -> list[Path]:
    """Return the files to keep, links left out: what they point at is not the home's."""
    found = []
    for folder, folders, names in os.walk(home):
        folders[:] = sorted(name for name in folders if name not in _LEFT_OUT)
        found += [Path(folder, name) for name in sorted(names) if not name.startswith("ledger.db")]
    return [path for path in found if path not in without and path.is_file() and not path.is_symlink()]


def _add(pack: ZipFile, home: Path, path: Path) -> None:
    try:
        pack.write(path, f"home/{path.relative_to(home).as_posix()}")
    except FileNotFoundError:
        return  # a watched folder or the outbox: it was taken away meanwhile


def restore(office: Office, file: Path, told: Told = lambda _done, _all: None) -> tuple[int, list[str]]:
    """Bring a backup into an empty home; returns how many files came back and which were there and stayed.

    The ledger comes last, whole or not at all: a restore that was cut off is simply run again. Raises `UsageError`
    when the ledger holds anything, `BadBackup` when the file is none.
    """
    stayed: list[str] = []
    with _opened(file) as (pack, revision):
        names = [name for name in pack.namelist() if name.startswith("home/") and not name.endswith("/")]
        for done, name in enumerate(names, 1):
            target = _target(office.settings.home, name)
            if target.exists():
                stayed.append(str(target.relative_to(office.settings.home)))
            else:
                _extract(pack, name, target)
            told(done, len(names))
        try:
            office.ledger.fill(revision, lambda table: _read_table(pack, table))
        except ValueError as error:
            raise BadBackup(f"{file} was made by a newer version: {error}") from error
    return len(names) - len(stayed), stayed


@contextmanager
def _opened(file: Path) -> Iterator[tuple[ZipFile, str]]:
    try:
        with ZipFile(file) as pack:
            manifest = json.loads(pack.read(_MANIFEST))
            if manifest.get("format") != _FORMAT:
                raise BadBackup(f"{file} is no backup that this version knows")
            yield pack, str(manifest["revision"])
    except (BadZipFile, KeyError, json.JSONDecodeError) as error:
        raise BadBackup(f"{file} is no backup, or a damaged one: {error}") from error
    except FileNotFoundError as error:
        raise UsageError(f"there is no file {file}") from error


def _target(home: Path, name: str) -> Path:
    """Return where a file goes. Raises `BadBackup` for a name that leads out of the home."""
    relative = PurePosixPath(name.removeprefix("home/"))
    if relative.is_absolute() or ".." in relative.parts or "\\" in name:
        raise BadBackup(f"the backup names a file outside of the home: {name}")
    return home / relative


def _extract(pack: ZipFile, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.part")
    with pack.open(name) as source, draft.open("wb") as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        os.fsync(copy.fileno())
    draft.replace(target)


def _read_table(pack: ZipFile, table: str) -> Iterator[bytes]:
    name = f"ledger/{table}.jsonl"
    if name in pack.namelist():
        with pack.open(name) as entry:
            yield from entry
