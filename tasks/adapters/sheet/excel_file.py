"""A workbook as a file that other programs open too: locks, safe replacement, backups, parts we could not keep."""

import hashlib
import io
import os
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from tasks.ports.errors import SheetBusy, SheetUnavailable

BACKUPS = ".respaldo"
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError)  # what the parts of a half-synchronised file raise
_MAX_BYTES = 200 * 1024 * 1024  # of the parts of a workbook once unpacked: a zip bomb is not read
_FORGOTTEN = timedelta(days=7)  # a lock older than that was left by a program that died; longer than any long weekend

# Parts and markers of a workbook that openpyxl drops or damages when it saves (measured), and what people call them.
_LOST_PARTS = (
    (re.compile(r"^xl/threadedComments/"), "comentarios encadenados (conversaciones)"),
    (re.compile(r"^xl/pivot(Tables|Cache)/"), "tablas dinámicas"),
    (re.compile(r"^xl/(slicers|slicerCaches)/"), "segmentaciones de datos"),
    (re.compile(r"^xl/(timelines|timelineCaches)/"), "escalas de tiempo"),
    (re.compile(r"^xl/(ctrlProps|activeX)/"), "botones o controles"),
    (re.compile(r"^xl/diagrams/"), "diagramas SmartArt"),
    (re.compile(r"^xl/(queryTables/|connections\.xml)"), "conexiones de datos"),
    (re.compile(r"^xl/metadata\.xml$"), "fórmulas de matriz dinámica o tipos de datos"),
    (re.compile(r"^xl/vbaProject\.bin$"), "macros"),
    (re.compile(r"^xl/embeddings/"), "documentos incrustados"),
)
_LOST_MARKS = (
    (re.compile(rb"<x14:dataValidation[ >s]"), "listas desplegables que apuntan a otra pestaña"),
    (re.compile(rb"<x14:sparklineGroup"), "minigráficos"),
    (re.compile(rb"<x14:conditionalFormatting[ >]"), "formatos condicionales avanzados"),
    (re.compile(rb"<xdr:(sp|cxnSp|grpSp)[ >]"), "formas o cuadros de texto"),
)
_MARKED_PARTS = re.compile(r"^xl/(worksheets|drawings)/[^/]+\.xml$")


def read_bytes(path: Path) -> bytes:
    """Return the workbook's bytes. Raises `SheetUnavailable`, also for what is no workbook."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise SheetUnavailable(
            f"no existe el libro {path}: devuélvalo si lo movieron o le cambiaron el nombre; si no, «mipg init» lo crea"
        ) from error
    except OSError as error:
        raise SheetUnavailable(f"no se pudo leer el libro {path}: {error.strerror or error}") from error
    if not content.startswith(b"PK"):
        raise SheetUnavailable(f"{path} no es un libro .xlsx (¿está protegido con contraseña o a medio sincronizar?)")
    return content


def fingerprint(content: bytes) -> str:
    """Return what changes whenever the bytes do."""
    return hashlib.blake2b(content, digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Lock:
    """Who has the workbook open, according to the file that Excel or LibreOffice leaves beside it."""

    path: Path
    owner: str
    since: datetime

    @property
    def is_forgotten(self) -> bool:
        """Whether the lock is so old that its program must have died without removing it (it is never deleted here)."""
        return datetime.now(UTC) - self.since > _FORGOTTEN


def find_lock(path: Path) -> Lock | None:
    """Return the lock of whoever has the workbook open, if anybody has."""
    for lock in _locks(path):
        if not lock.is_forgotten:
            return lock
    return None


def refuse_if_open(path: Path) -> None:
    """Raise `SheetBusy` when somebody has the workbook open."""
    if lock := find_lock(path):
        who = lock.owner or "alguien"
        minutes = max(0, int((datetime.now(UTC) - lock.since).total_seconds() // 60))
        since = f"{minutes} min" if minutes else "un momento"
        message = f"{path.name} está abierto por {who} desde hace {since}; se actualizará cuando lo cierre"
        raise SheetBusy(f"{message} (si nadie lo tiene abierto, borre {lock.path.name})", who, lock.since)


def _locks(path: Path) -> Iterator[Lock]:
    names = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#")
    for lock_path in (path.with_name(name) for name in names):
        with suppress(OSError):  # gone meanwhile, or not ours to read: then nobody holds it that we could name
            since = datetime.fromtimestamp(lock_path.stat().st_mtime, UTC)
            yield Lock(lock_path, _owner(lock_path), since)


def _owner(lock: Path) -> str:
    """Return the name inside a lock, "" if it cannot be read (Excel keeps its own locked on Windows shares)."""
    try:
        with lock.open("rb") as file:
            content = file.read(400)
    except OSError:
        return ""
    if lock.name.startswith(".~lock."):  # full name, login, host, time, profile; commas escaped with a backslash
        fields = re.split(r"(?<!\\),", content.decode("utf-8", "replace"))
        name = next((field for field in fields[:2] if field.strip()), "")
        return _printable(name.replace("\\,", ","))
    if len(content) > 57:  # one byte of length, 54 of the name in ANSI, then length and name in UTF-16
        length = int.from_bytes(content[55:57], "little")
        if 0 < length <= 54:
            return _printable(content[57 : 57 + 2 * length].decode("utf-16-le", "replace"))
    return _printable(content[1 : 1 + content[0]].decode("cp1252", "replace")) if content else ""


def _printable(name: str) -> str:
    return "".join(c for c in name if c.isprintable()).strip()[:60]


def check_bounds(archive: zipfile.ZipFile, path: Path) -> None:
    """Raise `SheetUnavailable` when the workbook unpacks to more than it may."""
    if sum(info.file_size for info in archive.infolist()) > _MAX_BYTES:
        raise SheetUnavailable(f"{path.name} es demasiado grande para ser la hoja de la oficina: revíselo")


def parts_we_cannot_make(content: bytes, path: Path) -> list[str]:
    """Return what the workbook has that saving it anew with openpyxl would lose (editing its parts in place does not).

    Raises `SheetUnavailable` for one that unpacks to more than it may.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        check_bounds(archive, path)
        found = [what for part, what in _LOST_PARTS if any(part.search(name) for name in archive.namelist())]
        for name in filter(_MARKED_PARTS.match, archive.namelist()):
            part = archive.read(name)
            found += [what for mark, what in _LOST_MARKS if mark.search(part)]
    return list(dict.fromkeys(found))


