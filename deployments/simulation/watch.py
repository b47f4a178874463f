"""What is seen of a simulated office: mails by reader and purpose, how terms were kept, and every broken promise."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from deployments.simulation.parts import MemorySender
from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, CaseEvent, State, evolve
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.writing.outgoing import OutgoingMail, Purpose
from tasks.domain.terms.business_days import add_business_days
from tasks.domain.terms.clocks import Light, internal_due, legal_due, pauses_of
from tasks.domain.terms.escalation import Moment
from tasks.domain.terms.papers import waits_alone
from tasks.views.cases import watched

# The operator is told of faults; and while the mailbox is away the sheet's evidence is taken first, after which a
# leader's answer of the same hour is no news for the officer.
_BY_WEATHER = frozenset({Purpose.ALERT.value, Purpose.LEADER_REPLY.value})


@dataclass
class Watch:
    """Looks over the office's shoulder; `broken` holds one line per broken promise."""

    office: Office
    sender: MemorySender
    broken: list[str] = field(default_factory=list)
    mails: Counter[tuple[str, str, date]] = field(default_factory=Counter)  # (reader, purpose, day)
    reminded: Counter[tuple[str, date]] = field(default_factory=Counter)
    digests: list[str] = field(default_factory=list)  # notes
    weeks: Counter[str] = field(default_factory=Counter)
    stages: dict[str, Counter[str]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)

    def saw(self, mail: OutgoingMail, now: datetime) -> None:
        """Note a mail that reached its readers, and whether it should have."""
        for reader in mail.to:
            self.mails[reader, mail.purpose.value, now.date()] += 1
        if mail.purpose is Purpose.REMINDER:
            self._reminder(mail, now)
        if mail.purpose is Purpose.DIGEST:
            self.weeks[mail.key] += 1

    def _reminder(self, mail: OutgoingMail, now: datetime) -> None:
        reader, day = mail.to[0], now.date()
        self.reminded[reader, day] += 1
        if self.reminded[reader, day] > 1:
            self.broken.append(f"{day} {reader}: {self.reminded[reader, day]} reminders in a day")
        if Moment(now, self.office.rules.office, self.office.rules.calendar).is_quiet(self.office.reminder_policy):
            self.broken.append(f"{now} {reader}: a reminder outside office days and hours")
        with self.office.ledger.reading() as unit:
            papers = {n for one in unit.letters.all([LetterState.DRAFT]) if waits_alone(one) for n in one.cases}
            cases = unit.cases.get_many(mail.cases)
            ended = [case.number for case in cases if not case.is_open and case.number not in papers]
        if ended:
            self.broken.append(f"{day} {reader}: reminded of {', '.join(ended)} after the end")

    def close_day(self, day: date) -> None:
        """At the end of a business day somebody must know of every case that is past its date."""
        calendar = self.office.rules.calendar
        with self.office.ledger.reading() as unit:
            late = [one for one in watched(unit, self.office, unit.cases.open()) if one.clocks.light is Light.RED]
        for one in late:
            case = one.case
            due = min(term.day for term in (one.clocks.due, one.clocks.legal_due) if term)
            told = case.reminded is not None and case.reminded >= add_business_days(due, -1, calendar)
            fresh = case.since.date() >= add_business_days(day, -1, calendar)
            snoozed = case.snoozed_until is not None and day < case.snoozed_until
            if not (told or fresh or snoozed):
                self.broken.append(f"{day} {case.number}: past {due} in «{case.state}» and nobody was told")

    def close(self) -> None:
        """Look at everything once more at the end."""
        self.broken += self.office.ledger.audit()
        self.broken += [f"{key}: {count} digests" for key, count in self.weeks.items() if count > 1]
        self.broken += [f"{name}: handed over {n} times" for name, n in self.sender.known.items() if n > 1]
        with self.office.ledger.reading() as unit:
            everything = unit.cases.all()
            for case in everything:
                history = unit.cases.history(case.number)
                self._terms(case, history)
                self.cases[case.number] = _lasting(case, history)
            self.states = {case.number: case.state.value for case in everything}
            if len(unit.messages.all()) < 1:
                self.broken.append("no message was ever taken in")

    def _terms(self, case: Case, history: list[CaseEvent]) -> None:
        """Count for each state that was left whether its date was kept, and the same of the law's term."""
        rules, present = self.office.rules, None
        for event in history:
            moved = evolve(present, event)
            if present is not None and moved.state is not present.state:
                due = internal_due(present, rules)
                if due:
                    self._count(present.state.value, kept=_done(moved, event) <= due.day)
            present = moved
        legal = legal_due(case, rules, pauses_of(history, rules.office))
        if legal and case.answered:
            self._count("término legal", kept=case.answered <= legal.day)
        elif legal and case.is_open and self.office.clock.today() > legal.day:
            self._count("término legal", kept=False)

    def _count(self, stage: str, *, kept: bool) -> None:
        self.stages.setdefault(stage, Counter())["kept" if kept else "late"] += 1

    def served(self) -> Counter[tuple[str, str, date]]:
        """Return who got what on which day, less what the weather decides (`_BY_WEATHER`)."""
        return Counter({key: count for key, count in self.mails.items() if key[1] not in _BY_WEATHER})

    def summary(self) -> dict[str, Any]:
        """Return what `mipg simulate --json` prints."""
        readers: dict[str, dict[str, int]] = {}
        for (reader, purpose, _), count in sorted(self.mails.items()):
            of_reader = readers.setdefault(reader, {})
            of_reader[purpose] = of_reader.get(purpose, 0) + count
        order = [*(state.value for state in State), "término legal"]
        return {
            "cases": dict(Counter(self.states.values())),
            "mails": dict(_by_purpose(self.mails)),
            "readers": readers,
            "terms": {stage: dict(self.stages[stage]) for stage in order if stage in self.stages},
            "digests": sum(self.weeks.values()),
            "broken": self.broken,
        }


def _done(case: Case, event: CaseEvent) -> date:
    """Return when a stage ended: a session is held on its day, whenever somebody notes it."""
    held = case.state is State.ASSISTED and case.assistance
    return max(case.assistance) if held else event.at.date()


def _by_purpose(mails: Counter[tuple[str, str, date]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_, purpose, _), count in mails.items():
        found[purpose] += count
    return found


def _lasting(case: Case, history: list[CaseEvent]) -> dict[str, Any]:
    """Return what must not depend on weather: all of a case but its letter's number, and when it entered each state."""
    moves = [f"{event.changes['state']} {event.at}" for event in history if "state" in event.changes]
    return case.model_dump(mode="json", exclude={"letter"}) | {"has_letter": bool(case.letter), "moves": moves}
