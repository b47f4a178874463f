"""How and by when a request wants to be attended is read off its words, and never made up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.classification.wishes import wishes_in

WRITTEN = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("Solicitamos una sesión virtual por Teams.", "virtual"),
        ("Agradecemos una visita presencial.", "presencial"),
        ("Puede ser presencial o virtual.", "presencial o virtual"),
        ("La asesoría debe ser presencial, no virtual.", "presencial"),
        ("Necesitamos asesoría en control interno.", ""),
        ("En el municipio cada quien numera sus decretos. ¿Nos asesoran?", ""),
        ("Queremos una capacitación en el municipio.", "presencial"),
        ("Los usuarios tienen que venir cuatro veces por un permiso.", ""),
        ("¿Hay alguien que venga a explicarnos?", "presencial"),
        ("No sabemos cuándo comprar por la tienda virtual.", ""),
        ("¿Qué debe tener nuestro sitio web? Está en sitio web aparte.", ""),
        ("Nos sirve online los lunes.", "virtual"),
    ],
)
def test_modality_is_what_is_asked_for(text: str, modality: str) -> None:
    assert wishes_in("", [text], WRITTEN).modality == modality


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("¿Podría ser el 12 de diciembre?", (date(2026, 12, 12),)),
        ("De acuerdo con la ley del 6 de marzo de 2014 debemos publicar.", ()),
        ("El plazo vence el 31 de enero.", (date(2027, 1, 31),)),
    ],
)
def test_days_ahead_are_told_and_those_behind_are_not(text: str, days: tuple[date, ...]) -> None:
    assert wishes_in("", [text], WRITTEN).days == days


@pytest.mark.parametrize(
    ("subject", "text", "urgent"),
    [
        ("URGENTE", "Solicitamos asesoría.", False),
        ("URGENTE", "La Contraloría nos dejó un hallazgo y pide respuesta.", True),
        ("Ayuda", "Nos urge, debe estar listo el 4 de diciembre.", True),
        ("Ayuda", "Es urgente, lo necesitamos para el 4 de junio de 2027.", False),
        ("Ayuda", "La Contraloría nos visitó.", False),
        ("Ayuda", "El concejo me cita el 15 de diciembre para que explique.", True),
        ("Ayuda", "El comité sesiona el 16 de diciembre y no tenemos la política.", True),
        ("Ayuda", "Necesitamos la reunión antes del 10 de diciembre.", True),
        ("Ayuda", "Nos dieron cinco días para responder.", True),
        ("Ayuda", "El permiso se demora cinco días.", False),
        ("Ayuda", "¿Puede ser un taller el 10 de diciembre?", False),
        ("Ayuda", "El informe se entrega antes del 30 de abril.", False),
        ("Ayuda", "Ya casi es 15 de diciembre y no alcanzamos.", True),
    ],
)
def test_urgent_needs_the_word_and_a_ground(subject: str, text: str, urgent: bool) -> None:
    assert bool(wishes_in(subject, [text], WRITTEN).urgent) is urgent


@given(st.text(max_size=300), st.none() | st.dates())
def test_no_text_breaks_the_reading_of_wishes(text: str, written: date | None) -> None:
    assert len(wishes_in(text, [text], written).days) <= 2
