"""Letters: a draft for the officer when a case needs one, the final letter to the leader when a person approved it.

Both steps look at what is (level-triggered): what a run left half-done the next one finishes, under the same number.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EventKind, State
from tasks.domain.letters.grouping import LetterGroup, group, is_addressed, stands, waits_for
from tasks.domain.letters.letter import Letter, LetterState
from tasks.notices.extension import tell_extensions
from tasks.notices.letters import draft_notice, letter_document, letter_notice
from tasks.notices.notice import alert_template, queue
from tasks.notices.sessions import tell_dates
from tasks.ports.errors import ConverterUnavailable, TemplateProblem
from tasks.ports.ledger import UnitOfWork
from tasks.steps import Counts, Step, call

_log = structlog.get_logger()


def run_letters(office: Office, step: Step = call) -> Counts:
    """Draft what is needed and release what is approved. Counts: drafted, released, dates, extensions."""
    with office.ledger.lock("letters") as mine:
        if not mine:
            return {"busy": 1}
        return {
            "drafted": step(draft_letters, office),
            "released": step(release_letters, office),
            "dates": step(tell_dates, office),
            "extensions": step(tell_extensions, office),
        }


def draft_letters(office: Office) -> int:
    """Make (or make again, under the same number) the draft of every group of cases that lacks one."""
    with office.ledger.reading() as unit:
        groups = _groups(unit, office)
    drafted = 0
    for wanted in groups:
        try:
            with office.ledger.begin() as unit:
                drafted += _draft(unit, office, wanted)
        except TemplateProblem as problem:  # rolled back with its number; the next run tries again
            _tell(office, problem)
    with office.ledger.begin() as unit:
        _void_abandoned(unit)
    return drafted


def _tell(office: Office, problem: TemplateProblem) -> None:
    with office.ledger.begin() as unit:
        alert_template(unit, office, problem)


def _groups(unit: UnitOfWork, office: Office) -> Sequence[LetterGroup]:
    """Return the letters that the cases waiting for one need; a case whose letter is on its way needs none."""
    on_their_way = {number for letter in unit.letters.all([LetterState.APPROVED]) for number in letter.cases}
    waiting = [case for case in unit.cases.all([State.DRAFT]) if case.number not in on_their_way]
    return group(waiting, unit.books.directory().on(office.clock.today()).leaders).groups


def _present(unit: UnitOfWork, cases: list[Case]) -> Letter | None:
    """Return the draft that the group goes on with. Of two groups that came of one draft, the first case's keeps it."""
    for case in cases:
        letter = unit.letters.get(case.letter) if case.letter else None
        if letter is None or letter.state is not LetterState.DRAFT:
            continue
        holders = sorted(holder.number for holder in unit.cases.get_many(letter.cases) if waits_for(holder, letter))
        if not holders or holders[0] in {one.number for one in cases}:
            return letter
    return None


def _void_abandoned(unit: UnitOfWork) -> None:
    """A draft that no open case holds any more keeps its number, as void."""
    for letter in unit.letters.all([LetterState.DRAFT]):
        cases = unit.cases.get_many(letter.cases)
        if not any(case.is_open and case.letter == letter.number for case in cases):
            unit.letters.save(letter.model_copy(update={"state": LetterState.VOID, "motive": "quedó sin casos"}))


def _draft(unit: UnitOfWork, office: Office, wanted: LetterGroup) -> int:
    numbers = tuple(case.number for case in wanted.cases)
    cases = unit.cases.get_many(numbers)  # again: the group was made of an older reading
    present = _present(unit, cases)
    if any(case.state is not State.DRAFT for case in cases) or (present and _says(present, wanted, numbers)):
        return 0
    letter = _next_version(unit, office, wanted, numbers, present)
    document = office.letters.render(*letter_document(unit, office, letter, wanted.leader, is_draft=True))
    (sha256,) = office.archive.put([document], ".docx")
    letter = letter.model_copy(update={"draft_sha256": sha256})
    unit.letters.save(letter)
    now = office.clock.now()
    unit.cases.append(
        CaseEvent(
            case=case.number,
            kind=EventKind.DRAFTED,
            at=now,
            actor=SYSTEM,
            reason=f"borrador {letter.version} del oficio {letter.number}",
            source="system",
            changes={"letter": letter.number},
        )
        for case in cases
    )
    queue(unit, office, draft_notice(unit, office, letter))
    return 1


def _says(letter: Letter, wanted: LetterGroup, numbers: tuple[str, ...]) -> bool:
    """Whether the draft that exists is the one that is wanted."""
    same = (letter.cases, letter.leader, letter.officer) == (numbers, wanted.leader.email, wanted.officer)
    return same and bool(letter.draft_sha256)


