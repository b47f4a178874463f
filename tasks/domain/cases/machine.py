"""Every move a case can make, as one table, and its drawing: what the README shows and the tests hold every walk to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.domain.cases.case import FINAL_STATES, State
from tasks.domain.cases.states import OPEN_STATES, RULES
from tasks.domain.mail.commands import Verb


@dataclass(frozen=True, slots=True)
class Move:
    """From where to where, and by what: an order's word, or what happens by itself."""

    why: str
    sources: frozenset[State]
    target: State


def _move(why: str, *sources: State, to: State) -> Move:
    return Move(why, frozenset(sources), to)


# Orders whose state the table of RULES leaves to the decision: it depends on what the case has.
_COMPUTED = (
    _move("política y municipio", State.TO_CLASSIFY, to=State.TO_ASSIGN),
    _move("asignar", State.TO_ASSIGN, to=State.DRAFT),
    _move("asignar (MIPG general)", State.TO_ASSIGN, to=State.DIRECT),
    _move("asistencia futura", State.LETTER_SENT, to=State.PLANNED),
    _move("asistencia", State.LETTER_SENT, State.PLANNED, State.DIRECT, to=State.ASSISTED),
)
# What happens without an order.
_BY_ITSELF = (
    _move("sale el oficio aprobado", State.DRAFT, to=State.LETTER_SENT),
    _move("el líder envía su plan", State.LETTER_SENT, to=State.PLANNED),
    _move("el líder no es competente", State.LETTER_SENT, State.PLANNED, to=State.TO_CLASSIFY),
    _move("evidencias o 15 días hábiles", State.ASSISTED, to=State.FOLLOW_UP),
    _move("puntajes comparados", State.ASSISTED, State.FOLLOW_UP, to=State.CLOSED),
    _move("es de otro eje", State.TO_CLASSIFY, to=State.TRANSFERRED),
)
_BACK = {Verb.RESUME: frozenset({State.SUSPENDED}), Verb.REOPEN: FINAL_STATES}


def moves() -> tuple[Move, ...]:
    """Return the whole table: orders in the order of RULES, then what is computed, then what happens by itself."""
    ordered = tuple(Move(str(rule.verb), rule.states - {rule.to}, rule.to) for rule in RULES if rule.to)
    back = tuple(
        Move(verb, sources, state) for verb, sources in _BACK.items() for state in State if state in OPEN_STATES
    )
    return ordered + _COMPUTED + _BY_ITSELF + back


def is_legal(source: State, target: State) -> bool:
    """Whether the table has a move from one state to the other (staying is no move)."""
    return source is target or any(source in move.sources and target is move.target for move in moves())


def drawing() -> str:
    """Return the machine as a Mermaid state diagram; what every open state can do is drawn once, on their frame."""
    lines = ["stateDiagram-v2", "    direction TB", '    state "abierta" as open {']
    running = [state for state in State if state in OPEN_STATES and state is not State.SUSPENDED]
    lines += [f'        state "{state}" as {state.name.lower()}' for state in running]
    lines += [f"        {line}" for line in _arrows(running)]
    lines += ["    }"]
    lines += [f'    state "{state}" as {state.name.lower()}' for state in (State.SUSPENDED, *_finals())]
    lines += [
        "    [*] --> to_classify: falta política o municipio",
        "    [*] --> to_assign: llega clasificada",
        "    [*] --> draft: oferta",
        "    open --> suspended: suspender",
        "    suspended --> open: reanudar",
        "    open --> closed: cerrar",
        "    suspended --> closed: cerrar",
    ]
    lines += [f"    {state.name.lower()} --> open: reabrir" for state in _finals()]
    lines += [f"    {line}" for line in _arrows(_finals())]
    return "\n".join(lines)


def _finals() -> list[State]:
    return [state for state in State if state in FINAL_STATES]


def _arrows(targets: Sequence[State]) -> Iterator[str]:
    """Yield one arrow per pair of states, with every word that leads along it."""
    framed = {Verb.SUSPEND, Verb.RESUME, Verb.REOPEN, Verb.CLOSE}
    pairs: dict[tuple[State, State], list[str]] = {}
    for move in moves():
        for source in State:
            if source in move.sources and move.target in targets and move.why not in framed:
                pairs.setdefault((source, move.target), []).append(move.why)
    for (source, target), words in pairs.items():
        yield f"{source.name.lower()} --> {target.name.lower()}: {', '.join(dict.fromkeys(words))}"
