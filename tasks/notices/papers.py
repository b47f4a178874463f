"""A letter's document and the mail it leaves in, by what the letter is for."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, Origin
from tasks.domain.cases.names import policy_name
from tasks.domain.letters.context import quoted_paragraphs
from tasks.domain.letters.letter import Letter, LetterKind, LetterState
from tasks.domain.letters.others import AnswerPaper, ClosingLetter, TransferLetter
from tasks.domain.letters.paper import Addressee
from tasks.domain.mail.writing.contexts.letters import TransferContext
from tasks.domain.mail.writing.contexts.municipality import ClosingContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words, ended, join_list, number, sentence
from tasks.notices.extension_papers import extension_document, extension_draft, extension_mail
from tasks.notices.letters import Document, case_line, draft_notice, letter_document, letter_notice
from tasks.notices.notice import Notice, alert_template, queue
from tasks.notices.offer_papers import invitation_document, invitation_mail, offer_document, offer_mail
from tasks.notices.paper_desk import PaperDesk
from tasks.ports.errors import TemplateProblem
from tasks.ports.ledger import UnitOfWork

_CLOSINGS_A_DAY = 15  # as many as a leader gets of the yearly offer


def document_of(
    unit: UnitOfWork, office: Office, letter: Letter, *, is_draft: bool, day: date | None = None
) -> Document:
    """Return the letter's template and the fields that fill it, dated today or as asked."""
    if letter.kind is LetterKind.REFERRAL:
        leader = unit.books.directory().on(office.clock.today()).leader(letter.policy)
        if leader is None:
            raise LookupError(f"{letter.number} lost its leader within a unit of work")
        return letter_document(unit, office, letter, leader, is_draft=is_draft, day=day)
    return _DOCUMENTS[letter.kind](PaperDesk(unit, office, letter, is_draft, day or office.clock.today()))


def mail_of(unit: UnitOfWork, office: Office, letter: Letter) -> Notice:
    """Return the mail in which the released letter leaves."""
    if letter.kind is LetterKind.REFERRAL:
        return letter_notice(unit, office, letter)
    return _MAILS[letter.kind](PaperDesk(unit, office, letter, False, office.clock.today()))


def draft_mail_of(unit: UnitOfWork, office: Office, letter: Letter, changes: Sequence[str] = ()) -> Notice:
    """Return the mail that puts the draft before its officer; `changes` is what an edited document differs in."""
    if letter.kind is LetterKind.EXTENSION:
        return extension_draft(PaperDesk(unit, office, letter, True, office.clock.today()), changes)
    return draft_notice(unit, office, letter, changes)


def draw_papers(office: Office, letters: Sequence[Letter]) -> int:
    """Put the drafts of letters that are no referrals before their officers; returns how many.

    What a broken template keeps is told to the operator; the next run tries again.
    """
    drawn = 0
    for letter in letters:
        try:
            drawn += _draw(office, letter)
        except TemplateProblem as problem:
            with office.ledger.begin() as unit:
                alert_template(unit, office, problem)
    return drawn


def _draw(office: Office, letter: Letter) -> int:
    with office.ledger.begin() as unit:
        letter = unit.letters.get(letter.number) or letter
        if not needs_draft(letter):
            return 0
        document = office.letters.render(*document_of(unit, office, letter, is_draft=True))
        (sha256,) = office.archive.put([document], ".docx")
        drawn = letter.model_copy(update={"draft_sha256": sha256, "drawn": office.clock.now()})
        unit.letters.save(drawn)
        queue(unit, office, draft_mail_of(unit, office, drawn))
    return 1


def papers_to_draw(unit: UnitOfWork, office: Office) -> list[Letter]:
    """Return the letters that are no referrals and are to be put before their officers today, oldest first.

    New results close cases by the hundred, and each closing letter wants a reader: an officer gets so many a day, the
    rest on the days after. The others run against a term, or were returned by somebody who waits for them.
    """
    bare = [letter for letter in unit.letters.all([LetterState.DRAFT]) if needs_draft(letter)]
    if not any(_can_wait(letter) for letter in bare):
        return bare
    given = Counter(letter.officer for letter in unit.letters.all() if _was_put_today(letter, office))
    fitting = []
    for letter in bare:
        if _can_wait(letter):
            given[letter.officer] += 1
        if not _can_wait(letter) or given[letter.officer] <= _CLOSINGS_A_DAY:
            fitting.append(letter)
    return fitting


