"""Whom the system suggests."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cases.assignment import Workload, suggest_officer
from tasks.domain.directory import Absence, Directory, Person, Role

TODAY = date(2026, 12, 1)
AWAY = Absence(first=TODAY, last=TODAY)
ANA = Person(name="Ana", email="ana@a.co", role=Role.OFFICER)
JORGE = Person(name="Jorge", email="jorge@a.co", role=Role.OFFICER)
TEAM = Directory(people=(Person(name="Natalia", email="n@a.co", role=Role.DIRECTOR), ANA, JORGE))


def test_experience_in_the_policy_comes_before_a_smaller_load() -> None:
    done = [Workload("jorge@a.co", "integridad", 3, 3), Workload("ana@a.co", "gobierno-digital", 1, 0)]
    suggestion = suggest_officer("integridad", done, TEAM, TODAY)
    assert suggestion is not None
    assert (suggestion.person, suggestion.reason) == (
        JORGE,
        "ha atendido 3 casos de esta política y tiene 3 casos abiertos",
    )


def test_who_is_away_is_not_suggested_and_an_empty_team_suggests_nobody() -> None:
    away = TEAM.model_copy(update={"people": (ANA.model_copy(update={"absences": (AWAY,)}), JORGE)})
    suggestion = suggest_officer("integridad", [Workload("ana@a.co", "integridad", 9, 0)], away, TODAY)
    assert suggestion is not None
    assert suggestion.person == JORGE
    assert suggestion.reason == "tiene la menor carga del equipo (ningún caso abierto)"
    assert suggest_officer("integridad", [], Directory(), TODAY) is None


@given(st.integers(0, 50), st.integers(0, 50))
def test_between_equals_the_smaller_load_decides(ana: int, jorge: int) -> None:
    done = [Workload("ana@a.co", "x", ana, ana), Workload("jorge@a.co", "x", jorge, jorge)]
    suggestion = suggest_officer("integridad", done, TEAM, TODAY)
    assert suggestion is not None
    assert suggestion.person == (ANA if ana <= jorge else JORGE)
