"""Mail templates: what is inside a value stays text, and a wrong template says what is wrong and where."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import templates
from tasks.adapters.texts.jinja import JinjaTexts
from tasks.domain.letters.fields import OfficeFields
from tasks.domain.mail.writing.contexts.team import AlertContext, OrderAnswerContext
from tasks.ports.errors import TemplateProblem

SHIPPED = JinjaTexts([templates.FOLDER])


def own(folder: Path, **files: str) -> JinjaTexts:
    """Return the renderer with files of the office's own in front; alerta_txt is mail/alerta.txt."""
    (folder / "mail").mkdir(exist_ok=True)
    for name, source in files.items():
        (folder / "mail" / name.replace("_", ".")).write_text(source, encoding="utf-8")
    return JinjaTexts([folder, templates.FOLDER])


def answer(text: str, subject: str = "") -> dict[str, object]:
    return OrderAnswerContext(done=False, answers=(text,), subject=subject).fields()


def test_markup_and_marks_in_a_value_stay_text() -> None:
    hostile = "<script>alert(1)</script> {{ 7*7 }} {% include 'mail/base.html' %} & <Cía> \"x\""
    mail = SHIPPED.mail("respuesta", answer(hostile))
    assert hostile in mail.text
    assert "<script>" not in mail.html
    assert "{{ 7*7 }}" in mail.html
    assert "&amp; &lt;Cía&gt;" in mail.html


def test_a_subject_is_one_line_whatever_comes() -> None:
    mail = SHIPPED.mail("respuesta", {**answer("x"), "asunto": "uno\r\nBcc: todos@example.org\u2028dos"})
    assert "\n" not in mail.subject
    assert mail.subject.startswith("No fue posible: uno")


@given(st.text(max_size=200))
def test_no_value_breaks_a_mail(text: str) -> None:
    mail = SHIPPED.mail("respuesta", {**answer("x"), "respuestas": [text], "asunto": text})
    assert "Nada cambió" in mail.text
    assert mail.subject.splitlines() == [mail.subject]
    (mail.subject + mail.text + mail.html).encode()


def test_styles_are_in_the_elements_and_the_rules_for_phones_and_dark_mode_in_the_head() -> None:
    page = SHIPPED.mail("respuesta", answer("x")).html
    assert 'style="' in page
    assert "prefers-color-scheme: dark" in page
    assert "<!--[if mso]>" in page
    assert "<link" not in page
    assert "http" not in page.split("<body", 1)[1]


def test_the_office_and_the_token_stand_at_the_foot() -> None:
    office = OfficeFields(entity="Gobernación de Prueba", mailbox="mesa@prueba.example.org")
    mail = JinjaTexts([templates.FOLDER], office).mail("respuesta", {**answer("x"), "token": "abc123"})
    for said in (mail.text, mail.html):
        assert "Gobernación de Prueba" in said
        assert "mesa@prueba.example.org" in said
        assert "Clave de respuesta: abc123" in said


def test_the_offices_own_template_stands_in_front_and_counts_at_once(tmp_path: Path) -> None:
    texts = own(tmp_path, alerta_txt="Asunto: Uno\n\n{{ avisos[0] }}\n")
    fields = AlertContext(lines=("algo",)).fields()
    assert texts.mail("alerta", fields).subject == "Uno"
    own(tmp_path, alerta_txt="Asunto: Dos, más largo\n\n{{ avisos[0] }}\n")
    mail = texts.mail("alerta", fields)
    assert (mail.subject, mail.text) == ("Dos, más largo", "algo\n")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Asunto: x\n\n{{ avisoss }}", r"mail/alerta\.txt, línea 3: el campo «avisoss» no existe; .*«avisos»"),
        ("Asunto: x\n{{ oficina.buson }}", r"línea 2: el campo «buson» no existe; .*«buzon»"),
        ("Asunto: x\n\n\n{% if %}", r"mail/alerta\.txt, línea 4: marca mal escrita"),
        ("Asunto: {{ avisos | safe }}", "marca mal escrita"),
        ("sin asunto", "su primera línea debe ser «Asunto: …»"),
        ("Asunto: {{ ''.__class__.__mro__ }}", "no se pudo llenar"),
        ("Asunto: {{ 1 / 0 }}", "no se pudo llenar"),
        ("Asunto: x{% include 'mail/nada.txt' %}", "mail/nada.txt: no existe"),
        ("Asunto: x{% include '../../../etc/passwd' %}", "no existe"),
    ],
)
def test_a_wrong_template_says_what_and_where(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(TemplateProblem, match=said):
        own(tmp_path, alerta_txt=source).mail("alerta", AlertContext(lines=("x",)).fields())


@pytest.mark.parametrize("name", ["nada", "../alerta", "mail/alerta", "", "ALERTA"])
def test_an_unknown_mail_is_a_template_problem(name: str) -> None:
    with pytest.raises(TemplateProblem):
        SHIPPED.mail(name, {})


def test_check_finds_a_wrong_field_in_a_branch_that_is_not_taken(tmp_path: Path) -> None:
    texts = own(tmp_path, alerta_html="<p>{% if false %}{{ avizos }}{% endif %}</p>", respuesta_txt="Hola")
    assert texts.check() == [
        "plantilla mail/alerta.html, línea 1: el campo «avizos» no existe; el más parecido es «avisos»",
        "plantilla mail/respuesta.txt: su primera línea debe ser «Asunto: …»",
    ]


def test_the_shipped_templates_have_no_problem() -> None:
    assert SHIPPED.check() == []
