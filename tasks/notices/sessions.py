"""Telling the municipality the agreed date: the answer that stops the legal clock (product.md §2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, EventKind, State, done_by_service
from tasks.domain.directory import Leader
from tasks.domain.mail.writing.contexts.municipality import SessionContext
from tasks.domain.mail.writing.invitation import Meeting, invitation
from tasks.domain.mail.writing.outgoing import Enclosure, Purpose
from tasks.domain.spanish import weekday_in_words
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue
from tasks.ports.ledger import UnitOfWork

_STATES = (State.PLANNED, State.DIRECT, State.ASSISTED)


@dataclass(frozen=True, slots=True)
class _Agreed:
    """The date that a case has now: how often it was agreed anew, and which one it replaces."""

    case: Case
    changes: int
    before: date | None

    @property
    def about(self) -> str:
        """A date that moves away and back is told again."""
        return f"{self.case.number}/{self.case.agreed}/{self.changes}"

    @property
    def mark(self) -> str:
        return f"date-told/{self.about}"

    @property
    def together(self) -> tuple[object, ...]:
        """What the cases of one mail have in common: who asked, and the session."""
        case = self.case
        return (case.request, case.email.casefold(), case.letter, case.officer, case.agreed, case.mode, self.before)


def tell_dates(office: Office) -> int:
    """Queue a mail for every agreed date that a municipality was not told of, one per session; returns how many."""
    today = office.clock.today()
    with office.ledger.begin() as unit:
        dated = [c for c in unit.cases.all(_STATES) if c.agreed and c.agreed >= today and c.email]
        agreed = [_agreed(unit, case) for case in dated]
        told = unit.books.cursors([one.mark for one in agreed])
        sessions: dict[tuple[object, ...], list[_Agreed]] = {}
        for one in agreed:
            if one.mark not in told:
                sessions.setdefault(one.together, []).append(one)
        for together in sessions.values():
            _tell(unit, office, together)
        return len(sessions)


def _agreed(unit: UnitOfWork, case: Case) -> _Agreed:
    days = [event.changes["agreed"] for event in unit.cases.history(case.number) if event.changes.get("agreed")]
    moved = [before for before, day in pairwise([None, *days]) if day != before]
    return _Agreed(case, len(moved), date.fromisoformat(moved[-1]) if moved and moved[-1] else None)


def _tell(unit: UnitOfWork, office: Office, together: Sequence[_Agreed]) -> None:
    queue(unit, office, _notice(unit, office, together))
    now = office.clock.now()
    unit.cases.append(
        done_by_service(
            one.case.number,
            EventKind.NOTED,
            now,
            f"se informó al municipio la fecha {one.case.agreed:%d/%m/%Y}",
            **{} if one.case.answered else {"answered": now.date().isoformat()},
        )
        for one in together
    )
    unit.books.save_cursors({one.mark: "1" for one in together})


def _notice(unit: UnitOfWork, office: Office, together: Sequence[_Agreed]) -> Notice:
    cases, before = [one.case for one in together], together[0].before
    first = cases[0]
    directory = unit.books.directory().on(office.clock.today())
    leader = directory.leader(first.policy)
    officer = directory.person(first.officer) if first.officer else None
    request = unit.cases.request(first.request)
    fields = SessionContext(
        name=first.requester,
        cases=tuple(case_line(case, office) for case in cases),
        day=weekday_in_words(first.agreed or office.clock.today()),
        mode=first.mode.value if first.mode else "",
        leader=leader.name if leader else "",
        dependency=leader.dependency if leader else "",
        officer=officer.name if officer else "",
        officer_email=first.officer or "",
        previous=weekday_in_words(before) if before else "",
    )
    return Notice(
        Purpose.SESSION_DATE,
        "+".join(one.about for one in together),
        "fecha",
        fields,
        [first.email],
        _copies(cases, leader),
        cases=[case.number for case in cases],
        enclosures=[_calendar_entries(office, cases)],
        in_reply_to=request.message_id if request else "",
    )


def _copies(cases: Sequence[Case], leader: Leader | None) -> list[str]:
    """Return who else must know the day: the officer, who leads the policy and offered it, and whom a case brought."""
    officer, letter = cases[0].officer, cases[0].letter
    people = [officer or "", leader.email if leader and letter else "", *(also for case in cases for also in case.also)]
    return [address for address in people if address]


def _calendar_entries(office: Office, cases: Iterable[Case]) -> Enclosure:
    """Return one file with an entry per case: when one of them moves, the others stay in people's calendars."""
    now, meetings = office.clock.now(), [_meeting(office, case) for case in cases]
    (sha256,) = office.archive.put([invitation(meetings, now)], ".ics")
    first = meetings[0].uid.partition("@")[0]
    return Enclosure(name=f"asesoria-{first}.ics", sha256=sha256, content_type="text/calendar")


def _meeting(office: Office, case: Case) -> Meeting:
    line, now = case_line(case, office), office.clock.now()
    address = office.settings.mailbox.address
    return Meeting(
        uid=f"{case.number}@{address.rpartition('@')[2]}",
        day=case.agreed or now.date(),
        summary=f"Asesoría MIPG: {line.policy} – {line.municipality}",
        description=f"Caso {case.number}. {case.mode.value.capitalize() if case.mode else 'Modalidad por confirmar'}.",
        organizer=address,
        # Calendars keep the entry with the highest number: minutes since the epoch always grow.
        sequence=int(now.timestamp()) // 60,
    )
