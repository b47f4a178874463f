"""Who is reminded, when, and that nobody is ever flooded."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cases.case import Case, State
from tasks.domain.directory import Absence, Directory, Leader, Person, Role
from tasks.domain.terms.business_days import Due, Office, add_business_days, calendar
from tasks.domain.terms.clocks import Awaited, Clocks, Light
from tasks.domain.terms.escalation import Level, Moment, ReminderPolicy, reminders

ZONE = ZoneInfo("America/Bogota")
CALENDAR = calendar()
POLICY = ReminderPolicy()
DUE = date(2026, 11, 17)  # a Tuesday after a holiday; business days after it are plain until 8 December
DIRECTOR = Person(name="Diana", email="diana@x.co", role=Role.DIRECTOR, substitute="Beto")
ANA = Person(name="Ana", email="ana@x.co", role=Role.OFFICER, substitute="Beto")
BETO = Person(name="Beto", email="beto@x.co", role=Role.OFFICER)
LEADER = Leader(policy="integridad", name="Luz", email="luz@x.co")
PEOPLE = Directory(people=(DIRECTOR, ANA, BETO), leaders=(LEADER,))


def moment(day: date, clock: time = time(8, 0)) -> Moment:
    return Moment(datetime.combine(day, clock, tzinfo=ZONE), Office(), CALENDAR)


def watched(awaited: Awaited | None = Awaited.LEADER, due: date | None = DUE, legal: date | None = None, **fields):
    defaults = {
        "number": "2026-0041", "request": "S-2026-0030", "state": State.LETTER_SENT, "policy": "integridad",
        "officer": "ana@x.co", "received": datetime(2026, 10, 1, 10, tzinfo=ZONE),
        "since": datetime(2026, 10, 2, 10, tzinfo=ZONE),
    }  # fmt: skip
    terms = [Due(day, "vence …") if day else None for day in (due, legal)]
    return Case.model_validate(defaults | fields), Clocks(*terms, Light.RED, awaited, legal is not None)


def readers(*cases, day: date, people: Directory = PEOPLE, **kwargs) -> dict[str, list[bool]]:
    """Address → whether each of its lines is for information only."""
    mails = reminders(cases, people, moment(day), POLICY, **kwargs)
    return {mail.email: [line.informed for line in mail.lines] for mail in mails}


def late(days: int) -> date:
    return add_business_days(DUE, days, CALENDAR)


@pytest.mark.parametrize(
    ("days", "level", "people"),
    [
        (-2, None, set()),
        (-1, Level.BEFORE, {"luz@x.co"}),
        (0, Level.TODAY, {"luz@x.co"}),
        (2, Level.OFFICER, {"luz@x.co", "ana@x.co"}),
        (5, Level.DIRECTOR, {"luz@x.co", "ana@x.co", "diana@x.co"}),
        (10, Level.DIRECTOR, {"luz@x.co", "ana@x.co", "diana@x.co"}),
        (15, Level.DIRECTOR, {"luz@x.co", "ana@x.co", "diana@x.co"}),
    ],
)
def test_the_tone_grows_and_more_people_are_told(days, level, people):
    mails = reminders([watched()], PEOPLE, moment(late(days)), POLICY)
    assert {mail.email for mail in mails} == people
    assert {line.level for mail in mails for line in mail.lines} == ({level} if level else set())
    assert {mail.email: mail.lines[0].informed for mail in mails}.get("luz@x.co") is (False if level else None)


def play(case: Case, clocks: Clocks, running: set[date] | None = None) -> list[int]:
    """Run every day for six weeks (or only on those days) and return on which business days late a mail went."""
    sent = []
    for n in range(-10, 45):
        today = DUE + timedelta(days=n)
        if running is not None and today not in running:
            continue
        if mails := reminders([(case, clocks)], PEOPLE, moment(today), POLICY):
            sent.append(mails[0].lines[0].days_late)
            case = case.model_copy(update={"reminded": today})
    return sent


def test_a_case_that_stays_is_reminded_on_the_days_of_the_schedule_and_on_no_other():
    assert play(*watched()) == [-1, 0, 2, 5, 10, 15, 20, 25, 30]


def test_a_leader_six_weeks_late_is_spared_and_the_team_goes_on_hearing_of_it():
    assert set(readers(watched(), day=late(30))) == {"luz@x.co", "ana@x.co", "diana@x.co"}
    assert set(readers(watched(), day=late(35))) == {"ana@x.co", "diana@x.co"}
    assert "luz@x.co" in readers(watched(remind_now="lo pidió Ana"), day=late(35))


def test_an_officer_without_leader_is_never_spared():
    people = PEOPLE.model_copy(update={"leaders": ()})
    assert readers(watched(), day=late(35), people=people) == {"ana@x.co": [False], "diana@x.co": [True]}


def test_missed_reminders_collapse_into_one():
    running = {late(7), late(8), late(10)}
    assert play(*watched(), running) == [7, 10]


def test_a_second_run_of_the_same_day_reminds_nobody_again():
    case, clocks = watched(reminded=late(2))
    assert readers((case, clocks), day=late(2)) == {}


def test_the_day_before_is_the_last_business_day_before():
    monday = date(2026, 11, 23)
    assert readers(watched(due=monday), day=date(2026, 11, 20)) == {"luz@x.co": [False]}


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 12, 8), date(2026, 12, 25)])
def test_nobody_is_reminded_on_a_weekend_or_holiday(day):
    assert readers(watched(due=day), day=day) == {}


@pytest.mark.parametrize(("clock", "sends"), [(time(6, 59), 0), (time(7), 1), (time(18), 1), (time(18, 1), 0)])
def test_nobody_is_reminded_outside_the_hours(clock, sends):
    assert len(reminders([watched()], PEOPLE, moment(DUE, clock), POLICY)) == sends


def test_a_snoozed_case_is_silent_until_its_date_and_is_reminded_on_it():
    case, clocks = watched(reminded=DUE, snoozed_until=late(4))
    assert readers((case, clocks), day=late(2)) == readers((case, clocks), day=late(3)) == {}
    assert "luz@x.co" in readers((case, clocks), day=late(4))
    assert readers((case.model_copy(update={"reminded": late(4)}), clocks), day=late(4)) == {}


def test_the_day_a_state_begins_has_its_own_notice():
    fresh = watched(since=datetime.combine(DUE, time(7, 5), tzinfo=ZONE))
    assert readers(fresh, day=DUE) == {}
    assert readers(fresh, day=late(1)) == {"luz@x.co": [False]}


def test_a_person_gets_one_mail_with_the_most_urgent_case_first():
    cases = [watched(number=f"2026-000{n}", due=late(n)) for n in (3, 1, 2)]
    (mail,) = [m for m in reminders(cases, PEOPLE, moment(late(3)), POLICY) if m.email == "luz@x.co"]
    assert [line.case.number for line in mail.lines] == ["2026-0001", "2026-0002", "2026-0003"]
    assert [line.days_late for line in mail.lines] == [2, 1, 0]


def test_a_case_that_waits_for_somebody_reminded_today_is_told_tomorrow_to_all():
    assert readers(watched(), day=late(2), already=["LUZ@x.co"]) == {}
    assert readers(watched(), day=late(2), already=["ana@x.co"]) == {"luz@x.co": [False]}


def test_a_case_somebody_asked_to_remind_now_goes_whatever_its_dates():
    early = watched(due=late(9), remind_now="Se pidió recordarlo ahora.", reminded=DUE, snoozed_until=late(8))
    assert readers(early, day=late(1)) == {"luz@x.co": [False]}
    assert readers(early, day=date(2026, 11, 21)) == {}  # a Saturday


def test_a_new_officer_reads_of_the_case_whatever_its_dates_and_the_leader_does_not():
    entrusted = watched(due=late(9), entrusted="Usted recibe este caso.", snoozed_until=late(8))
    assert readers(entrusted, day=late(1)) == {"ana@x.co": [True]}
    assert readers(entrusted, day=late(1), already=["ana@x.co"]) == {}


def test_a_suspended_case_is_its_officers_once_the_municipality_had_its_days():
    case, clocks = watched(Awaited.MUNICIPALITY, state=State.SUSPENDED, due=None)
    closing = case, replace(clocks, close_from=Due(DUE, "vence …"))
    assert readers(closing, day=late(-1)) == {}
    assert readers(closing, day=DUE) == {"ana@x.co": [False]}
    assert readers(closing, day=late(5)) == {"ana@x.co": [False], "diana@x.co": [True]}


@pytest.mark.parametrize(
    ("awaited", "fields", "people"),
    [
        (Awaited.TEAM, {"officer": None}, {"ana@x.co", "beto@x.co"}),
        (Awaited.DIRECTOR, {"officer": None}, {"diana@x.co"}),
        (Awaited.OFFICER, {}, {"ana@x.co"}),
        (Awaited.OFFICER, {"officer": "gone@x.co"}, {"diana@x.co"}),
        (Awaited.LEADER, {}, {"luz@x.co"}),
        (Awaited.LEADER, {"policy": "otra"}, {"ana@x.co"}),
        (Awaited.MUNICIPALITY, {}, set()),
        (None, {}, set()),
    ],
)
def test_the_mail_goes_to_whom_the_state_waits_for(awaited, fields, people):
    assert set(readers(watched(awaited, **fields), day=DUE)) == people


def away(person: Person, **changes) -> Person:
    return person.model_copy(update={"absences": (Absence(first=DUE, last=late(9)),)} | changes)


def test_a_substitute_is_reminded_during_an_absence():
    people = Directory(people=(away(DIRECTOR), away(ANA), BETO), leaders=(LEADER,))
    assert set(readers(watched(Awaited.OFFICER), day=DUE, people=people)) == {"beto@x.co"}
    assert set(readers(watched(Awaited.DIRECTOR), day=DUE, people=people)) == {"beto@x.co"}
    assert set(readers(watched(Awaited.TEAM), day=DUE, people=people)) == {"beto@x.co"}
    assert set(readers(watched(Awaited.OFFICER), day=late(10), people=people)) == {"ana@x.co", "diana@x.co"}


def test_an_absence_without_substitute_goes_to_the_director_and_a_circle_of_substitutes_ends():
    alone = Directory(people=(DIRECTOR, away(ANA, substitute=""), BETO))
    assert set(readers(watched(Awaited.OFFICER), day=DUE, people=alone)) == {"diana@x.co"}
    circle = Directory(people=(away(DIRECTOR, substitute="Ana"), away(ANA, substitute="Diana")))
    assert set(readers(watched(Awaited.OFFICER), day=DUE, people=circle)) == {"diana@x.co"}


def led(**changes) -> Directory:
    absent = {"absences": (Absence(first=DUE, last=late(9)),)}
    return PEOPLE.model_copy(update={"leaders": (LEADER.model_copy(update=absent | changes),)})


@pytest.mark.parametrize(
    ("changes", "people"),
    [
        ({"substitute": "beto"}, {"beto@x.co"}),
        ({"substitute": "sol@hacienda.co"}, {"sol@hacienda.co"}),
        ({"contacts": ("equipo@x.co",)}, {"equipo@x.co", "ana@x.co"}),
        ({}, {"ana@x.co"}),
    ],
)
def test_who_stands_in_for_an_absent_leader_is_reminded(changes, people):
    assert set(readers(watched(), day=DUE, people=led(**changes))) == people


def test_who_stands_in_for_a_leader_answers_as_one_of_the_team_only_meanwhile():
    people = led(substitute="sol@hacienda.co")
    assert people.on(DUE).leads("sol@hacienda.co") == ("integridad",)
    assert people.on(late(10)).leads("sol@hacienda.co") == ()


def test_a_successor_is_reminded_once_in_post():
    old = LEADER.model_copy(update={"valid_to": date(2026, 11, 16)})
    new = Leader(policy="integridad", name="Nora", email="nora@x.co", valid_from=date(2026, 11, 17))
    assert set(readers(watched(), day=DUE, people=PEOPLE.model_copy(update={"leaders": (old, new)}))) == {"nora@x.co"}


def test_a_nearer_legal_date_reminds_the_officer_who_must_answer():
    case = watched(Awaited.LEADER, due=late(20), legal=DUE)
    (mail,) = reminders([case], PEOPLE, moment(DUE), POLICY)
    assert (mail.email, mail.lines[0].legal) == ("ana@x.co", True)
    follow_up = watched(None, due=None, legal=DUE)
    assert set(readers(follow_up, day=DUE)) == {"ana@x.co"}
    assert set(readers(watched(Awaited.DIRECTOR, due=late(20), legal=DUE), day=DUE)) == {"diana@x.co"}


def test_an_answered_legal_date_reminds_nobody():
    case, clocks = watched(None, due=None, legal=DUE)
    assert readers((case, replace(clocks, legal_runs=False)), day=DUE) == {}


def test_no_person_is_told_twice_of_one_case():
    own = watched(Awaited.OFFICER, officer="diana@x.co")
    assert readers(own, day=late(6)) == {"diana@x.co": [False]}


@given(
    st.lists(st.tuples(st.integers(-5, 30), st.sampled_from(Awaited), st.integers(0, 20)), max_size=15),
    st.dates(date(2026, 11, 1), date(2027, 1, 31)),
    st.integers(0, 23),
)
def test_nobody_gets_two_mails_and_none_on_a_quiet_moment(cases, day, hour):
    made = [
        watched(
            awaited, due=add_business_days(day, -days, CALENDAR), number=f"2026-{n:04}", reminded=day - timedelta(ago)
        )
        for n, (days, awaited, ago) in enumerate(cases)
    ]
    now = moment(day, time(hour))
    mails = reminders(made, PEOPLE, now, POLICY)
    assert len({mail.email for mail in mails}) == len(mails)
    assert all(mail.lines for mail in mails)
    if now.is_quiet(POLICY):
        assert not mails
