"""Who is reminded of what today: one combined mail per person, never twice for the same step, never a burst.

Nothing is scheduled. On each business day the step that a case has reached (the day before, the day, 2, 5, 10 … days
past) is compared with its last reminder, so that days on which the service was down collapse into one reminder.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tasks.domain.cases.case import Case
from tasks.domain.directory import Contact, Directory
from tasks.domain.terms.business_days import Calendar, Due, Office, add_business_days, business_days_between
from tasks.domain.terms.clocks import Awaited, Clocks, Light
from tasks.domain.terms.readers import Readers

_WEEK = timedelta(days=7)


class Level(StrEnum):
    """The tone of a line."""

    BEFORE = "before"
    TODAY = "today"
    LATE = "late"
    OFFICER = "officer"  # the officer is told too
    DIRECTOR = "director"  # the director is told too


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """When people are reminded (`reminders.*` of the settings); days are business days past the date."""

    opens: time = time(7, 0)
    closes: time = time(18, 0)
    days: tuple[int, ...] = (-1, 0, 2, 5)
    every: int = 5  # once `days` are used up
    officer_from: int = 2
    director_from: int = 5
    leader_until: int = 30  # then it is the director's matter: the same mail once more moves no leader

    def step(self, days_late: int) -> int | None:
        """Return the last step reached, in days past the date; None when it is too early for any."""
        reached = [step for step in self.days if step <= days_late]
        last = max(self.days)
        if days_late > last:
            return last + (days_late - last) // self.every * self.every
        return max(reached, default=None)

    def spares_leader(self, clocks: Clocks, today: date, calendar: Calendar) -> bool:
        """Whether the leader that a case waits for is reminded of it no more, unless somebody asks for it."""
        if clocks.due is None or clocks.waits_for is not Awaited.LEADER or today <= clocks.due.day:
            return False
        return business_days_between(clocks.due.day, today, calendar) > self.leader_until

    def level(self, term: Due, days_late: int, today: date) -> Level:
        """Return the tone that fits the lateness."""
        if today <= term.day:
            return Level.BEFORE if today < term.day else Level.TODAY
        if days_late >= self.director_from:
            return Level.DIRECTOR
        return Level.OFFICER if days_late >= self.officer_from else Level.LATE


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One case in somebody's reminder. `days_late` counts business days past the date (negative: to go)."""

    case: Case
    due: Due
    days_late: int
    level: Level
    waits_for: Awaited
    legal: bool  # the date is Vence legal
    informed: bool  # the reader is only told; somebody else is waited for
    news: str = ""  # why it comes whatever its dates
    light: Light = Light.GREY


