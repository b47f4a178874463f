"""New results: files found in the watched folder are loaded once each, whole or not at all.

Loading decides nothing more. That a version is new is a fact of the ledger until it was announced (the Prefect event)
and reported (the impact run), so a missed event is caught by looking.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.scores.results import Score, ScoreFile, combine
from tasks.notices.notice import alert_operator
from tasks.ports.errors import BadWorkbook
from tasks.ports.ledger import LoadedFile, UnitOfWork
from tasks.steps import Counts, Step, call

_SUFFIXES = {".csv", ".xlsx"}


def run_results(office: Office, step: Step = call, file: Path | None = None) -> Counts:
    """Load new files of the watched folder, or the one given. Counts: loaded, known, refused, history.

    Raises `BadWorkbook` for an unreadable file that was named; one of the folder is reported to the operator.
    """
    with office.ledger.lock("results") as mine:
        if not mine:
            return {"busy": 1}
        counts = {"loaded": 0, "known": 0, "refused": 0}
        for path in [file] if file else list(_found(office.settings.scores_path)):
            counts[step(load_file, office, path, named=file is not None)] += 1
        return counts


def _found(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        # Office's lock files and half-copied downloads are nobody's results.
        if path.suffix.lower() in _SUFFIXES and path.is_file() and not path.name.startswith((".", "~")):
            yield path


def load_file(office: Office, path: Path, *, named: bool) -> str:
    """Load one file; returns "loaded", "known" or "refused"."""
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    with office.ledger.reading() as unit:
        if any(file.sha256 == sha256 for file in unit.books.score_files()):
            return "known"
        refused = f"results-refused/{sha256}"
        if not named and unit.books.cursor(refused):
            return "known"
    try:
        scores = office.scores.read(content, path.name)
    except BadWorkbook as error:
        if named:
            raise
        with office.ledger.begin() as unit:
            unit.books.save_cursor(refused, path.name)
            alert_operator(unit, office, f"resultados-{sha256[:12]}", f"No se pudo leer «{path.name}»: {error}")
        return "refused"
    office.archive.put([content], path.suffix.lower())
    with office.ledger.begin() as unit:
        unit.books.add_scores(_record(unit, office, sha256, path.name, scores), scores.rows)
    return "loaded"


def _record(unit: UnitOfWork, office: Office, sha256: str, name: str, scores: ScoreFile) -> LoadedFile:
    """Describe the file; an older vigencia than the newest one known is history, which is not announced."""
    files = unit.books.score_files()
    newest = max((year for file in files for year in file.vigencias), default=0)
    mine = max(scores.vigencias, default=0)
    version = 1 + sum(max(file.vigencias, default=0) == mine for file in files)
    now, _ = combine([*unit.books.scores(), scores])
    before, _ = combine(unit.books.scores())
    # Saved again without another figure, a workbook says nothing new.
    history = mine < newest or (bool(files) and _figures(now) == _figures(before))
    return LoadedFile(sha256, name, scores.vigencias, office.clock.now(), version, announced=history, reported=history)


def _figures(scores: list[Score]) -> set[tuple[str, str, int, float | None]]:
    return {(score.dane_code, score.policy, score.vigencia, score.score) for score in scores}


def announcements(office: Office) -> list[dict[str, Any]]:
    """Return the payload of each version that nobody was told of yet: vigencia, sha256, path."""
    with office.ledger.reading() as unit:
        return [
            {
                "vigencia": max(file.vigencias, default=0),
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


def current_scores(unit: UnitOfWork) -> tuple[list[Any], list[Any]]:
    """Return (scores, problems) of everything loaded, later files over earlier ones."""
    return combine(unit.books.scores())
