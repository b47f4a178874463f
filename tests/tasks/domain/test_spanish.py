"""Office Spanish."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.cases.case import EntityType
from tasks.domain.spanish import (
    cardinal,
    counted,
    date_in_words,
    entity_phrase,
    join_list,
    municipality_phrase,
    number,
    of,
    percent,
    policy_phrase,
    sentence,
    span_in_words,
    term_in_words,
    to,
    weekday_in_words,
    with_article,
)


def test_dates_are_written_in_words() -> None:
    assert date_in_words(date(2026, 12, 3)) == "3 de diciembre de 2026"
    assert date_in_words(date(2027, 1, 1)) == "1.º de enero de 2027"
    assert weekday_in_words(date(2026, 12, 3)) == "jueves 3 de diciembre de 2026"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 11, 23), date(2026, 11, 29), "del 23 al 29 de noviembre de 2026"),
        (date(2026, 11, 30), date(2026, 12, 6), "del 30 de noviembre al 6 de diciembre de 2026"),
        (date(2026, 12, 28), date(2027, 1, 3), "del 28 de diciembre de 2026 al 3 de enero de 2027"),
    ],
)
def test_a_span_names_month_and_year_once(first: date, last: date, said: str) -> None:
    assert span_in_words(first, last) == said


def test_numbers_have_points_for_thousands_and_a_comma_for_decimals() -> None:
    assert number(1234.5, 1) == "1.234,5"
    assert number(-0.04, 1) == "0,0"
    assert number(-3) == "−3"
    assert percent(0.125, 1) == "12,5 %"
    assert counted(1, "caso", "casos") == "1 caso"
    assert counted(1204, "caso", "casos") == "1.204 casos"


def test_terms_stand_in_words_and_figures() -> None:
    assert term_in_words(10) == "diez (10) días hábiles"
    assert term_in_words(1) == "un (1) día hábil"
    assert cardinal(31) == "treinta y un"
    assert cardinal(120) == "120"


@given(st.integers(0, 99))
def test_every_cardinal_has_a_word(count: int) -> None:
    assert cardinal(count).replace(" ", "").isalpha()


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], ""),
        (["Sonsón"], "Sonsón"),
        (["Sonsón", "Ituango"], "Sonsón e Ituango"),
        (["Sonsón", "Itagüí"], "Sonsón e Itagüí"),
        (["padre", "hijo"], "padre e hijo"),
        (["cobre", "hierro"], "cobre y hierro"),
        (["Jericó", "Yarumal"], "Jericó y Yarumal"),
        (["a", "b", "c"], "a, b y c"),
        (["Integridad", "Transparencia, acceso"], "Integridad; y Transparencia, acceso"),
    ],
)
def test_lists_are_joined_as_they_are_read(items: list[str], said: str) -> None:
    assert join_list(items) == said


@given(st.lists(st.text(st.characters(categories=["L"]), min_size=1), min_size=2, max_size=8))
def test_a_joined_list_keeps_every_item_in_order(items: list[str]) -> None:
    said, at = join_list(items), 0
    for item in items:
        at = said.index(item, at) + len(item)


def test_municipalities_and_policies_agree_in_number() -> None:
    assert municipality_phrase(["Sonsón"]) == "el municipio de Sonsón"
    assert municipality_phrase(["Sonsón", "Ituango"]) == "los municipios de Sonsón e Ituango"
    assert municipality_phrase([]) == ""
    assert policy_phrase(["Integridad"]) == "la política de Integridad"
    assert (
        policy_phrase(["Gobierno digital", "Seguridad digital"])
        == "las políticas de Gobierno digital y Seguridad digital"
    )


@pytest.mark.parametrize(
    ("name", "kind", "town", "said"),
    [
        ("", EntityType.ALCALDIA, "Sonsón", "la Alcaldía de Sonsón"),
        ("", EntityType.CONCEJO, "El Retiro", "el Concejo de El Retiro"),
        ("", EntityType.ESE, "Jericó", "la ESE de Jericó"),
        ("", None, "Jericó", "la Administración Municipal de Jericó"),
        ("", None, "", "la entidad solicitante"),
        ("Alcaldía de Sonsón", EntityType.ALCALDIA, "Sonsón", "la Alcaldía de Sonsón"),
        ("la Alcaldía de Sonsón", None, "Sonsón", "la Alcaldía de Sonsón"),
        ("Hospital San Juan de Dios", EntityType.ESE, "Sonsón", "el Hospital San Juan de Dios"),
        ("Empresas Públicas de Jericó", EntityType.EMPRESA, "Jericó", "las Empresas Públicas de Jericó"),
        ("Aguas del Oriente", None, "", "la entidad Aguas del Oriente"),
    ],
)
def test_entities_carry_their_article(name: str, kind: EntityType | None, town: str, said: str) -> None:
    assert entity_phrase(name, kind, town) == said


def test_only_the_article_is_contracted_not_the_name_of_a_town() -> None:
    assert of("el municipio de El Retiro") == "del municipio de El Retiro"
    assert of("El Retiro") == "de El Retiro"
    assert to("el Concejo") == "al Concejo"
    assert to("la Alcaldía") == "a la Alcaldía"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Secretaría de Hacienda", "la Secretaría de Hacienda"),
        ("Ministerio de Educación", "el Ministerio de Educación"),
        ("la Personería", "la Personería"),
        ("DIAN", "DIAN"),
        ("Marta Isabel Correa Gil", "Marta Isabel Correa Gil"),
        ("", ""),
    ],
)
def test_an_office_gets_the_article_that_its_first_word_shows(name: str, said: str) -> None:
    assert with_article(name) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ya se atendió", "Ya se atendió."),
        ("Ya se atendió. ", "Ya se atendió."),
        ("él mismo lo pidió;", "Él mismo lo pidió."),
        ("¿procede?", "¿procede?"),
        ("(duplicado)", "(duplicado)"),
        ("", ""),
    ],
)
def test_what_somebody_typed_is_made_a_sentence(typed: str, said: str) -> None:
    assert sentence(typed) == said
