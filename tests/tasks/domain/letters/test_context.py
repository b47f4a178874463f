"""What a letter says."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.catalog import Catalog, Municipality, Policy
from tasks.domain.directory import Leader
from tasks.domain.letters.context import (
    QUOTED_CHARACTERS,
    QUOTED_PARAGRAPHS,
    LetterContext,
    LetterFacts,
    letter_context,
    quoted_paragraphs,
)
from tasks.domain.letters.fields import catalogue, field_names, sample
from tasks.domain.letters.grouping import group
from tasks.domain.letters.paper import Addressee
from tests.templates.letters_samples import OFFICE, THREE_CASES, case, letter


def test_one_case_speaks_in_the_singular() -> None:
    context = letter()
    assert (
        context.subject
        == "Solicitud de asistencia técnica en la política de Gestión documental para el municipio de Sonsón"
    )
    assert context.entities == "la Alcaldía de Sonsón"
    assert context.plan_term == "diez (10) días hábiles"
    assert (context.plan_due, context.legal_due) == ("18 de diciembre de 2026", "16 de diciembre de 2026")


def test_three_cases_name_each_municipality_policy_and_entity_once() -> None:
    context = letter(THREE_CASES)
    assert context.municipalities == "los municipios de Sonsón e Ituango"
    assert context.policies == "las políticas de Gobierno digital y Seguridad digital"
    assert context.entities == "la Alcaldía de Sonsón y el Concejo Municipal de Ituango"
    assert [row.entity for row in context.cases][-1] == "Concejo Municipal de Ituango"


def test_a_subject_too_full_of_names_counts_them_and_no_sentence_is_cut() -> None:
    names = [f"Política de nombre tan largo como el de las más largas, número {n}" for n in range(5)]
    towns = [f"Municipio de nombre largo {n}" for n in range(9)]
    catalog = Catalog(
        policies=tuple(Policy(slug=name, name=name, dimension=3, dimension_name="Valores") for name in names),
        municipalities=tuple(
            Municipality(dane=f"{n:05}", name=name, subregion="Norte") for n, name in enumerate(towns)
        ),
    )
    leaders = [Leader(policy=name, dependency="D", name="L", email="l@example.org") for name in names]

    def said(policies: int, places: int) -> LetterContext:
        cases = [case(f"2026-{n:04}", names[n % policies], f"{n % places:05}") for n in range(policies * places)]
        facts = LetterFacts(
            number="DSEGPP-2026-0107", addressee=Addressee(name="L"), office=OFFICE, day=date(2026, 12, 3),
            group=group(cases, leaders).groups[0], catalog=catalog, plan_due=date(2026, 12, 18),
        )  # fmt: skip
        return letter_context(facts)

    assert said(5, 2).subject == (
        "Solicitud de asistencia técnica en 5 políticas de MIPG para los municipios de "
        "Municipio de nombre largo 0 y Municipio de nombre largo 1"
    )
    assert said(5, 9).subject == "Solicitud de asistencia técnica en 5 políticas de MIPG para 9 municipios"
    assert all(name in said(5, 9).policies for name in names)


def test_every_field_is_described_and_has_an_example() -> None:
    assert set(sample(LetterContext)) == set(field_names(LetterContext)) == set(letter().fields())
    assert all(description for _, description in catalogue(LetterContext))


def test_a_long_request_is_cut_and_says_so() -> None:
    quoted, is_cut = quoted_paragraphs("\n".join(f"párrafo {n} " + "x " * 200 for n in range(40)))
    assert is_cut
    assert len(quoted) <= QUOTED_PARAGRAPHS
    assert quoted[-1].endswith("…")


@given(st.text(max_size=500))
def test_quoted_text_is_clean_and_bounded(text: str) -> None:
    quoted, _ = quoted_paragraphs(text)
    assert sum(map(len, quoted)) <= QUOTED_CHARACTERS
    assert all(part.strip() == part and "\n" not in part and part.isprintable() for part in quoted if part.isascii())
    "".join(quoted).encode()  # no lone surrogate
