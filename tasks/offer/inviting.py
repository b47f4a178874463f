"""Invitations: each municipality of the offer gets one letter, once the letters to its leaders have left."""

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, Origin, State
from tasks.domain.directory import Liaison
from tasks.domain.letters.letter import Letter, LetterKind, LetterState
from tasks.numbering import take_letter_number
from tasks.ports.ledger import UnitOfWork
from tasks.yearly_offer import offer_year, request_cursor


def invite(office: Office) -> int:
    """Take a number for the invitation of every municipality that is to be invited now; returns how many.

    The team ticked the rows and approved the letters to the leaders: that word approves the invitation. One without a
    known address waits until it has one (tab Municipios).
    """
    with office.ledger.begin() as unit:
        directory, invited = unit.books.directory().on(office.clock.today()), 0
        for municipality, cases in _uninvited(unit).items():
            liaison = directory.liaison(municipality)
            if liaison is not None:
                unit.letters.save(_invitation(office, take_letter_number(unit, office), liaison, cases))
                invited += 1
    return invited


def _uninvited(unit: UnitOfWork) -> dict[str, list[Case]]:
    """Cases of the offer whose municipality is not invited yet; one that still waits for a letter holds the others."""
    year = offer_year(unit)
    request = unit.books.cursor(request_cursor(year)) if year else None
    places: dict[str, list[Case]] = {}
    for case in unit.cases.of_request(request) if request else []:
        if case.origin is Origin.OFFER and case.is_open and case.municipality and not _is_invited(unit, case):
            places.setdefault(case.municipality, []).append(case)
    return {place: cases for place, cases in places.items() if all(case.state is not State.DRAFT for case in cases)}


def _is_invited(unit: UnitOfWork, case: Case) -> bool:
    return any(letter.kind is LetterKind.INVITATION for letter in unit.letters.of_case(case.number))


def _invitation(office: Office, number: str, liaison: Liaison, cases: list[Case]) -> Letter:
    now = office.clock.now()
    return Letter(
        number=number,
        kind=LetterKind.INVITATION,
        state=LetterState.APPROVED,
        request=cases[0].request,
        policy=cases[0].policy or "",
        leader=liaison.email,
        addressee=liaison.name,
        officer=cases[0].officer or "",
        cases=tuple(case.number for case in cases),
        drawn=now,
        approved_by=cases[0].officer or "",
        approved_at=now,
    )
