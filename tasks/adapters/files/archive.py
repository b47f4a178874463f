"""Files kept for good on the disk, named by the SHA-256 of their bytes: `ab/cdef….eml`."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tasks.adapters.files.durable import sync
from tasks.ports.errors import ArchiveUnavailable

# Endings that say what to open a file with. Anything else, a program above all, is kept without one.
SUFFIXES = ("", ".eml", ".docx", ".pdf", ".xlsx", ".csv", ".json", ".txt", ".html", ".png", ".svg", ".ics", ".zip")
_TEMPORARY = ".tmp"
_LEFTOVER_AGE = 24 * 3600.0  # seconds: no write takes so long, so its writer was killed
_AT_ONCE = 200  # open files


class FileArchive:
    """`Archive` in a directory. Several processes may share it: a file appears whole, under a name nobody else uses."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._temporary = root / _TEMPORARY
        self._swept = False

    def ping(self) -> str:
        try:
            self._prepare()
            with tempfile.TemporaryFile(dir=self._temporary) as probe:
                probe.write(b"\0" * 4096)
                probe.flush()
                os.fsync(probe.fileno())
            return f"archive {self._root}: {shutil.disk_usage(self._root).free / 1e9:.1f} GB free"
        except OSError as error:
            raise self._unavailable(error) from error

    def put(self, contents: Sequence[bytes], suffix: str = "") -> list[str]:
        names = [hashlib.sha256(content).hexdigest() for content in contents]
        ending = suffix.lower() if suffix.lower() in SUFFIXES else ""
        wanted = dict(zip(names, contents, strict=True))
        try:
            self._prepare()
            folders = {str(self._folder(name)) for name in wanted}
            for folder in folders:
                os.makedirs(folder, exist_ok=True)  # noqa: PTH103
            for start in range(0, len(names), _AT_ONCE):
                self._keep({name: wanted[name] for name in names[start : start + _AT_ONCE]}, ending)
            # Also the folders of what was there already: who put it may have died before this.
            _sync([os.open(folder, os.O_RDONLY) for folder in (str(self._root), *folders)])
        except OSError as error:
            raise self._unavailable(error) from error
        return names

    def get(self, sha256: str) -> bytes:
        path = self._find(sha256)
        if path is None:
            raise KeyError(sha256)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise self._unavailable(error) from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveUnavailable(f"{path} no longer holds what was kept (its SHA-256 differs): restore a backup")
        return content

    def erase(self, sha256: str) -> bool:
        path = self._find(sha256)
        if path is None:
            return False
        try:
            path.unlink()
        except OSError as error:
            raise self._unavailable(error) from error
        return True

    def path(self, sha256: str) -> Path:
        return self._find(sha256) or self._place(sha256, "")

    def _folder(self, sha256: str) -> Path:
        return self._root / sha256[:2]

    def _place(self, sha256: str, suffix: str) -> Path:
        return self._folder(sha256) / f"{sha256[2:]}{suffix}"

    def _find(self, sha256: str) -> Path | None:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            return None  # it may come from a row or a command line: never a path of somebody's choice
        stem = str(self._place(sha256, ""))  # a Path for each ending would cost more than looking
        found = next((suffix for suffix in SUFFIXES if os.access(stem + suffix, os.F_OK)), None)
        return None if found is None else self._place(sha256, found)

    def _lacks(self, sha256: str, size: int, suffix: str) -> Path | None:
        """Return where the bytes are to be written; None when they are there, whole."""
        found = self._find(sha256)
        if found is None:
            return self._place(sha256, suffix)
        return None if found.stat().st_size == size else found

    def _keep(self, contents: Mapping[str, bytes], suffix: str) -> None:
        """Write what is missing, wait until the disk has it, and only then give it its name."""
        drafts: dict[str, Path] = {}
        descriptors: list[int] = []
        try:
            for name, content in contents.items():
                if target := self._lacks(name, len(content), suffix):
                    # Plain strings and calls, as in `_find`: Path costs more than the disk.
                    draft = f"{self._temporary}/{name[:16]}{os.urandom(8).hex()}"
                    drafts[draft] = target
                    descriptors.append(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640))
                    _write(descriptors[-1], content)
            _sync(descriptors)
            for draft, target in drafts.items():
                os.replace(draft, target)  # noqa: PTH105
        except BaseException:
            _close(descriptors)
            for draft in drafts:
                Path(draft).unlink(missing_ok=True)
            raise

    def _prepare(self) -> None:
        self._temporary.mkdir(parents=True, exist_ok=True)
        if not self._swept:
            self._sweep()
            self._swept = True

    def _sweep(self) -> None:
        """Remove what killed writers left behind."""
        oldest = time.time() - _LEFTOVER_AGE
        for leftover in self._temporary.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process sweeps too
                if leftover.stat().st_mtime < oldest:
                    leftover.unlink()

    def _unavailable(self, error: OSError) -> ArchiveUnavailable:
        return ArchiveUnavailable(f"archive {self._root} cannot be used: {error.strerror or error}")


def put_whole(folder: Path, name: str, content: bytes) -> None:
    """Put a file into a watched folder so that a watcher finds all of it or nothing; one that is there stays.

    Raises `ArchiveUnavailable`.
    """
    target = folder / name
    partial = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            with partial.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # one whose name came before its bytes would stay empty for ever
            partial.replace(target)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ArchiveUnavailable(f"folder {folder} cannot be written: {error.strerror or error}") from error


def _write(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def _sync(descriptors: list[int]) -> None:
    """Wait until the disk has everything, and close."""
    try:
        sync(descriptors)
    finally:
        _close(descriptors)


def _close(descriptors: list[int]) -> None:
    while descriptors:
        os.close(descriptors.pop())
