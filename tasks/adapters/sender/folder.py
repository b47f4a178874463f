"""Outgoing mail into a folder: one .eml per message, flat, to look at or to be picked up by something else."""

import hashlib
import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path

from tasks.ports.errors import SenderUnavailable
from tasks.ports.sender import Envelope, Outcome, Receipt

_LONGEST_STEM = 120


def file_name(message_id: str) -> str:
    """Return the file name of a Message-ID: the id itself where it is short and safe, else shortened with its hash."""
    inner = message_id.strip().removeprefix("<").removesuffix(">")
    stem = re.sub(r"[^A-Za-z0-9@._+-]", "_", inner).lstrip(".")[:_LONGEST_STEM]
    if stem != inner:
        stem = f"{stem}-{hashlib.sha256(message_id.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    return f"{stem}.eml"


class FolderSender:
    """`Sender` into a directory, made if missing. A message is there whole or not at all, and only once."""

    certain_after = timedelta()
    largest = None

    def __init__(self, path: Path) -> None:
        self._path = path

    def ping(self) -> str:
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._path):
                return f"folder {self._path}"
        except OSError as error:
            raise self._unavailable(error) from error

    def send(self, envelope: Envelope) -> Receipt:
        target = self._path / file_name(envelope.message_id)
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            if not target.exists():  # what went out stays as it went out
                _write(target, envelope.raw)
        except OSError as error:
            raise self._unavailable(error) from error
        return Receipt(Outcome.SENT, target.name)

    def was_sent(self, message_id: str) -> bool | None:
        return (self._path / file_name(message_id)).exists()

    def close(self) -> None:
        return

    def _unavailable(self, error: OSError) -> SenderUnavailable:
        return SenderUnavailable(f"outgoing folder {self._path} cannot be written: {error.strerror or error}")


def _write(target: Path, raw: bytes) -> None:
    """Write the file so that a reader, or a power cut, finds all of it or nothing."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".", suffix=".tmp", delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(raw)
            file.flush()
            os.fchmod(file.fileno(), 0o640)
            os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    _sync_folder(target.parent)


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
