"""Policies are chosen when they are asked for, several at once, and not at all in doubt."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.catalog import Catalog, Term
from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.subject.certainty import certainty, signs_of
from tasks.domain.classification.subject.policies import SURE, Reading, read_policies
from tasks.domain.classification.subject.vocabulary import phrase_book, proofs_in, scores_of
from tasks.domain.classification.text import PhraseBook


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


def vocabulary_of(*terms: Term) -> PhraseBook[Term]:
    return phrase_book(Catalog(policies=(), municipalities=(), vocabulary=terms))


def test_a_phrase_proves_nothing_beside_the_words_that_take_its_force_away() -> None:
    book = vocabulary_of(Term(phrase="PAA", policy="compras-contratacion", weight=3, unless=("auditoría", "OCI")))
    assert list(proofs_in("", ["Necesitamos ayuda con el PAA."], book, reply=False))
    assert not list(proofs_in("", ["Necesitamos ayuda con el PAA, el plan anual de auditoría."], book, reply=False))


def test_the_terms_of_a_policy_it_is_confused_with_are_details_in_the_same_sentence() -> None:
    book = vocabulary_of(
        Term(phrase="bienes y rentas", policy="integridad", weight=4, instead_of=("talento-humano",)),
        Term(phrase="SIGEP", policy="talento-humano", weight=4),
    )
    together = scores_of(proofs_in("", ["Pedimos ayuda para cargar bienes y rentas en SIGEP."], book, reply=False))
    apart = scores_of(proofs_in("", ["Pedimos ayuda con bienes y rentas. Pedimos ayuda con SIGEP."], book, reply=False))
    assert together["talento-humano"] < together["integridad"] / 2
    assert apart["talento-humano"] == apart["integridad"]


@pytest.mark.parametrize(
    "spelled",
    [
        "SOLICITAMOS ASESORIA EN GESTION DOCUMENTAL: TABLAS DE RETENCION DOCUMENTAL",
        unicodedata.normalize("NFD", "Solicitamos asesoría en gestión documental: tablas de retención documental"),
        "Solisitamos asesoria en gestion documentl: tablas de retencion documetal",
    ],
)
def test_capitals_decomposed_accents_and_slips_change_nothing(office: OfficeView, spelled: str) -> None:
    assert read(office, "Solicitud", spelled).policies == ("gestion-documental",)


def test_a_need_that_names_no_policy_is_understood_by_its_sense(office: OfficeView) -> None:
    text = (
        "En la alcaldía nadie sabe qué guardar ni qué botar: los expedientes están en cajas sin rótulo, se mojaron en "
        "la bodega y no hay inventario. ¿Nos orientan para organizarlos y transferirlos?"
    )
    assert read(office, "Ayuda", text).policies == ("gestion-documental",)


def test_the_whole_model_is_only_the_frame_where_one_policy_is_asked_for(office: OfficeView) -> None:
    text = "En el marco de MIPG y según el FURAG, solicitamos asesoría en la política de control interno."
    assert read(office, "Solicitud", text).policies == ("control-interno",)


def test_an_address_says_nothing_of_what_is_asked(office: OfficeView) -> None:
    plain = "Solicitamos asesoría en control interno y líneas de defensa. Escriban a la secretaría."
    text = plain[:-1] + " gobiernodigital@sonson-antioquia.gov.co o https://www.sonson-antioquia.gov.co/transparencia."
    assert read(office, "Solicitud", text).words == read(office, "Solicitud", plain).words


def test_a_policy_younger_than_the_model_is_proposed_to_a_person(office: OfficeView) -> None:
    book = vocabulary_of(Term(phrase="compra verde", policy="politica-veinte", weight=5, kind="name"))
    reading = read_policies("Solicitud", ["Solicitamos asesoría en compra verde."], book, office.matchers.model)
    assert not reading.sure
    assert reading.candidates[0] == "politica-veinte"


def test_confidence_is_never_certainty_beyond_its_words(office: OfficeView) -> None:
    reading = read(office, "Solicitud", "Solicitamos asesoría en control interno, MECI y líneas de defensa.")
    assert reading.sure
    assert reading.confidence >= SURE
    assert reading.words["control-interno"]


def _certainty(chances: dict[str, float], *, more: bool) -> float:
    return certainty(signs_of(("integridad",), chances, {"integridad": 1.0}, more=more, stated=0))


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.5), st.booleans())
def test_a_likelier_second_policy_makes_one_policy_alone_less_certain(
    one: float, other: float, chosen: float, more: bool
) -> None:
    low, high = sorted((one, other))
    doubtful = _certainty({"integridad": 0.5 + chosen, "transparencia": high}, more=more)
    clear = _certainty({"integridad": 0.5 + chosen, "transparencia": low}, more=more)
    assert 0.0 <= doubtful <= clear <= 1.0


@pytest.mark.parametrize("name", ["Integridad", "Gestión documental", "Control interno", "Mejora normativa"])
def test_a_policy_asked_for_by_its_name_alone_is_decided(office: OfficeView, name: str) -> None:
    text = f"El municipio solicita asesoría en la política de {name}, pues en la última medición le fue mal."
    reading = read(office, "Solicitud", text)
    assert reading.sure
    assert len(reading.policies) == 1


def test_one_policy_in_a_text_that_says_it_asks_about_two_things_is_less_certain() -> None:
    chances = {"integridad": 0.97, "transparencia": 0.05}
    assert _certainty(chances, more=True) < _certainty(chances, more=False)
