"""When the weekly digest leaves: once a week, on the first business day, late rather than never."""

import itertools
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.digest.period import DigestDay, iso_week, period
from tasks.domain.terms.business_days import Closure, Office, calendar

ZONE = ZoneInfo("America/Bogota")
MONDAY = DigestDay()
PLAIN = calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(now: str, last: str | None, cal=PLAIN, day=MONDAY):
    return period(at(now), at(last) if last else None, day, Office(), cal)


@pytest.mark.parametrize(
    ("now", "is_due"),
    [
        ("2026-11-30T06:59", False),
        ("2026-11-30T07:00", True),
        ("2026-12-02T15:00", True),
        ("2026-12-06T23:00", True),  # Sunday of the same week: late, not skipped
        ("2026-12-07T06:00", False),  # the week is over: told in the next one
        ("2026-12-07T07:00", True),
    ],
)
def test_it_leaves_on_monday_at_seven_or_late_in_the_same_week(now, is_due):
    assert (due(now, "2026-11-23T07:00") is not None) == is_due


def test_after_a_monday_holiday_it_leaves_on_the_first_business_day():
    assert due("2026-11-16T08:00", "2026-11-09T07:00") is None
    found = due("2026-11-17T07:00", "2026-11-09T07:00")
    assert (found.scheduled, found.note) == (at("2026-11-17T07:00"), "")


def test_it_tells_of_everything_since_the_last_one():
    found = due("2026-11-30T07:03", "2026-11-23T07:01")
    assert (found.start, found.end, found.week) == (at("2026-11-23T07:01"), at("2026-11-30T07:03"), "2026-W49")


def test_the_first_one_tells_of_a_week():
    assert due("2026-11-30T07:03", None).start == at("2026-11-23T07:00")


def test_a_late_one_says_so():
    assert due("2026-12-02T10:00", "2026-11-23T07:00").note == (
        "Este resumen debió salir el lunes 30 de noviembre a las 7:00; el servicio no estaba en marcha."
    )


def test_missed_weeks_are_told_in_the_next_one():
    found = due("2026-12-14T07:00", "2026-11-23T07:00")
    assert found.missed_weeks == 2
    assert "2 semanas sin resumen" in found.note
    assert found.start == at("2026-11-23T07:00")


def test_the_year_may_change_between_two_digests():
    assert due("2027-01-04T07:00", "2026-12-28T07:00").missed_weeks == 0
    assert iso_week(at("2027-01-01T07:00")) == "2026-W53"


def test_a_clock_set_back_repeats_no_week_and_one_that_was_weeks_ahead_silences_none():
    assert due("2026-11-30T08:00", "2026-11-30T09:00") is None
    assert due("2026-11-29T08:00", "2026-11-30T07:00") is None
    assert due("2026-11-30T08:00", "2026-12-28T07:00").start == at("2026-11-23T07:00")


def test_a_week_without_business_days_has_no_digest():
    closed = calendar(closures=[Closure(date(2026, 12, 28), date(2027, 1, 1))])
    assert due("2026-12-31T07:00", "2026-12-21T07:00", closed) is None
    assert due("2027-01-04T07:00", "2026-12-21T07:00", closed).missed_weeks == 1


def test_another_day_and_hour_can_be_chosen():
    day = DigestDay(5, time(15, 30))
    assert due("2026-12-04T15:29", "2026-11-27T15:30", day=day) is None
    assert due("2026-12-04T15:30", "2026-11-27T15:30", day=day)


@given(st.lists(st.integers(0, 60 * 24 * 7 * 12), max_size=60))
def test_whenever_it_runs_no_week_is_told_twice_and_no_minute_is_lost(minutes):
    last, weeks, covered = at("2026-09-28T07:00"), [], []
    for minute in sorted(minutes):
        found = period(at("2026-09-28T07:00") + timedelta(minutes=minute), last, MONDAY, Office(), PLAIN)
        if found:
            weeks.append(found.week)
            covered.append((found.start, found.end))
            last = found.end
    assert len(set(weeks)) == len(weeks)
    assert all(before[1] == after[0] for before, after in itertools.pairwise(covered))
