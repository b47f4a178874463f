"""The business calendar, day by day from 2024 to 2030."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.terms.business_days import (
    Closure,
    Office,
    add_business_days,
    business_days_between,
    calendar,
    due,
    national_holidays,
    next_business_day,
    received_day,
    reception_due,
)

PLAIN = calendar()
OFFICE = Office()
ZONE = ZoneInfo("America/Bogota")
DAY = timedelta(days=1)
YEARS = range(2024, 2031)
CHECKED = Path(__file__).parents[5] / "shared" / "data" / "holidays_check.csv"

# 2024-2028 from two independent packages (holidays 0.108 and holidays-co 1.1.3), 2029 and 2030 from the rules of Ley 51
# de 1983 and Ley 2578 de 2026, worked out in `test_each_holiday_follows_the_law`.
HOLIDAYS = {
    2024: "0101 0108 0325 0328 0329 0501 0513 0603 0610 0701 0720 0807 0819 1014 1104 1111 1208 1225",
    2025: "0101 0106 0324 0417 0418 0501 0602 0623 0630 0720 0807 0818 1013 1103 1117 1208 1225",
    2026: "0101 0112 0323 0402 0403 0501 0518 0608 0615 0629 0713 0720 0807 0817 1012 1102 1116 1208 1225",
    2027: "0101 0111 0322 0325 0326 0501 0510 0531 0607 0705 0712 0720 0807 0816 1018 1101 1115 1208 1225",
    2028: "0101 0110 0320 0413 0414 0501 0529 0619 0626 0703 0710 0720 0807 0821 1016 1106 1113 1208 1225",
    2029: "0101 0108 0319 0329 0330 0501 0514 0604 0611 0702 0709 0720 0807 0820 1015 1105 1112 1208 1225",
    2030: "0101 0107 0325 0418 0419 0501 0603 0624 0701 0715 0720 0807 0819 1014 1104 1111 1208 1225",
}
EASTER = {2024: "0331", 2025: "0420", 2026: "0405", 2027: "0328", 2028: "0416", 2029: "0401", 2030: "0421"}

days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
closures = st.lists(st.tuples(days, st.integers(0, 20)), max_size=2).map(
    lambda pairs: tuple(Closure(first, first + DAY * length) for first, length in pairs)
)
calendars = st.builds(calendar, off=st.sets(days, max_size=3), extra=st.sets(days, max_size=3), closures=closures)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def on(year: int, text: str) -> date:
    return date(year, int(text[:2]), int(text[2:]))


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_the_year_is_a_holiday_or_not_as_the_table_says(year):
    expected = {on(year, text) for text in HOLIDAYS[year].split()}
    every_day = [date(year, 1, 1) + DAY * n for n in range(366) if (date(year, 1, 1) + DAY * n).year == year]
    assert {day for day in every_day if PLAIN.holiday(day)} == expected
    for day in every_day:
        assert PLAIN.is_business_day(day) == (day.weekday() < 5 and day not in expected)


@pytest.mark.parametrize("year", YEARS)
def test_each_holiday_follows_the_law(year):
    easter = on(year, EASTER[year])
    fixed = {on(year, text) for text in ("0101", "0501", "0720", "0807", "1208", "1225")}
    moved = ["0106", "0319", "0629", "0815", "1012", "1101", "1111", *(["0709"] if year >= 2026 else [])]
    from_easter = {easter + DAY * n for n in (-3, -2, 43, 64, 71)}
    to_monday = {(day := on(year, text)) + DAY * (-day.weekday() % 7) for text in moved}
    assert set(national_holidays(year)) == fixed | from_easter | to_monday


def test_the_reference_table_agrees():
    if not CHECKED.is_file():
        pytest.skip("the reference table is not beside the checkout")
    rows = [row for row in csv.DictReader(CHECKED.read_text("utf-8").splitlines()) if row["kind"] == "festivo"]
    dates = {date.fromisoformat(row["date"]) for row in rows}
    assert len(rows) == 92
    assert dates == {day for year in range(2024, 2029) for day in national_holidays(year)}


@pytest.mark.parametrize("day", ["2026-07-13", "2027-07-12", "2028-07-10", "2029-07-09", "2030-07-15"])
def test_the_holiday_of_2026_can_be_switched_off(day):
    day = date.fromisoformat(day)
    assert "Chiquinquirá" in PLAIN.holiday(day)
    assert calendar(off=[day]).is_business_day(day)


def test_the_holiday_of_2026_does_not_exist_before():
    assert PLAIN.is_business_day(date(2025, 7, 14))
    assert PLAIN.is_business_day(date(2024, 7, 15))


def test_an_extra_day_off_does_not_count():
    day = date(2026, 8, 11)
    assert not calendar(extra=[day]).is_business_day(day)
    assert not calendar(extra=[day], off=[day]).is_business_day(day)


def test_a_closure_without_act_stops_internal_terms_only():
    silent = Closure(date(2026, 12, 21), date(2026, 12, 31))
    acted = Closure(date(2026, 12, 21), date(2026, 12, 31), act="Resolución 1 de 2026")
    day = date(2026, 12, 22)
    assert not calendar(closures=[silent]).is_business_day(day)
    assert calendar(closures=[silent]).for_legal_terms().is_business_day(day)
    assert not calendar(closures=[acted]).for_legal_terms().is_business_day(day)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-11-27", 10, "2026-12-14"),
        ("2026-12-04", 1, "2026-12-07"),
        ("2026-12-07", 1, "2026-12-09"),
        ("2026-03-27", 5, "2026-04-07"),  # Semana Santa
        ("2026-12-28", 10, "2027-01-13"),  # New Year and Reyes
        ("2026-07-10", 1, "2026-07-14"),
        ("2025-07-11", 1, "2025-07-14"),
        ("2026-12-05", 1, "2026-12-07"),  # an event on a Saturday counts from the Monday
        ("2026-12-04", 0, "2026-12-04"),
        ("2026-12-09", -1, "2026-12-07"),
    ],
)
def test_terms_are_counted_from_the_day_after(start, count, end):
    assert add_business_days(date.fromisoformat(start), count, PLAIN) == date.fromisoformat(end)


def test_a_calendar_without_business_days_is_refused():
    closed = calendar(closures=[Closure(date(2000, 1, 1), date(2100, 1, 1))])
    with pytest.raises(ValueError, match="no business day"):
        add_business_days(date(2026, 1, 1), 1, closed)


@given(days, st.integers(1, 60), calendars)
def test_a_term_ends_on_a_business_day_and_holds_exactly_its_days(start, count, cal):
    end = add_business_days(start, count, cal)
    assert cal.is_business_day(end)
    assert sum(cal.is_business_day(start + DAY * n) for n in range(1, (end - start).days + 1)) == count
    assert business_days_between(start, end, cal) == count


@given(days, st.integers(0, 30), st.integers(1, 30), calendars)
def test_terms_add_up(start, first, second, cal):
    assert add_business_days(add_business_days(start, first, cal), second, cal) == add_business_days(
        start, first + second, cal
    )


@given(days, st.integers(1, 60), calendars)
def test_counting_back_undoes_counting_forward(start, count, cal):
    begin = next_business_day(start, cal)
    assert add_business_days(add_business_days(begin, count, cal), -count, cal) == begin


@given(days, days, calendars)
def test_the_distance_changes_sign_with_the_direction(one, other, cal):
    assert business_days_between(one, other, cal) == -business_days_between(other, one, cal)


@given(days, st.integers(1, 30), calendars, days)
def test_one_more_day_off_never_makes_a_term_shorter(start, count, cal, day):
    fewer = calendar(off=cal.off - {day}, extra=cal.extra | {day}, closures=cal.closures)
    assert add_business_days(start, count, fewer) >= add_business_days(start, count, cal)


@given(days, calendars)
def test_the_next_business_day_is_the_first_one_not_before(day, cal):
    found = next_business_day(day, cal)
    assert cal.is_business_day(found)
    assert not any(cal.is_business_day(day + DAY * n) for n in range((found - day).days))


@pytest.mark.parametrize(
    ("moment", "day", "same_day"),
    [
        ("2026-11-30T05:00", "2026-11-30", "2026-11-30"),  # before the office opens
        ("2026-11-30T17:30", "2026-11-30", "2026-11-30"),
        ("2026-11-30T17:31", "2026-12-01", "2026-11-30"),
        ("2026-11-28T09:00", "2026-11-30", "2026-11-30"),  # Saturday
        ("2026-11-28T23:00", "2026-11-30", "2026-11-30"),
        ("2026-12-07T18:00", "2026-12-09", "2026-12-07"),  # the eve of a holiday
        ("2026-12-08T10:00", "2026-12-09", "2026-12-09"),
        ("2026-12-31T20:00", "2027-01-04", "2026-12-31"),
    ],
)
def test_what_arrives_out_of_hours_counts_on_the_next_business_day(moment, day, same_day):
    assert received_day(at(moment), OFFICE, PLAIN) == date.fromisoformat(day)
    lenient = Office(after_hours_next_day=False)
    assert received_day(at(moment), lenient, PLAIN) == date.fromisoformat(same_day)


def test_a_moment_in_another_zone_is_read_in_the_offices():
    assert received_day(datetime(2026, 12, 1, 2, 0, tzinfo=UTC), OFFICE, PLAIN) == date(2026, 12, 1)
    late = Office(closes=time(21, 0))
    assert received_day(datetime(2026, 12, 1, 2, 0, tzinfo=UTC), late, PLAIN) == date(2026, 11, 30)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 1), timezones=st.just(ZONE)), calendars)
def test_reception_is_a_business_day_and_never_in_the_past(moment, cal):
    day = received_day(moment, OFFICE, cal)
    assert cal.is_business_day(day)
    assert day >= moment.date()


def test_a_date_explains_itself():
    assert due(date(2026, 11, 27), 10, PLAIN).explanation == (
        "vence el 14 de diciembre de 2026 porque se cuentan 10 días hábiles desde el día siguiente al 27 de noviembre "
        "de 2026, sin contar el festivo del 8 de diciembre"
    )


def test_a_date_explains_late_reception_several_holidays_and_closures():
    closed = calendar(closures=[Closure(date(2026, 12, 28), date(2026, 12, 31), "Resolución 9 de 2026")])
    term = reception_due(at("2026-12-04T19:00"), 15, OFFICE, closed, "es el plazo para responder")
    assert term.day == date(2027, 1, 6)
    assert term.explanation == (
        "vence el 6 de enero de 2027 porque es el plazo para responder (15 días hábiles desde el día siguiente al "
        "7 de diciembre de 2026, sin contar los festivos del 8 de diciembre, del 25 de diciembre y del 1.º de enero ni "
        "el cierre del 28 de diciembre al 31 de diciembre de 2026 (Resolución 9 de 2026); llegó el viernes 4 de "
        "diciembre, después de las 17:30, y cuenta como recibido el lunes 7 de diciembre)"
    )


def test_a_term_of_one_day_is_told_in_the_singular():
    explanation = due(date(2026, 11, 25), 1, PLAIN).explanation
    assert explanation.endswith("porque se cuenta 1 día hábil desde el día siguiente al 25 de noviembre de 2026")
