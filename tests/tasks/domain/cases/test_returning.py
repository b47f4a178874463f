"""A further mail about cases that ended: the stated rule."""

from datetime import datetime, timedelta, timezone

import pytest

from tasks.domain.cases.case import Case, EventKind, State, evolve
from tasks.domain.cases.returning import REOPENED_WITHIN, Return, reopened, returning

NOW = datetime(2026, 12, 1, 9, tzinfo=timezone(timedelta(hours=-5)))


def case(state: State, days_ago: int = 3, number: str = "2026-0041") -> Case:
    since = NOW - timedelta(days=days_ago)
    return Case(
        number=number, request="S-2026-0030", received=since, state=state, since=since, previous=State.FOLLOW_UP
    )


@pytest.mark.parametrize(
    ("cases", "asks", "effect"),
    [
        ([case(State.CLOSED)], True, Return.REOPEN),
        ([case(State.CLOSED, REOPENED_WITHIN.days)], True, Return.REOPEN),
        ([case(State.CLOSED, REOPENED_WITHIN.days + 1)], True, Return.NEW),
        ([case(State.CLOSED)], False, Return.NOTE),
        ([case(State.CLOSED), case(State.PLANNED)], True, Return.NOTE),
        ([case(State.CLOSED, 90), case(State.CLOSED, 2)], True, Return.REOPEN),
        ([case(State.DISCARDED)], True, Return.REVIEW),
        ([case(State.TRANSFERRED, 90)], True, Return.REVIEW),
        ([case(State.DISCARDED)], False, Return.NOTE),
        ([], True, Return.NOTE),
    ],
)
def test_a_mail_about_ended_cases_has_one_effect(cases: list[Case], asks: bool, effect: Return) -> None:
    assert returning(cases, asks, NOW) is effect


def test_only_a_freshly_closed_case_is_taken_up_where_it_was() -> None:
    closed = case(State.CLOSED)
    event = reopened(closed, NOW, "archivo@sonson.gov.co", "mail:<a@b>")
    assert event is not None
    assert event.kind is EventKind.REOPENED
    after = evolve(closed, event)
    assert (after.state, after.previous, after.since) == (State.FOLLOW_UP, State.CLOSED, NOW)
    assert reopened(case(State.CLOSED, 60), NOW, "x", "y") is None
    assert reopened(case(State.DISCARDED), NOW, "x", "y") is None
