"""Carrying out an order of product.md §6, whoever gave it and from wherever: mail, sheet or `mipg do`."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, CaseEvent, EventKind, State
from tasks.domain.cases.decision import Accepted, Actor, Decision, Refused, World
from tasks.domain.cases.decisions import decide
from tasks.domain.cases.papers import decide_on_paper
from tasks.domain.letters.letter import NO_DOCUMENT, Letter, LetterKind, LetterState
from tasks.domain.mail.commands import ADDRESS, Order, Verb
from tasks.domain.mail.threading.threads import cases_named
from tasks.numbering import take_case_number
from tasks.papers import extend, extension_day, paper_meant, void_transfer, write_transfer
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import OutboxRecord, OutboxState


@dataclass(frozen=True, slots=True)
class Told:
    """Who said something, when, and where it stands."""

    by: str
    at: datetime
    source: str


def give(
    unit: UnitOfWork, office: Office, order: Order, number: str, actor: Actor, about: Letter | None = None
) -> Decision:
    """Decide one order about one case and write what it does, inside the caller's unit of work.

    Acting on one case acts on its letter, and so on the letter's other cases. `about` is the letter that the order
    names or answers: its own, or another paper of the case.
    """
    case = unit.cases.get(number)
    if case is None:
        return Refused(f"No existe el caso {number}.")
    paper = paper_meant(unit, order, case, about)
    if paper is not None and paper.kind is LetterKind.EXTENSION and order.verb is Verb.APPROVE:
        order, paper = replace(order, verb=Verb.EXTEND), None
    letter = unit.letters.get(case.letter) if case.letter else None
    world = _world(unit, office, order, case, letter)
    if paper is not None:
        return _on_paper(unit, order, case, paper, actor, world)
    decision = decide(order, case, actor, world)
    if isinstance(decision, Accepted):
        unit.cases.append(decision.events)
        if letter is not None:
            _on_letter(unit, order, case, letter, actor, world.at)
        _open_further(unit, office, case, decision)
        for field, before, after in decision.labels:
            unit.lessons.add(number, field, before, after, world.at, actor.email)
        if order.verb is Verb.ASSIST:
            record_sessions(unit, number)
        if order.verb is Verb.EXTEND:
            extend(unit, office, case, decision, actor)
        if order.verb is Verb.RESEND:
            _correct_others(unit, case, decision, world.returned)
            _send_again(unit, office, case, order.argument.strip().casefold())
        if order.verb is Verb.TRANSFER:
            write_transfer(unit, office, case, order.argument, actor)
        if order.verb is Verb.REOPEN:
            void_transfer(unit, case, order.argument)
    return decision


def _world(unit: UnitOfWork, office: Office, order: Order, case: Case, letter: Letter | None) -> World:
    return World(
        office.clock.now(),
        office.catalog,
        unit.books.directory().on(office.clock.today()),
        letter,
        target=_target(unit, order),
        release=office.settings.letters.release,
        extension=extension_day(unit, office, case) if order.verb is Verb.EXTEND else None,
        returned=_returned_to(unit, order, case),
    )


def _target(unit: UnitOfWork, order: Order) -> Case | None:
    """Return the case that `unir a` names, however it is written ("caso 2026-0040")."""
    named = cases_named(order.argument) if order.verb is Verb.MERGE else ()
    return unit.cases.get(named[-1]) if named else None


def _returned(unit: UnitOfWork, case: Case) -> OutboxRecord | None:
    """Return the last mail about the case that bounced."""
    rows = unit.outbox.by_state([OutboxState.BOUNCED])
    return next((row for row in reversed(rows) if case.number in row.mail.cases), None)


def _returned_to(unit: UnitOfWork, order: Order, case: Case) -> tuple[str, ...]:
    row = _returned(unit, case) if order.verb is Verb.RESEND else None
    if row is None:
        return ()
    # Which of its readers it missed stands where the bounce was noted.
    back = {match[0].casefold() for match in ADDRESS.finditer(row.detail)}
    readers = tuple(address.casefold() for address in (*row.mail.to, *row.mail.cc))
    return tuple(reader for reader in readers if reader in back) or readers[: len(row.mail.to)]


def _correct_others(unit: UnitOfWork, case: Case, decision: Accepted, gone: Sequence[str]) -> None:
    """What bounced was about the request's other cases too: they keep the corrected address as well."""
    (event,) = decision.events
    others = [other for other in unit.cases.of_request(case.request) if other.number != case.number]
    unit.cases.append(
        event.model_copy(update={"case": other.number, "changes": {"email": event.changes["email"]}})
        for other in others
        if "email" in event.changes and other.email.casefold() in gone
    )


