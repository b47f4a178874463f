"""Carrying out an order of product.md §6, whoever gave it and from wherever: mail, sheet or `mipg do`."""

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, CaseEvent, EventKind, State
from tasks.domain.cases.decisions import Accepted, Actor, Decision, Refused, World, decide
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.commands import Order, Verb
from tasks.ports.ledger import UnitOfWork


def give(unit: UnitOfWork, office: Office, order: Order, number: str, actor: Actor) -> Decision:
    """Decide one order about one case and write what it does, inside the caller's unit of work.

    Acting on one case acts on its letter, and so on the letter's other cases.
    """
    case = unit.cases.get(number)
    if case is None:
        return Refused(f"No existe el caso {number}.")
    letter = unit.letters.get(case.letter) if case.letter else None
    world = World(office.clock.now(), office.catalog, unit.books.directory().on(office.clock.today()), letter)
    decision = decide(order, case, actor, world)
    if isinstance(decision, Accepted):
        unit.cases.append(decision.events)
        _on_letter(unit, office, order, case, letter, actor)
        _open_further(unit, office, case, decision)
        for field, before, after in decision.labels:
            unit.cases.add_label(number, field, before, after, world.at, actor.email)
        if order.verb is Verb.ASSIST:
            _record_session(unit, number)
    return decision


def _on_letter(unit: UnitOfWork, office: Office, order: Order, case: Case, letter: Letter | None, actor: Actor) -> None:
    if letter is None:
        return
    now = office.clock.now()
    if order.verb is Verb.APPROVE:
        changes = {"state": LetterState.APPROVED, "approved_by": actor.email, "approved_at": now}
        _share(unit, order, case, letter, actor, EventKind.APPROVED, office)
    elif order.verb is Verb.SIGN:
        changes = {"state": LetterState.APPROVED, "approved_by": letter.approved_by or actor.email}
        changes |= {"approved_at": letter.approved_at or now, "signed_by": actor.email}
        _share(unit, order, case, letter, actor, EventKind.APPROVED, office)
    elif order.verb is Verb.RETURN:
        changes = {"version": letter.version + 1, "draft_sha256": "", "motive": order.argument}
        _share(unit, order, case, letter, actor, EventKind.RETURNED, office)
    elif order.verb is Verb.VOID:
        changes = {"state": LetterState.VOID, "motive": order.argument}
        _share(unit, order, case, letter, actor, EventKind.RETURNED, office)
    else:
        return
    unit.letters.save(letter.model_copy(update=changes))


def _share(
    unit: UnitOfWork, order: Order, case: Case, letter: Letter, actor: Actor, kind: EventKind, office: Office
) -> None:
    """Tell the letter's other cases what happened to it."""
    freed = {"letter": None, "letter_date": None} if order.verb is Verb.VOID else {}
    now = office.clock.now()
    events = []
    for other in unit.cases.get_many(letter.cases):
        if other.number == case.number:
            continue
        back = {} if other.state is State.DRAFT or not freed else {"state": State.DRAFT, "since": now.isoformat()}
        events.append(
            CaseEvent(
                case=other.number,
                kind=kind,
                at=now,
                actor=actor.email,
                reason=order.argument,
                source=actor.source,
                changes=freed | back,
            )
        )
    unit.cases.append(events)


def _open_further(unit: UnitOfWork, office: Office, case: Case, decision: Accepted) -> None:
    """A second policy of the same mail is a case of its own."""
    now = office.clock.now()
    for policy in decision.opens:
        source = unit.cases.get(case.number)
        if source is None or any(c.policy == policy for c in unit.cases.of_request(case.request)):
            continue
        changes = source.model_dump(mode="json", exclude={"number"}) | {"policy": policy, "since": now.isoformat()}
        (event,) = decision.events[:1]
        opened = event.model_copy(
            update={"case": take_case_number(unit, office), "kind": EventKind.OPENED, "changes": changes}
        )
        unit.cases.append([opened])


def _record_session(unit: UnitOfWork, number: str) -> None:
    case = unit.cases.get(number)
    if case is None or not case.assistance:
        return
    leader = unit.books.directory().leader(case.policy)
    unit.cases.add_session(case.assistance[-1], case.mode or "", leader.email if leader else "", [number])


def take_case_number(unit: UnitOfWork, office: Office) -> str:
    """Take the next case number of the year, e.g. 2026-0041."""
    year = office.clock.today().year
    return f"{year}-{unit.books.next_number('case', year):04d}"


def take_request_number(unit: UnitOfWork, office: Office) -> str:
    """Take the next request number of the year, e.g. S-2026-0030."""
    year = office.clock.today().year
    return f"S-{year}-{unit.books.next_number('request', year):04d}"
