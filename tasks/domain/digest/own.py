"""What each member of the team has in hand: their digest, with the director's."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tasks.domain.cases.case import Case, State
from tasks.domain.directory import Contact, Directory
from tasks.domain.terms.clocks import Clocks
from tasks.domain.terms.escalation import Moment, ReminderLine, ReminderPolicy, line_of, urgent_first
from tasks.domain.terms.readers import Readers

_SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OwnCases:
    """What one person has in hand, each part the most urgent first."""

    reader: Contact
    drafts: tuple[ReminderLine, ...] = ()  # letters that wait for the reader's approval, whatever their date
    overdue: tuple[ReminderLine, ...] = ()
    soon: tuple[ReminderLine, ...] = ()  # due within seven days
    later: tuple[ReminderLine, ...] = ()
    resting: int = 0  # open cases that wait for results or for their municipality

    @property
    def parts(self) -> tuple[tuple[ReminderLine, ...], ...]:
        """What is in hand, by part."""
        return self.drafts, self.overdue, self.soon, self.later


def own_cases(
    awaited: Iterable[tuple[Case, Clocks]], directory: Directory, moment: Moment, policy: ReminderPolicy
) -> tuple[OwnCases, ...]:
    """Return what each officer has in hand, by address; whoever stands in for an absent one reads it too.

    There is nothing for who has no case that moves.
    """
    readers = Readers(directory, moment.today)
    people: dict[str, Contact] = {}
    lines: dict[str, list[ReminderLine]] = {}
    resting: dict[str, int] = {}
    for case, clocks in awaited:
        if not case.officer:
            continue
        line = line_of(case, clocks, moment, policy)
        for reader in readers.officer(case):
            people.setdefault(reader.email, reader)
            if line is None or (clocks.close_from and line.days_late < 0):
                resting[reader.email] = resting.get(reader.email, 0) + 1
            else:
                lines.setdefault(reader.email, []).append(_told(line, reader, readers, directory))
    return tuple(_parted(people[email], lines[email], moment.today, resting.get(email, 0)) for email in sorted(lines))


def _told(line: ReminderLine, reader: Contact, readers: Readers, directory: Directory) -> ReminderLine:
    """Return the line as that reader sees it: whose step is next, and whose case it is if it is not theirs."""
    waited_for = {contact.email for contact in readers.of(line.case, line.waits_for)}
    officer = directory.person(line.case.officer or "")
    owner = "" if officer is None or officer.email == reader.email else f"Está a cargo de {officer.name}, ausente."
    return replace(line, informed=reader.email not in waited_for, news=owner)


def _parted(reader: Contact, lines: list[ReminderLine], today: date, resting: int) -> OwnCases:
    ordered = urgent_first(lines)
    others = [line for line in ordered if not _is_draft(line)]
    return OwnCases(
        reader,
        drafts=tuple(line for line in ordered if _is_draft(line)),
        overdue=tuple(line for line in others if line.due.day < today),
        soon=tuple(line for line in others if today <= line.due.day < today + _SOON),
        later=tuple(line for line in others if line.due.day >= today + _SOON),
        resting=resting,
    )


def _is_draft(line: ReminderLine) -> bool:
    return not line.case.is_open or (line.case.state is State.DRAFT and bool(line.case.letter))
