"""Letters: a draft for the officer when a case needs one, the final letter to the leader when a person approved it.

Both steps look at what is (level-triggered): what a run left half-done the next one finishes, under the same number.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, Origin, State, done_by_service
from tasks.domain.letters.grouping import LetterGroup, group, waits_for
from tasks.domain.letters.letter import NO_DOCUMENT, Letter, LetterKind, LetterState
from tasks.filing import file_cases
from tasks.notices.absences import propose_reassignments
from tasks.notices.extension import void_moot_extensions
from tasks.notices.letters import draft_notice
from tasks.notices.notice import director_and_substitute, queue
from tasks.notices.papers import document_of, draw_papers, papers_to_draw
from tasks.notices.sessions import tell_dates
from tasks.notices.surveys import ask_how_it_went
from tasks.notices.suspension import tell_suspended
from tasks.notices.voided import tell_voided
from tasks.numbering import take_letter_number
from tasks.offer.inviting import invite
from tasks.ports.errors import TemplateProblem
from tasks.ports.ledger import UnitOfWork
from tasks.release import ask_signatures, release_letters, tell_problem
from tasks.since import OVERLAP, looked_until
from tasks.steps import Counts, Step, call

_CLOSINGS = "closings-written"
_LOOKS_BACK = timedelta(hours=1)  # further than this no cycle reads again what an earlier one read


def run_letters(office: Office, step: Step = call) -> Counts:
    """Draft what is needed, release what is approved, tell what was agreed, and bring the cases' folders up to date."""
    with office.ledger.lock("letters") as mine:
        if not mine:
            return {"busy": 1}
        return {
            "closings": step(write_closings, office),  # the drafting that follows draws them
            "drafted": step(draft_letters, office),
            "held": step(count_held, office),
            "invited": step(invite, office),
            "to_sign": step(ask_signatures, office),
            "released": step(release_letters, office),
            "voided": step(tell_voided, office),
            "suspended": step(tell_suspended, office),
            "dates": step(tell_dates, office),
            "surveys": step(ask_how_it_went, office),
            "absences": step(propose_reassignments, office),
            "filed": step(file_cases, office),
        }


def draft_letters(office: Office) -> int:
    """Make (or make again, under the same number) the draft of every group of cases that lacks one."""
    with office.ledger.reading() as unit:
        groups = _groups(unit, office)
    drafted = 0
    for wanted in groups:
        try:
            with office.ledger.begin() as unit:
                drafted += _draft(unit, office, wanted)
        except TemplateProblem as problem:  # rolled back with its number; the next run tries again
            tell_problem(office, problem)
    with office.ledger.begin() as unit:
        _void_abandoned(unit)
        void_moot_extensions(unit, office)
        bare = papers_to_draw(unit, office)
    return drafted + draw_papers(office, bare)


def count_held(office: Office) -> int:
    """Return how many cases wait for a letter that cannot be written: no leader in post, or a broken template."""
    with office.ledger.reading() as unit:
        drawn = {letter.number for letter in unit.letters.all([LetterState.DRAFT])}
        return sum(case.letter not in drawn for case in _waiting(unit))


def _waiting(unit: UnitOfWork) -> list[Case]:
    """Return the cases that need a letter; one whose letter is on its way needs none, a notice of extension is none."""
    leaving = [one for one in unit.letters.all([LetterState.APPROVED]) if one.kind is not LetterKind.EXTENSION]
    on_their_way = {number for letter in leaving for number in letter.cases}
    return [case for case in unit.cases.all([State.DRAFT]) if case.number not in on_their_way]


def _groups(unit: UnitOfWork, office: Office) -> Sequence[LetterGroup]:
    """Return the letters that the cases waiting for one need."""
    return group(_waiting(unit), unit.books.directory().on(office.clock.today()).leaders).groups


