"""Turns of phrase are found as the bare expression finds them, whatever the text."""

import importlib
import pkgutil
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tasks.domain
from tasks.domain.phrases import Phrases, needed


def every_phrases() -> list[tuple[str, Phrases]]:
    """Return all that the domain uses, with where they stand."""
    modules = pkgutil.walk_packages(tasks.domain.__path__, "tasks.domain.")
    return [
        (f"{module.name}.{name}", value)
        for module in modules
        for name, value in vars(importlib.import_module(module.name)).items()
        if isinstance(value, Phrases)
    ]


@pytest.mark.parametrize(
    ("expression", "strings"),
    [
        (r"\bsolicit\w+", {"solicit"}),
        (r"\b(?:solicit|pid[ao])\b", {"solicit", "pida", "pido"}),
        (r"(?:muy )?urgente?s", {"urgent"}),
        (r"no (?:la |las )?requier\w+", {"requier"}),
        (r"de(?= acuerdo)", {"de acuerdo"}),
        (r"(?<=el )plan", {"plan"}),
        (r"(?:ya|todav[i\u00ed]a) (?:no)+ lleg", {" lleg"}),
        (r"asesor\w*|asesoria", {"asesor"}),
        (r"\d{2}|plan", set()),
        (r"(?i:plan)", set()),
        (r"\w*", set()),
    ],
)
def test_what_must_stand_in_a_text_is_read_off_the_expression(expression: str, strings: set[str]) -> None:
    assert needed(expression) == strings


@pytest.mark.parametrize("phrases", [pytest.param(found, id=name) for name, found in every_phrases()])
@given(data=st.data())
def test_nothing_is_missed(phrases: Phrases, data: st.DataObject) -> None:
    bare = phrases._pattern
    text = data.draw(st.from_regex(bare)) if data.draw(st.booleans()) else data.draw(st.text())
    assert [match.span() for match in phrases.finditer(text)] == [match.span() for match in bare.finditer(text)]
    assert (phrases.search(text) is None) == (bare.search(text) is None)
    assert phrases.findall(text) == bare.findall(text)
    assert phrases.split(text) == bare.split(text)
    assert phrases.sub("-", text) == bare.sub("-", text)


def test_case_is_ignored_where_the_expression_ignores_it() -> None:
    assert Phrases("solicit", re.IGNORECASE).search("SE SOLICITA")
    assert not Phrases("solicit").search("SE SOLICITA")
