"""What a sentence does with the subject it speaks of."""

import pytest

from tasks.domain.classification.asking import Act, act_of, clauses, denies_advice
from tasks.domain.classification.text import fold


@pytest.mark.parametrize(
    "text",
    [
        "Agradecemos una asesoría para cumplir la Ley 1712.",
        "Agradezco nos orienten sobre la rendición de cuentas.",
        "Agradeceríamos que nos visiten para explicar el plan de acción.",
        "Agradecemos si la visita puede ser en la tarde.",
    ],
)
def test_thanking_for_what_is_still_to_come_is_asking(text: str) -> None:
    assert act_of(fold(text)) is Act.ASKS


@pytest.mark.parametrize("text", ["Agradecemos la asesoría recibida.", "Muchas gracias por la visita del martes."])
def test_thanking_for_what_came_is_no_asking(text: str) -> None:
    assert act_of(fold(text)) is Act.THANKS


def test_what_is_denied_in_brackets_is_an_aside() -> None:
    assert act_of(fold("Solicitamos asesoría para el plan de seguridad (el institucional ya quedó).")) is Act.ASKS
    assert act_of(fold("No requerimos asesoría (gracias por ofrecerla).")) is Act.DENIES


def test_one_need_asked_and_another_denied_in_a_breath_is_no_refusal() -> None:
    assert not denies_advice("Ya quedó la asesoría de archivo y solicitamos apoyo con el PETI")
    assert denies_advice("No requerimos asesoría ni necesitamos apoyo por ahora")


def test_what_a_request_is_not_for_stands_apart() -> None:
    found = clauses("Pedimos asesoría en indicadores, no es para el plan de desarrollo sino para la gestión.")
    assert [clause.act for clause in found][:2] == [Act.ASKS, Act.DENIES]


@pytest.mark.parametrize("text", ["Deseamos montar un procedimiento único.", "Favor indicarnos una fecha."])
def test_a_wish_to_do_something_asks(text: str) -> None:
    assert act_of(fold(text)) is Act.ASKS


@pytest.mark.parametrize("text", ["Les deseamos una feliz Navidad.", "Deseamos felicitar a su equipo."])
def test_good_wishes_ask_nothing(text: str) -> None:
    assert act_of(fold(text)) is not Act.ASKS


@pytest.mark.parametrize("text", ["¿Se acuerdan cuando no teníamos comité?", "Si requiere intérprete, infórmelo."])
def test_a_question_to_nobody_and_an_offer_ask_nothing(text: str) -> None:
    (clause,) = clauses(text)
    assert clause.act is not Act.ASKS
