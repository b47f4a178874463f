"""A letter's document and the mail it leaves in, by what the letter is for."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, EventKind, State
from tasks.domain.cases.decisions import policy_name
from tasks.domain.letters.context import quoted_paragraphs
from tasks.domain.letters.letter import Letter, LetterKind, LetterState
from tasks.domain.letters.others import AnswerPaper, CaseRow, ClosingLetter, TransferLetter
from tasks.domain.letters.paper import Addressee, PaperFacts, Signatory
from tasks.domain.mail.contexts import ClosingContext, TransferContext
from tasks.domain.mail.outgoing import Purpose
from tasks.domain.spanish import date_in_words, entity_phrase, join_list, number, policy_phrase
from tasks.notices.annexes import Annexes, request_annexes
from tasks.notices.letters import case_line, letter_document, letter_files, letter_notice
from tasks.notices.notice import Notice, office_fields
from tasks.ports.ledger import UnitOfWork

Document = tuple[str, dict[str, Any]]


def document_of(
    unit: UnitOfWork, office: Office, letter: Letter, *, is_draft: bool, day: date | None = None
) -> Document:
    """Return the letter's template and the fields that fill it, dated today or as asked."""
    if letter.kind is LetterKind.REFERRAL:
        leader = unit.books.directory().on(office.clock.today()).leader(letter.policy)
        if leader is None:
            raise LookupError(f"{letter.number} lost its leader within a unit of work")
        return letter_document(unit, office, letter, leader, is_draft=is_draft, day=day)
    return _DOCUMENTS[letter.kind](_Desk(unit, office, letter, is_draft, day or office.clock.today()))


def mail_of(unit: UnitOfWork, office: Office, letter: Letter) -> Notice:
    """Return the mail in which the released letter leaves."""
    if letter.kind is LetterKind.REFERRAL:
        return letter_notice(unit, office, letter)
    return _MAILS[letter.kind](_Desk(unit, office, letter, False, office.clock.today()))


def needs_draft(letter: Letter) -> bool:
    """Whether a letter that is no referral still has to be put before its officer."""
    approved_first = letter.kind in {LetterKind.TRANSFER, LetterKind.CLOSING}
    return approved_first and letter.state is LetterState.DRAFT and not letter.draft_sha256


