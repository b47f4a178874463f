"""What leaders answer, in the words they use."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.letters.reply import ReplyKind, read_reply

TODAY = date(2026, 12, 14)  # a Monday
K = ReplyKind


@pytest.mark.parametrize(
    ("text", "files", "kind", "days"),
    [
        ("Buenos días. Podemos atenderlos el 15 de enero a las 9 a. m.", (), K.DATES, (date(2027, 1, 15),)),
        ("Proponemos el próximo martes, de forma virtual.", (), K.DATES, (date(2026, 12, 15),)),
        ("Sería el 15/01/27 o el 20 de enero de 2027.", (), K.DATES, (date(2027, 1, 15), date(2027, 1, 20))),
        ("Adjunto el plan de asistencia con fecha 15 de enero.", ("plan.pdf",), K.PLAN, (date(2027, 1, 15),)),
        ("Cordial saludo, va el cronograma.", ("Cronograma_Sonson.xlsx",), K.PLAN, ()),
        ("La vemos la segunda semana de febrero.", (), K.MESSAGE, ()),
        ("¿Cuántas personas asistirían y de qué dependencias?", (), K.QUESTION, ()),
        ("Agradecemos precisar el alcance de la asesoría.", (), K.QUESTION, ()),
        ("Le informo que este tema no es de mi competencia.", (), K.REJECTION, ()),
        ("Esto no es de nuestra competencia, corresponde a la Secretaría TIC.", (), K.REJECTION, ()),
        ("No nos compete; deben dirigirse a Hacienda.", (), K.REJECTION, ()),
        ("No somos los competentes para este asunto.", (), K.REJECTION, ()),
        ("Por competencia, se debe remitir a la Secretaría General.", (), K.REJECTION, ()),
        ("La solicitud no corresponde a las competencias de esta dirección.", (), K.REJECTION, ()),
        ("Si no es de nuestra competencia le avisaremos. ¿Quién firma?", (), K.QUESTION, ()),
        ("La sesión se realizó el 10 de diciembre con 12 personas.", (), K.EVIDENCE, (date(2026, 12, 10),)),
        ("Se realizó el 10/12/2026.", ("Lista de asistencia.pdf",), K.ATTENDANCE, (date(2026, 12, 10),)),
        ("Adjunto.", ("acta_reunion.pdf", "fotos.zip"), K.EVIDENCE, ()),
        ("Recibido, gracias.", (), K.MESSAGE, ()),
        ("", (), K.MESSAGE, ()),
    ],
)
def test_a_reply_is_understood(text: str, files: tuple[str, ...], kind: ReplyKind, days: tuple[date, ...]) -> None:
    found = read_reply(text, files, TODAY)
    assert (found.kind, found.days) == (kind, days)


@given(st.text(max_size=400), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_is_some_reply_and_offers_only_days_to_come_or_tells_of_days_gone(text: str, files: list[str]) -> None:
    found = read_reply(text, files, TODAY)
    if found.kind in {K.PLAN, K.DATES}:
        assert all(day > TODAY for day in found.days)
    else:
        assert all(day <= TODAY for day in found.days)
