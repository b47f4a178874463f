"""What single cells and headings say."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.scores.results import Score, ScoreFile, combine
from tasks.domain.scores.tables.cells import fold, parse_dane, parse_day, parse_score, parse_vigencia
from tasks.domain.scores.tables.headings import PolicyNames
from tests.tasks.domain.scores.world import NAMES, catalog

NAMED = PolicyNames.of(catalog().policies)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (5001, "05001"),
        (5001.0, "05001"),
        ("5001.0", "05001"),
        ("5001,0", "05001"),
        ("'05001", "05001"),
        (" 11001 ", "11001"),
    ]
    + [(v, None) for v in ("05000", 5, "050010", "5O01", None, 5001.5, True, "٥٠٠١")],
)
def test_dane_codes(value: object, code: str | None) -> None:
    assert parse_dane(value) == code


@pytest.mark.parametrize(
    ("value", "score"),
    [("61.4", 61.4), ("61,4", 61.4), ("61,4%", 61.4), ("61,4 %", 61.4), (0, 0.0), (100, 100.0)]
    + [(v, None) for v in ("", None, "N/A", "100,1", -0.1, "1.234,5", "1e1", float("nan"), float("inf"), True, "=1+1")],
)
def test_scores_are_numbers_or_missing(value: object, score: float | None) -> None:
    assert parse_score(value) == score


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans()))
def test_no_cell_is_ever_misread_as_a_score_out_of_range(value: object) -> None:
    score = parse_score(value)
    assert score is None or 0 <= score <= 100
    assert parse_dane(value) is None or len(str(parse_dane(value))) == 5
    parse_vigencia(value), parse_day(value), NAMED.slug(value)


def test_days_and_years() -> None:
    assert (
        parse_day("15/06/2021") == parse_day("2021-06-15") == parse_day(datetime(2021, 6, 15, 9)) == date(2021, 6, 15)
    )
    assert parse_day("31/02/2021") is None
    assert parse_vigencia("Vigencia 2021") == parse_vigencia(2021.0) == 2021
    assert parse_vigencia("2020-2021") is None


@given(
    st.sampled_from(sorted(NAMES)),
    st.sampled_from(
        ["", "POL01 ", "pol7 ", "Política 3: ", "POLÍTICA 12 - ", "Índice de ", "POL09 Índice ", "Política de "]
    ),
    st.booleans(),
    st.booleans(),
)
def test_policies_are_known_by_name_whatever_stands_before(slug: str, prefix: str, upper: bool, bare: bool) -> None:
    name = NAMES[slug].replace(" ", "  ")
    name = fold(name) if bare else name
    assert NAMED.slug(prefix + (name.upper() if upper else name)) == slug


@pytest.mark.parametrize(
    "heading", ["I11 Gobierno digital", "Quintil Gobierno digital", "POL07", "D7 Control Interno", ""]
)
def test_other_figures_are_no_policy(heading: str) -> None:
    assert NAMED.slug(heading) is None


def file(value: float | None, published: date | None = None) -> ScoreFile:
    return ScoreFile((Score("05001", "integridad", 2021, value, published=published),))


def test_a_later_file_overrides_and_says_so() -> None:
    rows, problems = combine([file(60), file(61)])
    assert [row.score for row in rows] == [61]
    assert [problem.code for problem in problems] == ["corrected_values"]


def test_an_older_publication_never_overrides() -> None:
    rows, problems = combine([file(60, date(2022, 9, 1)), file(61, date(2022, 7, 1))])
    assert [row.score for row in rows] == [60]
    assert not problems
