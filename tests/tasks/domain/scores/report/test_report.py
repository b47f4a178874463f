"""The report as people get it: every field of its Word template, its drawing, its pages."""

import io
import json
import subprocess
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import vl_convert
from docx import Document
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

import templates
from tasks.domain.scores.impact.comparison import compare
from tasks.domain.scores.report.changes import changes_between
from tasks.domain.scores.report.chart import forest_plot
from tasks.domain.scores.report.improvements import InputFile, findings, report_context
from tasks.domain.scores.report.slope import SlopeChart, apart, slope_charts
from tasks.domain.scores.report.workbook import figure_sheets
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


def render(result: dict, opinions: Sequence[str] = ()) -> bytes:
    document = DocxTemplate(TEMPLATE)
    context = report_context(
        result, catalog(), TODAY, [InputFile("mdi & <2021>.xlsx", "ab" * 32, "Puntajes")], (), opinions
    )
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


def test_report_tells_what_the_municipalities_said_of_the_advice() -> None:
    said = "¿Le sirvió la asesoría? 4,5 de 5 (2 respuestas)"
    assert said not in text_of(render(small()))
    shown = text_of(render(small(), [said]))
    assert "Lo que dijeron los municipios de la asesoría" in shown and said in shown


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


def test_the_mail_counts_what_chance_would_flag_without_rounding_it_away() -> None:
    (counted,) = [sentence for sentence in findings(RESULTS["one"]()) if "azar" in sentence]
    assert counted.startswith("De 1 combinación comparada, por encima de lo esperado: ")
    assert counted.endswith("El solo azar señalaría alrededor de 0,1.")


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


def courses(chart: SlopeChart) -> set[str]:
    return {value["curso"] for value in chart.spec["layer"][0]["data"]["values"]}


def test_slope_charts_join_points_within_a_block_and_ranks_across_one() -> None:
    (first, *_) = charts = slope_charts(small(), catalog())
    assert all(courses(chart) == {"observado", "esperado sin asistencia"} for chart in charts)
    assert vl_convert.vegalite_to_png(json.dumps(first.spec))[:4] == b"\x89PNG"
    across = slope_charts(crossing(), catalog())[0]
    assert across.spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["observado"]
    assert courses(across) == {"observado"}
    assert across.spec["layer"][0]["encoding"]["y"]["axis"]["title"] == "Percentil en su grupo"
    assert "percentil" in across.caption


@given(st.lists(st.floats(0, 100), max_size=30).map(sorted), st.floats(0.1, 10))
def test_labels_are_moved_apart_and_keep_their_order(values: list[float], least: float) -> None:
    places = apart(values, least)
    assert len(places) == len(values)
    assert all(after - before >= least * 0.999 for before, after in pairwise(places))
    if all(after - before >= least for before, after in pairwise(values)):
        assert places == pytest.approx(values)


def test_figures_of_the_workbook_add_up_to_the_estimates() -> None:
    result = small()
    sheets = {sheet.name: sheet for sheet in figure_sheets(result, catalog(), [("a.csv", "Vigencia 2021", "0" * 64)])}
    units = sheets["Municipios"]
    difference = units.header.index("Diferencia")
    known = [row[difference] for row in units.rows if row[difference] is not None]
    pooled = sheets["Políticas"].rows[-1]
    assert sum(known) / len(known) == pytest.approx(pooled[sheets["Políticas"].header.index("Diferencia")])
    assert all(len(row) == len(sheet.header) for sheet in sheets.values() for row in sheet.rows)


def test_a_correction_says_which_figures_and_readings_it_changed() -> None:
    before = small()
    assert changes_between(before, before, catalog()) == [
        "Las cifras corregidas no cambian ninguna conclusión de este informe."
    ]
    now = json.loads(json.dumps(before))
    now["pooled"]["estimate"] += 2
    now["units"][0]["flag"] = "above_expected" if now["units"][0]["flag"] != "above_expected" else "ceiling"
    told = changes_between(before, now, catalog())
    assert told[0].startswith("El resultado del conjunto pasa de ")
    assert "1 combinación municipio–política cambia de lectura" in told[1]


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
