"""How a leader offers to hold the session, in the words they use."""

import pytest

from tasks.domain.cases.case import Mode
from tasks.domain.letters.modes import mode_offered

VIRTUAL, PRESENCIAL = Mode.REMOTE, Mode.ON_SITE


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("Proponemos el próximo martes, de forma virtual.", VIRTUAL),
        ("La sesión sería el 15 de enero a las 9:00 a. m.\nModalidad: Virtual", VIRTUAL),
        ("Nos vemos el 15 de enero por Teams.", VIRTUAL),
        ("La reunión se haría por videollamada el jueves.", VIRTUAL),
        ("Los atenderemos presencialmente el 20 de enero.", PRESENCIAL),
        ("El encuentro será PRESENCIAL, en la alcaldía.", PRESENCIAL),
        ("No es posible hacerla presencial; sería virtual el 15 de enero.", VIRTUAL),
        ("En vez de virtual, la haríamos presencial el 15 de enero.", PRESENCIAL),
        ("Puede ser virtual o presencial, como prefieran.", None),
        ("Si prefieren presencial nos avisan.", None),
        ("Antes de la asesoría deben hacer el curso virtual de MIPG.", None),
        ("Atención presencial de lunes a viernes.", None),
        ("Podemos el 15 de enero.", None),
        ("", None),
    ],
)
def test_the_mode_is_taken_from_the_words_only_when_they_name_one(text: str, mode: Mode | None) -> None:
    assert mode_offered(text) is mode
