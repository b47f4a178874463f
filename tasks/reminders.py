"""Reminders: one combined mail a person and business day, to whom each case waits for."""

from datetime import timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, EventKind, State, done_by_service
from tasks.domain.directory import Role
from tasks.domain.letters.letter import LetterKind, LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.scores.report.closing import never_scored
from tasks.domain.terms.business_days import add_business_days
from tasks.domain.terms.escalation import Moment, Reminder, reminders
from tasks.notices.extension import take_extensions
from tasks.notices.notice import Notice, director_and_substitute, queue
from tasks.notices.papers import draw_papers, needs_draft
from tasks.notices.reminders import reminder_notice, review_fields
from tasks.notices.succession import hand_over
from tasks.notices.suspension import ask_again
from tasks.outbox.waiting import never_left
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import OutboxRecord, OutboxState
from tasks.steps import Counts, Step, call
from tasks.views.cases import awaited, watched

_LATE = "no salió a tiempo; se rehace en el siguiente día hábil"


def run_reminders(office: Office, step: Step = call) -> Counts:
    """Queue today's reminders and move cases whose time came.

    Counts: moved, closed, handed over, renewed, asked, extensions, reminded, review.
    """
    with office.ledger.lock("reminders") as mine:
        if not mine:
            return {"busy": 1}
        return {
            "moved": step(start_follow_up, office),
            "closed": step(close_incomparable, office),
            "handed_over": step(pass_on, office),
            "renewed": step(renew_unsent, office),
            "asked": step(ask_suspended, office),
            "extensions": step(prepare_extensions, office),
            "reminded": step(remind, office),
            "review": step(tell_of_review, office),
        }


def start_follow_up(office: Office) -> int:
    """Move assisted cases to `en seguimiento`: their evidence was noted before the session, or never."""
    now = office.clock.now()
    with office.ledger.begin() as unit:
        ready = [(case, why) for case in unit.cases.all([State.ASSISTED]) if (why := _complete(office, case))]
        unit.cases.append(
            done_by_service(
                case.number,
                EventKind.EVIDENCED,
                now,
                why,
                state=State.FOLLOW_UP,
                since=now.isoformat(),
                previous=case.state,
            )
            for case, why in ready
        )
    return len(ready)


def _complete(office: Office, case: Case) -> str:
    """Say why nothing more of an assisted case is waited for; "" while something is."""
    if not case.assistance:
        return ""
    if case.evidence:
        return "sus evidencias ya estaban anotadas"
    days = office.settings.terms.follow_up
    last = add_business_days(max(case.assistance), days, office.rules.calendar)
    return f"pasaron {days} días hábiles desde la última sesión" if last < office.clock.today() else ""


def close_incomparable(office: Office) -> int:
    """Close what was assisted and no published score is ever about: there are no results to wait for."""
    now = office.clock.now()
    with office.ledger.begin() as unit:
        followed = unit.cases.all([State.FOLLOW_UP])
        events = [ends.closes(case, now) for case in followed if (ends := never_scored(case))]
        unit.cases.append(events)
    return len(events)


def pass_on(office: Office) -> int:
    """Pass the open cases of who left a post on to the successor."""
    with office.ledger.begin() as unit:
        return hand_over(unit, office)


def renew_unsent(office: Office) -> int:
    """Withdraw reminders of earlier days that never left: what still stands is told anew, in one mail."""
    if office.moment().is_quiet(office.reminder_policy):
        return 0
    now, reason = office.clock.now(), "el recordatorio no salió a tiempo y se repite"
    with office.ledger.begin() as unit:
        stale = [row for row in unit.outbox.by_state([OutboxState.QUEUED]) if _is_stale(office, row)]
        for row in stale:
            unit.outbox.mark(row.id, OutboxState.FAILED, row.attempts, now, _LATE)
        numbers = dict.fromkeys(number for row in stale for number in row.mail.cases)
        unit.cases.append(
            done_by_service(case.number, EventKind.NOTED, now, reason, reminded=None)
            for case in unit.cases.get_many(numbers)
            if case.reminded
        )
        return len(stale)


def _is_stale(office: Office, row: OutboxRecord) -> bool:
    queued = row.queued.astimezone(office.zone).date()
    return row.mail.purpose is Purpose.REMINDER and never_left(row) and queued < office.clock.today()


def ask_suspended(office: Office) -> int:
    """Ask the municipalities of suspended cases to go on, in office days and hours."""
    if office.moment().is_quiet(office.reminder_policy):
        return 0
    with office.ledger.begin() as unit:
        return ask_again(unit, office)


def prepare_extensions(office: Office) -> int:
    """Put extension notices before their officers while the term still runs."""
    with office.ledger.begin() as unit:
        take_extensions(unit, office, watched(unit, office, unit.cases.open()))
        drafts = [letter for letter in unit.letters.all([LetterState.DRAFT]) if letter.kind is LetterKind.EXTENSION]
    return draw_papers(office, [letter for letter in drafts if needs_draft(letter)])


def remind(office: Office) -> int:
    """Queue one mail per person with everything that waits for them, and note it in the cases."""
    moment = office.moment()
    if moment.is_quiet(office.reminder_policy):
        return 0
    with office.ledger.begin() as unit:
        directory = unit.books.directory()
        due = reminders(
            awaited(unit, office), directory, moment, office.reminder_policy, _reminded_today(unit, office, moment)
        )
        for reminder in due:
            queue(unit, office, reminder_notice(unit, office, reminder))
        _note(unit, office, due)
    return len(due)


def _reminded_today(unit: UnitOfWork, office: Office, moment: Moment) -> set[str]:
    start = office.clock.now() - timedelta(days=1)
    return {
        row.mail.to[0]
        for row in unit.outbox.queued_since(Purpose.REMINDER, start)
        if row.queued.astimezone(office.zone).date() == moment.today
    }


def _note(unit: UnitOfWork, office: Office, due: tuple[Reminder, ...]) -> None:
    """Each case was reminded of once, to however many people."""
    told: dict[str, list[str]] = {}
    for reminder in due:
        for line in reminder.lines:
            told.setdefault(line.case.number, []).append(reminder.name or reminder.email)
    now = office.clock.now()
    unit.cases.append(
        done_by_service(
            case.number,
            EventKind.REMINDED,
            now,
            f"recordatorio a {', '.join(told[case.number])}",
            reminders=case.reminders + 1,
            reminded=now.date().isoformat(),
            remind_now="",
            entrusted="",
        )
        for case in unit.cases.get_many(told)
    )


def tell_of_review(office: Office) -> int:
    """Tell the team once a business day which messages wait in Revisión."""
    moment = office.moment()
    if moment.is_quiet(office.reminder_policy):
        return 0
    with office.ledger.begin() as unit:
        waiting = unit.messages.in_review()
        if not waiting:
            return 0
        directory = unit.books.directory().on(moment.today)
        to, _ = director_and_substitute(directory, office)
        team = [person.email for person in directory.with_role(Role.OFFICER)] or to
        fields = review_fields(office, waiting)
        queue(unit, office, Notice(Purpose.REVIEW_NOTICE, f"{moment.today}", "revision", fields, team))
    return len(waiting)
