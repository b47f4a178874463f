"""The slope chart: one line per assisted municipality from before to after, its expected course dashed."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from tasks.domain.catalog import Catalog
from tasks.domain.scores.report.chart import CONFIG, SCHEMA, Spec
from tasks.domain.scores.report.wording import Row, place_name, policy_name
from tasks.domain.spanish import counted

# Dark against mid grey, solid against dashed: the two courses stay apart without colour.
_OBSERVED, _EXPECTED = "#00573F", "#8A8A8A"
_COURSES = ("observado", "esperado sin asistencia")  # across a comparability break there is only the first
_HEIGHT, _LINE = 250, 12  # pixels of the plot and of a line of text
_MOST_NAMED = 24  # lines beyond which names would not be read


@dataclass(frozen=True, slots=True)
class SlopeChart:
    """A drawing and the sentence under it."""

    spec: Spec
    caption: str


def slope_charts(result: Row, catalog: Catalog) -> list[SlopeChart]:
    """Return a chart per policy whose municipalities could be compared, in the order of the table.

    Across a comparability break the lines join percentile ranks, never points, and there is no expected course.
    """
    charts = []
    for row in result["policies"]:
        units = [u for u in result["units"] if u["policy"] == row["policy"] and u["difference"] is not None]
        if units:
            charts.append(SlopeChart(_spec(units, catalog), _caption(units, catalog)))
    return charts


def _caption(units: Sequence[Row], catalog: Catalog) -> str:
    many = counted(len(units), "municipio asistido", "municipios asistidos")
    what = "puntaje" if _in_points(units) else "posición (percentil) en su grupo de municipios"
    return f"{policy_name(units[0]['policy'], catalog)}: {what} de {many}, antes y después."


def _in_points(units: Sequence[Row]) -> bool:
    return bool(units[0]["scale"] == "raw")


def _spec(units: Sequence[Row], catalog: Catalog) -> Spec:
    values = [value for unit in units for value in _courses(unit, catalog)]
    title = "Puntaje" if _in_points(units) else "Percentil en su grupo"
    y = {"field": "valor", "type": "quantitative", "axis": {"title": title, "gridColor": "#EEE"}}
    ends = [float(value) for unit in units for value in _all_values(unit)]
    # Steps of five, so that no axis runs on to the 105 points that no score can have.
    low, high = 5 * floor(min(ends) / 5), 5 * ceil(max(ends) / 5)
    y["scale"] = {"domain": [low, max(high, low + 5)], "nice": False}
    return {
        "$schema": SCHEMA,
        "background": "white",
        "config": CONFIG,
        "width": 330,
        "height": _HEIGHT,
        "layer": [_lines(values, y), *([_names(units, catalog, y)] if len(units) <= _MOST_NAMED else [])],
    }


def _lines(values: Sequence[Spec], y: Spec) -> Spec:
    drawn = [course for course in _COURSES if any(value["curso"] == course for value in values)]
    colour = {"domain": drawn, "range": [_OBSERVED, _EXPECTED][: len(drawn)]}
    legend: Spec = {"title": None, "orient": "top", "labelFontSize": 11, "symbolType": "stroke", "symbolSize": 500}
    legend |= {"symbolStrokeWidth": 2, "labelLimit": 300}
    return {
        "data": {"values": list(values)},
        "mark": {"type": "line", "point": {"size": 30}, "strokeWidth": 1.6},
        "encoding": {
            "x": {"field": "vigencia", "type": "ordinal", "axis": {"title": "Vigencia", "labelAngle": 0}},
            "y": y,
            "detail": {"field": "municipio", "type": "nominal"},
            "color": {"field": "curso", "type": "nominal", "scale": colour, "legend": legend},
            "strokeDash": {
                "field": "curso",
                "type": "nominal",
                "scale": {"domain": drawn, "range": [[1, 0], [5, 4]][: len(drawn)]},
                "legend": legend,
            },
        },
    }


def _names(units: Sequence[Row], catalog: Catalog, y: Spec) -> Spec:
    """The municipalities' names at the right end of their lines, moved apart where they would overlap."""
    end = _ends(units[0])[1]
    ordered = sorted(units, key=lambda unit: float(unit[end]))
    values = [float(value) for unit in units for value in _all_values(unit)]
    places = apart([float(unit[end]) for unit in ordered], (max(values) - min(values) or 1.0) * _LINE / _HEIGHT)
    names = [
        {"municipio": place_name(unit["dane_code"], catalog), "vigencia": unit["after_vigencia"], "valor": place}
        for unit, place in zip(ordered, places, strict=True)
    ]
    return {
        "data": {"values": names},
        "mark": {"type": "text", "align": "left", "dx": 9, "fontSize": 10, "color": "#222"},
        "encoding": {"x": {"field": "vigencia", "type": "ordinal"}, "y": y, "text": {"field": "municipio"}},
    }


def apart(values: Sequence[float], least: float) -> list[float]:
    """Return ascending values moved as little as need be so that neighbours are at least `least` apart."""
    # Pool neighbours that collide into blocks centred on their mean, until none collide.
    blocks: list[tuple[float, int]] = []
    for value in values:
        blocks.append((value, 1))
        while len(blocks) > 1 and _low(blocks[-1], least) - _high(blocks[-2], least) < least * (1 - 1e-9):
            (b, n), (a, m) = blocks.pop(), blocks.pop()
            blocks.append(((a * m + b * n) / (m + n), m + n))
    return [_low(block, least) + least * i for block in blocks for i in range(block[1])]


def _low(block: tuple[float, int], least: float) -> float:
    return block[0] - least * (block[1] - 1) / 2


def _high(block: tuple[float, int], least: float) -> float:
    return block[0] + least * (block[1] - 1) / 2


def _ends(unit: Row) -> tuple[str, str]:
    return ("before", "after") if unit["scale"] == "raw" else ("percentile_before", "percentile_after")


def _all_values(unit: Row) -> list[Any]:
    start, end = _ends(unit)
    return [unit[start], unit[end], *([unit["before"] + unit["expected_change"]] if unit["scale"] == "raw" else [])]


def _courses(unit: Row, catalog: Catalog) -> list[Spec]:
    start, *finals = _all_values(unit)
    name = place_name(unit["dane_code"], catalog)
    return [
        {"municipio": name, "curso": course, "vigencia": vigencia, "valor": value}
        for course, final in zip(_COURSES, finals, strict=False)
        for vigencia, value in ((unit["before_vigencia"], start), (unit["after_vigencia"], final))
    ]