@dataclass(frozen=True, slots=True)
class Reminder:
    """One mail: everything that waits for one person, most urgent first."""

    email: str
    name: str
    lines: tuple[ReminderLine, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """The day a run happens on, as the office counts it."""

    now: datetime
    office: Office
    calendar: Calendar

    @property
    def today(self) -> date:
        """The office's day."""
        return self.office.local(self.now).date()

    def is_quiet(self, policy: ReminderPolicy) -> bool:
        """Whether nobody is reminded now: not a business day, or outside the hours."""
        clock = self.office.local(self.now).time()
        return not (self.calendar.is_business_day(self.today) and policy.opens <= clock <= policy.closes)


def reminders(
    watched: Iterable[tuple[Case, Clocks]],
    directory: Directory,
    moment: Moment,
    policy: ReminderPolicy,
    already: Collection[str] = (),
) -> tuple[Reminder, ...]:
    """Return the reminders of this moment, one per person, by address; none on holidays and outside the hours.

    `already` are addresses that got their reminder today: a case that waits for one of them is told tomorrow, whole.
    """
    if moment.is_quiet(policy):
        return ()
    readers = Readers(directory, moment.today)
    done = {address.casefold() for address in already}
    lines: dict[str, list[ReminderLine]] = {}
    names: dict[str, str] = {}
    for case, clocks in watched:
        found = list(_lines(case, clocks, readers, moment, policy))
        if any(contact.email.casefold() in done for contact, line in found if line.news or not line.informed):
            continue
        for contact, line in found:
            if contact.email.casefold() not in done:
                lines.setdefault(contact.email, []).append(line)
                names[contact.email] = names.get(contact.email) or contact.name
    return tuple(Reminder(email, names[email], urgent_first(lines[email])) for email in sorted(lines))


def urgent_first(lines: list[ReminderLine]) -> tuple[ReminderLine, ...]:
    """Return the lines by lateness; of one day the law's date before ours."""
    return tuple(sorted(lines, key=lambda line: (-line.days_late, not line.legal, line.due.day, line.case.number)))


@dataclass(frozen=True, slots=True)
class _Target:
    """The date that a case is watched for, and who has to act."""

    term: Due
    waits_for: Awaited
    legal: bool


def _target(case: Case, clocks: Clocks) -> _Target | None:
    """Return the nearer of both dates; the law's answer is the officer's, whomever the state waits for."""
    if clocks.close_from:
        return _Target(clocks.close_from, Awaited.OFFICER, legal=False)
    legal = clocks.legal_due if clocks.legal_runs else None
    if legal and (clocks.due is None or legal.day < clocks.due.day):
        early = clocks.waits_for in {Awaited.TEAM, Awaited.DIRECTOR}  # no officer yet
        return _Target(legal, clocks.waits_for if early and clocks.waits_for else Awaited.OFFICER, legal=True)
    if clocks.due and clocks.waits_for:
        return _Target(clocks.due, clocks.waits_for, legal=False)
    return None


def _lines(
    case: Case, clocks: Clocks, readers: Readers, moment: Moment, policy: ReminderPolicy
) -> Iterator[tuple[Contact, ReminderLine]]:
    line = line_of(case, clocks, moment, policy)
    if line is None:
        return
    new = {contact.email: contact for contact in readers.officer(case)} if case.entrusted and case.officer else {}
    waits = clocks.close_from is not None and line.days_late < 0  # suspended: the municipality still has its days
    if is_reminder_due(case, line.due, line.days_late, moment, policy) and not waits:
        spared = policy.spares_leader(clocks, moment.today, moment.calendar) and not case.remind_now
        for contact, informed in _contacts(case, line.waits_for, line.level, readers):
            if not spared or readers.is_team(contact):
                news = case.entrusted if new.pop(contact.email, None) else case.remind_now
                yield contact, replace(line, informed=informed, news=news)
    for contact in new.values():
        yield contact, replace(line, informed=line.waits_for is not Awaited.OFFICER, news=case.entrusted)


def line_of(case: Case, clocks: Clocks, moment: Moment, policy: ReminderPolicy) -> ReminderLine | None:
    """Return how a case stands to the nearer of its dates; None when nobody is waited for."""
    target = _target(case, clocks)
    if target is None:
        return None
    late = business_days_between(target.term.day, moment.today, moment.calendar)
    level = policy.level(target.term, late, moment.today)
    return ReminderLine(
        case, target.term, late, level, target.waits_for, target.legal, informed=False, light=clocks.light
    )


def is_reminder_due(case: Case, term: Due, days_late: int, moment: Moment, policy: ReminderPolicy) -> bool:
    """Whether the case has reached a step that its last reminder did not cover, or somebody asked to remind now.

    Not on the day the state began (that day has its own notice), nor before *No recordar hasta*, itself a step.
    """
    if case.remind_now:
        return True
    step = policy.step(days_late)
    snoozed = case.snoozed_until
    began = moment.office.local(case.since).date()
    if step is None or began >= moment.today or (snoozed and moment.today < snoozed):
        return False
    reached = add_business_days(term.day, step, moment.calendar)
    told = case.reminded if case.reminded and case.reminded - moment.today <= _WEEK else None  # noted by a wrong clock
    return told is None or told < max(reached, snoozed or reached)


def _contacts(case: Case, awaited: Awaited, level: Level, readers: Readers) -> Iterator[tuple[Contact, bool]]:
    """Yield whom the case waits for, and as lateness grows who is told besides; each person once."""
    told = readers.officer(case) if level in {Level.OFFICER, Level.DIRECTOR} and case.officer else []
    told += readers.director() if level is Level.DIRECTOR else []
    seen: set[str] = set()
    for contacts, informed in ((readers.of(case, awaited), False), (told, True)):
        for contact in contacts:
            if contact.email.casefold() not in seen:
                seen.add(contact.email.casefold())
                yield contact, informed
