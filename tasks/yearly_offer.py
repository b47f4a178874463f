"""The offer in force, as last proposed: what the tab shows, cases are opened from and letters are filled with."""

import json
from dataclasses import dataclass
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Origin, State
from tasks.domain.scores.offer import Offer, Proposal
from tasks.ports.ledger import UnitOfWork

_CURRENT = "offer/current"


@dataclass(frozen=True, slots=True)
class YearlyOffer:
    """The offer in force: of which year it is, what is proposed, and what a correction took out of it."""

    year: int
    offer: Offer
    withdrawn: tuple[Proposal, ...] = ()

    @property
    def rows(self) -> tuple[Proposal, ...]:
        """Everything that was proposed in the year."""
        return (*self.offer.proposals, *self.withdrawn)


def current_offer(unit: UnitOfWork, office: Office) -> YearlyOffer | None:
    """Return the offer in force; None before the first results."""
    kept = unit.books.cursor(_CURRENT)
    if not kept:
        return None
    stamp = json.loads(kept)
    document: dict[str, Any] = json.loads(office.archive.get(stamp["sha256"]))
    withdrawn = Offer.of({"vigencia": 0, "proposals": document.pop("withdrawn"), "unmeasured": []})
    return YearlyOffer(stamp["year"], Offer.of(document), withdrawn.proposals)


def offer_year(unit: UnitOfWork) -> int | None:
    """Return the year of the offer in force."""
    kept = unit.books.cursor(_CURRENT)
    return int(json.loads(kept)["year"]) if kept else None


def offer_mark(unit: UnitOfWork) -> str | None:
    """Return what changes whenever the offer in force does."""
    return unit.books.cursor(_CURRENT)


def is_offer_stale(unit: UnitOfWork) -> bool:
    """Whether results came since the offer in force was made, or there is none."""
    kept = unit.books.cursor(_CURRENT)
    return not kept or json.loads(kept)["files"] != _files(unit)


def _files(unit: UnitOfWork) -> list[str]:
    """Those that tell of the newest vigencia: history changes no offer."""
    files = unit.books.score_files()
    newest = max((max(file.vigencias, default=0) for file in files), default=0)
    return sorted(file.sha256 for file in files if newest in file.vigencias)


def save_offer(unit: UnitOfWork, office: Office, yearly: YearlyOffer) -> None:
    """Put it in force."""
    withdrawn = Offer(0, yearly.withdrawn).document()["proposals"]
    content = json.dumps(yearly.offer.document() | {"withdrawn": withdrawn}, ensure_ascii=False)
    (sha256,) = office.archive.put([content.encode()], ".json")
    stamp = {"year": yearly.year, "sha256": sha256, "files": _files(unit)}
    unit.books.save_cursor(_CURRENT, json.dumps(stamp))


def offered_cases(unit: UnitOfWork, year: int) -> dict[str, str]:
    """Return the case of each row of the year's offer that has one, by the row's key; a discarded one is none."""
    request = unit.books.cursor(request_cursor(year))
    cases = unit.cases.of_request(request) if request else []
    return {
        f"{case.municipality}/{case.policy}": case.number
        for case in cases
        if case.origin is Origin.OFFER and case.state is not State.DISCARDED
    }


def request_cursor(year: int) -> str:
    """Return the name under which the number of the year's request is kept: all of the year's cases share it."""
    return f"offer/{year}/request"
