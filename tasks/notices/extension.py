"""The extension notice: drafted to the officer before the legal term ends, sent to the municipality once approved.

Ley 1755 de 2015, art. 14, parágrafo: before the term ends the authority may tell the reasons of the delay and the day
of the answer, at most twice the term away.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, State
from tasks.domain.digest.figures import Watched
from tasks.domain.directory import Contact
from tasks.domain.mail.writing.contexts.municipality import ExtensionContext
from tasks.domain.mail.writing.contexts.team import ExtensionDraftContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.domain.terms.clocks import extension_limit, needs_extension, pauses_of, petition_due
from tasks.domain.terms.readers import Readers
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue
from tasks.ports.ledger import UnitOfWork

_MOTIVES = {
    State.LETTER_SENT: "la dependencia departamental que lidera la política aún prepara su plan de asistencia",
    State.PLANNED: "la dependencia departamental que lidera la política programa la sesión de asesoría",
}
_USUAL = "su solicitud requiere un estudio que aún no termina"


def draft_extensions(unit: UnitOfWork, office: Office, watched: Iterable[Watched]) -> int:
    """Put the notice before the officer, once per request and officer; returns how many. `watched` are open cases."""
    today = office.clock.today()
    due = [one for one in watched if one.case.email and needs_extension(one.case, one.clocks, today, office.rules)]
    due.sort(key=_request_and_officer)
    drafted = 0
    for _, group in groupby(due, key=_request_and_officer):
        ones = list(group)
        for reader in Readers(unit.books.directory(), today).officer(ones[0].case)[:1]:
            drafted += queue(unit, office, _draft(unit, office, ones, reader))
    return drafted


def _request_and_officer(one: Watched) -> tuple[str, str, str]:
    return (one.case.request, one.case.officer or "", str(one.clocks.legal_due and one.clocks.legal_due.day))


def _draft(unit: UnitOfWork, office: Office, ones: Sequence[Watched], reader: Contact) -> Notice:
    first, legal = ones[0].case, ones[0].clocks.legal_due
    fields = _fields(unit, office, [one.case for one in ones])
    return Notice(
        Purpose.EXTENSION,
        f"{first.number}/{legal.day if legal else ''}/borrador",
        "prorroga-borrador",
        ExtensionDraftContext(**fields.model_dump(), officer=reader.name),
        [reader.email],
        cases=[one.case.number for one in ones],
        invites_orders=True,
    )


def tell_extensions(office: Office) -> int:
    """Queue the approved notices to the municipalities: the answer that stops the legal clock. Returns how many."""
    with office.ledger.begin() as unit:
        approved = [c for c in unit.cases.open() if c.extended_to and not c.answered and c.email]
        approved.sort(key=lambda case: (case.request, case.number))
        for _, group in groupby(approved, key=lambda case: case.request):
            _tell(unit, office, list(group))
        return len({case.request for case in approved})


def _tell(unit: UnitOfWork, office: Office, cases: Sequence[Case]) -> None:
    first, request = cases[0], unit.cases.request(cases[0].request)
    about = "+".join(case.number for case in cases)
    notice = Notice(
        Purpose.EXTENSION,
        f"{about}/{first.extended_to}",
        "prorroga",
        _fields(unit, office, cases),
        [first.email],
        [first.officer] if first.officer else [],
        cases=[case.number for case in cases],
        in_reply_to=request.message_id if request else "",
    )
    queue(unit, office, notice)
    now = office.clock.now()
    unit.cases.append(
        CaseEvent(
            case=case.number,
            kind=EventKind.NOTED,
            at=now,
            actor=SYSTEM,
            reason=f"se informó al municipio la ampliación del término hasta el {case.extended_to:%d/%m/%Y}",
            source="system",
            changes={"answered": now.date().isoformat()},
        )
        for case in cases
    )


def _fields(unit: UnitOfWork, office: Office, cases: Sequence[Case]) -> ExtensionContext:
    first, rules = cases[0], office.rules
    pauses = pauses_of(unit.cases.history(first.number), rules.office)
    ends = petition_due(first.received, rules.legal.of(first.petition), rules, pauses)
    return ExtensionContext(
        name=first.requester,
        cases=tuple(case_line(case, office) for case in cases),
        received=date_in_words(rules.office.local(first.received).date()),
        due=date_in_words(ends.day),
        new_due=date_in_words(first.extended_to or extension_limit(first, rules, pauses).day),
        motive=first.extension_motive or f"{_MOTIVES.get(first.state, _USUAL)}.",
    )
