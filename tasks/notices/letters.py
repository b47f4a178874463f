"""A letter's document and the two mails it travels in: the draft to its officer, the final to its leader."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, State
from tasks.domain.cases.names import policy_name
from tasks.domain.directory import Leader
from tasks.domain.letters.context import LetterFacts, letter_context
from tasks.domain.letters.fields import TemplateFields
from tasks.domain.letters.grouping import LetterGroup
from tasks.domain.letters.letter import Letter, LetterKind
from tasks.domain.letters.paper import Addressee, Signatory
from tasks.domain.mail.writing.contexts.common import CaseLine
from tasks.domain.mail.writing.contexts.letters import DraftContext, LetterMailContext, SignContext
from tasks.domain.mail.writing.outgoing import Enclosure, Purpose
from tasks.domain.spanish import date_in_words, ended
from tasks.domain.terms.business_days import add_business_days
from tasks.domain.terms.clocks import internal_due, legal_due
from tasks.notices.annexes import request_annexes
from tasks.notices.notice import Notice, director_and_substitute, office_fields, signatory_of
from tasks.ports.ledger import UnitOfWork
from tasks.suspensions import pauses

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"

Document = tuple[str, dict[str, Any]]
"""A letter's template and the fields that fill it."""


def letter_document(
    unit: UnitOfWork, office: Office, letter: Letter, leader: Leader, *, is_draft: bool, day: date | None = None
) -> Document:
    """Return the letter's template and the fields that fill it, dated today or as asked."""
    cases = tuple(unit.cases.get_many(letter.cases))
    directory = unit.books.directory().on(office.clock.today())
    request = unit.cases.request(letter.request)
    officer = directory.person(letter.officer)
    approver = directory.person(letter.approved_by)
    today = day or office.clock.today()
    legal = legal_due(cases[0], office.rules, pauses(unit, office, cases[0]))
    facts = LetterFacts(
        number=letter.number,
        addressee=Addressee(name=leader.name, dependency=leader.dependency, email=leader.email),
        group=LetterGroup(letter.request, leader, letter.officer, cases),
        catalog=office.catalog,
        office=office_fields(office),
        day=today,
        plan_due=add_business_days(today, office.rules.terms.plan, office.rules.calendar),
        plan_days=office.rules.terms.plan,
        evidence_days=office.rules.terms.evidence,
        legal_due=legal.day if legal else None,
        request_text=request.text if request else "",
        signatory=Signatory(name=signatory_of(directory, office, letter).name),
        prepared_by=officer.name if officer else "",
        approved_by=approver.name if approver else "",
        official_ref=_official_ref(cases),
        annexes=request_annexes(office, request.sha256 if request else "").names,
        copies=_copies(cases),
        is_draft=is_draft,
    )
    return office.letters.template_for(letter.policy), letter_context(facts).fields()


def _official_ref(cases: tuple[Case, ...]) -> str:
    """A radicado typed on one row serves the letter, whichever row it was."""
    return next((case.official_ref for case in cases if case.official_ref), "")


