"""Which cases share a letter."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.catalog import MIPG_GENERAL
from tasks.domain.letters.grouping import group
from tests.templates.letters_samples import LEADERS, THREE_CASES, case


def test_a_leader_of_two_policies_gets_one_letter_for_both() -> None:
    grouping = group(reversed(THREE_CASES), LEADERS)
    (only,) = grouping.groups
    assert [member.number for member in only.cases] == ["2026-0042", "2026-0043", "2026-0044"]
    assert only.policies == ("gobierno-digital", "seguridad-digital")
    assert grouping.held == ()


def test_another_officer_or_request_is_another_letter() -> None:
    first, second, third = THREE_CASES
    other = second.model_copy(update={"officer": "jorge@example.org"})
    later = third.model_copy(update={"request": "S-2026-0031"})
    assert len(group([first, other, later], LEADERS).groups) == 3


def test_cases_without_a_leader_stay_behind_with_the_reason() -> None:
    lacking = (
        case("2026-0001", None, "05756"),
        case("2026-0002", MIPG_GENERAL, "05756"),
        case("2026-0003", "integridad", "05756"),
        case("2026-0004", "gestion-documental", "05756", officer=None),
    )
    grouping = group(lacking, LEADERS)
    assert grouping.groups == ()
    reasons = " ".join(held.reason for held in grouping.held)
    assert [held.case.number for held in grouping.held] == [one.number for one in lacking]
    for words in ("Falta la política", "atención directa", "pestaña Líderes", "persona responsable"):
        assert words in reasons


_CASES = st.lists(
    st.builds(
        case,
        st.integers(1, 30).map(lambda n: f"2026-{n:04}"),
        st.sampled_from(["gestion-documental", "gobierno-digital", "seguridad-digital", "integridad", None]),
        st.sampled_from(["05756", "05361"]),
        officer=st.sampled_from(["ana@example.org", "jorge@example.org", None]),
        request=st.sampled_from(["S-2026-0030", "S-2026-0031"]),
    ),
    unique_by=lambda one: one.number,
    max_size=12,
)


@given(_CASES)
def test_every_case_is_in_one_letter_or_held(cases: list) -> None:
    grouping = group(cases, LEADERS)
    numbers = [one.number for members in grouping.groups for one in members.cases]
    numbers += [held.case.number for held in grouping.held]
    assert sorted(numbers) == sorted(one.number for one in cases)
    for members in grouping.groups:
        assert {(one.request, one.officer) for one in members.cases} == {(members.request, members.officer)}
