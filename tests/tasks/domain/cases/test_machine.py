"""The table of every move: drawn in the README, and enough for whatever orders do."""

from pathlib import Path

import pytest

from tasks.domain.cases.case import State
from tasks.domain.cases.decision import Accepted, Actor
from tasks.domain.cases.decisions import decide
from tasks.domain.cases.machine import drawing, is_legal, moves
from tasks.domain.cases.states import RULES
from tests.tasks.domain.cases.test_decisions import DIRECTOR, a_case, order, world

README = Path(__file__).parents[4] / "README.md"


def test_the_readme_draws_the_table_as_it_is() -> None:
    assert f"```mermaid\n{drawing()}\n```" in README.read_text(encoding="utf-8")


def test_every_state_can_be_entered_and_left() -> None:
    assert {move.target for move in moves()} == set(State)
    assert {source for move in moves() for source in move.sources} == set(State)


ARGUMENTS = ("", "motivo", "Ana María Londoño Vera", "integridad", "Sonsón", "15/01/2027", "10/11/2026 virtual")


@pytest.mark.parametrize("state", State)
def test_no_order_moves_a_case_where_the_table_does_not(state: State) -> None:
    for rule in RULES:
        for argument in ARGUMENTS:
            for previous in (State.TO_ASSIGN, State.LETTER_SENT):
                case = a_case(state, previous=previous)
                decision = decide(order(rule.verb, argument), case, Actor(DIRECTOR, "cli"), world())
                for event in decision.events if isinstance(decision, Accepted) else ():
                    assert is_legal(state, State(event.changes.get("state", state)))
