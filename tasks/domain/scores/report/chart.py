"""Drawings of a comparison as Vega-Lite specifications: plain dicts, drawn elsewhere."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from tasks.domain.catalog import Catalog
from tasks.domain.scores.report.wording import Row, policy_name

Spec = dict[str, Any]

_INK, _MAIN = "#44546A", "#00573F"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
CONFIG = {
    "font": "Arial, Liberation Sans, sans-serif",
    "locale": {"number": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["$", ""]}},
    "axis": {"labelFontSize": 11, "titleFontSize": 11, "labelColor": "#222", "titleColor": "#222"},
    "view": {"stroke": None},
}
_AXES = {"raw": "Diferencia frente a lo esperado (puntos)", "standardised": "Diferencia frente a lo esperado (DE)"}
_LABEL_WIDTH = 46  # characters of a label line
_TOTAL = "Todas las políticas"


def forest_plot(result: Row, catalog: Catalog) -> Spec:
    """Return the forest plot of a result of `compare`: a line per policy, the pooled estimate at the foot.

    Policies in points and policies in standard deviations never share an axis. Empty when nothing was estimated.
    """
    panels = [_panel(rows, scale) for scale in ("raw", "standardised") if (rows := _rows(result, scale, catalog))]
    if not panels:
        return {}
    return {
        "$schema": SCHEMA,
        "background": "white",
        "config": CONFIG,
        "vconcat": panels,
    }


def _rows(result: Row, scale: str, catalog: Catalog) -> list[Spec]:
    policies = [row for row in result["policies"] if row["scale"] == scale and row["estimate"] is not None]
    rows = [_point(row, policy_name(row["policy"], catalog)) for row in policies]  # the table's order: no ranking
    pooled = result["pooled"]
    if rows and pooled["scale"] == scale and pooled["estimate"] is not None:
        rows.append(_point(pooled, _TOTAL))
    return rows


def _point(row: Row, name: str) -> Spec:
    return {
        "nombre": "\n".join(wrap(f"{name} (n\u00a0=\u00a0{row['n_treated']})", _LABEL_WIDTH)),
        "diferencia": row["estimate"],
        "desde": row["ci_low"],
        "hasta": row["ci_high"],
        "total": name == _TOTAL,
    }


def _panel(rows: Sequence[Spec], scale: str) -> Spec:
    y = {
        "field": "nombre",
        "type": "nominal",
        "sort": [row["nombre"] for row in rows],
        "axis": {
            "title": None,
            "labelExpr": "split(datum.label, '\\n')",
            "labelLimit": 400,
            "ticks": False,
            "domain": False,
            "grid": True,
            "gridColor": "#EEE",
        },
    }
    x = {"type": "quantitative", "axis": {"title": _AXES[scale], "gridColor": "#EEE"}, "scale": {"zero": True}}
    colour = {"condition": {"test": "datum.total", "value": _MAIN}, "value": _INK}
    return {
        "width": 400,
        "height": {"step": 30},
        "data": {"values": list(rows)},
        "layer": [
            {
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": "#888"},
                "encoding": {"x": {"datum": 0, "type": "quantitative"}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2},
                "encoding": {
                    "y": y,
                    "x": x | {"field": "desde"},
                    "x2": {"field": "hasta"},
                    "color": colour,
                },
            },
            {
                "mark": {"type": "point", "filled": True, "opacity": 1},
                "encoding": {
                    "y": y,
                    "x": x | {"field": "diferencia"},
                    "color": colour,
                    "shape": {"condition": {"test": "datum.total", "value": "diamond"}, "value": "circle"},
                    "size": {"condition": {"test": "datum.total", "value": 170}, "value": 80},
                },
            },
        ],
    }
