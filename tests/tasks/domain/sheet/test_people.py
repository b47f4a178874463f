"""The people that staff keep in the sheet."""

from datetime import date

import pytest

from tasks.domain.directory import Absence, Role
from tasks.domain.sheet.cells import Choice
from tasks.domain.sheet.columns import Choices, layouts
from tasks.domain.sheet.people import problem_writes, read_leaders, read_team
from tasks.domain.sheet.table import Row, Tab

GOOD = {"Nombre": "Ana Restrepo", "Correo": "Ana@x.gov.co", "Rol": "Directora", "Desde": date(2026, 1, 1)}
HEADERS = ("Nombre", "Correo", "Rol", "Desde", "Hasta", "Ausencias", "Sustituto", "Alertas")
POLICIES = (Choice("Integridad", "integridad"),)


def team(*rows) -> Tab:
    return Tab("Equipo", HEADERS, tuple(Row(n, row) for n, row in enumerate(rows, 2)))


def test_a_good_row_is_a_person():
    absences = "2026-12-07 a 2026-12-11; 4/1/2027 a 8/1/2027; 2027-02-01"
    people, problems = read_team(team(GOOD | {"Ausencias": absences}))
    assert problems == ()
    assert (people[0].email, people[0].role, people[0].valid_from) == ("ana@x.gov.co", Role.DIRECTOR, date(2026, 1, 1))
    assert people[0].absences[0] == Absence(first=date(2026, 12, 7), last=date(2026, 12, 11))
    assert people[0].absences[2] == Absence(first=date(2027, 2, 1), last=date(2027, 2, 1))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"Correo": "ana arroba x"}, "no es un correo"),
        ({"Correo": "a@b.co\nBcc: todos@x.co"}, "no es un correo"),
        ({"Nombre": "  "}, "Falta «Nombre»"),
        ({"Rol": None}, "Falta el rol"),
        ({"Rol": "jefe"}, "Rol"),
        ({"Desde": "ayer"}, "Desde"),
        ({"Hasta": date(2025, 1, 1)}, "anterior"),
        ({"Ausencias": "en diciembre"}, "Ausencias"),
        ({"Ausencias": "2026-12-11 a 2026-12-07"}, "Ausencias"),
    ],
)
def test_a_bad_row_is_refused_with_a_note_and_the_others_stand(change, word):
    people, problems = read_team(team(GOOD | change, GOOD | {"Nombre": "Luis Ochoa"}))
    assert [person.name for person in people] == ["Luis Ochoa"]
    assert problems[0].row == 2
    assert word in problems[0].note


def test_a_substitute_that_is_nobody_is_told_but_the_person_stands():
    people, problems = read_team(team(GOOD | {"Sustituto": "Pedro"}))
    assert len(people) == 1
    assert "Pedro" in problems[0].note


def test_a_substitute_may_be_an_address_or_a_part_of_a_name_that_is_nobody_elses():
    luis, other = GOOD | {"Nombre": "Luis Ochoa Gil", "Correo": "luis@x.co"}, {"Nombre": "Luis Rey", "Correo": "r@x.co"}
    for said, problem in (("luis@x.co", ""), ("luis ochoa", ""), ("Luis", "Luis Ochoa Gil, Luis Rey")):
        _, problems = read_team(team(GOOD | {"Sustituto": said}, luis, GOOD | other))
        assert [problem in found.note for found in problems] == [True] * bool(problem)


def test_a_leaders_substitute_that_is_nobody_is_told_and_one_of_the_team_or_an_address_is_not():
    row = {"Política": "integridad", "Nombre": "Eva", "Correo": "eva@x.co"}
    said = ("Perdro", "Ana Restrepo", "quien@fuera.co")
    tab = Tab("Líderes", (*row, "Sustituto"), tuple(Row(n, row | {"Sustituto": s}) for n, s in enumerate(said, 2)))
    leaders, problems = read_leaders(tab, POLICIES, read_team(team(GOOD))[0])
    assert len(leaders) == 3
    assert [(problem.row, "Perdro" in problem.note) for problem in problems] == [(2, True)]


def test_leaders_are_read_with_their_team_and_bad_policies_refused():
    row = {"Política": "integridad", "Nombre": "Eva", "Correo": "eva@x.co", "Otros correos": "a@x.co; b@x.co"}
    tab = Tab("Líderes", tuple(row), (Row(2, row), Row(3, row | {"Política": "Alegría"}), Row(4, {"Alertas": "x"})))
    leaders, problems = read_leaders(tab, POLICIES)
    assert [(leader.policy, leader.contacts) for leader in leaders] == [("integridad", ("a@x.co", "b@x.co"))]
    assert [problem.row for problem in problems] == [3]


def test_problems_are_shown_in_their_row_and_vanish_when_it_is_good_again():
    layout = next(tab for tab in layouts(Choices()) if tab.name == "Equipo")
    tab = team(GOOD | {"Correo": "mal"}, GOOD | {"Nombre": "Luis", "Alertas": "lo de antes"})
    writes = problem_writes(tab, layout, read_team(tab)[1])
    assert [(w.key, w.hint, bool(w.value)) for w in writes] == [("Ana Restrepo", 2, True), ("Luis", 3, False)]
