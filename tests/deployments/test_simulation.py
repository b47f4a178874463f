"""Weeks of an office lived through by the real runs; a whole year is played by `tests/benchmarks/simulation.py`."""

import pytest

from deployments.simulation.report import lines
from deployments.simulation.watch import Watch
from deployments.simulation.year import simulate

WEEKS = 3


@pytest.fixture(scope="module")
def calm() -> Watch:
    return simulate(WEEKS, seed=2)


@pytest.mark.timeout(300)
def test_no_promise_is_broken_in_ordinary_weeks(calm: Watch) -> None:
    assert calm.broken == []
    assert sum(calm.weeks.values()) == WEEKS
    found = calm.summary()
    assert {"acknowledgement", "assign_notice", "letter", "reminder", "session_date", "digest"} <= set(found["mails"])
    assert found["terms"]["por asignar"]["kept"] > 0


@pytest.mark.timeout(300)
def test_the_year_with_faults_ends_where_the_faultless_one_does(calm: Watch) -> None:
    stormy = simulate(WEEKS, seed=2, faults=0.05)
    assert stormy.broken == []
    assert stormy.cases == calm.cases
    assert stormy.served() == calm.served()


def test_the_account_names_readers_and_terms(calm: Watch) -> None:
    told = "\n".join(lines(calm.summary()))
    assert "natalia.quiroz@antioquia.gov.co" in told
    assert "término legal" in told
    assert told.endswith("broken promises: 0")