def _present(unit: UnitOfWork, cases: list[Case]) -> Letter | None:
    """Return the draft that the group goes on with. Of two groups that came of one draft, the first case's keeps it."""
    for case in cases:
        letter = unit.letters.get(case.letter) if case.letter else None
        if letter is None or letter.state is not LetterState.DRAFT:
            continue
        holders = sorted(holder.number for holder in unit.cases.get_many(letter.cases) if waits_for(holder, letter))
        if not holders or holders[0] in {one.number for one in cases}:
            return letter
    return None


def _void_abandoned(unit: UnitOfWork) -> None:
    """A referral's draft that no open case holds any more keeps its number, as void."""
    for letter in unit.letters.all([LetterState.DRAFT]):
        if not letter.kind.asks_a_leader:
            continue
        cases = unit.cases.get_many(letter.cases)
        if not any(case.is_open and case.letter == letter.number for case in cases):
            unit.letters.save(letter.model_copy(update={"state": LetterState.VOID, "motive": "quedó sin casos"}))


def _draft(unit: UnitOfWork, office: Office, wanted: LetterGroup) -> int:
    numbers = tuple(case.number for case in wanted.cases)
    cases = unit.cases.get_many(numbers)  # again: the group was made of an older reading
    present = _present(unit, cases)
    if any(case.state is not State.DRAFT for case in cases) or (present and _says(present, wanted, numbers)):
        return 0
    letter = _next_version(unit, office, wanted, numbers, present)
    document = office.letters.render(*document_of(unit, office, letter, is_draft=True))
    (sha256,) = office.archive.put([document], ".docx")
    letter = letter.model_copy(update={"draft_sha256": sha256})
    unit.letters.save(letter)
    now, reason = office.clock.now(), f"borrador {letter.version} del oficio {letter.number}"
    unit.cases.append(
        done_by_service(case.number, EventKind.DRAFTED, now, reason, letter=letter.number) for case in cases
    )
    queue(unit, office, draft_notice(unit, office, letter))
    return 1


def _says(letter: Letter, wanted: LetterGroup, numbers: tuple[str, ...]) -> bool:
    """Whether the draft that exists is the one that is wanted."""
    same = (letter.cases, letter.leader, letter.officer) == (numbers, wanted.leader.email, wanted.officer)
    return same and bool(letter.draft_sha256)


def _next_version(
    unit: UnitOfWork, office: Office, wanted: LetterGroup, numbers: tuple[str, ...], present: Letter | None
) -> Letter:
    about = {"leader": wanted.leader.email, "officer": wanted.officer, "cases": numbers, "drawn": office.clock.now()}
    about |= NO_DOCUMENT  # another addressee or other cases: not the document somebody edited
    if present is not None:
        # A returned letter already counted its next version when it was returned.
        version = present.version if not present.draft_sha256 else present.version + 1
        return present.model_copy(update=about | {"version": version, "policy": wanted.policies[0]})
    number = take_letter_number(unit, office)
    offered = all(case.origin is Origin.OFFER for case in wanted.cases)
    about |= {"kind": LetterKind.OFFER if offered else LetterKind.REFERRAL}
    return Letter.model_validate(about | {"number": number, "request": wanted.request, "policy": wanted.policies[0]})


def write_closings(office: Office) -> int:
    """Take a number for the closing letter of every case that was closed since the last run; returns how many.

    Whoever closed the case said so to whoever asked: the letter is approved by that word, and is released with the
    others. What new results closed goes only once the officer approves it. Scores that were corrected since are told
    anew: while its letter has not left that one is made again, and who got it gets another.
    """
    now = office.clock.now()
    with office.ledger.reading() as unit:
        last = looked_until(unit, _CLOSINGS, now)
        untold = _untold(unit, last, now) if last else {}
    if last and not untold and now - last < _LOOKS_BACK:
        return 0  # an idle cycle writes nothing
    with office.ledger.begin() as unit:
        closed = _untold(unit, last, now) if last else {}
        for (request, email, actor, reason), cases in closed.items():
            if (unsent := _unsent_closing(unit, cases)) and actor == SYSTEM:
                unit.letters.save(_made_again(unsent, cases, now))
                continue
            letter = _closing(take_letter_number(unit, office), request, email, (actor, reason), cases, now)
            unit.letters.save(_to_approve(unit, office, letter) if actor == SYSTEM else letter)
        unit.books.save_cursor(_CLOSINGS, now.isoformat())
    return len(closed)


