"""New results: each file is loaded once, whole or not at all.

Loading decides nothing more. That a version is new is a fact of the ledger until it was announced (the Prefect event)
and reported (the impact run), so a missed event is caught by looking.
"""

import hashlib
import re
from pathlib import Path

from tasks.bootstrap import Office
from tasks.domain.mail.writing.contexts.team import AlertContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.scores.results import Score, ScoreFile, combine
from tasks.domain.spanish import counted
from tasks.notices.notice import Notice, alert_operator, operator_addresses, queue
from tasks.ports.errors import BadWorkbook
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import LoadedFile
from tasks.results.sources import in_folder, look_at_url
from tasks.results.versions import known, last_issued, newest
from tasks.steps import Counts, Step, call

_KEPT = re.compile(r"^[0-9a-f]{16}-")  # before the name of a file that came by mail or from the watched address
_MOST_TOLD = 40  # defects that the operator's mail lists


def run_results(office: Office, step: Step = call, file: Path | None = None) -> Counts:
    """Load what the watched address and folder newly hold, or the file given. Counts: loaded, known, refused.

    Raises `BadWorkbook` for an unreadable file that was named; one of the folder is reported to the operator.
    """
    with office.ledger.lock("results") as mine:
        if not mine:
            return {"busy": 1}
        counts = {"loaded": 0, "known": 0, "refused": 0}
        if file is None:
            step(look_at_url, office)
        before = known(office)
        for path in [file] if file else list(in_folder(office.settings.scores_path)):
            for name, number in step(load_file, office, path, named=file is not None).items():
                counts[name] += number
        _settle_history(office, before)
        return counts


def load_file(office: Office, path: Path, *, named: bool) -> Counts:
    """Load one file, or each results file inside a .zip; returns how many were loaded, known or refused."""
    content, called = path.read_bytes(), _KEPT.sub("", path.name)
    counts = {"loaded": 0, "known": 0, "refused": 0}
    try:
        parts = office.scores.unpack(content, called)
    except BadWorkbook as error:
        if named:
            raise
        return {"refused": 1} if _refuse(office, content, called, error) else {"known": 1}
    for name, part in parts:
        counts[_load(office, part, name, named=named)] += 1
    return counts


def _load(office: Office, content: bytes, name: str, *, named: bool) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 in known(office):
        return "known"
    try:
        scores = office.scores.read(content, name, latest=office.clock.today().year)
    except BadWorkbook as error:
        if named:
            raise
        return "refused" if _refuse(office, content, name, error) else "known"
    office.archive.put([content], Path(name).suffix.lower())
    with office.ledger.begin() as unit:
        file = _record(unit, office, sha256, name, scores)
        unit.books.add_scores(file, scores.rows)
        _tell_defects(unit, office, file)
    return "loaded"


def _refuse(office: Office, content: bytes, name: str, error: BadWorkbook) -> bool:
    """Tell the operator once of a file that cannot be read; False when it was told before.

    While there is nobody to tell, the file is refused at each run.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    with office.ledger.begin() as unit:
        if unit.books.cursor(f"results-refused/{sha256}"):
            return False
        if alert_operator(unit, office, f"resultados-{sha256[:12]}", f"No se pudo leer «{name}»: {error}"):
            unit.books.save_cursor(f"results-refused/{sha256}", name)
    return True


def _record(unit: UnitOfWork, office: Office, sha256: str, name: str, scores: ScoreFile) -> LoadedFile:
    """Describe the file; what says nothing new of the newest vigencia is history, which is not announced."""
    files = unit.books.score_files()
    mine = max(scores.vigencias, default=0)
    version = 1 + sum(newest([file]) == mine for file in files)
    before, _ = combine(unit.books.scores())
    now, _ = combine([*unit.books.scores(), scores])
    changed = _figures(now) ^ _figures(before)
    # Saved again without another figure, a workbook says nothing new.
    history = bool(files) and not changed
    if mine < newest(files):
        history = not _touches_issued(unit, changed & _corrected(before, now))
    findings = tuple(str(problem) for problem in scores.problems)
    return LoadedFile(
        sha256, name, scores.vigencias, office.clock.now(), version, history, history, findings, scores.headings
    )


Figure = tuple[str, str, int, float | None]


def _figures(scores: list[Score]) -> set[Figure]:
    return {(score.dane_code, score.policy, score.vigencia, score.score) for score in scores}


def _corrected(before: list[Score], now: list[Score]) -> set[Figure]:
    """The new figures of cells that had another one before."""
    known = {score.cell for score in before if score.score is not None}
    return {figure for figure in _figures(now) if figure[:3] in known}


def _touches_issued(unit: UnitOfWork, figures: set[Figure]) -> bool:
    """Whether a report already issued was made with one of the figures that changed."""
    issued = last_issued(unit)
    if issued is None or issued.vigencia is None:
        return False
    return any(policy in issued.policies and year <= issued.vigencia for _, policy, year, _ in figures)


def _tell_defects(unit: UnitOfWork, office: Office, file: LoadedFile) -> None:
    """Tell the operator what of a loaded file could not be used, place by place."""
    if not file.findings:
        return
    years = f"{'vigencia' if len(file.vigencias) == 1 else 'vigencias'} {', '.join(map(str, file.vigencias))}"
    many = counted(len(file.findings), "observación", "observaciones")
    more = len(file.findings) - _MOST_TOLD
    lines = (
        f"Se cargaron los resultados «{file.name}» ({years}) con {many}.",
        *file.findings[:_MOST_TOLD],
        *([f"… y {more} más: «mipg run results --file ARCHIVO» las muestra todas."] if more > 0 else []),
    )
    to = operator_addresses(unit.books.directory().on(office.clock.today()), office)
    queue(unit, office, Notice(Purpose.ALERT, f"resultados-{file.sha256}", "alerta", AlertContext(lines=lines), to))


def _settle_history(office: Office, before: set[str]) -> None:
    """Of several vigencias that arrived together only the newest is news."""
    with office.ledger.begin() as unit:
        files = unit.books.score_files()
        for file in files:
            if file.sha256 not in before and not file.announced and newest([file]) < newest(files):
                correction = any(newest([other]) > newest([file]) for other in files if other.sha256 in before)
                if not correction:
                    unit.books.mark_score_file(file.sha256, announced=True, reported=True)
