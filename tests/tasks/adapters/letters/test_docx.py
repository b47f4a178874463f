"""Word letters against their contract, and what staff may do to a template."""

import base64
import io
from pathlib import Path
from shutil import copy

import pytest
from docx import Document

import templates
from tasks.adapters.letters.docx import DocxRenderer
from tasks.domain.letters.context import LetterContext
from tasks.domain.letters.fields import catalogue, sample
from tasks.domain.letters.others import OTHER_LETTERS
from tasks.ports.errors import TemplateProblem
from tasks.ports.letters import Picture
from tests.contracts.letters import LetterRendererContract, words
from tests.templates.letters_samples import THREE_CASES, letter

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
RENDERER = DocxRenderer([templates.FOLDER])


def write(folder: Path, *paragraphs: str, name: str = "letters/default") -> DocxRenderer:
    """Put a template of the office's own in front of the shipped ones."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    path = folder / f"{name}.docx"
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))
    return DocxRenderer([folder, templates.FOLDER])


class TestDocxRenderer(LetterRendererContract):
    @pytest.fixture
    def renderer(self) -> DocxRenderer:
        return RENDERER


def test_cases_of_one_letter_stand_in_its_table() -> None:
    document = DocxRenderer([templates.FOLDER]).render("letters/default", letter(THREE_CASES).fields())
    rows = [[cell.text for cell in row.cells] for row in Document(io.BytesIO(document)).tables[0].rows]
    assert rows == [
        ["Caso", "Entidad", "Municipio", "Política"],
        ["2026-0042", "Alcaldía de Sonsón", "Sonsón", "Gobierno digital"],
        ["2026-0043", "Alcaldía de Sonsón", "Sonsón", "Seguridad digital"],
        ["2026-0044", "Concejo Municipal de Ituango", "Ituango", "Seguridad digital"],
    ]


def test_the_properties_of_the_document_are_plain_text_within_words_limit() -> None:
    fields = letter().fields() | {"titulo": "Pérez & <Cía> " + "x" * 400}
    document = DocxRenderer([templates.FOLDER]).render("letters/default", fields)
    properties = Document(io.BytesIO(document)).core_properties
    assert properties.title.startswith("Pérez & <Cía> x")
    assert len(properties.title) == 255
    assert properties.language == "es-CO"


def test_the_offices_own_template_stands_in_front(tmp_path: Path) -> None:
    renderer = write(tmp_path, "Propio {{ numero }}")
    assert words(renderer.render("letters/default", letter().fields())).strip() == "Propio DSEGPP-2026-0107"


def test_a_policy_with_a_letter_of_its_own_uses_it(tmp_path: Path) -> None:
    renderer = write(tmp_path, "{{ numero }}", name="letters/gestion-documental")
    assert renderer.template_for("gestion-documental") == "letters/gestion-documental"
    assert renderer.template_for("integridad") == "letters/default"
    assert renderer.template_for("../gestion-documental") == "letters/default"


def test_an_edited_template_counts_at_once(tmp_path: Path) -> None:
    renderer = write(tmp_path, "uno")
    renderer.render("letters/default", {})
    write(tmp_path, "dos")
    assert words(renderer.render("letters/default", {})).strip() == "dos"


def test_check_names_field_place_and_closest(tmp_path: Path) -> None:
    renderer = write(tmp_path, "Con {% if es_borrador %}x{% else %}plazo {{ fecha_limte }}{% endif %}")
    (line,) = renderer.check()
    assert "letters/default.docx" in line
    assert "«fecha_limte»" in line
    assert "«fecha_limite»" in line
    assert "en «Con" in line


def test_check_sees_a_wrong_field_of_a_case(tmp_path: Path) -> None:
    (line,) = write(tmp_path, "{% for caso in casos %}{{ caso.politca }}{% endfor %}").check()
    assert "«politca»" in line
    assert "«politica»" in line


@pytest.mark.parametrize(
    ("text", "place"),
    [("Con {% if es_borrador %} sin fin", "en «Con {% if es_borrador"), ("Plazo {{ numero", "en «Plazo {{ numero»")],
)
def test_check_says_where_a_mark_is_broken(tmp_path: Path, text: str, place: str) -> None:
    (line,) = write(tmp_path, text).check()
    assert "marca mal escrita" in line
    assert place in line


@pytest.mark.parametrize("name", ["gobierno_digital", "Gobierno Digital"])
def test_check_tells_of_a_letter_that_its_name_keeps_from_ever_being_used(tmp_path: Path, name: str) -> None:
    write(tmp_path, "x", name=f"letters/{name}")
    (line,) = DocxRenderer([tmp_path, templates.FOLDER], policies=["gobierno-digital"]).check()
    assert f"letters/{name}.docx" in line
    assert "el más parecido es «gobierno-digital»" in line


def test_check_compiles_every_family_and_skips_the_lock_files_of_word(tmp_path: Path) -> None:
    renderer = write(tmp_path, "{{ lo_que_sea }} {% for %}", name="reports/impact")
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "~$fault.docx").write_bytes(b"lock")
    (line,) = renderer.check()
    assert "reports/impact.docx: marca mal escrita" in line


def test_a_picture_is_drawn_where_its_field_stands(tmp_path: Path) -> None:
    renderer = write(tmp_path, "{{ graficas[0].dibujo }}")
    context = {"graficas": ({"dibujo": Picture(PNG, width=40)},)}
    document = renderer.render("letters/default", context)
    (shape,) = Document(io.BytesIO(document)).inline_shapes
    assert shape.width.mm == pytest.approx(40)
    assert renderer.render("letters/default", context) == document


@pytest.mark.parametrize(
    "text",
    ["{{ numero", "{% if es_borrador %}sin fin", "{{ numero | safe }}", "{{ ''.__class__.__mro__ }}", "{{ 1/0 }}"],
)
def test_a_broken_mark_is_a_template_problem(tmp_path: Path, text: str) -> None:
    renderer = write(tmp_path, text)
    with pytest.raises(TemplateProblem, match="letters/default"):
        renderer.render("letters/default", letter().fields())
    assert len(renderer.check()) == 1


def test_a_renamed_file_is_not_taken_for_a_word_document(tmp_path: Path) -> None:
    renderer = write(tmp_path, "x")
    copy(__file__, tmp_path / "letters" / "default.docx")
    with pytest.raises(TemplateProblem, match="no es un documento de Word"):
        renderer.render("letters/default", letter().fields())


@pytest.mark.parametrize("name", OTHER_LETTERS)
def test_every_other_letter_is_whole_and_marked_only_while_a_draft(name: str) -> None:
    fields = dict(sample(OTHER_LETTERS[name]))
    final = words(RENDERER.render(f"letters/{name}", fields | {"es_borrador": False}))
    assert "Oficio N.º DSEGPP-2026-0107" in final
    assert "{{" not in final and "{%" not in final and "BORRADOR" not in final
    assert "BORRADOR" in words(RENDERER.render(f"letters/{name}", fields))


def test_an_unknown_field_of_another_letter_is_named_with_the_closest_known(tmp_path: Path) -> None:
    renderer = write(tmp_path, "Vence el {{ nueva_feha }}", name="letters/prorroga")
    (line,) = renderer.check()
    assert "letters/prorroga.docx: el campo «nueva_feha»" in line
    assert "el más parecido es «nueva_fecha»" in line


def test_the_sample_letter_names_every_field_of_every_letter() -> None:
    document = Document(str(templates.FOLDER / "letters" / "muestra.docx"))
    said = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    for fields in (LetterContext, *OTHER_LETTERS.values()):
        missing = [name for name, _ in catalogue(fields) if name not in said]
        assert missing == [], fields.__name__
