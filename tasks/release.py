"""The final letters: rendered once they may go, turned into PDF in batches, and queued to whom they are for."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from tasks.bootstrap import Office
from tasks.domain.letters.grouping import is_addressed, stands
from tasks.domain.letters.letter import NO_DOCUMENT, Letter, LetterState
from tasks.domain.spanish import counted
from tasks.notices.letters import sign_key, sign_notice
from tasks.notices.notice import alert_operator, alert_template, queue, signatory_of
from tasks.notices.papers import document_of, mail_of
from tasks.ports.errors import ConverterUnavailable, TemplateProblem
from tasks.ports.ledger import UnitOfWork

_BATCH = 50  # letters a LibreOffice call: a progress worth showing, and little is repeated after a crash
AUTO_SEND = "letters.auto_send"  # who approved what went without a person
_log = structlog.get_logger()


def release_letters(office: Office) -> int:
    """Render the approved letters for good, convert them in batches and queue each to whom it is for, once.

    Documents are made between units of work, not inside one: nobody waits for Word or LibreOffice. What changed
    meanwhile is left to the next run.
    """
    with office.ledger.begin() as unit:
        ready = [letter for letter in _approved(unit, office) if _may_go(unit, office, letter)]
    for first in range(0, len(ready), _BATCH):
        office.progress("oficios", first, len(ready))
        _release_batch(office, ready[first : first + _BATCH])
    if ready:
        office.progress("oficios", len(ready), len(ready))
    return len(ready)


def _release_batch(office: Office, letters: Sequence[Letter]) -> None:
    with office.ledger.reading() as unit:
        plans = [_plan(unit, office, letter) for letter in letters]
    rendered = _rendered(office, plans)
    printing = [(letter, document) for letter, document in rendered if not letter.signed_sha256]
    pdfs = converted(office, [document for _, document in printing])
    _tell_unprinted(office, [letter for (letter, _), pdf in zip(printing, pdfs, strict=True) if pdf is None])
    unsigned = iter(pdfs)
    for letter, document in rendered:
        pdf = office.archive.get(letter.signed_sha256) if letter.signed_sha256 else next(unsigned)
        _release(office, letter, document, pdf)


def _tell_unprinted(office: Office, letters: Sequence[Letter]) -> None:
    """Tell the operator, once a day, that letters leave as Word documents though the office wants PDF."""
    if not letters or not office.settings.letters.pdf:
        return
    numbers = ", ".join(letter.number for letter in letters[:10])
    text = (
        f"No se pudo hacer el PDF de {counted(len(letters), 'oficio', 'oficios')} ({numbers}): salen en Word. "
        "Revise LibreOffice con «mipg doctor»."
    )
    with office.ledger.begin() as unit:
        alert_operator(unit, office, "sin-pdf", text)


def tell_problem(office: Office, problem: TemplateProblem) -> None:
    """Tell the operator which template holds up letters."""
    with office.ledger.begin() as unit:
        alert_template(unit, office, problem)


def ask_signatures(office: Office) -> int:
    """Put each approved letter that waits for the signature before the director, once; returns how many."""
    if office.settings.letters.release != "signed":
        return 0
    with office.ledger.reading() as unit:
        approved = unit.letters.all([LetterState.APPROVED])
        waiting = [letter for letter in approved if _needs_signature(unit, office, letter)]
        plans = [_plan(unit, office, letter) for letter in waiting]
    rendered = _rendered(office, plans)
    pdfs = converted(office, [document for _, document in rendered])
    for (letter, document), pdf in zip(rendered, pdfs, strict=True):
        ending = ".pdf" if pdf else ".docx"
        (sha256,) = office.archive.put([pdf or document], ending)
        with office.ledger.begin() as unit:
            queue(unit, office, sign_notice(unit, office, letter, sha256, ending))
    return len(rendered)


def _needs_signature(unit: UnitOfWork, office: Office, letter: Letter) -> bool:
    waits = letter.kind.asks_a_leader and not letter.signed_by and not letter.final_sha256
    asked = bool(unit.outbox.has_keys([sign_key(letter)])) if waits else False
    return waits and not asked and _is_as_approved(unit, office, letter)


def _is_as_approved(unit: UnitOfWork, office: Office, letter: Letter) -> bool:
    """Whether the letter still has the leader and the cases that it was approved for."""
    cases, directory = unit.cases.get_many(letter.cases), unit.books.directory().on(office.clock.today())
    return is_addressed(letter, cases, directory) and stands(letter, cases)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a final letter is made of, read in one unit of work."""

    letter: Letter
    template: str
    fields: dict[str, Any]
    renewed: dict[str, str]  # phrases of an edited draft that are no longer so
    signer: str  # address of whose signature stands on it, "" while nobody signed


