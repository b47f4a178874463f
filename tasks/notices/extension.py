"""When an extension notice is drafted: some days before a legal term ends that nobody answered within."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.digest.figures import Watched
from tasks.domain.letters.letter import Letter, LetterKind, LetterState
from tasks.domain.terms.clocks import clocks, needs_extension
from tasks.domain.terms.readers import Readers
from tasks.papers import draw_extension, extension_of
from tasks.ports.ledger import UnitOfWork
from tasks.suspensions import pauses


def take_extensions(unit: UnitOfWork, office: Office, watched: Iterable[Watched]) -> list[Letter]:
    """Take a number for the notice of each request and officer that needs one, once. `watched` are open cases."""
    today = office.clock.today()
    due = [one for one in watched if one.case.email and needs_extension(one.case, one.clocks, today, office.rules)]
    due = [one for one in due if extension_of(unit, one.case) is None]
    due.sort(key=_request_and_officer)
    groups = [[one.case for one in group] for _, group in groupby(due, key=_request_and_officer)]
    return [letter for cases in groups if (letter := _drawn(unit, office, cases)) is not None]


def _request_and_officer(one: Watched) -> tuple[str, str, str]:
    return (one.case.request, one.case.officer or "", str(one.clocks.legal_due and one.clocks.legal_due.day))


def _drawn(unit: UnitOfWork, office: Office, cases: Sequence[Case]) -> Letter | None:
    readers = Readers(unit.books.directory(), office.clock.today()).officer(cases[0])
    return draw_extension(unit, office, cases, readers[0].email) if readers else None


def void_moot_extensions(unit: UnitOfWork, office: Office) -> None:
    """A notice that nobody approved in time, or that an answer overtook, keeps its number as void."""
    for letter in unit.letters.all([LetterState.DRAFT]):
        if letter.kind is LetterKind.EXTENSION and (motive := _moot(unit, office, letter)):
            unit.letters.save(letter.model_copy(update={"state": LetterState.VOID, "motive": motive}))


def _moot(unit: UnitOfWork, office: Office, letter: Letter) -> str:
    waiting = [case for case in unit.cases.get_many(letter.cases) if case.is_open and not case.answered]
    if not waiting:
        return "el caso se respondió o se cerró sin prórroga"
    first, today = waiting[0], office.clock.today()
    found = clocks(first, today, office.rules, pauses(unit, office, first))
    return "venció el término sin que se aprobara" if found.legal_due and today > found.legal_due.day else ""
