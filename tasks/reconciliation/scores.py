"""Puntajes: the newest scores of the municipalities, as published."""

import hashlib

from tasks.bootstrap import Office
from tasks.domain.cases.names import policy_name
from tasks.domain.scores.results import Score
from tasks.domain.sheet.cells import Reading
from tasks.domain.sheet.columns import SCORES, Choices, layouts
from tasks.domain.sheet.merge import merge_rows
from tasks.domain.sheet.merging import MergeResult, Request
from tasks.domain.sheet.shadow import Shadow
from tasks.ports.ledger import UnitOfWork
from tasks.ports.sheet import Tab, Value
from tasks.results.versions import current_scores


def scores_mark(unit: UnitOfWork, tab: Tab) -> str:
    """Return what changes whenever the tab or the loaded results do."""
    said = (tab.headers, tab.rows, [file.sha256 for file in unit.books.score_files()])
    return hashlib.blake2b(repr(said).encode(), digest_size=16).hexdigest()


def merge_scores(unit: UnitOfWork, office: Office, tab: Tab, shadow: Shadow) -> MergeResult:
    """Return the merge of the tab with the scores of the newest vigencia of the municipalities of the catalogue.

    The rows stay from one year to the next: what the newest vigencia did not measure has an empty score.
    """
    scores, _ = current_scores(unit)
    newest = max((score.vigencia for score in scores), default=0)
    known = {_key(score): score for score in scores if score.score is not None and score.vigencia == newest}
    measured = {_key(score): score for score in scores if score.score is not None}
    records = {
        key: _row(office, score, newest, known[key].score if key in known else None)
        for key, score in measured.items()
        if office.catalog.municipality(score.dane_code)
    }
    (layout,) = (one for one in layouts(Choices()) if one.name == SCORES)
    return merge_rows(
        Request(
            layout=layout,
            records=records,
            shadow=shadow,
            tab=tab,
            read=lambda _header, value: Reading(value, value),
            today=office.clock.today(),
        )
    )


def _key(score: Score) -> str:
    return f"{score.dane_code}/{score.policy}"


def _row(office: Office, score: Score, vigencia: int, value: float | None) -> dict[str, Value]:
    place = office.catalog.municipality(score.dane_code)
    return {
        "Clave": _key(score),
        "Vigencia": vigencia,
        "DANE": score.dane_code,
        "Municipio": place.name if place else "",
        "Política": policy_name(score.policy, office.catalog),
        "Puntaje": value,
    }
