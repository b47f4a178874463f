"""Policies hold from a date to a date: what is read on a day knows those in force, by their former names too."""

from datetime import date, timedelta

from tasks.domain.catalog import MIPG_GENERAL, Catalog, Policy, Term

CHANGE = date(2026, 7, 1)
BEFORE = CHANGE - timedelta(days=1)


def policy(slug: str, **dates: object) -> Policy:
    return Policy.model_validate(
        {"slug": slug, "name": slug.title(), "dimension": 3, "dimension_name": "Valores"} | dates
    )


RENAMED = Catalog(
    policies=(
        policy("digital", valid_to=BEFORE, successor="transformacion", headings=("Política digital",)),
        policy("transformacion", valid_from=CHANGE),
        policy("archivos", valid_to=BEFORE),
        policy("integridad"),
    ),
    municipalities=(),
    vocabulary=(
        Term(phrase="gobierno digital", policy="digital", weight=5, kind="name"),
        Term(phrase="gobierno digital", policy="transformacion", weight=4),
        Term(phrase="tablas de retención", policy="archivos", weight=4),
        Term(phrase="código", policy="integridad", weight=3, instead_of=("digital", "archivos", "integridad")),
    ),
)


def test_a_policy_that_ended_gives_way_to_its_successor_and_its_words_go_with_it() -> None:
    today = RENAMED.on(CHANGE)
    assert [one.slug for one in today.policies] == ["transformacion", "integridad"]
    assert today.policies[0].headings == ("Digital", "digital", "Política digital")
    assert [(term.phrase, term.policy) for term in today.vocabulary] == [
        ("gobierno digital", "transformacion"),
        ("código", "integridad"),
    ]
    assert today.vocabulary[1].instead_of == ("transformacion",)


def test_until_the_day_of_the_change_the_old_one_holds() -> None:
    assert [one.slug for one in RENAMED.on(BEFORE).policies] == ["digital", "archivos", "integridad"]


def test_a_catalog_without_dates_is_the_same_every_day() -> None:
    catalog = Catalog(policies=(policy("integridad"),), municipalities=())
    assert catalog.on(CHANGE) is catalog


def test_an_heir_is_found_through_several_changes_and_a_circle_has_none() -> None:
    chain = Catalog(
        policies=(
            policy("a", valid_to=BEFORE, successor="b"), policy("b", valid_to=BEFORE, successor="c"), policy("c"),
            policy("x", valid_to=BEFORE, successor="y"), policy("y", valid_to=BEFORE, successor="x"),
        ),
        municipalities=(),
    )  # fmt: skip
    assert [chain.heir(slug, CHANGE) for slug in ("a", "c", "x", "y", MIPG_GENERAL)] == ["c", "c", "", "", MIPG_GENERAL]
