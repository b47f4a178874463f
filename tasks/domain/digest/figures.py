"""The figures of the weekly digest: what came, what moved, what is late, what needs the director."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, Origin, State
from tasks.domain.digest.period import Period, iso_week
from tasks.domain.spanish import business_days, day_and_month
from tasks.domain.terms.business_days import Calendar, business_days_between, received_day
from tasks.domain.terms.clocks import Clocks, Light
from tasks.domain.terms.rules import Rules

UNKNOWN = "sin definir"
_STAGES = tuple(State)
_SURE = 0.97  # confidence from which a classification is not told of; the judge itself asks for 0.95
_DIRECTOR_FROM = 5  # business days late from which a case is the director's concern


@dataclass(frozen=True, slots=True)
class Watched:
    """A case with its clocks of today."""

    case: Case
    clocks: Clocks
    leader_is_spared: bool = False  # its leader gets no more reminders by itself

    @property
    def is_overdue(self) -> bool:
        """Whether it is open and past the nearer of its dates."""
        return self.case.is_open and self.clocks.light is Light.RED


@dataclass(frozen=True, slots=True)
class Labels:
    """Words for the codes that cases carry."""

    policies: Mapping[str, str] = field(default_factory=dict)  # slug → name
    subregions: Mapping[str, str] = field(default_factory=dict)  # DANE → subregion
    leaders: Mapping[str, str] = field(default_factory=dict)  # slug → leader's name


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table."""

    label: str
    open: int
    overdue: int
    opened: int
    closed: int


@dataclass(frozen=True, slots=True)
class Need:
    """A case that waits for a decision of the director, and why (Spanish)."""

    case: Case
    reason: str


@dataclass(frozen=True, slots=True)
class Week:
    """One week's movement, for comparison."""

    week: str
    opened: int
    closed: int
    response_days: float | None  # median business days from reception to the answer; None when none was answered
    monday: date = date.min

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)


@dataclass(frozen=True, slots=True)
class DigestFigures:
    """All that the digest says; `summary` is its part for scripts."""

    period: Period
    received: int
    fates: Mapping[str, int]
    opened: int
    closed: int
    open: int
    following: int  # open ones that wait for results only
    overdue: int
    unassigned: int
    review: int
    response_days: float | None
    needs_director: tuple[Need, ...]
    stages: tuple[Line, ...]
    policies: tuple[Line, ...]
    subregions: tuple[Line, ...]
    leaders: tuple[Line, ...]
    by_itself: Mapping[str, int]  # kind of event → how often the service acted without a person
    to_classify: int  # cases that wait for a person's word
    doubtful: tuple[Case, ...]  # opened in the period, acted on, and not quite sure; the least sure first
    surveyed: tuple[Case, ...]  # whose municipality answered the three questions in the period

    @property
    def is_balanced(self) -> bool:
        """Whether every mail received has its fate ("42 recibidos = 42 con destino")."""
        return self.received == sum(self.fates.values())

    @property
    def is_empty(self) -> bool:
        """Whether nothing came, moved or waits."""
        return not (self.received or self.opened or self.closed or self.overdue or self.unassigned or self.review)

    def summary(self) -> dict[str, Any]:
        """Return what `mipg run digest --json` prints."""
        return {
            "from": self.period.start.isoformat(),
            "to": self.period.end.isoformat(),
            "received": self.received,
            "fates": dict(self.fates),
            "opened": self.opened,
            "closed": self.closed,
            "overdue": self.overdue,
            "unassigned": self.unassigned,
            "review": self.review,
        }


@dataclass(frozen=True, slots=True)
class Mail:
    """The account of mail: messages received in the period, their fates, and those waiting in Revisión now."""

    received: int
    fates: Mapping[str, int]
    review: int


def figures(
    period: Period, watched: Sequence[Watched], events: Iterable[CaseEvent], mail: Mail, labels: Labels, rules: Rules
) -> DigestFigures:
    """Return the digest's figures. `events` may reach beyond the period: only those inside it count."""
    inside = [event for event in events if period.start < event.at <= period.end]
    opened = {event.case for event in inside if event.kind is EventKind.OPENED}
    closed = {event.case for event in inside if event.kind is EventKind.CLOSED}
    surveyed = {event.case for event in inside if "survey" in event.changes}
    table = _Tables(watched, opened, closed)
    still_open = [w for w in watched if w.case.is_open]
    answered = [w.case for w in watched if _answered_in(w.case, period.start.date(), period.end.date())]
    return DigestFigures(
        period=period,
        received=mail.received,
        fates=dict(mail.fates),
        opened=len(opened),
        closed=len(closed),
        open=len(still_open),
        following=sum(w.case.state is State.FOLLOW_UP for w in still_open),
        overdue=sum(w.is_overdue for w in still_open),
        unassigned=sum(w.case.state is State.TO_ASSIGN for w in still_open),
        review=mail.review,
        response_days=response_days(answered, rules),
        needs_director=needs_director(watched, period.end.date(), rules.calendar),
        stages=table.by_stage(),
        policies=table.by(lambda case: labels.policies.get(case.policy or "", UNKNOWN)),
        subregions=table.by(lambda case: labels.subregions.get(case.municipality or "", UNKNOWN)),
        leaders=table.by(lambda case: labels.leaders.get(case.policy or "", "sin líder")),
        by_itself=dict(Counter(event.kind.value for event in inside if event.actor == SYSTEM)),
        to_classify=sum(w.case.state is State.TO_CLASSIFY for w in still_open),
        doubtful=_doubtful(w.case for w in still_open if w.case.number in opened),
        surveyed=tuple(w.case for w in watched if w.case.number in surveyed),
    )


