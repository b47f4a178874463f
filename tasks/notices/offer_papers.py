"""The two letters of the offer: to a policy leader with its municipalities as annex, and to each municipality."""

from datetime import date

from tasks.domain.cases.case import Case
from tasks.domain.cases.names import policy_name
from tasks.domain.letters.others import GapRow, InvitationLetter, OfferLetter
from tasks.domain.letters.paper import Addressee, fitting_subject
from tasks.domain.mail.writing.contexts.letters import LetterMailContext
from tasks.domain.mail.writing.contexts.municipality import InvitationContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.scores.offer import Proposal, decimals_needed, waiting_by_policy
from tasks.domain.spanish import counted, date_in_words, number, term_in_words
from tasks.domain.terms.business_days import add_business_days
from tasks.notices.letters import Document, case_line, letter_files
from tasks.notices.notice import Notice
from tasks.notices.paper_desk import PaperDesk

_ANSWER_DAYS = 10  # business days in which a municipality is asked to answer
_UNKNOWN = "–"  # a row that a later offer no longer has


def offer_document(desk: PaperDesk) -> Document:
    """Return the letter that asks a leader to assist its municipalities, by priority."""
    leader = desk.directory.leader(desk.letter.policy)
    if leader is None:
        raise LookupError(f"{desk.letter.number} lost its leader within a unit of work")
    to = Addressee(name=leader.name, dependency=leader.dependency, email=leader.email)
    annex = f"Relación de {counted(len(desk.cases), 'municipio y política', 'municipios y políticas')}"
    offered = "Oferta de asistencia técnica en"
    subject = fitting_subject(f"{offered} {desk.policies}", f"{offered} MIPG")
    waiting = waiting_by_policy(desk.yearly.offer) if desk.yearly else {}
    due = _plan_due(desk)
    fields = OfferLetter(
        **desk.paper(subject, to) | {"annexes": (annex,)},
        vigencia=_vigencia(desk),
        policies=desk.policies,
        gaps=tuple(_gap(desk, case) for case in sorted(desk.cases, key=lambda case: -_priority(desk, case))),
        waiting=sum(waiting.get(policy, 0) for policy in {case.policy or "" for case in desk.cases}),
        plan_term=term_in_words(desk.office.rules.terms.plan),
        plan_due=date_in_words(due),
    )
    return "letters/oferta", fields.fields()


def offer_mail(desk: PaperDesk) -> Notice:
    """Return the mail that carries it, with a copy to the officer only: each municipality is invited by itself."""
    letter, officer = desk.letter, desk.directory.person(desk.letter.officer)
    leader = desk.directory.leader(letter.policy)
    enclosures = letter_files(desk.office, letter)
    places = len({case.municipality for case in desk.cases})
    fields = LetterMailContext(
        name=leader.name if leader else "",
        letter=letter.number,
        official_ref=next((case.official_ref for case in desk.cases if case.official_ref), ""),
        policies=desk.policies,
        entities=counted(places, "municipio", "municipios"),
        offered=True,
        cases=tuple(case_line(case, desk.office) for case in desk.cases),
        plan_due=date_in_words(_plan_due(desk)),
        plan_term=term_in_words(desk.office.rules.terms.plan),
        officer=officer.name if officer else "",
        officer_email=letter.officer,
        annexes=tuple(part.name for part in enclosures),
    )
    return desk.notice(Purpose.LETTER, "oficio", fields, [letter.leader], [letter.officer])


def invitation_document(desk: PaperDesk) -> Document:
    """Return the letter that offers help to one municipality."""
    place = desk.office.catalog.municipality(desk.first.municipality)
    name = place.name if place else ""
    to = Addressee(name=desk.first.requester, entity=desk.first.entity, email=desk.letter.leader)
    invited = "Invitación a recibir asistencia técnica en"
    fields = InvitationLetter(
        **desk.paper(fitting_subject(f"{invited} {desk.policies}", f"{invited} MIPG"), to),
        vigencia=_vigencia(desk),
        municipality=name,
        gaps=tuple(_gap(desk, case) for case in desk.cases),
        answer_by=date_in_words(_answer_by(desk)),
    )
    return "letters/invitacion", fields.fields()


def invitation_mail(desk: PaperDesk) -> Notice:
    """Return the mail in which it leaves."""
    place = desk.office.catalog.municipality(desk.first.municipality)
    fields = InvitationContext(
        name=desk.first.requester,
        letter=desk.letter.number,
        municipality=place.name if place else "",
        vigencia=_vigencia(desk),
        cases=tuple(case_line(case, desk.office) for case in desk.cases),
        answer_by=date_in_words(_answer_by(desk)),
    )
    return desk.notice(Purpose.INVITATION, "invitacion", fields, [desk.letter.leader], [desk.letter.officer])


def _gap(desk: PaperDesk, case: Case) -> GapRow:
    row, place = _row(desk, case), desk.office.catalog.municipality(case.municipality)
    leader = desk.directory.leader(case.policy)
    shown = [number(value, _decimals(desk)) for value in row.printed(_decimals(desk))] if row else [_UNKNOWN] * 3
    return GapRow(
        policy=policy_name(case.policy, desk.office.catalog),
        municipality=place.name if place else "",
        score=shown[0],
        peers=shown[1],
        gap=shown[2],
        case=case.number,
        leader=(leader.dependency or leader.name) if leader else "",
    )


def _decimals(desk: PaperDesk) -> int:
    return decimals_needed([row for case in desk.cases if (row := _row(desk, case))])


def _row(desk: PaperDesk, case: Case) -> Proposal | None:
    rows = desk.yearly.rows if desk.yearly else ()
    return next((row for row in rows if (row.dane_code, row.policy) == (case.municipality, case.policy)), None)


def _priority(desk: PaperDesk, case: Case) -> float:
    row = _row(desk, case)
    return row.priority if row else 0.0


def _vigencia(desk: PaperDesk) -> str:
    return str(desk.yearly.offer.vigencia) if desk.yearly else ""


def _plan_due(desk: PaperDesk) -> date:
    rules = desk.office.rules
    return add_business_days(desk.day, rules.terms.plan, rules.calendar)


def _answer_by(desk: PaperDesk) -> date:
    return add_business_days(desk.day, _ANSWER_DAYS, desk.office.rules.calendar)