def _next_version(
    unit: UnitOfWork, office: Office, wanted: LetterGroup, numbers: tuple[str, ...], present: Letter | None
) -> Letter:
    about = {"leader": wanted.leader.email, "officer": wanted.officer, "cases": numbers, "drawn": office.clock.now()}
    about |= {
        "edited_sha256": "",
        "base_sha256": "",
    }  # another addressee or other cases: not the document somebody edited
    if present is not None:
        # A returned letter already counted its next version when it was returned.
        version = present.version if not present.draft_sha256 else present.version + 1
        return present.model_copy(update=about | {"version": version, "policy": wanted.policies[0]})
    year = office.clock.today().year
    number = f"{office.settings.office.acronym}-{year}-{unit.books.next_number('letter', year):04d}"
    return Letter.model_validate(about | {"number": number, "request": wanted.request, "policy": wanted.policies[0]})


def release_letters(office: Office) -> int:
    """Render the approved letters for good, convert them in one batch and queue each to its leader, once.

    Documents are made between two units of work, not inside one: nobody waits for Word or LibreOffice. What changed
    meanwhile is left to the next run.
    """
    with office.ledger.begin() as unit:
        ready = [letter for letter in _approved(unit, office) if _may_go(unit, office, letter)]
        plans = [_plan(unit, office, letter) for letter in ready]
    rendered = _rendered(office, plans)
    pdfs = converted(office, [document for letter, document in rendered if not letter.signed_sha256])
    waiting = iter(pdfs)
    for letter, document in rendered:
        pdf = office.archive.get(letter.signed_sha256) if letter.signed_sha256 else next(waiting)
        _release(office, letter, document, pdf)
    return len(rendered)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a final letter is made of, read in one unit of work."""

    letter: Letter
    template: str
    fields: dict[str, Any]
    renewed: dict[str, str]  # phrases of an edited draft that are no longer so


def _plan(unit: UnitOfWork, office: Office, letter: Letter) -> _Plan:
    leader = unit.books.directory().on(office.clock.today()).leader(letter.policy)
    if leader is None:
        raise LookupError(f"{letter.number} lost its leader within a unit of work")
    template, fields = letter_document(unit, office, letter, leader, is_draft=False)
    renewed = {}
    if letter.edited_sha256:
        day = letter.drawn.astimezone(office.zone).date()
        _, then = letter_document(unit, office, letter, leader, is_draft=True, day=day)
        renewed = {then[name]: fields[name] for name in ("fecha", "fecha_limite") if then[name] != fields[name]}
    return _Plan(letter, template, fields, renewed)


def _rendered(office: Office, plans: list[_Plan]) -> list[tuple[Letter, bytes]]:
    """Return the letters with their documents. What keeps another is told; it stays approved until it is repaired."""
    rendered = []
    for plan in plans:
        try:
            rendered.append((plan.letter, _final(office, plan)))
        except TemplateProblem as problem:
            _tell(office, problem)
    return rendered


def _final(office: Office, plan: _Plan) -> bytes:
    final = office.letters.render(plan.template, plan.fields)
    if not plan.letter.edited_sha256:
        return final
    edited, draft = (office.archive.get(sha) for sha in (plan.letter.edited_sha256, plan.letter.base_sha256))
    return office.editor.finish(edited, draft, final, plan.renewed)


def _approved(unit: UnitOfWork, office: Office) -> list[Letter]:
    """Return the letters a person approved, or whose policy goes out without one (`letters.auto_send`)."""
    letters = [letter for letter in unit.letters.all([LetterState.APPROVED]) if not letter.final_sha256]
    for letter in unit.letters.all([LetterState.DRAFT]):
        if letter.draft_sha256 and letter.policy in office.settings.letters.auto_send:
            now = office.clock.now()
            changes = {"state": LetterState.APPROVED, "approved_by": "letters.auto_send", "approved_at": now}
            letters.append(letter.model_copy(update=changes))
            unit.letters.save(letters[-1])
    return letters


def _may_go(unit: UnitOfWork, office: Office, letter: Letter) -> bool:
    """Whether the letter has what `letters.release` asks, and still the leader and the cases it was written for."""
    cases, directory = unit.cases.get_many(letter.cases), unit.books.directory().on(office.clock.today())
    if not is_addressed(letter, cases, directory) or not stands(letter, cases):
        # Nobody approved a letter to the new leader, or without the case that left after the approval.
        again = {"state": LetterState.DRAFT, "version": letter.version + 1, "approved_by": "", "approved_at": None}
        unit.letters.save(letter.model_copy(update=again | _NO_DOCUMENT | {"signed_by": "", "signed_sha256": ""}))
        return False
    match office.settings.letters.release:
        case "signed":
            return bool(letter.signed_by)
        case "registered":
            return any(case.official_ref for case in cases)
    return True


_NO_DOCUMENT = {"draft_sha256": "", "edited_sha256": "", "base_sha256": ""}


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
        queue(unit, office, letter_notice(unit, office, released))
