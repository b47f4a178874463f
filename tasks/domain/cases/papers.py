"""Orders about a letter that is no referral (a transfer): it waits for approval while its case is elsewhere."""

from tasks.domain.cases.case import Case, CaseEvent, EventKind
from tasks.domain.cases.decision import Accepted, Actor, Decision, Refused, World, part_of
from tasks.domain.cases.guidance import missing_motive
from tasks.domain.cases.states import Part
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.commands import Order, Verb

PAPER_VERBS = frozenset({Verb.APPROVE, Verb.SIGN, Verb.RETURN, Verb.VOID})
_TURNED_DOWN = {
    Verb.RETURN: "se elabora de nuevo el borrador del oficio {}.",
    Verb.VOID: "oficio {} anulado.",
}
_HEADS = frozenset({Part.DIRECTOR, Part.OFFICER})


def decide_on_paper(order: Order, case: Case, paper: Letter, actor: Actor, world: World) -> Decision:
    """Return what an order does to such a letter; the case itself stays where it is."""
    part = Part.DIRECTOR if actor.in_sheet else part_of(actor.email, case, world.directory, world.at)
    if part not in _HEADS:
        return Refused(f"El oficio {paper.number} lo aprueba el responsable del caso o la dirección.")
    if paper.state is not LetterState.DRAFT:
        return Refused(f"El oficio {paper.number} ya está «{paper.state}».")
    if order.verb in _TURNED_DOWN:
        if not order.argument.strip():
            return Refused(missing_motive(order.verb, in_sheet=actor.in_sheet))
        said = _TURNED_DOWN[order.verb].format(paper.number)
        return _accepted(order, case, actor, world, EventKind.RETURNED, said)
    if not paper.draft_sha256:
        return Refused(f"El oficio {paper.number} aún no tiene borrador; llegará a su correo en unos minutos.")
    return _accepted(order, case, actor, world, EventKind.APPROVED, f"oficio {paper.number} aprobado; sale enseguida.")


def _accepted(order: Order, case: Case, actor: Actor, world: World, kind: EventKind, said: str) -> Accepted:
    reason = f"{said} {order.argument}".strip()
    event = CaseEvent(case=case.number, kind=kind, at=world.at, actor=actor.email, reason=reason, source=actor.source)
    return Accepted((event,), f"Caso {case.number}: {said}")
