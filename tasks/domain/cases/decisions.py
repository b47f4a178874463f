"""From an order to the events it makes, or to the words that refuse it. Pure: nothing here writes."""

from collections.abc import Callable
from dataclasses import replace

from tasks.domain.cases.case import Case
from tasks.domain.cases.decision import Accepted, Actor, Asked, Decision, Refused, World, part_of
from tasks.domain.cases.guidance import called, missing_motive, possible_ones
from tasks.domain.cases.rules.course import assist, extend, leave_letter, move, plan, remind, reopen, resume, snooze
from tasks.domain.cases.rules.entrusting import assign, attend_directly
from tasks.domain.cases.rules.letters import approve, resend, return_draft, void
from tasks.domain.cases.rules.subject import classify, locate, merge
from tasks.domain.cases.states import Part, Rule, possible, rule_of
from tasks.domain.mail.commands import MOTIVE_REQUIRED, Order, Verb


def decide(order: Order, case: Case, actor: Actor, world: World) -> Decision:
    """Return what an order does to a case: guards first (verb, part, state, motive), then its own rule."""
    rule = rule_of(order.verb)
    if rule is None:
        return Refused("Esa orden no se puede dar sobre un caso.")
    part = Part.DIRECTOR if actor.in_sheet else part_of(actor.email, case, world.directory, world.at)
    if part not in rule.who:
        return Refused(_not_yours(rule, case, part))
    if case.state not in rule.states:
        return Refused(_not_now(order.verb, case, part, in_sheet=actor.in_sheet))
    if order.verb in MOTIVE_REQUIRED and not order.argument.strip():
        return Refused(missing_motive(order.verb, in_sheet=actor.in_sheet))
    return _unless_reached(order, case, _RULES[order.verb](Asked(order, case, actor, world, rule)))


# Whoever asked is told of these by mail.
_TOLD = frozenset({Verb.PLAN, Verb.SUSPEND, Verb.CLOSE})


def _unless_reached(order: Order, case: Case, decision: Decision) -> Decision:
    """Who orders what no mail can tell the municipality hears that it is theirs to tell (a request by telephone)."""
    if case.email or order.verb not in _TOLD or not isinstance(decision, Accepted):
        return decision
    return replace(decision, answer=f"{decision.answer} No hay correo de quien hizo la solicitud: infórmele usted.")


def _not_yours(rule: Rule, case: Case, part: Part) -> str:
    if part in {Part.LEADER, Part.REQUESTER, Part.OUTSIDER}:
        return f"La orden «{rule.verb}» solo la puede dar el equipo MIPG."
    who = "el responsable del caso o la dirección" if Part.OFFICER in rule.who else "la directora o el director"
    return f"La orden «{rule.verb}» sobre el caso {case.number} solo la puede dar {who}."


def _not_now(verb: Verb, case: Case, part: Part, *, in_sheet: bool) -> str:
    can = possible_ones(possible(case.state, part), in_sheet=in_sheet)
    return f"El caso {case.number} está en «{case.state}» y no admite {called(verb, in_sheet=in_sheet)}. {can}"


_RULES: dict[Verb, Callable[[Asked], Decision]] = {
    Verb.POLICY: classify,
    Verb.MUNICIPALITY: locate,
    Verb.ASSIGN: assign,
    Verb.APPROVE: approve,
    Verb.SIGN: approve,
    Verb.RETURN: return_draft,
    Verb.VOID: void,
    Verb.DIRECT: attend_directly,
    Verb.PLAN: plan,
    Verb.ASSIST: assist,
    Verb.SUSPEND: move("suspendido."),
    Verb.RESUME: resume,
    Verb.TRANSFER: leave_letter("trasladado; el oficio de traslado sale cuando se apruebe su borrador."),
    Verb.DISCARD: leave_letter("descartado."),
    Verb.CLOSE: move("cerrado."),
    Verb.REOPEN: reopen,
    Verb.MERGE: merge,
    Verb.EXTEND: extend,
    Verb.RESEND: resend,
    Verb.REMIND: remind,
    Verb.SNOOZE: snooze,
}
