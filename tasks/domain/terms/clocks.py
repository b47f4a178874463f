"""The two clocks of a case, internal and legal, and the light that both make.

Nothing here is stored: each cycle computes it anew from the case, so a changed term or petition shows at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from tasks.domain.cases.case import FINAL_STATES, Case, CaseEvent, Origin, State
from tasks.domain.spanish import date_in_words
from tasks.domain.terms.business_days import (
    Calendar,
    Closure,
    Due,
    Office,
    add_business_days,
    business_days_between,
    due,
    next_business_day,
    reception_due,
)
from tasks.domain.terms.rules import InternalTerms, LegalTerm, Rules

_YELLOW = 2  # business days left, the day itself included


class Light(StrEnum):
    """Semáforo, as the sheet shows it."""

    GREEN = "verde"
    YELLOW = "amarillo"
    RED = "rojo"
    GREY = "gris"


class Awaited(StrEnum):
    """Whom a state waits for."""

    TEAM = "team"
    DIRECTOR = "director"
    OFFICER = "officer"
    LEADER = "leader"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True, slots=True)
class Clocks:
    """Vence, Vence legal, Semáforo and whom the case waits for."""

    due: Due | None
    legal_due: Due | None
    light: Light
    waits_for: Awaited | None
    legal_runs: bool = False  # False: frozen by an answer, or none
    close_from: Due | None = None  # suspended: when its officer is offered to close it


def clocks(case: Case, today: date, rules: Rules, pauses: tuple[Closure, ...] = ()) -> Clocks:
    """Return the clocks of a case on a day. Its past suspensions (`pauses_of`) count for neither."""
    internal = internal_due(case, rules, pauses)
    legal = legal_due(case, rules, pauses)
    runs = legal is not None and case.answered is None and case.is_open
    lights = [_light(internal, today, rules.calendar)] if internal else []
    if legal and runs:
        lights.append(_light(legal, today, rules.calendar.for_legal_terms()))
    light = max(lights, key=_ALARM.index, default=Light.GREY)
    closing = _closing(case, rules) if case.state is State.SUSPENDED else None
    return Clocks(internal, legal, light, waits_for(case), runs, closing)


_ALARM = (Light.GREY, Light.GREEN, Light.YELLOW, Light.RED)


def _light(term: Due, today: date, calendar: Calendar) -> Light:
    if today > term.day:
        return Light.RED
    left = business_days_between(today, term.day, calendar) + calendar.is_business_day(today)
    return Light.YELLOW if left <= _YELLOW else Light.GREEN


def waits_for(case: Case) -> Awaited | None:
    """Return whom the state waits for; None when nobody has to do anything."""
    if case.state is State.ASSISTED and not case.letter:
        return Awaited.OFFICER  # direct attention: no leader took part
    if was_heard(case):
        return Awaited.OFFICER  # the municipality did its part: somebody has to resume or close it
    if case.state is State.PLANNED and case.proposed and not case.agreed:
        return Awaited.OFFICER  # the leader did its part: somebody has to agree to a day
    return _AWAITED.get(case.state)


_AWAITED = {
    State.TO_CLASSIFY: Awaited.TEAM,
    State.TO_ASSIGN: Awaited.DIRECTOR,
    State.DRAFT: Awaited.OFFICER,
    State.LETTER_SENT: Awaited.LEADER,
    State.PLANNED: Awaited.LEADER,
    State.ASSISTED: Awaited.LEADER,
    State.DIRECT: Awaited.OFFICER,
    State.SUSPENDED: Awaited.MUNICIPALITY,
}


@dataclass(frozen=True, slots=True)
class _Count:
    """Counts a case's internal terms."""

    case: Case
    terms: InternalTerms
    office: Office
    calendar: Calendar

    def from_moment(self, moment: datetime, days: int, because: str) -> Due:
        return reception_due(moment, days, self.office, self.calendar, because)

    def from_day(self, day: date | None, days: int, because: str) -> Due:
        """Count from a day that people noted; without one, from the moment the state began."""
        return due(day, days, self.calendar, because) if day else self.from_moment(self.case.since, days, because)


def internal_due(case: Case, rules: Rules, pauses: Iterable[Closure] = ()) -> Due | None:
    """Return Vence: when what the state waits for should have happened; None when no internal clock runs."""
    step = _STEPS.get(case.state)
    return step(_Count(case, rules.terms, rules.office, rules.calendar.without(pauses))) if step else None


def _classify(count: _Count) -> Due:
    case = count.case
    returned = case.previous not in {None, State.SUSPENDED}  # sent back to be classified again: a new term
    start = case.since if returned else case.received
    return count.from_moment(start, count.terms.classify, "es el plazo para clasificar la solicitud")


def _assign(count: _Count) -> Due:
    return count.from_moment(count.case.since, count.terms.assign, "es el plazo para designar responsable")


def _letter(count: _Count) -> Due:
    because = "es el plazo para enviar el oficio desde la recepción"
    return count.from_moment(count.case.received, count.terms.letter, because)


def _plan(count: _Count) -> Due:
    because = "es el plazo para que el líder de política envíe su plan desde el oficio"
    return count.from_day(count.case.letter_date, count.terms.plan, because)


