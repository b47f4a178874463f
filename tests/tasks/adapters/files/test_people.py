"""The seed of people: read from JSON or TOML, or refused with the key that is wrong."""

import json
from pathlib import Path

import pytest

from tasks.adapters.files.people import load_people
from tasks.domain.directory import Role
from tasks.ports.errors import ConfigurationError

SLUGS = {"integridad", "talento-humano"}
SEED = {
    "director": {"name": "Diana Ríos", "email": "diana@x.gov.co"},
    "team": [{"name": "Ana", "email": " ana@x.gov.co "}, {"name": "Beto", "email": "beto@x.gov.co"}],
    "leaders": {
        "integridad": {
            "name": "Luz", "email": "luz@x.gov.co", "dependency": "Gestión Humana", "contacts": ["equipo@x.gov.co"],
        },
    },
    "other_axes": {"politica-publica": {"name": "Equipo", "email": "pp@x.gov.co"}},
    "operator": {"name": "Olga", "email": "olga@x.gov.co"},
}  # fmt: skip


@pytest.fixture
def refused(tmp_path):
    def refused(seed) -> str:
        file = tmp_path / "people.json"
        file.write_text(seed if isinstance(seed, str) else json.dumps(seed), "utf-8")
        with pytest.raises(ConfigurationError) as caught:
            load_people(file, SLUGS)
        return str(caught.value).replace(f"{file}: ", "")

    return refused


def test_the_seed_becomes_a_directory(tmp_path):
    file = tmp_path / "people.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(SEED).encode())
    people = load_people(file, SLUGS)
    assert people.director().name == "Diana Ríos"
    assert [(p.email, p.role) for p in people.people[1:]] == [
        ("ana@x.gov.co", Role.OFFICER),
        ("beto@x.gov.co", Role.OFFICER),
        ("olga@x.gov.co", Role.OPERATOR),
    ]
    assert people.leader("integridad").contacts == ("equipo@x.gov.co",)
    assert people.axes[0].axis == "politica-publica"


def test_toml_says_the_same(tmp_path):
    file = tmp_path / "people.toml"
    file.write_text(
        '[director]\nname = "Diana"\nemail = "d@x.co"\n[leaders.integridad]\nname = "Luz"\nemail = "l@x.co"\n'
        '[[team]]\nname = "Ana"\nemail = "a@x.co"\n'
    )
    people = load_people(file, SLUGS)
    assert (people.director().email, people.leader("integridad").name) == ("d@x.co", "Luz")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"director": None}, 'director: accepted: {"name": …, "email": …}'),
        ({"director": {"name": "D"}}, "director.email: missing; it is compulsory"),
        ({"director": {"name": " ", "email": "d@x.co"}}, "director.name: empty; accepted: a name"),
        ({"team": [{"name": "A", "email": "ana"}]}, "team[0].email: not a mail address; accepted: name@domain"),
        ({"team": [{"name": "A", "email": "a@x.co"}, {"name": "B", "email": "A@x.co"}]},
         "team[1].email: stands twice; accepted: one entry per address"),
        ({"team": {}}, "team: accepted: a list"),
        ({"leaders": {"integridadd": {"name": "L", "email": "l@x.co"}}},
         "leaders.integridadd: unknown policy; did you mean integridad?"),
        ({"leaders": {"zzz": {"name": "L", "email": "l@x.co"}}},
         "leaders.zzz: unknown policy; accepted: integridad, talento-humano"),
        ({"leaders": {"integridad": {"name": "L", "email": "l@x.co", "phone": "1"}}},
         "leaders.integridad.phone: unknown key; accepted: name, email, dependency, contacts"),
        ({"leaders": {"integridad": {"name": "L", "email": "l@x.co", "contacts": ["x"]}}},
         "leaders.integridad.contacts[0]: not a mail address; accepted: name@domain"),
        ({"other_axes": {"otro": {"name": "L", "email": "l@x.co"}}},
         "other_axes.otro: unknown axis; accepted: politica-publica, plan-desarrollo"),
        ({"boss": {}}, "boss: unknown key; accepted: director, team, leaders, other_axes, operator"),
    ],
)  # fmt: skip
def test_a_mistake_names_the_key_and_what_is_accepted(refused, changes, message):
    assert refused(SEED | changes) == message


def test_a_leader_given_twice_is_told_and_none_is_dropped_in_silence(refused):
    leader = '{"name": "L", "email": "l@x.co"}'
    text = f'{{"director": {leader}, "leaders": {{"integridad": {leader}, "integridad": {leader}}}}}'
    assert '"integridad" stands twice in one object' in refused(text)


@pytest.mark.parametrize("text", ["{", "[1]", "[" * 100_000])
def test_what_is_no_object_is_refused(refused, text):
    assert "accepted" in refused(text) or "neither JSON nor TOML" in refused(text)


def test_a_file_that_is_not_there_is_refused():
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_people(Path("/nowhere/people.json"), SLUGS)
