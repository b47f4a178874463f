"""The extension notice on paper: its letter, the mail that carries it, and the draft before its officer.

Ley 1437 de 2011, art. 14, parágrafo (Ley 1755 de 2015): before the term ends the authority may tell the reasons of the
delay and the day of the answer, at most twice the term away.
"""

from collections.abc import Sequence
from typing import Any

from tasks.domain.cases.case import State
from tasks.domain.letters.others import ExtensionLetter
from tasks.domain.mail.writing.contexts.municipality import ExtensionContext
from tasks.domain.mail.writing.contexts.team import ExtensionDraftContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words, ended
from tasks.domain.terms.clocks import extension_limit, petition_due
from tasks.notices.letters import Document, case_line, draft_of
from tasks.notices.notice import Notice
from tasks.notices.paper_desk import PaperDesk

_MOTIVES = {
    State.LETTER_SENT: "la dependencia departamental que lidera la política aún prepara su plan de asistencia",
    State.PLANNED: "la dependencia departamental que lidera la política programa la sesión de asesoría",
}
_USUAL = "su solicitud requiere un estudio que aún no termina"


def extension_document(desk: PaperDesk) -> Document:
    """Return the letter that tells whoever asked."""
    subject = f"Ampliación del término para responder la solicitud {desk.letter.request}"
    told = _told(desk)
    answer = desk.answer(subject, desk.to_requester()) | {"motive": told["motive"]}
    fields = ExtensionLetter(**answer, due=told["due"], new_due=told["new_due"])
    return "letters/prorroga", fields.fields()


def extension_mail(desk: PaperDesk) -> Notice:
    """Return the mail in which it leaves, the answer that stops the legal clock; the officer gets a copy."""
    letter = desk.letter
    fields = ExtensionContext(**_told(desk))
    return desk.notice(Purpose.EXTENSION, "prorroga", fields, [letter.leader], [letter.officer])


def extension_draft(desk: PaperDesk, changes: Sequence[str]) -> Notice:
    """Return the mail that puts the draft before its officer; `changes` is what an edited document differs in."""
    letter, officer = desk.letter, desk.directory.person(desk.letter.officer)
    fields = ExtensionDraftContext(**_told(desk), officer=officer.name if officer else "", changes=tuple(changes))
    return draft_of(letter, "prorroga-borrador", fields)


def _told(desk: PaperDesk) -> dict[str, Any]:
    """Return the fields of `ExtensionContext` by their names in the code."""
    first, rules = desk.first, desk.office.rules
    ends = petition_due(first.received, rules.legal.of(first.petition), rules, desk.pauses)
    until = first.extended_to or extension_limit(first, rules, desk.pauses).day
    return {
        "name": first.requester,
        "letter": desk.letter.number,
        "cases": tuple(case_line(case, desk.office) for case in desk.cases),
        "received": date_in_words(rules.office.local(first.received).date()),
        "due": date_in_words(ends.day),
        "new_due": date_in_words(until),
        "motive": ended(first.extension_motive) or f"{_MOTIVES.get(first.state, _USUAL)}.",
    }
