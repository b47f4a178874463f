"""Reminders: one combined mail a person and business day, to whom each case waits for."""

from datetime import timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, CaseEvent, EventKind, State
from tasks.domain.mail.outgoing import Purpose
from tasks.domain.terms.business_days import add_business_days
from tasks.domain.terms.escalation import Moment, Reminder, reminders
from tasks.notices.notice import Notice, director_and_substitute, queue
from tasks.notices.reminders import reminder_fields, review_fields
from tasks.ports.ledger import UnitOfWork
from tasks.steps import Counts, Step, call
from tasks.views.cases import watched


def run_reminders(office: Office, step: Step = call) -> Counts:
    """Queue today's reminders and move cases whose time came. Counts: reminded, moved, review."""
    with office.ledger.lock("reminders") as mine:
        if not mine:
            return {"busy": 1}
        return {
            "moved": step(start_follow_up, office),
            "reminded": step(remind, office),
            "review": step(tell_of_review, office),
        }


def start_follow_up(office: Office) -> int:
    """Move assisted cases to `en seguimiento` some business days after the last session, evidence or not."""
    now, days = office.clock.now(), office.settings.terms.follow_up
    with office.ledger.begin() as unit:
        ready = [
            case
            for case in unit.cases.all([State.ASSISTED])
            if case.assistance
            and add_business_days(max(case.assistance), days, office.rules.calendar) < office.clock.today()
        ]
        unit.cases.append(
            CaseEvent(
                case=case.number,
                kind=EventKind.EVIDENCED,
                at=now,
                actor=SYSTEM,
                reason=f"pasaron {days} días hábiles desde la última sesión",
                source="system",
                changes={"state": State.FOLLOW_UP, "since": now.isoformat(), "previous": case.state},
            )
            for case in ready
        )
    return len(ready)


def remind(office: Office) -> int:
    """Queue one mail per person with everything that waits for them, and note it in the cases."""
    with office.ledger.begin() as unit:
        moment = Moment(office.clock.now(), office.rules.office, office.rules.calendar)
        one_each = [(one.case, one.clocks) for one in watched(unit, office, unit.cases.open())]
        directory = unit.books.directory()
        due = reminders(one_each, directory, moment, office.reminder_policy, _reminded_today(unit, office, moment))
        for reminder in due:
            _queue(unit, office, reminder)
        _note(unit, office, due)
    return len(due)


def _reminded_today(unit: UnitOfWork, office: Office, moment: Moment) -> set[str]:
    start = office.clock.now() - timedelta(days=1)
    return {
        row.mail.to[0]
        for row in unit.outbox.queued_since(Purpose.REMINDER, start)
        if row.queued.astimezone(office.zone).date() == moment.today
    }


def _queue(unit: UnitOfWork, office: Office, reminder: Reminder) -> None:
    cases = [line.case.number for line in reminder.lines]
    notice = Notice(
        Purpose.REMINDER,
        f"{office.clock.today():%Y-%m-%d}/{reminder.email}",
        "recordatorio",
        reminder_fields(office, unit, reminder),
        [reminder.email],
        cases=cases,
        invites_orders=unit.books.directory().person(reminder.email) is not None,
    )
    queue(unit, office, notice)


def _note(unit: UnitOfWork, office: Office, due: tuple[Reminder, ...]) -> None:
    """Each case was reminded of once, to however many people."""
    told: dict[str, list[str]] = {}
    for reminder in due:
        for line in reminder.lines:
            told.setdefault(line.case.number, []).append(reminder.name)
    today, now = office.clock.today(), office.clock.now()
    unit.cases.append(
        CaseEvent(
            case=case.number,
            kind=EventKind.REMINDED,
            at=now,
            actor=SYSTEM,
            reason=f"recordatorio a {', '.join(told[case.number])}",
            source="system",
            changes={"reminders": case.reminders + 1, "reminded": today.isoformat()},
        )
        for case in unit.cases.get_many(told)
    )


def tell_of_review(office: Office) -> int:
    """Tell the team once a business day which messages wait in Revisión."""
    moment = Moment(office.clock.now(), office.rules.office, office.rules.calendar)
    if moment.is_quiet(office.reminder_policy):
        return 0
    with office.ledger.begin() as unit:
        waiting = unit.messages.in_review()
        if not waiting:
            return 0
        directory = unit.books.directory().on(moment.today)
        to, _ = director_and_substitute(directory, office)
        team = [person.email for person in directory.people if person.role.value == "responsable"] or to
        fields = review_fields(office, waiting)
        queue(unit, office, Notice(Purpose.REVIEW_NOTICE, f"{moment.today}", "revision", fields, team))
    return len(waiting)
