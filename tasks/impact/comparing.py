"""The comparison over the ledger: all scores loaded against all assistance given."""

from collections.abc import Iterable
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, EntityType
from tasks.domain.scores.results import Assistance
from tasks.results.versions import current_scores


def assistance_of(cases: Iterable[Case]) -> list[Assistance]:
    """Return the days on which units were assisted, as the comparison takes them."""
    return [
        Assistance(
            dane_code=case.municipality,
            policy=case.policy,
            day=day,
            modality=case.origin.value,
            case=case.number,
            entity_type=case.entity_type.value if case.entity_type else EntityType.ALCALDIA.value,
        )
        for case in cases
        if case.municipality and case.policy
        for day in case.assistance
    ]


def assisted_in(cases: Iterable[Case], vigencia: int | None) -> list[Case]:
    """Return the cases with a session in the calendar year of a vigencia."""
    return [case for case in cases if any(day.year == vigencia for day in case.assistance)]


def known_assistance(office: Office) -> list[Assistance]:
    """Return every day of assistance that the ledger knows."""
    with office.ledger.reading() as unit:
        return assistance_of(unit.cases.all())


def comparison(office: Office) -> dict[str, Any]:
    """Return the comparison of all that is loaded and was assisted up to now (schema `mipg-compare/1`)."""
    from tasks.domain.scores.impact.comparison import Options, compare
    from tasks.domain.scores.impact.exposure import Blocks

    with office.ledger.reading() as unit:
        scores, problems = current_scores(unit)
        assistance = assistance_of(unit.cases.all())
    return compare(scores, assistance, Options(blocks=Blocks.parse(office.settings.scores.blocks)), problems)
