"""Where new results are looked for: the watched folder, where mailed ones lie too, and the watched address."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from tasks.bootstrap import Office
from tasks.domain.spanish import date_in_words
from tasks.notices.notice import alert_operator
from tasks.ports.errors import Unavailable

_NOT_READ = {".xls", ".xlsb", ".ods"}  # looked at all the same, so that who put it there is told how to save it
SUFFIXES = {".csv", ".xlsx", ".xlsm", ".zip"} | _NOT_READ
_EVERY = timedelta(hours=6)  # results come once a year: their publisher is asked four times a day at most
_SILENCE = timedelta(days=2)  # of the watched address, after which the operator is told

_log = structlog.get_logger()


def in_folder(folder: Path) -> Iterator[Path]:
    """Return the results files of a folder, in order of name."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        # Office's lock files and half-copied downloads are nobody's results.
        if path.suffix.lower() in SUFFIXES and path.is_file() and not path.name.startswith((".", "~")):
            yield path


def look_at_url(office: Office) -> bool:
    """Put what the watched address newly offers into the watched folder; True when it did.

    Nothing is asked before its time has come. An address that does not answer is nobody's trouble until it has been
    silent for two days: the file stays where it is published.
    """
    url = office.settings.scores.url
    if not url:
        return False
    name = f"results-url/{hashlib.sha256(url.encode()).hexdigest()[:16]}"
    with office.ledger.reading() as unit:
        seen, asked, failing = (unit.books.cursor(f"{name}/{part}") or "" for part in ("seen", "asked", "failing"))
    now = office.clock.now()
    if asked and datetime.fromisoformat(asked) + _EVERY > now >= datetime.fromisoformat(asked):
        return False
    try:
        found = office.results_page.fetch(url, seen)
    except Unavailable as error:
        _unanswered(office, name, failing, str(error))
        return False
    if found is not None:
        office.keep_results(f"{hashlib.sha256(found.content).hexdigest()[:16]}-{found.name}", found.content)
    with office.ledger.begin() as unit:
        unit.books.save_cursor(f"{name}/asked", now.isoformat())
        unit.books.save_cursor(f"{name}/failing", "")
        if found is not None:
            unit.books.save_cursor(f"{name}/seen", found.seen)
    return found is not None


def _unanswered(office: Office, name: str, failing: str, why: str) -> None:
    now = office.clock.now()
    _log.warning("results_url_unavailable", why=why)
    with office.ledger.begin() as unit:
        unit.books.save_cursor(f"{name}/asked", now.isoformat())
        unit.books.save_cursor(f"{name}/failing", failing or now.isoformat())
        if failing and now - datetime.fromisoformat(failing) > _SILENCE:
            since = date_in_words(datetime.fromisoformat(failing).date())
            text = (
                f"La dirección vigilada de resultados (scores.url) no entrega ningún archivo desde el {since}: {why}."
            )
            alert_operator(unit, office, "resultados-url", text)
