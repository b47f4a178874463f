"""What a municipality is told of its case."""

from datetime import date

import pytest

from tasks.domain.cases.case import State
from tasks.domain.cases.standing import next_step, stands
from tests.tasks.domain.cases.test_decisions import a_case

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_sentence(state: State) -> None:
    assert stands(a_case(state, officer=None)).endswith(".")


def test_an_agreed_date_to_come_is_told_and_a_past_one_is_not() -> None:
    planned = a_case(State.PLANNED, agreed=date(2026, 12, 15))
    assert "15 de diciembre de 2026" in next_step(planned, TODAY)
    assert next_step(planned, date(2026, 12, 16)) == ""
