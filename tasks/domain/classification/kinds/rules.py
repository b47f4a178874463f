"""What a message is: the fate it is judged for, from headers, thread, the sender's role and what is said."""

from collections.abc import Callable

from tasks.domain.classification.kinds import asked, inside, legal, machines, outside
from tasks.domain.classification.kinds.facts import Facts, Kind, Verdicted
from tasks.domain.classification.kinds.heard import heard

_RULES: tuple[Callable[[Facts], Verdicted | None], ...] = (
    machines.mass,
    machines.machine,
    inside.order,
    inside.results,
    legal.authority,
    inside.leader,
    inside.colleague,
    asked.answer,
    outside.unasked,
    outside.selling,
    outside.states,
    asked.request,
    asked.review,
)


def kind_of(facts: Facts) -> Verdicted:
    """Return what the message is; the first rule that knows decides, and where none does a person looks."""
    for rule in _RULES:
        if found := rule(facts):
            return heard(facts, found)
    return Verdicted(Kind.REVIEW, False, "no se reconoce qué pide")