def _assist(count: _Count) -> Due:
    if agreed := count.case.agreed:
        return Due(agreed, f"vence el {date_in_words(agreed)} porque es la fecha acordada para la asesoría")
    received = count.case.plan_received
    arrived = next_business_day(received, count.calendar) if received else None
    return count.from_day(arrived, count.terms.assistance, "es el plazo para prestar la asistencia desde el plan")


def _attend(count: _Count) -> Due:
    because = "es el plazo de la atención directa desde la decisión"
    return count.from_moment(count.case.since, count.terms.direct, because)


def _evidence(count: _Count) -> Due:
    last = max(count.case.assistance, default=None)
    return count.from_day(last, count.terms.evidence, "es el plazo para entregar las evidencias de la última asesoría")


_STEPS: dict[State, Callable[[_Count], Due]] = {
    State.TO_CLASSIFY: _classify,
    State.TO_ASSIGN: _assign,
    State.DRAFT: _letter,
    State.LETTER_SENT: _plan,
    State.PLANNED: _assist,
    State.DIRECT: _attend,
    State.ASSISTED: _evidence,
}


def legal_due(case: Case, rules: Rules, pauses: Iterable[Closure] = ()) -> Due | None:
    """Return Vence legal, frozen once the municipality was answered.

    None for an offer, and while suspended or after the end of a case that was never answered.
    """
    stopped = case.state in FINAL_STATES or case.state is State.SUSPENDED
    if case.origin is Origin.OFFER or (stopped and not case.answered):
        return None
    term = petition_due(case.received, rules.legal.of(case.petition), rules, pauses)
    if case.answered:
        return Due(
            term.day, f"respondido el {date_in_words(case.answered)}; {term.explanation.replace('vence', 'vencía', 1)}"
        )
    return term


def petition_due(received: datetime, term: LegalTerm, rules: Rules, pauses: Iterable[Closure] = ()) -> Due:
    """Return when the law's term ends for what was received then: a petition, or a traslado (`legal.transfer`)."""
    days = rules.calendar.for_legal_terms().without(pauses)
    return reception_due(received, term.days, rules.office, days, f"es el plazo legal de {term.label}, {term.source}")


def extension_limit(case: Case, rules: Rules, pauses: Iterable[Closure] = ()) -> Due:
    """Return the last day that an extension notice may promise: twice the term (Ley 1755 de 2015, art. 14, par.)."""
    term = rules.legal.of(case.petition)
    twice = term.model_copy(update={"days": term.days * 2, "label": f"{term.label} con prórroga"})
    return petition_due(case.received, twice, rules, pauses)


def needs_extension(case: Case, found: Clocks, today: date, rules: Rules) -> bool:
    """Whether the extension notice must be before the officer: the term runs, ends soon, and nobody answered.

    The law wants the notice before the term ends (Ley 1755 de 2015, art. 14, par.): afterwards there is none to draft.
    """
    if found.legal_due is None or not found.legal_runs or case.extended_to or case.state is State.SUSPENDED:
        return False
    first = add_business_days(found.legal_due.day, -rules.terms.extension_notice, rules.calendar.for_legal_terms())
    return first <= today <= found.legal_due.day


def pauses_of(events: Iterable[CaseEvent], office: Office) -> tuple[Closure, ...]:
    """Return the ended suspensions of a case's ordered history: resumed, or closed while the municipality was asked.

    The day of suspending still counts and the term goes on the day after resuming (Ley 1755 de 2015, art. 17).
    """
    pauses: list[Closure] = []
    since: date | None = None
    for event in events:
        day, entered = office.local(event.at).date(), event.changes.get("state")
        if entered == State.SUSPENDED:
            since = since or day
        elif since is not None and entered:
            if since < day:
                pauses.append(Closure(since + timedelta(days=1), day, name="la suspensión"))
            since = None
    return tuple(pauses)


def asks_again_on(case: Case, rules: Rules) -> date:
    """Return when a suspended case's municipality is asked to go on: a month after the suspension.

    A term in months ends on the same day of the month, or its last one, moved to a business day (Ley 4 de 1913,
    arts. 59 and 62).
    """
    return next_business_day(_a_month_after(rules.office.local(case.since).date()), rules.calendar)


def was_asked_again(case: Case, rules: Rules) -> date | None:
    """Return the day its municipality was asked during the present suspension, if it was."""
    began = rules.office.local(case.since).date()
    return case.asked_again if case.asked_again and case.asked_again >= began else None


def was_heard(case: Case) -> bool:
    """Whether the case is suspended and whoever asked has written since."""
    return case.state is State.SUSPENDED and case.heard is not None and case.heard >= case.since.date()


def _closing(case: Case, rules: Rules) -> Due:
    if case.heard and was_heard(case):
        return due(case.heard, rules.terms.suspended_close, rules.calendar, "es el plazo para decidir, pues respondió")
    asked = was_asked_again(case, rules) or asks_again_on(case, rules)
    return due(asked, rules.terms.suspended_close, rules.calendar, "es el plazo para que el municipio responda")


def _a_month_after(day: date) -> date:
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
