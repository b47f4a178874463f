"""Cases of the offer: opened when the team ticks a row, taken back when it unticks one before its letter left."""

from collections.abc import Iterable, Mapping

from tasks.bootstrap import Office
from tasks.domain.cases.assignment import suggest_officer
from tasks.domain.cases.case import Case, CaseEvent, EventKind, State
from tasks.domain.cases.opening import Offered, open_offered
from tasks.domain.directory import Directory
from tasks.domain.scores.offer import Proposal
from tasks.domain.spanish import number
from tasks.notices.notice import director_and_substitute
from tasks.numbering import take_case_number, take_request_number
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import RequestRecord
from tasks.yearly_offer import YearlyOffer, offered_cases, request_cursor


def open_ticked(unit: UnitOfWork, office: Office, yearly: YearlyOffer, keys: Iterable[str], actor: str) -> list[Case]:
    """Open a case for each ticked row that has none, inside the caller's unit of work; returns them."""
    rows, known = {row.key: row for row in yearly.rows}, offered_cases(unit, yearly.year)
    wanted = [rows[key] for key in dict.fromkeys(keys) if key in rows and key not in known]
    if not wanted:
        return []
    request = _request(unit, office, yearly)
    directory = unit.books.directory().on(office.clock.today())
    officers = _officers(unit, office, directory, {row.policy for row in rows.values()})
    now = office.clock.now()
    events = [
        open_offered(
            take_case_number(unit, office),
            request,
            _offered(office, directory, yearly, row, officers.get(row.policy, ""), actor),
            now,
        )
        for row in wanted
    ]
    return unit.cases.append(events)


def take_back(unit: UnitOfWork, office: Office, yearly: YearlyOffer, key: str, actor: str) -> str:
    """Discard the case of an unticked row whose letter has not left; returns what to say when it has (Spanish)."""
    number_of = offered_cases(unit, yearly.year).get(key)
    case = unit.cases.get(number_of) if number_of else None
    if case is None:
        return ""
    if case.state is not State.DRAFT:
        return f"El caso {case.number} ya está «{case.state}»: si no sigue, ciérrelo en «Casos» con su motivo."
    now = office.clock.now()
    changes = {"state": State.DISCARDED, "since": now.isoformat(), "previous": case.state, "letter": None}
    reason, kind = "se quitó de la oferta", EventKind.DISCARDED
    source = f"sheet:Oferta {yearly.year}/{key}"
    event = CaseEvent(case=case.number, kind=kind, at=now, actor=actor, reason=reason, source=source, changes=changes)
    unit.cases.append([event])
    return ""


def _request(unit: UnitOfWork, office: Office, yearly: YearlyOffer) -> str:
    """The one request of the year's offer, so that each leader gets one letter with all its municipalities."""
    kept = unit.books.cursor(request_cursor(yearly.year))
    if kept:
        return kept
    request, now = take_request_number(unit, office), office.clock.now()
    unit.cases.add_request(
        RequestRecord(
            number=request,
            received=now,
            sha256="",
            message_id="",
            subject=_subject(yearly),
            text="Oferta de asesoría a los municipios con mayor brecha frente a sus pares.",
            requester="",
            email="",
            entity="",
            entity_type=None,
            municipality=None,
        )
    )
    unit.cases.acknowledge([request], now)  # nobody asked: there is nobody to answer
    unit.books.save_cursor(request_cursor(yearly.year), request)
    return request


def _subject(yearly: YearlyOffer) -> str:
    return f"Oferta de asesoría {yearly.year} (resultados de {yearly.offer.vigencia})"


def _officers(unit: UnitOfWork, office: Office, directory: Directory, policies: Iterable[str]) -> Mapping[str, str]:
    """One officer per leader: the letter to a leader has one author. Whoever directs, while the team has nobody."""
    loads, fallback = unit.cases.workloads(), next(iter(director_and_substitute(directory, office)[0]), "")
    by_leader: dict[str, str] = {}
    officers = {}
    for policy in sorted(policies):
        leader = directory.leader(policy)
        key = leader.email.casefold() if leader else policy
        if key not in by_leader:
            found = suggest_officer(policy, loads, directory, office.clock.today())
            by_leader[key] = found.person.email if found else fallback
        officers[policy] = by_leader[key]
    return officers


def _offered(
    office: Office, directory: Directory, yearly: YearlyOffer, row: Proposal, officer: str, actor: str
) -> Offered:
    place, liaison = office.catalog.municipality(row.dane_code), directory.liaison(row.dane_code)
    gap = f"puntaje {number(row.score, 1)}, mediana de sus pares {number(row.peers, 1)}, brecha {number(row.gap, 1)}"
    return Offered(
        municipality=row.dane_code,
        policy=row.policy,
        entity=f"Alcaldía de {place.name}" if place else "",
        officer=officer,
        subject=_subject(yearly),
        summary=f"Oferta {yearly.year}: {gap} (vigencia {yearly.offer.vigencia}).",
        source=f"sheet:Oferta {yearly.year}/{row.key}",
        actor=actor,
        requester=liaison.name if liaison else "",
        email=liaison.email if liaison else "",
    )