def refuse(path: Path, tabs: Sequence[str], lossy: Sequence[str]) -> NoReturn:
    """Say that the workbook cannot get what it lacks without losing something; raises `SheetUnavailable`."""
    lacks = f"le falta la pestaña {', '.join(tabs)} y " if tabs else ""
    undone = "No se creó" if tabs else "No se escribió nada"
    raise SheetUnavailable(
        f"{path.name} {lacks}contiene {', '.join(lossy)}, que se perderían al guardarlo de nuevo. {undone}: páselos a "
        "otro libro, o use Google Sheets; el trabajo sigue registrándose entre tanto"
    )


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what a damaged workbook makes the libraries raise into `SheetUnavailable`."""
    try:
        yield
    except (*DAMAGED, KeyError, ValueError, TypeError) as error:
        raise SheetUnavailable(f"no se pudo abrir {path.name}: el libro está dañado ({error})") from error


def conflict_copies(path: Path) -> list[Path]:
    """Return the copies that a synchronised folder left beside the workbook when two people had changed it.

    Dropbox and Nextcloud write "(conflicted copy …)" or "(copia en conflicto …)", OneDrive adds "-NOMBREPC", Google
    Drive " (1)", Syncthing ".sync-conflict-…".
    """
    pattern = re.compile(
        rf"{re.escape(path.stem)}(?: \([^)]*(?:conflict|conflicto)[^)]*\)| \(\d{{1,2}}\)|\.sync-conflict-[\w-]+|"
        rf"-(?=[A-Z0-9-]*[A-Z])[A-Z0-9][A-Z0-9-]{{2,}}){re.escape(path.suffix)}",
    )
    with suppress(OSError):
        return sorted(other for other in path.parent.iterdir() if pattern.fullmatch(other.name))
    return []


def replace_file(path: Path, content: bytes, expected: str | None, backups: int) -> None:
    """Put the content in the workbook's place, whole or not at all, keeping the last versions beside it.

    `expected` is the fingerprint of the file that the content was made from (None: there was none). Raises `SheetBusy`
    when it changed or was opened meanwhile, `SheetUnavailable` when the disk refuses; the original then stays.
    """
    try:
        temporary = _written(path, content)
    except OSError as error:
        raise SheetUnavailable(f"no se pudo guardar {path.name}: {error.strerror or error}") from error
    try:
        refuse_if_open(path)
        before = path.read_bytes() if path.exists() else None
        if (fingerprint(before) if before is not None else None) != expected:
            raise SheetBusy(f"{path.name} cambió mientras se preparaba la escritura; se hará en el próximo ciclo")
        if before is not None:
            _keep_backup(path, before, backups)
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise SheetUnavailable(f"no se pudo guardar {path.name}: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def _written(path: Path, content: bytes) -> Path:
    """Return a synced temporary file with the content, in the same folder: only there is a rename atomic."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".mipg-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    Path(name).chmod(0o660)
    return Path(name)


def _keep_backup(path: Path, content: bytes, count: int) -> None:
    if count <= 0:
        return
    folder = path.parent / BACKUPS
    folder.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    (folder / f"{path.stem}-{stamp}{path.suffix}").write_bytes(content)
    kept = sorted(folder.glob(f"{_glob_safe(path.stem)}-*{path.suffix}"))
    for old in kept[:-count]:
        old.unlink(missing_ok=True)


def _glob_safe(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # Windows and some network shares cannot sync a folder; the rename stands all the same
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