class _Desk:
    """A letter with what is read for it."""

    def __init__(self, unit: UnitOfWork, office: Office, letter: Letter, is_draft: bool, day: date) -> None:
        self.office, self.letter = office, letter
        self.cases = tuple(unit.cases.get_many(letter.cases))
        self.request = unit.cases.request(letter.request)
        self.results = {case.number: _said_by_results(unit, case) for case in self.cases}
        self.directory = unit.books.directory().on(office.clock.today())
        self._is_draft, self._day = is_draft, day

    @property
    def first(self) -> Case:
        return self.cases[0]

    @property
    def annexes(self) -> Annexes:
        if self.letter.kind is not LetterKind.TRANSFER or self.request is None:
            return Annexes()
        return request_annexes(self.office, self.request.sha256)

    def answer(self, subject: str, addressee: Addressee, copies: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the fields of `AnswerPaper`."""
        letter, case = self.letter, self.first
        director, officer = self.directory.director(), self.directory.person(letter.officer)
        approver = self.directory.person(letter.approved_by)
        facts = PaperFacts(
            number=letter.number,
            office=office_fields(self.office),
            day=self._day,
            addressee=addressee,
            signatory=Signatory(name=director.name if director else ""),
            prepared_by=officer.name if officer else "",
            approved_by=approver.name if approver else "",
            official_ref=next((c.official_ref for c in self.cases if c.official_ref), ""),
            annexes=self.annexes.names,
            copies=copies,
            is_draft=self._is_draft,
        )
        names = [policy_name(slug, self.office.catalog) for slug in dict.fromkeys(c.policy for c in self.cases) if slug]
        return facts.common(subject) | {
            "request": letter.request,
            "incoming_ref": case.incoming_ref,
            "received": date_in_words(case.received.date()),
            "requester": case.requester,
            "entities": self.entity,
            "policies": policy_phrase(names),
            "cases": tuple(self._row(one) for one in self.cases),
            "motive": letter.note,
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


def _transfer(desk: _Desk) -> Document:
    text = desk.request.text if desk.request else ""
    quoted, is_cut = quoted_paragraphs(text)
    to = Addressee(name="", entity=desk.letter.addressee, email=desk.letter.leader)
    subject = f"Traslado por competencia de la solicitud {desk.letter.request}"
    copies = tuple(name for name in (desk.first.requester or desk.first.email,) if name)
    fields = TransferLetter(**desk.answer(subject, to, copies), quoted=quoted, quoted_is_cut=is_cut)
    return "letters/traslado", fields.fields()


def _transfer_mail(desk: _Desk) -> Notice:
    letter, case = desk.letter, desk.first
    to = [letter.leader] if letter.leader else [case.email] if case.email else [letter.officer]
    fields = TransferContext(
        name="" if letter.leader else case.requester,
        letter=letter.number,
        to=letter.addressee,
        is_copy=not letter.leader,
        case=case.number,
        subject=case.subject,
        received=date_in_words(case.received.date()),
        annexes=desk.annexes.names,
        left_out=desk.annexes.left_out,
    )
    return desk.notice(Purpose.TRANSFER, "traslado", fields, to, [a for a in (case.email, letter.officer) if a])


def _closing(desk: _Desk) -> Document:
    numbers = [case.number for case in desk.cases]
    subject = f"Cierre {'del caso' if len(numbers) == 1 else 'de los casos'} {join_list(numbers)}"
    answer: dict[str, Any] = desk.answer(subject, desk.to_requester())
    fields = ClosingLetter(**answer, sessions=_sessions(desk), result=_result(desk))
    return "letters/cierre", AnswerPaper.fields(fields)


def _closing_mail(desk: _Desk) -> Notice:
    letter = desk.letter
    fields = ClosingContext(
        name=desk.first.requester,
        cases=tuple(case_line(case, desk.office) for case in desk.cases),
        sessions=_sessions(desk),
        result=_result(desk),
        motive=letter.note,
        letter=letter.number,
    )
    return desk.notice(Purpose.CLOSING, "cierre", fields, [letter.leader], [])


def _sessions(desk: _Desk) -> str:
    days = sorted({day for case in desk.cases for day in case.assistance})
    return join_list([date_in_words(day) for day in days])


def _result(desk: _Desk) -> str:
    """Return what the results said of each case they closed; of another, one sentence where it has both scores."""
    said = [desk.results[case.number] or _compared(case, desk.office) for case in desk.cases]
    return "\n\n".join(filter(None, said))


def _said_by_results(unit: UnitOfWork, case: Case) -> str:
    """Return the paragraph with which new results closed the case; "" when a person closed it, or nobody did."""
    if case.state is not State.CLOSED:
        return ""
    closings = [event for event in unit.cases.history(case.number) if event.kind is EventKind.CLOSED]
    return closings[-1].reason if closings and closings[-1].actor == SYSTEM else ""


def _compared(case: Case, office: Office) -> str:
    before, after = case.score_before, case.score_after
    if before is None or after is None:
        return ""
    said = f"El puntaje de la política de {policy_name(case.policy, office.catalog)} en la medición anterior a la "
    said += f"asesoría fue {number(before, 1)}, y en la posterior {number(after, 1)}."
    if case.score_change is None:
        return f"{said} No se restan, porque el método de la medición cambió."
    return said


_DOCUMENTS: dict[LetterKind, Callable[[_Desk], Document]] = {
    LetterKind.TRANSFER: _transfer,
    LetterKind.CLOSING: _closing,
}
_MAILS: dict[LetterKind, Callable[[_Desk], Notice]] = {
    LetterKind.TRANSFER: _transfer_mail,
    LetterKind.CLOSING: _closing_mail,
}
