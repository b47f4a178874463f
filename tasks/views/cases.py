"""Cases with the names and dates that people read beside them: for the sheet, the command line and the digest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, EventKind, State
from tasks.domain.cases.dossier import LETTER_NAMES
from tasks.domain.cases.names import policy_name
from tasks.domain.digest.figures import Watched
from tasks.domain.directory import Directory
from tasks.domain.letters.grouping import reason_without_letter
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.sheet.views import CaseView
from tasks.domain.terms.clocks import Clocks, clocks
from tasks.domain.terms.papers import waits_alone, waits_for_approval, watched_paper
from tasks.ports.ledger import UnitOfWork
from tasks.suspensions import pauses


def watched(unit: UnitOfWork, office: Office, cases: Iterable[Case]) -> list[Watched]:
    """Return the cases with their clocks; the history is read only of those that were ever suspended."""
    today, rules = office.clock.today(), office.rules
    suspended = unit.cases.ever(EventKind.SUSPENDED)
    found = []
    for case in cases:
        paused = pauses(unit, office, case) if case.number in suspended else ()
        counted = clocks(case, today, rules, paused)
        spared = office.reminder_policy.spares_leader(counted, today, rules.calendar)
        found.append(Watched(case, counted, spared))
    return found


def awaited(unit: UnitOfWork, office: Office) -> list[tuple[Case, Clocks]]:
    """Return what people are waited for: open cases, and letters that wait for approval while their case is over.

    Such a letter stands by its first case.
    """
    open_cases = [(one.case, one.clocks) for one in watched(unit, office, unit.cases.open())]
    waiting = [letter for letter in unit.letters.all([LetterState.DRAFT]) if waits_alone(letter)]
    cases = {case.number: case for case in unit.cases.get_many(letter.cases[0] for letter in waiting)}
    return open_cases + [
        watched_paper(letter, cases[letter.cases[0]], office.rules)
        for letter in waiting
        if not cases[letter.cases[0]].is_open
    ]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is read once for all the cases."""

    directory: Directory
    names: Mapping[str, str]  # of everybody who is or was of the team, by address
    letters: Mapping[str, Letter]  # by number
    papers: Mapping[str, Letter]  # that wait for approval, by case


def case_views(unit: UnitOfWork, office: Office) -> list[CaseView]:
    """Return every case as the sheet shows it."""
    everybody, letters = unit.books.directory(), unit.letters.all()
    beside = _Beside(
        directory=everybody.on(office.clock.today()),
        names={p.email.casefold(): p.name for p in everybody.people},
        letters={letter.number: letter for letter in letters},
        papers={case: letter for letter in letters if waits_for_approval(letter) for case in letter.cases},
    )
    return [_view(office, beside, one) for one in watched(unit, office, unit.cases.all())]


def _view(office: Office, beside: _Beside, one: Watched) -> CaseView:
    """Return the case as it is shown."""
    case = one.case
    place = office.catalog.municipality(case.municipality)
    leader = beside.directory.leader(case.policy)
    due, legal = one.clocks.due, one.clocks.legal_due
    return CaseView(
        case=case,
        policy_name=policy_name(case.policy, office.catalog),
        municipality_name=place.name if place else "",
        officer_name=beside.names.get(case.officer.casefold(), case.officer) if case.officer else "",
        leader_name=leader.name if leader else "",
        due=due.day if due else None,
        legal_due=legal.day if legal else None,
        counted=". ".join(f"{term.explanation[:1].upper()}{term.explanation[1:]}" for term in (due, legal) if term),
        light=one.clocks.light.value,
        link=office.case_folders.path(case.number).as_uri(),
        alerts=_alerts(office, beside, case),
    )


def _alerts(office: Office, beside: _Beside, case: Case) -> tuple[str, ...]:
    """Return what somebody has to know of the case right now."""
    letter, paper = beside.letters.get(case.letter or ""), beside.papers.get(case.number)
    alerts: list[str] = []
    if case.state is State.TO_CLASSIFY:
        missing = [name for name, value in (("Política", case.policy), ("Municipio", case.municipality)) if not value]
        alerts.append(f"Falta escribir {' y '.join(missing)}." if missing else "Confirme la clasificación.")
    if case.state is State.DRAFT:
        leaders = {leader.policy: leader for leader in reversed(beside.directory.leaders)}
        being_made = "" if letter else "El borrador del oficio se está elaborando."
        alerts += filter(None, [reason_without_letter(case, leaders) or being_made])
    if case.proposed and not case.agreed:
        days = " o el ".join(f"{day:%d/%m/%Y}" for day in case.proposed)
        alerts.append(f"El líder propone el {days}: escriba Fecha acordada para confirmarla.")
    if case.is_open and case.agreed and not case.email and not case.assistance:
        alerts.append("No hay correo de quien hizo la solicitud: infórmele usted la fecha acordada.")
    if case.extended_to and case.is_open and not case.agreed and not case.assistance:
        alerts.append(f"Se ofreció al municipio responder a más tardar el {case.extended_to:%d/%m/%Y}.")
    if letter is not None:
        alerts += _letter_alerts(office, letter)
    if paper is not None:
        alerts.append(f"El oficio {paper.number} ({LETTER_NAMES[paper.kind]}) espera aprobación: no ha salido.")
    return tuple(alerts)


def _letter_alerts(office: Office, letter: Letter) -> list[str]:
    if letter.delivery == "bounced":
        return [f"El correo con el oficio {letter.number} rebotó: revise la dirección en Líderes."]
    if letter.state is LetterState.APPROVED and not letter.final_sha256:
        if office.settings.letters.release == "signed" and not letter.signed_by:
            return [f"El oficio {letter.number} espera la firma de la dirección."]
        if office.settings.letters.release == "registered":
            return [f"El oficio {letter.number} espera el Radicado oficial."]
    return []