def _send_again(unit: UnitOfWork, office: Office, case: Case, to: str) -> None:
    """Queue what bounced once more, under a Message-ID of its own, to the corrected address only."""
    row = _returned(unit, case)
    if row is None:
        return
    local, _, domain = row.mail.message_id.rpartition("@")
    again = hashlib.sha256(f"{row.mail.key}/{to}".encode()).hexdigest()[:8]
    copy = {"key": f"{row.mail.key}/{again}/resto", "message_id": f"{local}.{again}@{domain}", "to": (to,), "cc": ()}
    unit.outbox.queue(row.mail.model_copy(update=copy), office.clock.now())
    letter = unit.letters.get(row.mail.letter) if row.mail.letter else None
    if letter is not None and letter.delivery == "bounced":
        unit.letters.save(letter.model_copy(update={"delivery": "sent"}))


def _on_paper(unit: UnitOfWork, order: Order, case: Case, paper: Letter, actor: Actor, world: World) -> Decision:
    decision = decide_on_paper(order, case, paper, actor, world)
    if isinstance(decision, Accepted):
        unit.cases.append(decision.events)
        unit.letters.save(paper.model_copy(update=_letter_changes(order, paper, actor, world.at) or {}))
    return decision


def _on_letter(unit: UnitOfWork, order: Order, case: Case, letter: Letter, actor: Actor, at: datetime) -> None:
    """Approving, returning or voiding one case's letter does so for the letter, and is told to its other cases."""
    changes = _letter_changes(order, letter, actor, at)
    if changes is None:
        return
    unit.letters.save(letter.model_copy(update=changes))
    # A case that went on (planned, assisted, closed) or left keeps what it has: the letter did its part for it.
    waiting = {State.DRAFT, State.LETTER_SENT}
    others = [
        other
        for other in unit.cases.get_many(letter.cases)
        if other.number != case.number and other.letter == letter.number and other.state in waiting
    ]
    unit.cases.append(_told(order, other, actor, at) for other in others)


def _letter_changes(order: Order, letter: Letter, actor: Actor, at: datetime) -> dict[str, Any] | None:
    match order.verb:
        case Verb.APPROVE:
            return {"state": LetterState.APPROVED, "approved_by": actor.email, "approved_at": at}
        case Verb.SIGN:
            approval = {"approved_by": letter.approved_by or actor.email, "approved_at": letter.approved_at or at}
            return {"state": LetterState.APPROVED, "signed_by": actor.email} | approval
        case Verb.RETURN:
            return NO_DOCUMENT | {"version": letter.version + 1, "motive": order.argument}
        case Verb.VOID:
            return {"state": LetterState.VOID, "motive": order.argument}
        case _:
            return None


def replace_draft(unit: UnitOfWork, letter: Letter, document: str, changes: Sequence[str], told: Told) -> Letter:
    """Put a person's own document (its hash) in the place of the draft, as its next version; approves nothing."""
    edited = letter.model_copy(
        update={
            "version": letter.version + 1,
            "draft_sha256": document,
            "edited_sha256": document,
            "base_sha256": letter.base_sha256 or letter.draft_sha256,
            "motive": "",
        }
    )
    unit.letters.save(edited)
    said = "; ".join(changes) or "sin cambios de texto"
    reason = f"documento propio en lugar del borrador {letter.number} (versión {edited.version}): {said}"
    unit.cases.append(
        CaseEvent(case=number, kind=EventKind.EDITED, at=told.at, actor=told.by, reason=reason, source=told.source)
        for number in letter.cases
    )
    return edited


def _told(order: Order, other: Case, actor: Actor, at: datetime) -> CaseEvent:
    approved = order.verb in {Verb.APPROVE, Verb.SIGN}
    changes: dict[str, Any] = {}
    if order.verb is Verb.VOID:
        changes = {"letter": None, "letter_date": None}
        if other.state is State.LETTER_SENT:
            changes |= {"state": State.DRAFT, "since": at.isoformat(), "previous": other.state}
    return CaseEvent(
        case=other.number,
        kind=EventKind.APPROVED if approved else EventKind.RETURNED,
        at=at,
        actor=actor.email,
        reason=order.argument,
        source=actor.source,
        changes=changes,
    )


def _open_further(unit: UnitOfWork, office: Office, case: Case, decision: Accepted) -> None:
    """A second policy, or municipality, of the same mail is a case of its own."""
    now = office.clock.now()
    for further in decision.opens:
        source = unit.cases.get(case.number)
        if source is None:
            continue
        policy, municipality = further.policy or source.policy, further.municipality or source.municipality
        if (policy, municipality) in {(c.policy, c.municipality) for c in unit.cases.of_request(case.request)}:
            continue
        changes = source.model_dump(mode="json", exclude={"number"})
        changes |= {"policy": policy, "municipality": municipality, "since": now.isoformat()}
        (event,) = decision.events[:1]
        opened = event.model_copy(
            update={"case": take_case_number(unit, office), "kind": EventKind.OPENED, "changes": changes}
        )
        unit.cases.append([opened])


def record_sessions(unit: UnitOfWork, number: str) -> None:
    """Write down which sessions the case attended, with whom and what evidence, as the case now says."""
    case = unit.cases.get(number)
    leader = unit.books.directory().leader(case.policy) if case else None
    unit.cases.record_sessions(number, leader.email if leader else "")
