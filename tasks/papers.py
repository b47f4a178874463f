"""Letters that refer no case (transfer, extension notice, closing letter) as orders make and approve them."""

from collections.abc import Sequence
from datetime import date, datetime

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, State
from tasks.domain.cases.decision import Accepted, Actor
from tasks.domain.cases.papers import PAPER_VERBS
from tasks.domain.letters.letter import Letter, LetterKind, LetterState
from tasks.domain.letters.transfer import destination_of
from tasks.domain.mail.commands import Order
from tasks.domain.terms.clocks import clocks, extension_limit
from tasks.numbering import take_letter_number
from tasks.ports.ledger import UnitOfWork
from tasks.suspensions import pauses


def paper_meant(unit: UnitOfWork, order: Order, case: Case, letter: Letter | None) -> Letter | None:
    """Return the letter, no referral, that an order must mean; `letter` is the one it names or answers, if it does.

    Without one, a paper that waits for approval is meant while the case waits for no referral.
    """
    if order.verb not in PAPER_VERBS:
        return None
    if letter is not None:
        return None if letter.kind.asks_a_leader or case.number not in letter.cases else letter
    if case.state is State.DRAFT:
        return None
    waiting = [one for one in _papers(unit, case) if one.state is LetterState.DRAFT]
    return waiting[-1] if waiting else None


def _papers(unit: UnitOfWork, case: Case) -> list[Letter]:
    return [letter for letter in unit.letters.of_case(case.number) if not letter.kind.asks_a_leader]


def write_transfer(unit: UnitOfWork, office: Office, case: Case, to: str, actor: Actor) -> None:
    """Take a number for the letter that carries the request to whom it concerns (Ley 1755 de 2015, art. 21)."""
    directory = unit.books.directory().on(office.clock.today())
    destination = destination_of(to, directory)
    director = directory.director()
    officer = case.officer or (actor.email if directory.person(actor.email) else director.email if director else "")
    unit.letters.save(
        Letter(
            number=take_letter_number(unit, office),
            kind=LetterKind.TRANSFER,
            request=case.request,
            policy=case.policy or "",
            leader=destination.email,
            addressee=destination.name,
            officer=officer,
            cases=(case.number,),
            drawn=office.clock.now(),
        )
    )


def void_transfer(unit: UnitOfWork, case: Case, motive: str) -> None:
    """A reopened case is the office's own again: the letter that would give it away does not wait any longer."""
    for paper in _papers(unit, case):
        if paper.kind is LetterKind.TRANSFER and paper.state is LetterState.DRAFT:
            voided = {"state": LetterState.VOID, "motive": f"se reabrió el caso: {motive}"}
            unit.letters.save(paper.model_copy(update=voided))


def extension_day(unit: UnitOfWork, office: Office, case: Case) -> date | None:
    """Return the day that an extension notice of a running term may promise; None: no term runs, or it is over."""
    today, rules = office.clock.today(), office.rules
    paused = pauses(unit, office, case)
    found = clocks(case, today, rules, paused)
    runs = found.legal_runs and found.legal_due is not None and today <= found.legal_due.day
    return extension_limit(case, rules, paused).day if runs else None


def extension_of(unit: UnitOfWork, case: Case) -> Letter | None:
    """Return the case's extension notice, whatever became of it."""
    return next((one for one in reversed(_papers(unit, case)) if one.kind is LetterKind.EXTENSION), None)


def draw_extension(unit: UnitOfWork, office: Office, cases: Sequence[Case], officer: str) -> Letter:
    """Take a number for the notice that tells whoever asked that the answer takes longer."""
    first = cases[0]
    letter = Letter(
        number=take_letter_number(unit, office),
        kind=LetterKind.EXTENSION,
        request=first.request,
        policy=first.policy or "",
        leader=first.email,
        addressee=first.requester or first.entity or first.email,
        officer=officer,
        cases=tuple(case.number for case in cases),
        drawn=office.clock.now(),
    )
    unit.letters.save(letter)
    return letter


def extend(unit: UnitOfWork, office: Office, case: Case, decision: Accepted, actor: Actor) -> None:
    """Approve the notice of a case whose term was extended; it speaks for the officer's others of the request too."""
    (event,) = decision.events
    siblings = _unanswered_siblings(unit, case)
    unit.cases.append(event.model_copy(update={"case": other.number}) for other in siblings)
    if not case.email:
        return
    letter = extension_of(unit, case)
    if letter is None or letter.state is not LetterState.DRAFT:
        letter = draw_extension(unit, office, [case, *siblings], case.officer or actor.email)
    together = sorted({case.number, *(other.number for other in siblings)})
    unit.letters.save(letter.model_copy(update={"cases": tuple(together)} | _approval(actor, event.at)))


def _approval(actor: Actor, at: datetime) -> dict[str, object]:
    return {"state": LetterState.APPROVED, "approved_by": actor.email, "approved_at": at}


def _unanswered_siblings(unit: UnitOfWork, case: Case) -> list[Case]:
    return [
        other
        for other in unit.cases.of_request(case.request)
        if other.number != case.number
        and other.is_open
        and other.state is not State.SUSPENDED
        and (other.officer, other.petition) == (case.officer, case.petition)
        and not (other.answered or other.extended_to)
    ]
