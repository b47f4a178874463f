"""Files kept for good, by content: raw mail, letters, attachments, results."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from tasks.domain.cases.dossier import Filed


class Archive(Protocol):
    """Content-addressed store: what is put is on the disk (fsynced) before the call returns.

    Raises `ArchiveUnavailable` when the disk is full or read-only.
    """

    def ping(self) -> str:
        """Check that the folder can be written and how much room is left; one line."""
        ...

    def put(self, contents: Sequence[bytes], suffix: str = "") -> list[str]:
        """Keep the contents and return their SHA-256 (hex), in order. Keeping the same bytes twice is free."""
        ...

    def get(self, sha256: str) -> bytes:
        """Return the bytes. Raises `KeyError` when they were never kept, `ArchiveUnavailable` when they rotted."""
        ...

    def erase(self, sha256: str) -> bool:
        """Remove the bytes for good; False when they were not there. The caller knows that nothing needs them."""
        ...

    def path(self, sha256: str) -> Path:
        """Return where the bytes lie, for people and programs that open files."""
        ...


class CaseFolders(Protocol):
    """One folder per case, for people: names that say what a file is, and a manifest with hashes."""

    def path(self, case: str) -> Path:
        """Return the case's folder, whether it is there or not."""
        ...

    def keep(self, case: str, files: Sequence[Filed]) -> None:
        """Put the files in and write the manifest; files that people added stay. Raises `ArchiveUnavailable`."""
        ...

    def held(self, case: str) -> list[Filed]:
        """Return what the folder's manifest names, if all of it stands there as it was put; else nothing."""
        ...

    def drop(self, case: str) -> None:
        """Take the folder away (`mipg forget`)."""
        ...
