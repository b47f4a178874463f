"""One folder per case under `home`: copies of the archive's files under names people understand, and a manifest."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tasks.domain.cases.dossier import MANIFEST, Filed
from tasks.ports.archive import Archive
from tasks.ports.errors import ArchiveUnavailable

_NUMBER = re.compile(r"(20\d\d)-\d{4,6}")


class DiskCaseFolders:
    """Implements `CaseFolders`. Everything in it can be made again from the ledger; what people add stays."""

    def __init__(self, root: Path, archive: Archive) -> None:
        self._root = root
        self._archive = archive

    def path(self, case: str) -> Path:
        """Return the case's folder, there or not. Raises `ValueError` for what is no case number."""
        number = _NUMBER.fullmatch(case)
        if number is None:
            raise ValueError(f"{case!r} is no case number")
        return self._root / number[1] / case

    def keep(self, case: str, files: Sequence[Filed]) -> None:
        """Put the files in the folder and write their manifest; see `CaseFolders`."""
        folder = self.path(case)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            before = self.held(case)
            present = [file for file in files if self._put(folder / file.name, file)]
            _take_away_renamed(folder, before, present)
            rows = [_row(file, (folder / file.name).stat().st_size) for file in present]
            _write(folder / MANIFEST, json.dumps({"caso": case, "archivos": rows}, ensure_ascii=False, indent=1))
        except OSError as error:
            raise ArchiveUnavailable(f"folder {folder} cannot be written: {error.strerror or error}") from error

    def held(self, case: str) -> list[Filed]:
        """Return the manifest's files if all stand there with the size they were put with; see `CaseFolders`."""
        folder = self.path(case)
        try:
            rows = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["archivos"]
            whole = all((folder / row["archivo"]).stat().st_size == row["bytes"] for row in rows)
            return [_filed(row) for row in rows] if whole else []
        except (OSError, ValueError, KeyError, TypeError):  # none yet, an older one, or one that somebody edited
            return []

    def drop(self, case: str) -> None:
        """Take the folder away with all that is in it."""
        shutil.rmtree(self.path(case), ignore_errors=True)

    def _put(self, target: Path, file: Filed) -> bool:
        """Write the file, or copy the archive's; False when the archive no longer has it."""
        if file.is_placed:
            return True
        source = self._archive.path(file.sha256)
        if file.content is None and not source.is_file():
            return False
        size = source.stat().st_size if file.content is None else len(file.content)
        if target.exists() and target.stat().st_size == size:
            return True
        part = target.with_name(f".{target.name[:80]}.{os.getpid()}.part")
        if file.content is None:
            shutil.copyfile(source, part)  # no link: who edits a file here must not change what the archive vouches for
        else:
            part.write_bytes(file.content)
        part.replace(target)
        return True


def _take_away_renamed(folder: Path, before: Sequence[Filed], present: Sequence[Filed]) -> None:
    """Remove what now stands there under another name: a void letter must not lie beside itself as a good one."""
    names, contents = {file.name for file in present}, {file.sha256 for file in present}
    for file in before:
        if file.name not in names and file.sha256 in contents and Path(file.name).name == file.name:
            (folder / file.name).unlink(missing_ok=True)


def _row(file: Filed, size: int) -> dict[str, str | int]:
    day = file.day.isoformat()
    return {"archivo": file.name, "sha256": file.sha256, "contenido": file.what, "fecha": day, "bytes": size}


def _filed(row: dict[str, str]) -> Filed:
    return Filed(row["archivo"], row["sha256"], row["contenido"], date.fromisoformat(row["fecha"]))


def _write(path: Path, text: str) -> None:
    """Replace the file at once: a synced folder shows the old one or the new one."""
    if path.is_file() and path.read_text(encoding="utf-8") == text + "\n":
        return
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(path)
