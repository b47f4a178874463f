"""An automatic answer of somebody who is away: kept, so that reminders and notices go to who stands in until then."""

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind
from tasks.domain.directory import Absence
from tasks.domain.mail.automatic import away_until
from tasks.domain.mail.message import Mail
from tasks.domain.spanish import date_in_words
from tasks.ports.ledger import UnitOfWork
from tasks.reception.leader import is_theirs


def take_absence(unit: UnitOfWork, office: Office, mail: Mail) -> tuple[str, ...] | None:
    """Keep until when somebody of the tabs is away; returns the cases that wait for them, None if it tells nothing new.

    The leader may be anybody's to imitate: only an answer shown to be theirs counts.
    """
    today, sender = office.clock.today(), mail.sender.email
    directory = unit.books.directory().on(today)
    policies = directory.leads(sender)
    if not policies and directory.person(sender) is None:
        return None
    last = away_until(mail, today)
    if last is None or not is_theirs(unit, office, mail):
        return None
    if not unit.books.note_absence(sender, Absence(first=today, last=last)):
        return None
    touched = [case for case in unit.cases.open() if _waits(case, policies, sender)]
    reason = f"respuesta automática de {mail.sender.name or sender}: no está hasta el {date_in_words(last)}"
    at, source = office.clock.now(), f"mail:{mail.message_id}"
    unit.cases.append(
        CaseEvent(case=case.number, kind=EventKind.NOTED, at=at, actor=SYSTEM, reason=reason, source=source)
        for case in touched
    )
    return tuple(case.number for case in touched)


def _waits(case: Case, policies: tuple[str, ...], email: str) -> bool:
    """Whether the case is with that leader or that officer."""
    return (case.policy in policies and case.letter is not None) or case.officer == email