def _can_wait(letter: Letter) -> bool:
    return letter.kind is LetterKind.CLOSING and not letter.motive


def _was_put_today(letter: Letter, office: Office) -> bool:
    drawn = letter.kind is LetterKind.CLOSING and bool(letter.draft_sha256)
    return drawn and letter.drawn.astimezone(office.zone).date() == office.clock.today()


def needs_draft(letter: Letter) -> bool:
    """Whether a letter that is no referral still has to be put before its officer."""
    approved_first = letter.kind in {LetterKind.TRANSFER, LetterKind.EXTENSION, LetterKind.CLOSING}
    return approved_first and letter.state is LetterState.DRAFT and not letter.draft_sha256


def _transfer(desk: PaperDesk) -> Document:
    text = desk.request.text if desk.request else ""
    quoted, is_cut = quoted_paragraphs(text)
    to = Addressee(name="", entity=desk.letter.addressee, email=desk.letter.leader)
    subject = f"Traslado por competencia de la solicitud {desk.letter.request}"
    copies = tuple(name for name in (desk.first.requester or desk.first.email,) if name)
    answer = desk.answer(subject, to, copies) | {"motive": sentence(desk.letter.note)}
    fields = TransferLetter(**answer, quoted=quoted, quoted_is_cut=is_cut)
    return "letters/traslado", fields.fields()


def _transfer_mail(desk: PaperDesk) -> Notice:
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


def _closing(desk: PaperDesk) -> Document:
    numbers = [case.number for case in desk.cases]
    subject = f"Cierre {'del caso' if len(numbers) == 1 else 'de los casos'} {join_list(numbers)}"
    answer: dict[str, Any] = desk.answer(subject, desk.to_requester())
    offered = desk.first.origin is Origin.OFFER
    fields = ClosingLetter(**answer, sessions=_sessions(desk), result=_result(desk), offered=offered)
    return "letters/cierre", AnswerPaper.fields(fields)


def _closing_mail(desk: PaperDesk) -> Notice:
    letter = desk.letter
    fields = ClosingContext(
        name=desk.first.requester,
        cases=tuple(case_line(case, desk.office) for case in desk.cases),
        sessions=_sessions(desk),
        result=_result(desk),
        motive=ended(letter.note),
        letter=letter.number,
    )
    return desk.notice(Purpose.CLOSING, "cierre", fields, [letter.leader], [])


def _sessions(desk: PaperDesk) -> str:
    days = sorted({day for case in desk.cases for day in case.assistance})
    return join_list([date_in_words(day) for day in days])


def _result(desk: PaperDesk) -> str:
    """Return what the results said of each case they closed; of another, one sentence where it has both scores."""
    said = [desk.results[case.number] or _compared(case, desk.office) for case in desk.cases]
    return "\n\n".join(filter(None, said))


def _compared(case: Case, office: Office) -> str:
    before, after = case.score_before, case.score_after
    if before is None or after is None:
        return ""
    said = f"El puntaje de la política de {policy_name(case.policy, office.catalog)} en la medición anterior a la "
    said += f"asesoría fue {number(before, 1)}, y en la posterior {number(after, 1)}."
    if case.score_change is None:
        return f"{said} No se restan, porque el método de la medición cambió."
    return said


_DOCUMENTS: dict[LetterKind, Callable[[PaperDesk], Document]] = {
    LetterKind.TRANSFER: _transfer,
    LetterKind.EXTENSION: extension_document,
    LetterKind.CLOSING: _closing,
    LetterKind.OFFER: offer_document,
    LetterKind.INVITATION: invitation_document,
}
_MAILS: dict[LetterKind, Callable[[PaperDesk], Notice]] = {
    LetterKind.TRANSFER: _transfer_mail,
    LetterKind.EXTENSION: extension_mail,
    LetterKind.CLOSING: _closing_mail,
    LetterKind.OFFER: offer_mail,
    LetterKind.INVITATION: invitation_mail,
}
