"""A correction in the sheet helps at once; the weekly refit takes it in only if nothing gets worse."""

from pathlib import Path

import pytest

from tasks.learning import run_learn
from tasks.operation.rehearsal import rehearsal
from tests.e2e.desk import ANA, Desk

ODD = (
    "Buenos días. Les pedimos que nos colaboren con lo del cuarto del fondo: hay mucho arrume, nadie sabe qué hay ni "
    "qué se puede botar, y el señor que sabía de eso ya no trabaja con nosotros."
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def corrected(desk: Desk) -> str:
    """Let an odd request come in and be classified by a person; returns its case."""
    desk.mail("alcaldia@sonson-antioquia.gov.co", "Ayuda", ODD)
    desk.cycle()
    (case,) = desk.cases()
    assert case.policy is None
    desk.mail(ANA, f"Caso {case.number}", f"política {case.number}: Gestión documental")
    desk.cycle()
    assert desk.case(case.number).policy == "gestion-documental"
    return case.number


def test_the_same_wording_from_elsewhere_is_decided_as_the_team_decided(desk: Desk) -> None:
    first = corrected(desk)
    desk.mail("alcaldia@granada-antioquia.gov.co", "Ayuda", ODD)
    desk.cycle()
    second = desk.cases()[-1]
    assert (second.policy, second.municipality) == ("gestion-documental", "05313")
    assert f"como en el caso {first}" in second.reasons


def test_the_weekly_refit_learns_and_a_second_one_finds_nothing_new(desk: Desk) -> None:
    corrected(desk)
    counts = run_learn(desk.office())
    assert counts["corrections"] == 1
    assert counts["in_use"] == (1 if counts["aside"] == 0 else 0) or counts["aside"] == 1
    again = run_learn(desk.office())
    assert again["in_use"] == 0


def test_a_rehearsed_refit_changes_nothing(desk: Desk) -> None:
    corrected(desk)
    with rehearsal(desk.office()) as pretended:
        run_learn(pretended)
    assert not list(desk.home.glob("models/*"))


def test_a_personal_address_is_known_by_its_earlier_request(desk: Desk) -> None:
    text = "Solicitamos asesoría en la política de Gestión Documental: tablas de retención documental."
    desk.mail("Gloria Mesa <gloria.mesa@gmail.com>", "Solicitud", f"Desde la alcaldía de Sonsón, Antioquia. {text}")
    desk.cycle()
    desk.mail(
        "Gloria Mesa <gloria.mesa@gmail.com>", "Otra", "Solicitamos asesoría en la política de Control Interno, MECI."
    )
    desk.cycle()
    assert desk.cases()[-1].municipality == "05756"
    assert "ya escribió desde Sonsón" in desk.cases()[-1].reasons
