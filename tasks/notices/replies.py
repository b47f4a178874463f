"""What a policy leader, or whoever asked, writes further: put before the officers of the cases it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.directory import Directory, is_away
from tasks.domain.mail.message import Mail
from tasks.domain.mail.writing.contexts.team import LeaderReplyContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.notices.annexes import enclosed
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, director_and_substitute, queue
from tasks.ports.ledger import UnitOfWork

_QUOTED = 1500  # characters of what was written
Saying = Callable[[Sequence[Case], dict[str, Any]], LeaderReplyContext]


@dataclass(frozen=True, slots=True)
class Written:
    """A mail that is put before people, the writer's own words in it, and what it is put before them as."""

    purpose: Purpose
    mail: Mail
    text: str


def tell_officers(unit: UnitOfWork, office: Office, written: Written, cases: Sequence[Case], say: Saying) -> None:
    """Queue a mail per officer of the cases, with what was written and the files that fit.

    `say` makes the fields of one about some cases from those that all have.
    """
    directory = unit.books.directory().on(office.clock.today())
    enclosures, left_out = enclosed(office, [part for part in written.mail.attachments if not part.inline])
    by_officer: dict[str, list[Case]] = {}
    for case in cases:
        by_officer.setdefault(case.officer or "", []).append(case)
    for officer, together in by_officer.items():
        name, to, cc = _reader(officer, directory, office)
        common: dict[str, Any] = {
            "name": name,
            "cases": tuple(case_line(case, office) for case in together),
            "text": written.text.strip()[:_QUOTED],
            "enclosed": tuple(part.name for part in enclosures),
            "left_out": tuple(left_out),
        }
        fields = say(together, common)
        notice = Notice(
            written.purpose,
            f"{written.mail.message_id or written.mail.content_key}/{officer}",
            "lider",
            fields,
            to,
            cc,
            cases=[case.number for case in together],
            letter=fields.letter or None,
            enclosures=enclosures,
            invites_orders=True,
        )
        queue(unit, office, notice)


def _reader(officer: str, directory: Directory, office: Office) -> tuple[str, list[str], list[str]]:
    """Return (name, to, cc): the officer, with the director while away; without one whoever directs."""
    person, (heads, copies) = directory.person(officer), director_and_substitute(directory, office)
    if person is None:
        return "", heads, copies
    return person.name, [person.email], heads if is_away(person, office.clock.today()) else []
