"""One municipality's history on a page: scores by year with comparability marks, its cases, the help it had."""

from datetime import date
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.cases.names import policy_name
from tasks.domain.catalog import Municipality
from tasks.domain.scores.impact.exposure import Blocks
from tasks.domain.scores.offer import rounded
from tasks.domain.scores.results import Score
from tasks.domain.scores.tables.cells import parse_dane
from tasks.domain.spanish import date_in_words, number
from tasks.ports.errors import UsageError
from tasks.results.versions import current_scores
from tasks.yearly_offer import YearlyOffer, current_offer

Document = dict[str, Any]


def municipality_profile(office: Office, code: str) -> Document:
    """Return the history of the municipality with that DANE code. Raises `UsageError` for a code of nowhere known."""
    place = office.catalog.municipality(parse_dane(code))
    if place is None:
        raise UsageError(f'"{code}" is not a municipality of the catalogue; accepted: its DANE code, such as 05756')
    with office.ledger.reading() as unit:
        scores = [score for score in current_scores(unit)[0] if score.dane_code == place.dane]
        cases = [case for case in unit.cases.all() if case.municipality == place.dane]
        liaison = unit.books.directory().on(office.clock.today()).liaison(place.dane)
        yearly = current_offer(unit, office)
    vigencias = sorted({score.vigencia for score in scores})
    return {
        **_place(place),
        "liaison": {"name": liaison.name, "email": liaison.email, "phone": liaison.phone} if liaison else None,
        "vigencias": _vigencias(vigencias, Blocks.parse(office.settings.scores.blocks)),
        "scores": _scores(scores, vigencias, office),
        "cases": [_case(case, office) for case in cases],
        "assistance": _assistance(cases, office),
        "offer": _offer(place.dane, yearly, office),
    }


def _place(place: Municipality) -> Document:
    return {"dane": place.dane, "name": place.name, "subregion": place.subregion, "typology": place.typology}


def _vigencias(years: list[int], blocks: Blocks) -> list[Document]:
    """Each vigencia with the block it may be compared in; `breaks` marks that the year before is not comparable."""
    found: list[Document] = []
    for place, year in enumerate(years):
        breaks = place > 0 and not blocks.comparable(years[place - 1], year)
        block = found[-1]["block"] + (1 if breaks else 0) if found else 1
        found.append({"vigencia": year, "block": block, "breaks": breaks})
    return found


def _scores(scores: list[Score], years: list[int], office: Office) -> list[Document]:
    by_policy: dict[str, dict[int, Score]] = {}
    for score in scores:
        by_policy.setdefault(score.policy, {})[score.vigencia] = score
    known = [policy.slug for policy in office.catalog.policies if policy.slug in by_policy]
    return [
        {
            "policy": slug,
            "name": policy_name(slug, office.catalog),
            # A missing score is missing, never 0.
            "scores": {str(y): by_policy[slug][y].score if y in by_policy[slug] else None for y in years},
        }
        for slug in known
    ]


def _case(case: Case, office: Office) -> Document:
    return {
        "case": case.number,
        "origin": case.origin.value,
        "received": case.received.date().isoformat(),
        "policy": case.policy,
        "name": policy_name(case.policy, office.catalog),
        "entity": case.entity,
        "state": case.state.value,
        "letter": case.letter,
        "score_before": case.score_before,
        "score_after": case.score_after,
        "score_change": case.score_change,
    }


def _assistance(cases: list[Case], office: Office) -> list[Document]:
    days = [(day, case) for case in cases for day in case.assistance]
    return [
        {
            "day": day.isoformat(),
            "case": case.number,
            "policy": case.policy,
            "name": policy_name(case.policy, office.catalog),
            "mode": case.mode.value if case.mode else None,
            "evidence": case.evidence,
        }
        for day, case in sorted(days, key=lambda held: (held[0], held[1].number))
    ]


def _offer(dane: str, yearly: YearlyOffer | None, office: Office) -> list[Document]:
    return [
        {
            "year": yearly.year,
            "policy": row.policy,
            "name": policy_name(row.policy, office.catalog),
            "score": row.score,
            "peers": row.peers,
            "gap": row.gap,
            "waiting": row.is_waiting,
        }
        for row in (yearly.offer.proposals if yearly else ())
        if yearly and row.dane_code == dane
    ]


def page_fields(profile: Document, office: Office) -> Document:
    """Return the fields of `templates/reports/municipality.html`: figures and dates as people read them."""
    years = [vigencia["vigencia"] for vigencia in profile["vigencias"]]
    rows = [
        {"politica": row["name"], "puntajes": [_shown(row["scores"][str(year)]) for year in years]}
        for row in profile["scores"]
    ]
    return {
        "perfil": profile,
        "puntajes": rows,
        "casos": [case | {"recibido": _day(case["received"]), "antes": _shown(case["score_before"]),
                          "despues": _shown(case["score_after"])} for case in profile["cases"]],
        "asistencias": [row | {"dia": _day(row["day"])} for row in profile["assistance"]],
        "ofertas": [row | _gap(row["score"], row["peers"]) for row in profile["offer"]],
        "fecha": date_in_words(office.clock.today()),
    }  # fmt: skip


def _gap(score: float, peers: float) -> Document:
    return dict(zip(("score", "peers", "gap"), map(_shown, rounded(score, peers, 1)), strict=True))


def _day(iso: str) -> str:
    return f"{date.fromisoformat(iso):%d/%m/%Y}"


def _shown(value: float | None) -> str:
    return "–" if value is None else number(value, 1)
