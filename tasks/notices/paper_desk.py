"""A letter on its way to paper, with what is read for it: the fields that every letter has, and its mail."""

from datetime import date
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, EventKind, State
from tasks.domain.cases.names import policy_name
from tasks.domain.letters.letter import Letter, LetterKind
from tasks.domain.letters.others import CaseRow
from tasks.domain.letters.paper import Addressee, PaperFacts, Signatory
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words, ended, entity_phrase, policy_phrase
from tasks.notices.annexes import Annexes, request_annexes
from tasks.notices.letters import case_line, letter_files
from tasks.notices.notice import Notice, office_fields, signatory_of
from tasks.ports.ledger import UnitOfWork
from tasks.suspensions import pauses
from tasks.yearly_offer import current_offer


class PaperDesk:
    """A letter with what is read for it."""

    def __init__(self, unit: UnitOfWork, office: Office, letter: Letter, is_draft: bool, day: date) -> None:
        self.office, self.letter = office, letter
        self.cases = tuple(unit.cases.get_many(letter.cases))
        self.request = unit.cases.request(letter.request)
        self.results = {case.number: _said_by_results(unit, case) for case in self.cases}
        self.pauses = pauses(unit, office, self.first)
        self.directory = unit.books.directory().on(office.clock.today())
        self.yearly = current_offer(unit, office)
        self._is_draft, self.day = is_draft, day

    @property
    def first(self) -> Case:
        return self.cases[0]

    @property
    def annexes(self) -> Annexes:
        if self.letter.kind is not LetterKind.TRANSFER or self.request is None:
            return Annexes()
        return request_annexes(self.office, self.request.sha256)

    def paper(self, subject: str, addressee: Addressee, copies: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the fields that every letter has."""
        letter = self.letter
        officer = self.directory.person(letter.officer)
        approver = self.directory.person(letter.approved_by)
        facts = PaperFacts(
            number=letter.number,
            office=office_fields(self.office),
            day=self.day,
            addressee=addressee,
            signatory=Signatory(name=signatory_of(self.directory, self.office, letter).name),
            prepared_by=officer.name if officer else "",
            approved_by=approver.name if approver else "",
            official_ref=next((c.official_ref for c in self.cases if c.official_ref), ""),
            annexes=self.annexes.names,
            copies=copies,
            is_draft=self._is_draft,
        )
        return facts.common(subject)

    @property
    def policies(self) -> str:
        """The policies of its cases in words: "la política de Gestión documental"."""
        names = [policy_name(slug, self.office.catalog) for slug in dict.fromkeys(c.policy for c in self.cases) if slug]
        return policy_phrase(names)

    def answer(self, subject: str, addressee: Addressee, copies: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the fields of `AnswerPaper`."""
        letter, case = self.letter, self.first
        return self.paper(subject, addressee, copies) | {
            "request": letter.request,
            "incoming_ref": case.incoming_ref,
            "received": date_in_words(case.received.date()),
            "requester": case.requester,
            "entities": self.entity,
            "policies": self.policies,
            "cases": tuple(self._row(one) for one in self.cases),
            "motive": ended(letter.note),
        }

    @property
    def entity(self) -> str:
        """Who asked, "" for a person without an entity."""
        case = self.first
        town = self.office.catalog.municipality(case.municipality)
        return entity_phrase(case.entity, case.entity_type, town.name if town else "") if case.entity or town else ""

    def _row(self, case: Case) -> CaseRow:
        line = case_line(case, self.office)
        return CaseRow(number=line.number, policy=line.policy, municipality=line.municipality)

    def to_requester(self) -> Addressee:
        case = self.first
        return Addressee(name=case.requester, entity=case.entity, email=case.email)

    def notice(self, purpose: Purpose, template: str, fields: Any, to: list[str], cc: list[str]) -> Notice:
        letter = self.letter
        enclosures = [*letter_files(self.office, letter), *self.annexes.enclosures]
        return Notice(
            purpose,
            letter.number,
            template,
            fields,
            to,
            cc,
            cases=letter.cases,
            letter=letter.number,
            enclosures=enclosures,
            in_reply_to=self.request.message_id if self.request and to == [self.first.email] else "",
            write_late=True,
        )


def _said_by_results(unit: UnitOfWork, case: Case) -> str:
    """Return the paragraph with which new results closed the case, or corrected ones told of it again.

    "" when a person closed it, or nobody did.
    """
    if case.state is not State.CLOSED:
        return ""
    told = {EventKind.CLOSED, EventKind.SCORED}
    events = [event for event in unit.cases.history(case.number) if event.kind in told]
    closing = next((event for event in reversed(events) if event.kind is EventKind.CLOSED), None)
    return events[-1].reason if closing and closing.actor == SYSTEM else ""
