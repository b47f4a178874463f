"""What a referral letter says, as the fields that its Word template shows.

The names in Spanish are those that staff write between double braces; `catalogue(LetterContext)` lists them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from tasks.domain.cases.case import Case
from tasks.domain.catalog import Catalog
from tasks.domain.letters.fields import Line, Phrase, TemplateFields, bounded
from tasks.domain.letters.grouping import LetterGroup
from tasks.domain.letters.paper import PaperFacts, Quoting, RequestPaper, fitting_subject
from tasks.domain.mail.reading.characters import clean
from tasks.domain.spanish import (
    counted,
    date_in_words,
    entity_phrase,
    join_list,
    municipality_phrase,
    policy_phrase,
    term_in_words,
)

QUOTED_PARAGRAPHS = 12  # of the request; the whole of it goes along as an annex
QUOTED_CHARACTERS = 3000

LEGAL_BASIS = (
    "Decreto 1083 de 2015, Único Reglamentario del Sector de Función Pública, modificado por el Decreto 1499 de 2017, "
    "que adopta el Modelo Integrado de Planeación y Gestión (MIPG)",
    "Ley 1755 de 2015, que regula el derecho fundamental de petición",
)


class LetterCase(TemplateFields):
    """One row of the table of cases."""

    number: Line = Field(serialization_alias="numero")
    entity: Line = Field(serialization_alias="entidad")
    municipality: Line = Field(serialization_alias="municipio")
    policy: Line = Field(serialization_alias="politica")
    summary: Line = Field("", serialization_alias="resumen")


_EXAMPLE_CASES = (
    LetterCase(number="2026-0041", entity="Alcaldía de Sonsón", municipality="Sonsón", policy="Gestión documental"),
)


class LetterContext(RequestPaper, Quoting):
    """Every field of a letter to a policy leader."""

    municipalities: Phrase = Field(
        "",
        serialization_alias="municipios",
        description="«el municipio de Sonsón»; «los municipios de Sonsón e Ituango»",
        examples=["el municipio de Sonsón"],
    )
    cases: tuple[LetterCase, ...] = Field(
        serialization_alias="casos",
        description="Lista de casos: caso.numero, .entidad, .municipio, .politica, .resumen",
        examples=[_EXAMPLE_CASES],
    )
    plan_term: Line = Field(
        serialization_alias="plazo_plan", description="Plazo del plan en letras", examples=["diez (10) días hábiles"]
    )
    plan_due: Line = Field(
        serialization_alias="fecha_limite",
        description="Día límite del plan en letras",
        examples=["18 de diciembre de 2026"],
    )
    evidence_term: Line = Field(
        serialization_alias="plazo_evidencia",
        description="Plazo de las evidencias después de la sesión",
        examples=["cinco (5) días hábiles"],
    )
    legal_due: Line = Field(
        "",
        serialization_alias="vence_legal",
        description="Día en que vence el término legal de respuesta",
        examples=["16 de diciembre de 2026"],
    )
    legal_basis: tuple[Line, ...] = Field(
        LEGAL_BASIS, serialization_alias="marco_legal", description="Normas que se citan", examples=[LEGAL_BASIS]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts(PaperFacts):
    """What the caller knows when a letter to a leader is written; the rest follows from the cases and the catalogue."""

    group: LetterGroup
    catalog: Catalog
    plan_due: date
    plan_days: int = 10
    evidence_days: int = 5
    legal_due: date | None = None
    request_text: str = ""  # the requester's own words, quotes and signature already taken off


def letter_context(facts: LetterFacts) -> LetterContext:
    """Return every field of the letter."""
    group, catalog = facts.group, facts.catalog
    first = group.cases[0]
    policies = policy_phrase([_policy(slug, catalog) for slug in group.policies])
    towns = municipality_phrase(_municipalities(group.cases, catalog))
    quoted, is_cut = quoted_paragraphs(facts.request_text)
    return LetterContext(
        **facts.common(_subject(group, catalog)),
        request=group.request,
        incoming_ref=first.incoming_ref,
        received=date_in_words(first.received.date()),
        requester=first.requester,
        entities=join_list(_entities(group.cases, catalog)),
        municipalities=towns,
        policies=policies,
        quoted=quoted,
        quoted_is_cut=is_cut,
        cases=tuple(letter_case(case, catalog) for case in group.cases),
        plan_term=term_in_words(facts.plan_days),
        plan_due=date_in_words(facts.plan_due),
        evidence_term=term_in_words(facts.evidence_days),
        legal_due=date_in_words(facts.legal_due) if facts.legal_due else "",
    )


def _subject(group: LetterGroup, catalog: Catalog) -> str:
    """Return what the letter is about; counts stand for names where those would fill half a page."""
    names = _municipalities(group.cases, catalog)
    policies = policy_phrase([_policy(slug, catalog) for slug in group.policies])
    places = f" para {municipality_phrase(names)}" if names else ""
    fewer = counted(len(group.policies), "política", "políticas") + " de MIPG"
    few = f" para {counted(len(names), 'municipio', 'municipios')}" if names else ""
    asked = "Solicitud de asistencia técnica en"
    return fitting_subject(f"{asked} {policies}{places}", f"{asked} {fewer}{places}", f"{asked} {fewer}{few}")


def letter_case(case: Case, catalog: Catalog) -> LetterCase:
    """Return the case as a row of the letter's table."""
    town = _municipality(case, catalog)
    phrase = entity_phrase(case.entity, case.entity_type, town)
    return LetterCase(
        number=case.number,
        entity=phrase.partition(" ")[2][:1].upper() + phrase.partition(" ")[2][1:],
        municipality=town,
        policy=_policy(case.policy or "", catalog),
        summary=case.summary,
    )


def quoted_paragraphs(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the request as clean paragraphs within bounds, and whether something was left out."""
    room = QUOTED_CHARACTERS
    kept: list[str] = []
    paragraphs = [" ".join(part.split()) for part in clean(text[:200_000]).split("\n")]
    paragraphs = [part for part in paragraphs if part]
    for part in paragraphs[:QUOTED_PARAGRAPHS]:
        if room <= 0:
            break
        kept.append(bounded(part, room))
        room -= len(part)
    return tuple(kept), len(kept) < len(paragraphs) or room < 0


def _policy(slug: str, catalog: Catalog) -> str:
    policy = catalog.policy(slug)
    return policy.name if policy else slug


def _municipality(case: Case, catalog: Catalog) -> str:
    town = catalog.municipality(case.municipality)
    return town.name if town else ""


def _municipalities(cases: Sequence[Case], catalog: Catalog) -> list[str]:
    return list(dict.fromkeys(name for case in cases if (name := _municipality(case, catalog))))


def _entities(cases: Sequence[Case], catalog: Catalog) -> list[str]:
    phrases = (entity_phrase(case.entity, case.entity_type, _municipality(case, catalog)) for case in cases)
    return list(dict.fromkeys(phrases))
