"""The municipality is told by evidence; names that others share wait for it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.origin.municipalities import Place
from tasks.domain.mail.message import Correspondent


def locate(office: OfficeView, email: str = "", text: str = "", subject: str = "", name: str = "") -> Place:
    sender = Correspondent(name, email)
    return office.matchers.gazetteer.locate(sender, Correspondent(), subject, [text], "")


@pytest.mark.parametrize(
    ("email", "text", "dane"),
    [
        ("planeacion@caldas-antioquia.gov.co", "solicitamos asesoría", "05129"),
        ("a@hospitalcaldas.gov.co", "La ESE Hospital de Caldas, sur del Valle de Aburrá, pide apoyo", "05129"),
        ("planeacion@sanluis-antioquia.gov.co", "buenas", "05660"),
        ("x@gmail.com", "soy de planeación de San Luis, oriente", "05660"),
        ("x@gmail.com", "escribo del municipio de San Luis Antioquia", "05660"),
        ("x@gmail.com", "acá en Bolívar (Suroeste) necesitamos asesoría", "05101"),
        ("x@gmail.com", "desde la alcaldía de Nariño, Antioquia", "05483"),
        ("x@gmail.com", "saludos desde Nariño, por los lados de Sonsón y Argelia", "05483"),
        ("x@gmail.com", "somos la alcaldía de La Unión, Oriente antioqueño", "05400"),
        ("x@gmail.com", "Archivo municipal, Armenia Mantequilla", "05059"),
        ("x@gmail.com", "la alcaldía de la Estrella del Norte pide apoyo", "05887"),
        ("x@hotmail.com", "la Alcaldía de Frontino solicita apoyo", "05284"),
        ("gerencia@esehospitalsanrafaelyolombo.gov.co", "la ESE Hospital San Rafael de Yolombó", "05890"),
        ("sistemas@sansrafael-antioquia.gov.co", "San Rafael nunca ha hecho el análisis", "05667"),
        ("h@nariño-antioquia.gov.co", "pedimos orientación", "05483"),
        ("h@xn--nario-antioquia-7qb.gov.co", "somos de Nariño, Antioquia", "05483"),
        ("juridica@sanpedrodeuraba-antioquia.gov.co", "En San Pedro de Urabá venimos", "05665"),
        ("x@gmail.com", "de Carolina del Príncipe. El municipio de Carolina del Príncipe pide apoyo", "05150"),
        (
            "planeacion@jerico-antioquia.gov.co",
            "el municipio de Jericó pide; vienen los de Pueblorrico y Tarso",
            "05368",
        ),
    ],
)
def test_evidence_places_the_sender(office: OfficeView, email: str, text: str, dane: str) -> None:
    assert locate(office, email, text).dane == dane


@pytest.mark.parametrize(
    ("email", "text"),
    [
        ("x@gmail.com", "somos del municipio de Bolívar"),
        ("x.bolivar@gmail.com", "somos del municipio de Bolívar"),
        ("planeacion.launion@gmail.com", "la Alcaldía de La Unión solicita apoyo"),
        ("x@gmail.com", "escribimos de la alcaldía de San Luis"),
        ("x@gmail.com", "somos la alcaldía de El Carmen"),
        ("x@gmail.com", "los municipios de Buriticá y de Giraldo, ambos pedimos asesoría"),
        ("x@gmail.com", "alcaldía de Duitama, Boyacá"),
        ("x@gmail.com", "el municipio de Rionegro solicita asesoría"),
        ("x@gmail.com", "la alcaldía de Granada solicita asesoría"),
        ("x@gmail.com", "la alcaldía de Armenia solicita asesoría"),
        ("x@gmail.com", "la alcaldía de San Pedro solicita asesoría"),
        ("x@gmail.com", "qué bello trabajo, soy Luis Caicedo Giraldo, me retiro"),
        ("x@gmail.com", "los enlaces de Abejorral, La Unión, Nariño y Argelia quieren una jornada"),
        ("x@gmail.com", "el plan de retiro y los remedios del jardín y la estrella"),
        ("planeacion@armenia.gov.co", "solicitamos asesoría"),
    ],
)
def test_a_shared_name_without_evidence_is_asked_for(office: OfficeView, email: str, text: str) -> None:
    assert locate(office, email, text).dane is None


@pytest.mark.parametrize(
    ("email", "text", "department"),
    [
        ("tic@granada-meta.gov.co", "el municipio de Granada solicita asesoría", "Meta"),
        ("x@hotmail.com", "de la oficina de control interno de San Luis (Tolima)", "Tolima"),
        ("x@armenia.gov.co", "desde Armenia (Quindío) solicitamos", "Quindío"),
        ("x@rionegro-santander.gov.co", "del municipio de Rionegro (Santander)", "Santander"),
        ("planeacion@manizales.gov.co", "nos gustaría conocer su guía", "Caldas"),
        ("planeacion@choco.gov.co", "Quisiéramos visitarlos (somos vecinos de Murindó)", "Chocó"),
        ("x@gmail.com", "la alcaldía de La Unión, Valle del Cauca", "Valle del Cauca"),
        ("x@gmail.com", "la alcaldía de La Unión, Nariño", "Nariño"),
        ("x@gmail.com", "Saludos desde Acandí (Chocó). Nos queda más fácil Turbo que Quibdó.", "Chocó"),
        ("planeacion@narino-gob.gov.co", "Colegas de Antioquia, ¿nos comparten sus formatos?", "Nariño"),
        ("x@gmail.com", "En la Gobernación de Caldas queremos conocer su mesa de asesoría", "Caldas"),
    ],
)
def test_another_department_is_outside(office: OfficeView, email: str, text: str, department: str) -> None:
    place = locate(office, email, text)
    assert place.dane is None
    assert place.outside == department


def test_the_bajo_cauca_is_no_other_department(office: OfficeView) -> None:
    assert locate(office, "enlace@nechi-antioquia.gov.co", "Un saludo desde el Bajo Cauca, en Nechí.").dane == "05495"


@pytest.mark.parametrize(
    ("email", "text", "dane"),
    [
        ("alcaldia@yondo-antioquia.gov.co", "Escribimos desde Yondó, Magdalena Medio.", "05893"),
        ("enlace@caldasantioquia.gov.co", "La alcaldía de Caldas, Valle de Aburrá, solicita apoyo.", "05129"),
    ],
)
def test_a_subregion_called_like_a_department_is_none(office: OfficeView, email: str, text: str, dane: str) -> None:
    place = locate(office, email, text)
    assert (place.dane, place.outside) == (dane, "")


@pytest.mark.parametrize("text", ["El municipio de Támesis solicita apoyo", "la alcaldía de Cañasgordas pide visita"])
def test_case_accents_and_their_form_make_no_difference(office: OfficeView, text: str) -> None:
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    found = {
        locate(office, "x@gmail.com", form).dane
        for form in (text, text.upper(), unicodedata.normalize("NFD", text), plain)
    }
    assert len(found) == 1
    assert found != {None}


def test_every_official_domain_places_its_municipality(office: OfficeView) -> None:
    for town in office.catalog.municipalities:
        for domain in town.domains:
            assert locate(office, f"alcaldia@{domain}", "solicitamos asesoría").dane == town.dane


@given(st.text(max_size=300), st.text(max_size=60))
def test_no_text_breaks_the_search(office: OfficeView, text: str, address: str) -> None:
    place = locate(office, address, text, text[:50], address)
    assert place.dane is None or not place.outside


def test_a_town_we_have_no_name_for_is_placed_by_the_department_behind_it(office: OfficeView) -> None:
    assert locate(office, "x@gmail.com", "La alcaldía de Duitama, Boyacá, solicita asesoría").outside == "Boyacá"
    assert locate(office, "x@gmail.com", "Alcaldía de Carmen de Bolívar").dane is None


def before(office: OfficeView, text: str, *danes: str) -> Place:
    sender = Correspondent("Gloria", "gloria@gmail.com")
    return office.matchers.gazetteer.locate(sender, Correspondent(), "", [text], "", danes)


def test_earlier_mail_places_a_personal_address_unless_it_wrote_for_several_or_says_another_place(
    office: OfficeView,
) -> None:
    assert before(office, "Solicitamos asesoría", "05756").dane == "05756"
    assert before(office, "Solicitamos asesoría", "05756", "05002").dane is None
    assert before(office, "El municipio de Granada, Antioquia, solicita asesoría", "05756").dane is None