def _doubtful(opened: Iterable[Case]) -> tuple[Case, ...]:
    unsure = (case for case in opened if case.state is not State.TO_CLASSIFY and 0 < case.confidence < _SURE)
    return tuple(sorted(unsure, key=lambda case: (case.confidence, case.number)))


@dataclass(frozen=True, slots=True)
class _Tables:
    watched: Sequence[Watched]
    opened: set[str]
    closed: set[str]

    def by(self, label: Callable[[Case], str]) -> tuple[Line, ...]:
        """Return a line per label that has something to tell, the most overdue first."""
        lines = [line for line in self._lines(label) if line.open or line.opened or line.closed]
        return tuple(sorted(lines, key=lambda line: (-line.overdue, -line.open, line.label)))

    def by_stage(self) -> tuple[Line, ...]:
        """Return a line per state in use, in the order of a case's life."""
        found = {line.label: line for line in self._lines(lambda case: case.state.value)}
        lines = (found[state] for state in _STAGES if state in found)
        return tuple(line for line in lines if line.open or line.opened or line.closed)

    def _lines(self, label: Callable[[Case], str]) -> list[Line]:
        groups: dict[str, list[Watched]] = {}
        for watched in self.watched:
            groups.setdefault(label(watched.case), []).append(watched)
        return [self._line(name, group) for name, group in groups.items()]

    def _line(self, label: str, group: Sequence[Watched]) -> Line:
        return Line(
            label,
            open=sum(w.case.is_open for w in group),
            overdue=sum(w.is_overdue for w in group),
            opened=sum(w.case.number in self.opened for w in group),
            closed=sum(w.case.number in self.closed for w in group),
        )


def needs_director(watched: Iterable[Watched], today: date, calendar: Calendar) -> tuple[Need, ...]:
    """Return what waits for the director: cases to assign, oldest first, then those most days late."""
    waiting = sorted((w.case for w in watched if w.case.state is State.TO_ASSIGN), key=lambda case: case.since)
    assign = [Need(case, f"por asignar desde el {day_and_month(case.since.date())}") for case in waiting]
    late = [
        (w, _days_late(w, today, calendar)) for w in watched if w.is_overdue and w.case.state is not State.TO_ASSIGN
    ]
    grave = sorted((pair for pair in late if pair[1] >= _DIRECTOR_FROM), key=lambda p: (-p[1], p[0].case.number))
    return (*assign, *(Need(w.case, _overdue(w, days)) for w, days in grave))


def _overdue(watched: Watched, days: int) -> str:
    spared = "; el líder ya no recibe recordatorios automáticos" if watched.leader_is_spared else ""
    what = "el término legal para responder venció" if _is_legal(watched.clocks) else "vencido"
    return f"{watched.case.state}; {what} hace {business_days(days)}{spared}"


def _is_legal(clocks: Clocks) -> bool:
    """Whether the nearer date is the law's."""
    if clocks.legal_due is None or not clocks.legal_runs:
        return False
    return clocks.due is None or clocks.legal_due.day < clocks.due.day


def _days_late(watched: Watched, today: date, calendar: Calendar) -> int:
    clocks = watched.clocks
    dates = [clocks.due.day] if clocks.due else []
    if clocks.legal_due and clocks.legal_runs:
        dates.append(clocks.legal_due.day)
    return business_days_between(min(dates), today, calendar) if dates else 0


def response_days(cases: Iterable[Case], rules: Rules) -> float | None:
    """Return the median of business days from reception to the answer; None when nobody who asked was answered.

    What was offered answers nobody. What arrived on a Saturday and was answered that day waited none.
    """
    waits = [
        max(0, business_days_between(_day_of(case, rules), case.answered, rules.calendar))
        for case in cases
        if case.answered and case.origin is Origin.DEMAND
    ]
    return float(median(waits)) if waits else None


def _day_of(case: Case, rules: Rules) -> date:
    return received_day(case.received, rules.office, rules.calendar)


def _answered_in(case: Case, first: date, after: date) -> bool:
    """Whether it was answered from `first` on and before `after`: a digest leaves in the morning of its last day."""
    return case.answered is not None and first <= case.answered < after


def weekly(
    cases: Sequence[Case], events: Iterable[CaseEvent], weeks: Sequence[datetime], rules: Rules
) -> tuple[Week, ...]:
    """Return the movement of the ISO weeks that hold the given moments, in their order."""
    office = rules.office
    counts = Counter((iso_week(office.local(event.at)), event.kind) for event in events)
    return tuple(
        Week(
            name := iso_week(office.local(moment)),
            counts[name, EventKind.OPENED],
            counts[name, EventKind.CLOSED],
            response_days([c for c in cases if _answered_in(c, *_span(office.local(moment)))], rules),
            _span(office.local(moment))[0],
        )
        for moment in weeks
    )


def _span(moment: datetime) -> tuple[date, date]:
    monday = moment.date() - timedelta(days=moment.weekday())
    return monday, monday + timedelta(days=7)


def compared_weeks(end: datetime, back: int = 8) -> tuple[tuple[datetime, ...], tuple[datetime, ...]]:
    """Return a moment in each of the `back` weeks before `end`, oldest first, and in the same weeks a year before."""
    recent = tuple(end - timedelta(weeks=n) for n in range(back, 0, -1))
    return recent, tuple(moment - timedelta(weeks=52) for moment in recent)
