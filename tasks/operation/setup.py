"""Setting an office up, and making sure at the start of a run that it is: both idempotent, neither ever destroys."""

import shutil
from pathlib import Path

import config
from tasks.bootstrap import Office
from tasks.operation.copies import write_missing
from tasks.results.loading import load_file
from tasks.results.sources import SUFFIXES
from tasks.sheet import build_sheet, run_sheet


def prepare(office: Office) -> None:
    """Bring the ledger to this version and, the first time, put the seed's people into it."""
    office.ledger.upgrade()
    with office.ledger.reading() as unit:
        known = unit.books.directory()
    if not (known.people or known.leaders) and (office.seed.people or office.seed.leaders):
        with office.ledger.begin() as unit:
            unit.books.save_directory(office.seed)


def initialise(office: Office, history: Path | None = None) -> list[str]:
    """Create ledger, folders, sample configuration, templates to edit and the sheet; load past results.

    Returns a line per thing made or found. Files that exist are left as they are.
    """
    prepare(office)
    lines = [f"ledger: {office.ledger.ping()}"]
    settings = office.settings
    for folder in (settings.scores_path, settings.logs_path, settings.templates_path):
        folder.mkdir(parents=True, exist_ok=True)
    if settings.mailbox.backend == "folder":
        settings.mailbox_path.mkdir(parents=True, exist_ok=True)
    lines += [f"written: {path}" for path in _write_samples(office)]
    build_sheet(office)
    run_sheet(office)
    lines.append(f"sheet: {office.sheet.ping()}")
    if history is not None:
        lines += _load_history(office, history)
    return lines


def _write_samples(office: Office) -> list[Path]:
    """Write what operators and staff edit, where it is not there; an upgrade never touches it."""
    own = office.settings.config_path / "mipg.toml"
    if own.exists():
        return write_missing(office.settings)
    own.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(config.__file__).with_name("mipg.toml"), own)
    return [own, *write_missing(office.settings)]


def _load_history(office: Office, folder: Path) -> list[str]:
    """Load past results silently: no version of them is announced or reported."""
    lines = []
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in SUFFIXES:
            counts = load_file(office, path, named=True)
            lines.append(f"results {path.name}: " + ", ".join(name for name, number in counts.items() if number))
    with office.ledger.begin() as unit:
        for file in unit.books.score_files():
            unit.books.mark_score_file(file.sha256, announced=True, reported=True)
    return lines