def _copies(cases: tuple[Case, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(case.entity for case in cases if case.entity))


def case_line(case: Case, office: Office) -> CaseLine:
    """Return the case as the lists of mails show it."""
    place = office.catalog.municipality(case.municipality)
    return CaseLine(
        number=case.number,
        policy=policy_name(case.policy, office.catalog),
        municipality=place.name if place else "",
        entity=case.entity,
    )


def draft_notice(unit: UnitOfWork, office: Office, letter: Letter, changes: Sequence[str] = ()) -> Notice:
    """Return the mail that puts a draft before its officer; `changes` is what an edited document differs in."""
    cases = unit.cases.get_many(letter.cases)
    directory = unit.books.directory().on(office.clock.today())
    officer, leader = directory.person(letter.officer), directory.leader(letter.policy)
    fields = DraftContext(
        name=officer.name if officer else "",
        letter=letter.number,
        version=letter.version,
        leader=letter.addressee or (leader.name if leader else ""),
        dependency=leader.dependency if leader and not letter.addressee else "",
        cases=tuple(case_line(case, office) for case in cases),
        due=_leave_by(unit, office, letter, cases),
        news=_news(letter),
        edited=bool(letter.edited_sha256),
        changes=tuple(changes),
        release=_release(letter, office),
    )
    return draft_of(letter, "borrador", fields)


def _leave_by(unit: UnitOfWork, office: Office, letter: Letter, cases: Sequence[Case]) -> str:
    """The first day its cases wait for, unless it has passed: then the reminders speak of it."""
    terms = (
        internal_due(case, office.rules, pauses(unit, office, case)) for case in cases if case.state is State.DRAFT
    )
    day = min((term.day for term in terms if term), default=None)
    return date_in_words(day) if day and letter.kind.asks_a_leader and day >= office.clock.today() else ""


def draft_of(letter: Letter, template: str, fields: TemplateFields) -> Notice:
    """Return the mail that carries a draft to its officer, who answers it with an order."""
    name = f"{letter.number}-borrador-{letter.version}.docx"
    return Notice(
        Purpose.DRAFT_LETTER,
        f"{letter.number}/v{letter.version}",
        template,
        fields,
        [letter.officer],
        cases=letter.cases,
        letter=letter.number,
        enclosures=[Enclosure(name=name, sha256=letter.draft_sha256, content_type=DOCX)],
        invites_orders=True,
    )


def sign_key(letter: Letter) -> str:
    """Return the outbox key of the notice that asks for the signature of this version."""
    return f"{Purpose.DRAFT_LETTER}/{letter.number}/firma{letter.version}"


def sign_notice(unit: UnitOfWork, office: Office, letter: Letter, sha256: str, ending: str) -> Notice:
    """Return the mail that puts an approved letter before the director for signature."""
    directory = unit.books.directory().on(office.clock.today())
    to, cc = director_and_substitute(directory, office)
    reader, officer = directory.person(to[0]) if to else None, directory.person(letter.officer)
    leader = directory.leader(letter.policy)
    fields = SignContext(
        name=reader.name if reader else "",
        letter=letter.number,
        leader=leader.name if leader else letter.leader,
        dependency=leader.dependency if leader else "",
        officer=officer.name if officer else "",
        cases=tuple(case_line(case, office) for case in unit.cases.get_many(letter.cases)),
    )
    kind = PDF if ending == ".pdf" else DOCX
    return Notice(
        Purpose.DRAFT_LETTER,
        f"{letter.number}/firma{letter.version}",
        "firma",
        fields,
        to,
        cc,
        cases=letter.cases,
        letter=letter.number,
        enclosures=[Enclosure(name=f"{letter.number}{ending}", sha256=sha256, content_type=kind)],
        invites_orders=True,
    )


def _release(letter: Letter, office: Office) -> str:
    """What the letter waits for after its approval: signature and radicado are asked of referrals only."""
    if letter.kind is LetterKind.TRANSFER and not letter.leader:
        return "transfer_copy"
    if letter.kind in {LetterKind.TRANSFER, LetterKind.CLOSING}:
        return letter.kind.value
    release = office.settings.letters.release if letter.kind.asks_a_leader else "approved"
    return "offer" if letter.kind is LetterKind.OFFER and release == "approved" else release


def _news(letter: Letter) -> str:
    said = f"Se devolvió la versión anterior: {letter.motive}" if letter.motive and letter.version > 1 else ""
    if letter.edited_sha256:
        said = "El documento de Word que llegó por correo reemplazó el borrador anterior."
    if letter.kind is LetterKind.TRANSFER and not letter.leader:
        nowhere = "No se conoce el correo de esa entidad: saldrá solo a quien pidió, y usted debe radicarlo allá."
        return f"{ended(said)} {nowhere}".strip()
    return said


def letter_notice(unit: UnitOfWork, office: Office, letter: Letter) -> Notice:
    """Return the mail that carries the approved letter to its leader, with copies to officer and municipality."""
    cases = tuple(unit.cases.get_many(letter.cases))
    directory = unit.books.directory().on(office.clock.today())
    officer, leader = directory.person(letter.officer), directory.leader(letter.policy)
    request = unit.cases.request(letter.request)
    _, written = letter_document(unit, office, letter, leader or _gone(letter), is_draft=False)
    files = letter_files(office, letter)
    annexes = request_annexes(office, request.sha256 if request else "")
    fields = LetterMailContext(
        name=leader.name if leader else "",
        letter=letter.number,
        official_ref=_official_ref(cases),
        policies=written["politicas"],
        entities=written["entidades"],
        cases=tuple(case_line(case, office) for case in cases),
        plan_due=written["fecha_limite"],
        plan_term=written["plazo_plan"],
        officer=officer.name if officer else "",
        officer_email=letter.officer,
        annexes=tuple(part.name for part in (*files, *annexes.enclosures)),
        left_out=annexes.left_out,
    )
    copies = [letter.officer, *dict.fromkeys(a for case in cases for a in (case.email, *case.also) if a)]
    return Notice(
        Purpose.LETTER,
        letter.number,
        "oficio",
        fields,
        [letter.leader],
        copies,
        cases=letter.cases,
        letter=letter.number,
        enclosures=[*files, *annexes.enclosures],
    )


def _gone(letter: Letter) -> Leader:
    return Leader(policy=letter.policy, name=letter.leader, email=letter.leader)


def letter_files(office: Office, letter: Letter) -> list[Enclosure]:
    """Return the released letter as it travels: the PDF; the .docx where there is none or the office wants both."""
    parts = []
    if letter.pdf_sha256:
        parts.append(Enclosure(name=f"{letter.number}.pdf", sha256=letter.pdf_sha256, content_type=PDF))
    if not letter.pdf_sha256 or office.settings.letters.attach_docx:
        parts.append(Enclosure(name=f"{letter.number}.docx", sha256=letter.final_sha256, content_type=DOCX))
    return parts
