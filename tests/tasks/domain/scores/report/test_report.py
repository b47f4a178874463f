"""The report as people get it: every field of its Word template, its drawing, its pages."""

import io
import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
import vl_convert
from docx import Document
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

import templates
from tasks.domain.scores.impact.comparison import compare
from tasks.domain.scores.report.chart import forest_plot, slope_chart
from tasks.domain.scores.report.improvements import InputFile, report_context
from tests.needs import require
from tests.tasks.domain.scores.world import POLICIES, World, catalog, dane

TEMPLATE = Path(templates.__file__).parent / "reports" / "impact.docx"
TODAY = date(2026, 11, 21)


def small() -> dict:
    world = World(seed=11)
    for place in range(12):
        world.assist(place, "gobierno-digital", effect=9, modality="demanda" if place % 3 == 0 else "oferta")
    for place in range(4, 9):
        world.assist(place, "integridad", effect=5)
    world.assist(2, "transparencia").assist(40, "control-interno", date(2021, 11, 1))
    gone = (dane(5), "integridad", 2021)
    return compare(world.rows(drop=lambda score: score.cell == gone), world.assistance)


def crossing() -> dict:
    world = World(vigencias=(2019, 2020, 2021, 2022))
    for place in range(12):
        world.assist(place, POLICIES[0], date(2022, 6, 15), effect=20)
    return compare(world.rows(), world.assistance)


RESULTS = {
    "small": small,
    "crossing": crossing,
    "one": lambda: compare(World().rows(), World().assist(0, POLICIES[0]).assistance),
    "nobody": lambda: compare(World().rows(), []),
    "nothing": lambda: compare([], []),
}


def render(result: dict) -> bytes:
    document = DocxTemplate(TEMPLATE)
    context = report_context(result, catalog(), TODAY, [InputFile("mdi & <2021>.xlsx", "ab" * 32, "Puntajes")])
    if spec := forest_plot(result, catalog()):
        png = vl_convert.vegalite_to_png(json.dumps(spec), scale=2)
        context["forest_plot"] = InlineImage(document, io.BytesIO(png), width=Cm(16.5))
    document.render(context, SandboxedEnvironment(undefined=StrictUndefined, autoescape=True), autoescape=True)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


@pytest.mark.parametrize("name", RESULTS)
def test_template_renders_every_kind_of_result(name: str) -> None:
    text = text_of(render(RESULTS[name]()))
    assert "{{" not in text and "{%" not in text and "None" not in text and "nan" not in text.split()
    assert "Lo que este informe no afirma" in text
    assert "mdi & <2021>.xlsx" in text
    assert "ab" * 32 in text


def test_report_tells_what_the_result_says() -> None:
    result = small()
    context = report_context(result, catalog(), TODAY, [])
    assert context["titulo"] == "Informe de mejoras de la vigencia 2021"
    assert context["fecha"] == "21 de noviembre de 2026"
    assert [row["nombre"] for row in context["politicas"]][:2] == ["Gobierno digital", "Integridad"]
    assert context["total"]["n"] == str(result["pooled"]["n_treated"])
    assert len(context["casos"]) == sum(unit["difference"] is not None for unit in result["units"])
    assert {group["motivo"] for group in context["sin_comparar"]} == {
        "No tiene puntaje publicado en 2021",
        "La asistencia llegó demasiado tarde para que estas vigencias la reflejen; se medirá con la siguiente",
    }
    above = sum(unit["flag"] == "above_expected" for unit in result["units"])
    assert len(context["por_encima"]) == above
    assert len(context["sensibilidad"]) == 4
    assert any("tres coinciden" in s or "no coinciden" in s for s in context["modalidades"])


def test_notes_of_the_table_are_explained_below_it() -> None:
    context = report_context(small(), catalog(), TODAY, [])
    used = {letter for row in context["politicas"] for letter in row["notas"].split(", ") if letter}
    assert used <= {line[0] for line in context["notas_tabla"]}
    assert used


def test_across_a_block_the_table_shows_ranks_and_standard_deviations() -> None:
    context = report_context(crossing(), catalog(), TODAY, [])
    row = context["politicas"][0]
    assert row["antes"].startswith("P") and row["despues"].startswith("P")
    assert row["nombre"].endswith("(en DE)")
    assert any("no se restan puntos" in sentence for sentence in context["aclaraciones"])
    assert "Cambios en puntos entre vigencias medidas con métodos distintos." in context["no_se_afirma"]


def test_forest_plot_ends_with_the_pooled_estimate_and_keeps_scales_apart() -> None:
    result = small()
    (panel,) = forest_plot(result, catalog())["vconcat"]
    values = panel["data"]["values"]
    assert [value["total"] for value in values] == [False] * (len(values) - 1) + [True]
    assert values[-1]["diferencia"] == result["pooled"]["estimate"]
    mixed = result | {"pooled": result["pooled"] | {"scale": "standardised"}}
    mixed["policies"] = [*result["policies"][:1], result["policies"][1] | {"scale": "standardised"}]
    assert len(forest_plot(mixed, catalog())["vconcat"]) == 2
    assert forest_plot(compare([], []), catalog()) == {}


def test_slope_chart_joins_points_within_a_block_and_ranks_across_one() -> None:
    spec = slope_chart(small(), "gobierno-digital", catalog())
    assert {value["curso"] for value in spec["data"]["values"]} == {"observado", "esperado"}
    assert vl_convert.vegalite_to_png(json.dumps(spec))[:4] == b"\x89PNG"
    across = slope_chart(crossing(), POLICIES[0], catalog())
    assert {value["curso"] for value in across["data"]["values"]} == {"observado"}
    assert across["encoding"]["y"]["axis"]["title"] == "Percentil en su grupo"
    assert slope_chart(small(), "control-interno", catalog()) == {}


def test_template_uses_styles_a_screen_reader_can_follow() -> None:
    document = Document(io.BytesIO(render(small())))
    styles = [paragraph.style.name for paragraph in document.paragraphs]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") >= 5
    assert document.core_properties.title == "Informe de mejoras de la vigencia 2021"
    assert document.core_properties.language == "es-CO"
    for table in document.tables:
        assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
        assert table._tbl.tblPr.xpath("w:tblDescription")


@pytest.mark.libreoffice
def test_small_report_has_three_pages_at_most(tmp_path: Path) -> None:
    office, info = require("libreoffice"), require("pdftoppm")
    (tmp_path / "informe.docx").write_bytes(render(small()))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "informe.docx"]
    subprocess.run(command, check=True, capture_output=True, timeout=90)
    subprocess.run([info, "-r", "20", "-png", tmp_path / "informe.pdf", tmp_path / "page"], check=True)
    assert 1 <= len(list(tmp_path.glob("page*.png"))) <= 3
