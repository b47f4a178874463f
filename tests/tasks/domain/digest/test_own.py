"""What each member of the team is told of once a week."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cases.case import Case, State
from tasks.domain.digest.own import own_cases
from tasks.domain.directory import Absence, Directory, Leader, Person, Role
from tasks.domain.terms.business_days import Due, Office, calendar
from tasks.domain.terms.clocks import Awaited, Clocks, Light
from tasks.domain.terms.escalation import Moment, ReminderPolicy

ZONE = ZoneInfo("America/Bogota")
TODAY = date(2026, 12, 14)  # a Monday
MOMENT = Moment(datetime(2026, 12, 14, 7, tzinfo=ZONE), Office(), calendar())
AWAY = Absence(first=TODAY, last=TODAY)
DIRECTOR = Person(name="Diana", email="diana@x.co", role=Role.DIRECTOR)
ANA = Person(name="Ana", email="ana@x.co", role=Role.OFFICER, substitute="Beto")
BETO = Person(name="Beto", email="beto@x.co", role=Role.OFFICER)
LEADER = Leader(policy="integridad", name="Luz", email="luz@x.co")
STATES = [State.DRAFT, State.LETTER_SENT, State.PLANNED, State.DIRECT, State.FOLLOW_UP, State.TO_ASSIGN]
AWAITED = {
    State.DRAFT: Awaited.OFFICER,
    State.DIRECT: Awaited.OFFICER,
    State.TO_ASSIGN: Awaited.DIRECTOR,
    State.LETTER_SENT: Awaited.LEADER,
    State.PLANNED: Awaited.LEADER,
}


def people(*team: Person) -> Directory:
    return Directory(people=(DIRECTOR, *team), leaders=(LEADER,))


def watched(number: int, state: State = State.LETTER_SENT, day: int | None = 14, officer: str | None = "ana@x.co"):
    case = Case(
        number=f"2026-{number:04}", request="S-2026-0001", state=state, policy="integridad", officer=officer,
        received=datetime(2026, 11, 2, 10, tzinfo=ZONE), since=datetime(2026, 11, 3, 10, tzinfo=ZONE),
        letter="DSEGPP-2026-0001" if state is State.DRAFT else None,
    )  # fmt: skip
    due = Due(date(2026, 12, day), "vence …") if day else None
    return case, Clocks(due, None, Light.YELLOW if day else Light.GREY, AWAITED.get(state))


def own(*cases, team=(ANA, BETO)):
    return own_cases(cases, people(*team), MOMENT, ReminderPolicy())


def numbers(lines) -> list[int]:
    return [int(line.case.number[5:]) for line in lines]


def test_what_is_theirs_is_told_by_urgency() -> None:
    cases = [watched(1, day=21), watched(2, day=20), watched(3, day=14), watched(4, day=11), watched(5, day=10)]
    (found,) = own(*cases, watched(6, State.DRAFT, 30), watched(7, State.FOLLOW_UP, None))
    assert found.reader.email == "ana@x.co"
    assert [numbers(part) for part in (found.drafts, found.overdue, found.soon, found.later)] == [
        [6],
        [5, 4],
        [3, 2],
        [1],
    ]
    assert found.resting == 1
    assert [line.informed for line in (*found.drafts, *found.soon)] == [False, True, True]


def test_nobody_is_written_to_about_nothing_that_moves() -> None:
    assert own() == ()
    assert own(watched(1, State.FOLLOW_UP, None), watched(2, State.TO_ASSIGN, 14, officer=None)) == ()


def test_the_substitute_reads_the_cases_of_who_is_away_with_whose_they_are() -> None:
    away = ANA.model_copy(update={"absences": (AWAY,)})
    (found,) = own(watched(1), watched(2, officer="beto@x.co"), team=(away, BETO))
    assert found.reader.email == "beto@x.co"
    assert {int(line.case.number[5:]): line.news for line in found.soon} == {1: "Está a cargo de Ana, ausente.", 2: ""}


def test_the_director_reads_those_of_who_is_away_and_left_nobody() -> None:
    away = ANA.model_copy(update={"absences": (AWAY,), "substitute": ""})
    (found,) = own(watched(1), team=(away, BETO))
    assert found.reader.email == "diana@x.co"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(STATES),
            st.none() | st.integers(1, 31),
            st.sampled_from([None, "ana@x.co", "beto@x.co", "left@x.co"]),
        ),
        max_size=12,
    )
)
def test_every_case_of_an_officer_is_told_of_once_and_to_one_person(rows) -> None:
    cases = [watched(n, state, day, officer) for n, (state, day, officer) in enumerate(rows)]
    found = own(*cases)
    told = sorted(n for one in found for part in (one.drafts, one.overdue, one.soon, one.later) for n in numbers(part))
    moving = sorted(int(case.number[5:]) for case, clocks in cases if case.officer and clocks.waits_for and clocks.due)
    assert told == moving
    assert all(one.drafts or one.overdue or one.soon or one.later for one in found)
