"""The state machine of a case: one table of what may happen when, by whom, and where it leads (product.md §6)."""

from dataclasses import dataclass
from enum import Enum, auto

from tasks.domain.cases.case import FINAL_STATES, EventKind, State
from tasks.domain.mail.commands import Verb

OPEN_STATES = frozenset(State) - FINAL_STATES
_RUNNING = OPEN_STATES - {State.SUSPENDED}
_BEFORE_LETTER = frozenset({State.TO_CLASSIFY, State.TO_ASSIGN, State.DRAFT})
# A case whose assistance was held has results of its own.
_MERGEABLE = _BEFORE_LETTER | {State.DIRECT, State.LETTER_SENT, State.PLANNED, State.SUSPENDED}
_AFTER_LETTER = frozenset({State.LETTER_SENT, State.PLANNED, State.ASSISTED})


class Part(Enum):
    """The part that somebody plays in one case."""

    DIRECTOR = auto()  # or the dated substitute
    OFFICER = auto()  # this case's
    TEAM = auto()  # any other member
    LEADER = auto()  # this case's leader or the leader's team
    REQUESTER = auto()
    OUTSIDER = auto()


_HEADS = frozenset({Part.DIRECTOR, Part.OFFICER})
_TEAM = _HEADS | {Part.TEAM}


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. `to` None keeps the state (or the decision computes it)."""

    verb: Verb
    event: EventKind
    who: frozenset[Part]
    states: frozenset[State]
    to: State | None = None


RULES: tuple[Rule, ...] = (
    Rule(Verb.POLICY, EventKind.CLASSIFIED, _TEAM, frozenset({State.TO_CLASSIFY, State.TO_ASSIGN})),
    Rule(Verb.MUNICIPALITY, EventKind.LOCATED, _TEAM, frozenset({State.TO_CLASSIFY, State.TO_ASSIGN})),
    Rule(Verb.ASSIGN, EventKind.ASSIGNED, frozenset({Part.DIRECTOR}), _RUNNING - {State.TO_CLASSIFY}),
    Rule(Verb.APPROVE, EventKind.APPROVED, _HEADS, frozenset({State.DRAFT})),
    Rule(Verb.SIGN, EventKind.APPROVED, frozenset({Part.DIRECTOR}), frozenset({State.DRAFT})),
    Rule(Verb.RETURN, EventKind.RETURNED, _HEADS, frozenset({State.DRAFT})),
    Rule(Verb.VOID, EventKind.RETURNED, _HEADS, frozenset({State.DRAFT, State.LETTER_SENT}), State.DRAFT),
    Rule(Verb.DIRECT, EventKind.DIRECT, _HEADS, frozenset({State.TO_ASSIGN, State.DRAFT}), State.DIRECT),
    Rule(Verb.PLAN, EventKind.PLANNED, _HEADS, frozenset({State.LETTER_SENT, State.PLANNED}), State.PLANNED),
    Rule(Verb.ASSIST, EventKind.ASSISTED, _HEADS, _AFTER_LETTER | {State.DIRECT, State.FOLLOW_UP}),
    Rule(Verb.SUSPEND, EventKind.SUSPENDED, _HEADS, _RUNNING, State.SUSPENDED),
    Rule(Verb.RESUME, EventKind.RESUMED, _HEADS, frozenset({State.SUSPENDED})),
    Rule(Verb.TRANSFER, EventKind.TRANSFERRED, _HEADS, _BEFORE_LETTER | {State.DIRECT}, State.TRANSFERRED),
    Rule(Verb.DISCARD, EventKind.DISCARDED, _HEADS, _BEFORE_LETTER | {State.DIRECT}, State.DISCARDED),
    Rule(Verb.MERGE, EventKind.MERGED, _HEADS, _MERGEABLE, State.DISCARDED),
    Rule(Verb.CLOSE, EventKind.CLOSED, _HEADS, OPEN_STATES, State.CLOSED),
    Rule(Verb.REOPEN, EventKind.REOPENED, _HEADS, FINAL_STATES),
    Rule(Verb.EXTEND, EventKind.EXTENDED, _HEADS, _RUNNING),
    Rule(Verb.RESEND, EventKind.NOTED, _HEADS, frozenset(State)),
    Rule(Verb.REMIND, EventKind.SNOOZED, _HEADS, OPEN_STATES),
    Rule(Verb.SNOOZE, EventKind.SNOOZED, _HEADS, OPEN_STATES),
)

_BY_VERB = {rule.verb: rule for rule in RULES}


def rule_of(verb: Verb) -> Rule | None:
    """Return the table's row for the verb; None for verbs that change no case (estado) or are not served."""
    return _BY_VERB.get(verb)


def possible(state: State, part: Part) -> tuple[Verb, ...]:
    """Return what somebody with that part may order for a case in that state, in the table's order."""
    return tuple(rule.verb for rule in RULES if state in rule.states and part in rule.who)