def _untold(unit: UnitOfWork, last: datetime, now: datetime) -> dict[tuple[str, str, str, str], list[Case]]:
    """Return the closed cases that nobody was told of, by request, address, who closed them and why."""
    # Of a case that was opened again and closed again meanwhile, the last closing counts.
    found = list(unit.cases.events(last - OVERLAP, now))
    closings = {event.case: event for event in found if event.kind is EventKind.CLOSED}
    corrections = {event.case: event for event in found if event.kind is EventKind.SCORED}
    closed: dict[tuple[str, str, str, str], list[Case]] = {}
    for case in unit.cases.get_many(closings | corrections):
        event = _to_tell(unit, case, closings.get(case.number), corrections.get(case.number))
        if event is not None:
            # What the results say is told case by case in the letter: one request still gets one.
            reason = "" if event.actor == SYSTEM else event.reason
            closed.setdefault((case.request, case.email, event.actor, reason), []).append(case)
    return closed


def _unsent_closing(unit: UnitOfWork, cases: Sequence[Case]) -> Letter | None:
    """Return the closing letter of the first of the cases that has one which has not left."""
    waiting = {LetterState.DRAFT, LetterState.APPROVED}
    letters = (letter for case in cases for letter in unit.letters.of_case(case.number))
    return next((one for one in letters if one.kind is LetterKind.CLOSING and one.state in waiting), None)


def _made_again(letter: Letter, cases: Sequence[Case], now: datetime) -> Letter:
    """The letter as a draft without document: what it said is no longer so, whoever approved it."""
    again = {"state": LetterState.DRAFT, "approved_by": "", "approved_at": None, "drawn": now}
    numbers = tuple(dict.fromkeys((*letter.cases, *(case.number for case in cases))))
    version = letter.version + 1 if letter.draft_sha256 else letter.version
    return letter.model_copy(update=again | NO_DOCUMENT | {"cases": numbers, "version": version})


def _to_approve(unit: UnitOfWork, office: Office, letter: Letter) -> Letter:
    """Return the letter as a draft for the case's officer, or for whoever directs when the case has none."""
    directory = unit.books.directory().on(office.clock.today())
    officer = letter.officer or next(iter(director_and_substitute(directory, office)[0]), "")
    first = unit.cases.get(letter.cases[0])
    who = (first.requester or first.entity or first.email) if first else ""
    draft = {"state": LetterState.DRAFT, "approved_by": "", "approved_at": None, "officer": officer, "addressee": who}
    return letter.model_copy(update=draft)


def _to_tell(unit: UnitOfWork, case: Case, closing: CaseEvent | None, correction: CaseEvent | None) -> CaseEvent | None:
    """Return what of the two whoever asked has not been told; None also when the case was opened again.

    A correction is told to those who were, or are about to be, told of the closing.
    """
    if case.state is not State.CLOSED or not case.email:
        return None
    letters = [letter for letter in unit.letters.of_case(case.number) if letter.kind is LetterKind.CLOSING]
    event = correction if correction and letters else closing
    return None if event is None or any(letter.drawn >= event.at for letter in letters) else event


def _closing(
    number: str, request: str, email: str, told: tuple[str, str], cases: Sequence[Case], now: datetime
) -> Letter:
    actor, reason = told
    return Letter(
        number=number,
        kind=LetterKind.CLOSING,
        state=LetterState.APPROVED,
        request=request,
        policy=cases[0].policy or "",
        leader=email,
        officer=cases[0].officer or "",
        cases=tuple(dict.fromkeys(case.number for case in cases)),
        note="" if actor == SYSTEM else reason,
        drawn=now,
        approved_by=actor,
        approved_at=cases[0].since,
    )
