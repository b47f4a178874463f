"""A case is the fold of its events."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tasks.domain.cases.case import Case, CaseEvent, EventKind, State, evolve, project

NOW = datetime(2026, 11, 30, 14, tzinfo=UTC)
OPENED = CaseEvent(
    case="2026-0001",
    kind=EventKind.OPENED,
    at=NOW,
    actor="sistema",
    changes={"request": "S-2026-0001", "received": NOW.isoformat(), "state": "por asignar", "since": NOW.isoformat()},
)

changes = st.fixed_dictionaries(
    {},
    optional={
        "state": st.sampled_from(list(State)),
        "officer": st.none() | st.emails(),
        "agreed": st.none() | st.dates().map(date.isoformat),
        "assistance": st.lists(st.dates().map(date.isoformat), max_size=3),
        "notes": st.text(max_size=20),
    },
)


@given(st.lists(changes, max_size=8))
def test_folding_a_history_is_applying_its_events_one_by_one(steps: list[dict[str, object]]) -> None:
    events = [OPENED, *(OPENED.model_copy(update={"kind": EventKind.NOTED, "changes": step}) for step in steps)]
    one_by_one: Case | None = None
    for event in events:
        one_by_one = evolve(one_by_one, event)
    assert project(events) == one_by_one
    stored = [CaseEvent.model_validate_json(event.model_dump_json()) for event in events]
    assert project(stored) == one_by_one


def test_a_history_needs_a_beginning() -> None:
    with pytest.raises(ValueError, match="opened"):
        project([])


def test_a_change_that_is_no_field_of_a_case_is_refused() -> None:
    with pytest.raises(ValidationError):
        evolve(project([OPENED]), OPENED.model_copy(update={"changes": {"colour": "red"}}))


def test_only_final_states_are_closed() -> None:
    case = project([OPENED])
    ended = {state for state in State if not case.model_copy(update={"state": state}).is_open}
    assert ended == {State.CLOSED, State.TRANSFERRED, State.DISCARDED}
