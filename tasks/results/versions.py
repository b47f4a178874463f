"""Which versions of the results there are, which of them were announced, and what all of them say together."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict

from tasks.bootstrap import Office
from tasks.domain.mail.writing.outgoing import Enclosure, Purpose
from tasks.domain.scores.results import Problem, Score, combine
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import LoadedFile

ISSUED = "impact/issued"  # cursor: the last report


class Issued(BaseModel):
    """What the last report issued was made from, and what it encloses."""

    model_config = ConfigDict(frozen=True)

    vigencia: int | None
    version: int
    policies: tuple[str, ...]
    result: str  # SHA-256 of the archived comparison
    file: str  # SHA-256 of the newest results that it speaks of
    changes: tuple[str, ...]
    enclosures: tuple[Enclosure, ...]


def last_issued(unit: UnitOfWork) -> Issued | None:
    """Return the last report issued; None before the first one."""
    kept = unit.books.cursor(ISSUED)
    return Issued.model_validate_json(kept) if kept else None


def unsent(unit: UnitOfWork) -> Issued | None:
    """Return the last report issued if it is not in the outbox: nobody was director or operator."""
    issued = last_issued(unit)
    return None if issued is None or unit.outbox.has_keys([f"{Purpose.REPORT}/{issued.file}"]) else issued


def announcements(office: Office) -> list[dict[str, Any]]:
    """Return the payload of each version that nobody was told of yet: vigencia, sha256, path."""
    with office.ledger.reading() as unit:
        return [
            {
                "vigencia": newest([file]),
                "sha256": file.sha256,
                "path": str(office.archive.path(file.sha256)),
            }
            for file in unit.books.score_files()
            if not file.announced
        ]


def mark_announced(office: Office, sha256: str) -> None:
    """Remember that the event of this version went out."""
    with office.ledger.begin() as unit:
        unit.books.mark_score_file(sha256, announced=True)


def current_scores(unit: UnitOfWork) -> tuple[list[Score], list[Problem]]:
    """Return (scores, problems) of everything loaded, later files over earlier ones."""
    return combine(unit.books.scores())


def newest(files: Iterable[LoadedFile]) -> int:
    """Return the latest vigencia that the files tell of; 0 when there is none."""
    return max((vigencia for file in files for vigencia in file.vigencias), default=0)


def known(office: Office) -> set[str]:
    """Return the SHA-256 of every file loaded."""
    with office.ledger.reading() as unit:
        return {file.sha256 for file in unit.books.score_files()}


def of_contents(office: Office, sha256s: Iterable[str]) -> list[LoadedFile]:
    """Return the loaded files of those contents, in the order of loading."""
    wanted = set(sha256s)
    with office.ledger.reading() as unit:
        return [file for file in unit.books.score_files() if file.sha256 in wanted]
