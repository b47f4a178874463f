"""What a member of the team reads once a week of their own cases (`digest.team`)."""

from collections.abc import Iterator, Sequence

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.digest.own import OwnCases, own_cases
from tasks.domain.directory import Directory
from tasks.domain.mail.writing.contexts.reminders import OwnDigestContext, ReminderItem
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import weekday_in_words
from tasks.domain.terms.clocks import Clocks
from tasks.domain.terms.escalation import ReminderLine
from tasks.notices.notice import Notice
from tasks.notices.reminders import item_of, item_with_answers
from tasks.ports.ledger import UnitOfWork

_SHOWN = 10  # cases listed in each part; Gmail cuts a mail at 102 KB


def own_digests(
    unit: UnitOfWork, office: Office, awaited: Sequence[tuple[Case, Clocks]], week: str
) -> Iterator[Notice]:
    """Yield a digest for each member of the team who has cases in hand; week and reader make its key."""
    moment = office.moment()
    directory = unit.books.directory()
    for own in own_cases(awaited, directory, moment, office.reminder_policy):
        yield _notice(office, directory.on(moment.today), own, week)


def _notice(office: Office, directory: Directory, own: OwnCases, week: str) -> Notice:
    fields = _fields(office, directory, own)
    cases = [line.case.number for part in own.parts for line in part[:_SHOWN]]
    about = f"{week}/{own.reader.email}"
    return Notice(Purpose.DIGEST, about, "resumen-equipo", fields, [own.reader.email], cases=cases, invites_orders=True)


def _fields(office: Office, directory: Directory, own: OwnCases) -> OwnDigestContext:
    def answerable(lines: Sequence[ReminderLine]) -> tuple[ReminderItem, ...]:
        return tuple(item_with_answers(office, directory, line, own.reader.email) for line in lines[:_SHOWN])

    return OwnDigestContext(
        name=own.reader.name,
        day=weekday_in_words(office.clock.today()),
        total=sum(map(len, own.parts)),
        late=sum(line.due.day < office.clock.today() for part in own.parts for line in part),
        drafts=answerable(own.drafts),
        overdue=answerable(own.overdue),
        soon=answerable(own.soon),
        later=tuple(item_of(office, directory, line) for line in own.later[:_SHOWN]),
        more=sum(max(0, len(part) - _SHOWN) for part in own.parts),
        resting=own.resting,
        sheet=office.sheet.link("Casos", ""),
    )
