"""Policies are chosen when they are asked for, several at once, and not at all in doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.policies import Reading, read_policies


def read(office: OfficeView, subject: str, text: str) -> Reading:
    return read_policies(subject, [text], office.matchers.book, office.matchers.model)


@pytest.mark.parametrize(
    ("subject", "text", "expected"),
    [
        ("Asesoría en Gestión Documental", "Solicitamos asesoría en TRD y PINAR.", {"gestion-documental"}),
        ("consulta", "¿Nos ayudan con el PETI y los datos abiertos?", {"gobierno-digital"}),
        ("Apoyo", "Necesitamos apoyo con el MSPI y las copias de respaldo.", {"seguridad-digital"}),
        ("SUIT", "Quién nos ayuda a inscribir los trámites en el SUIT?", {"racionalizacion-tramites"}),
        ("Presupuesto participativo", "Queremos orientación sobre control social.", {"participacion-ciudadana"}),
        (
            "Dos políticas: Integridad y Control interno",
            "Pedimos visita para las dos.",
            {"integridad", "control-interno"},
        ),
        ("MIPG", "Solicitamos inducción en MIPG y en las 19 políticas para el equipo nuevo.", {"mipg-general"}),
        (
            "POLITICA DE TALENTO UMANO",
            "NECESITAMOS EL PLAN DE BIENESTAR E INSENTIVOS Y EL CLIMA LABORAL",
            {"talento-humano"},
        ),
    ],
)
def test_what_is_asked_for_is_chosen(office: OfficeView, subject: str, text: str, expected: set[str]) -> None:
    reading = read(office, subject, text)
    assert reading.sure
    assert set(reading.policies) == expected


def test_policies_named_only_to_say_that_they_are_fine_are_left_out(office: OfficeView) -> None:
    text = (
        "Con Gobierno Digital, Transparencia y Control Interno vamos bien.\n"
        "Solicitamos asesoría en gestión del conocimiento: lecciones aprendidas."
    )
    assert read(office, "Solicitud", text).policies == ("gestion-conocimiento",)


@pytest.mark.parametrize(
    "text",
    [
        "Buenas, necesitamos ayuda con unos procesos y procedimientos de contratación y unas demandas y el archivo.",
        "Necesitamos que nos orienten, gracias.",
        "¿Nos ayudan con los datos?",
        "Queremos ayuda con SIGEP y bienestar, y además con los decretos que están sin publicar.",
        "Necesitamos asesoría en dos temas: SECOP II y estudios previos.",  # two are announced, one is understood
    ],
)
def test_in_doubt_nothing_is_chosen(office: OfficeView, text: str) -> None:
    reading = read(office, "consulta", text)
    assert not reading.sure
    assert reading.policies == ()


def test_another_axis_is_told_apart_from_a_policy(office: OfficeView) -> None:
    reading = read(
        office,
        "Apoyo",
        "Solicitamos asesoría para formular la política pública de juventud, con su árbol de problemas.",
    )
    assert reading.axis == "politica-publica"
    assert not reading.axis_mixed


def test_both_axes_in_one_message_are_for_a_person(office: OfficeView) -> None:
    text = "Solicitamos asesoría en la política pública de juventud. También pedimos asesoría en gestión documental."
    assert read(office, "dos temas", text).axis_mixed


def test_an_office_s_name_is_no_proof(office: OfficeView) -> None:
    reading = read(
        office, "Solicitud", "El jefe de control interno y la secretaria de hacienda solicitan apoyo con PINAR y TRD."
    )
    assert reading.policies == ("gestion-documental",)


@given(st.text(max_size=400))
def test_no_text_breaks_the_reading(office: OfficeView, text: str) -> None:
    reading = read(office, text[:80], text)
    assert reading.sure or not reading.policies
    assert 0 <= reading.confidence <= 1
