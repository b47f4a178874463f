"""Which vigencia stands before and after an assistance."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.scores.impact.exposure import Blocks, Status, Timeline, Windows, exposure, place_all
from tasks.domain.scores.results import Assistance

TIMELINE = Timeline((2018, 2019, 2020, 2021))
DAYS = st.dates(date(2016, 1, 1), date(2024, 12, 31))


def place(*days: date, timeline: Timeline = TIMELINE):
    return timeline.place([Assistance("05001", "integridad", day) for day in days])


@pytest.mark.parametrize(
    ("day", "before", "after", "status"),
    [
        (date(2020, 9, 10), 2019, 2021, Status.TREATED),
        (date(2021, 3, 1), 2019, 2021, Status.TREATED),
        (date(2021, 6, 15), 2020, 2021, Status.TREATED),
        (date(2021, 11, 1), 2020, None, Status.PARTIAL),
        (date(2019, 6, 1), 2018, 2019, Status.EARLIER),
        (date(2018, 3, 1), None, None, Status.NO_BASELINE),
    ],
)
def test_help_is_placed_between_the_forms(day: date, before: int | None, after: int | None, status: Status) -> None:
    unit = place(day)
    assert unit is not None
    assert (unit.before, unit.after, unit.status) == (before, after, status)


def test_help_after_the_form_closed_leaves_a_control() -> None:
    assert place(date(2022, 6, 1)) is None


def test_only_the_latest_episode_counts_and_its_first_day() -> None:
    unit = place(date(2017, 3, 1), date(2020, 9, 10), date(2021, 2, 1))
    assert unit is not None
    assert unit.first_day == date(2020, 9, 10)


def test_a_form_closed_later_moves_the_baseline() -> None:
    windows = Windows({2019: date(2020, 9, 30)})
    unit = place(date(2020, 9, 10), timeline=Timeline((2018, 2019, 2020, 2021), windows))
    assert unit is not None
    assert unit.before == 2018


def test_a_baseline_more_than_four_years_old_is_none() -> None:
    unit = place(date(2020, 9, 10), timeline=Timeline((2016, 2021)))
    assert unit is not None
    assert unit.status is Status.NO_BASELINE


@given(st.lists(DAYS, min_size=1, max_size=6))
def test_before_closed_before_help_and_after_was_exposed(days: list[date]) -> None:
    unit = place(*days)
    if unit is None:
        assert min(days) > TIMELINE.windows.closing(2021)
        return
    assert unit.first_day in days
    if unit.before is not None:
        assert TIMELINE.windows.closing(unit.before) < unit.first_day
    if unit.after is not None:
        assert unit.before is not None
        assert unit.after > unit.before
        assert exposure(unit.after, unit.first_day) >= 0.5


@given(st.lists(st.tuples(st.sampled_from(["05001", "05002"]), DAYS), max_size=12))
def test_order_of_the_days_does_not_matter(rows: list[tuple[str, date]]) -> None:
    days = [Assistance(dane, "integridad", day) for dane, day in rows]
    assert place_all(days, TIMELINE) == place_all(days[::-1], TIMELINE)


@given(DAYS, st.integers(0, 400))
def test_exposure_falls_with_a_later_start(day: date, later: int) -> None:
    assert 0 <= exposure(2021, day + timedelta(later)) <= exposure(2021, day) <= 1


def test_blocks_join_only_what_is_declared() -> None:
    blocks = Blocks.parse("2018; 2019-2021;2022 - 2025")
    assert blocks.comparable(2019, 2021)
    assert blocks.comparable(2026, 2026)
    assert not blocks.comparable(2018, 2019)
    assert not blocks.comparable(2021, 2022)
    assert not blocks.comparable(2026, 2027)


@pytest.mark.parametrize("text", ["2019-2018", "dos mil", "2019-2021;2021-2022"])
def test_wrong_blocks_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="bloque"):
        Blocks.parse(text)