def _plan(unit: UnitOfWork, office: Office, letter: Letter) -> _Plan:
    template, fields = document_of(unit, office, letter, is_draft=False)
    renewed = {}
    if letter.edited_sha256:
        day = letter.drawn.astimezone(office.zone).date()
        _, then = document_of(unit, office, letter, is_draft=True, day=day)
        renewed = {then[n]: fields[n] for n in ("fecha", "fecha_limite") if then.get(n) != fields.get(n)}
    return _Plan(letter, template, fields, renewed, _signer(unit, office, letter))


def _signer(unit: UnitOfWork, office: Office, letter: Letter) -> str:
    """Return who signs what a person approved; where the director signs each letter, only who did."""
    if letter.approved_by == AUTO_SEND:
        return ""
    if office.settings.letters.release == "signed" and letter.kind.asks_a_leader:
        return letter.signed_by
    return signatory_of(unit.books.directory().on(office.clock.today()), office, letter).email


def _rendered(office: Office, plans: list[_Plan]) -> list[tuple[Letter, bytes]]:
    """Return the letters with their documents. What keeps another is told; it stays approved until it is repaired."""
    rendered = []
    for plan in plans:
        try:
            rendered.append((plan.letter, _final(office, plan)))
        except TemplateProblem as problem:
            tell_problem(office, problem)
    return rendered


def _final(office: Office, plan: _Plan) -> bytes:
    signature = office.signatures.of(plan.signer)
    signatory = plan.fields["firmante"] | ({"imagen": signature} if signature else {})
    final = office.letters.render(plan.template, plan.fields | {"firmante": signatory})
    if not plan.letter.edited_sha256:
        return final
    edited, draft = (office.archive.get(sha) for sha in (plan.letter.edited_sha256, plan.letter.base_sha256))
    return office.editor.finish(edited, draft, final, plan.renewed)


def _approved(unit: UnitOfWork, office: Office) -> list[Letter]:
    """Return the letters a person approved, or whose policy goes out without one (`letters.auto_send`)."""
    letters = [letter for letter in unit.letters.all([LetterState.APPROVED]) if not letter.final_sha256]
    for letter in unit.letters.all([LetterState.DRAFT]):
        referral = letter.kind.asks_a_leader
        if referral and letter.draft_sha256 and letter.policy in office.settings.letters.auto_send:
            now = office.clock.now()
            changes = {"state": LetterState.APPROVED, "approved_by": AUTO_SEND, "approved_at": now}
            letters.append(letter.model_copy(update=changes))
            unit.letters.save(letters[-1])
    return letters


def _may_go(unit: UnitOfWork, office: Office, letter: Letter) -> bool:
    """Whether the letter has what `letters.release` asks, and still the leader and the cases it was written for."""
    if not letter.kind.asks_a_leader:
        return True
    if not _is_as_approved(unit, office, letter):
        # Nobody approved a letter to the new leader, or without the case that left after the approval.
        again = {"state": LetterState.DRAFT, "version": letter.version + 1, "approved_by": "", "approved_at": None}
        unit.letters.save(letter.model_copy(update=again | NO_DOCUMENT | {"signed_by": "", "signed_sha256": ""}))
        return False
    match office.settings.letters.release:
        case "signed":
            return bool(letter.signed_by)
        case "registered":
            return any(case.official_ref for case in unit.cases.get_many(letter.cases))
    return True


def converted(office: Office, documents: list[bytes]) -> list[bytes | None]:
    """Return the PDFs; without LibreOffice the .docx goes, and `mipg doctor` says so."""
    if not office.settings.letters.pdf:
        return [None] * len(documents)
    try:
        with tempfile.TemporaryDirectory(prefix="mipg-") as scratch:
            return office.pdf.convert(documents, Path(scratch))
    except ConverterUnavailable:
        _log.warning("letters_without_pdf", count=len(documents))
        return [None] * len(documents)


def _release(office: Office, letter: Letter, document: bytes, pdf: bytes | None) -> None:
    (final,) = office.archive.put([document], ".docx")
    printed = office.archive.put([pdf], ".pdf")[0] if pdf else ""
    with office.ledger.begin() as unit:
        present = unit.letters.get(letter.number)
        if present != letter:
            return  # returned, voided or changed meanwhile: what was rendered is not what may go
        update = {"final_sha256": final, "pdf_sha256": printed, "dated": office.clock.today()}
        released = present.model_copy(update=update)
        unit.letters.save(released)
        queue(unit, office, mail_of(unit, office, released))
