"""The digest's drawings as Vega-Lite specifications, each with the sentence that says the same in words.

Told apart by shape, dash and lightness, never by colour alone: they are read on paper and by colour-blind readers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks.domain.cases.case import State
from tasks.domain.digest.figures import Line, Week
from tasks.domain.digest.headline import closed_in_words
from tasks.domain.spanish import counted, day_and_month, join_list, number

Spec = dict[str, Any]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
_DARK, _MIDDLE, _LIGHT = "#00573F", "#5E9C83", "#C9DDD3"
_CONFIG = {
    "font": "Arial, Liberation Sans, DejaVu Sans, sans-serif",
    "axis": {"labelFontSize": 13, "titleFontSize": 13, "labelColor": "#222", "titleColor": "#222"},
    "legend": {"labelFontSize": 13, "orient": "bottom", "title": None, "symbolSize": 120},
    "view": {"stroke": None},
    "locale": {"number": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["$", ""]}},
}
_WIDTH, _HEIGHT = 470, 190  # 544 pixels with axes: the width of the mail's column


@dataclass(frozen=True, slots=True)
class Drawing:
    """One chart: its name (for the file), its title, its specification and what it shows, in Spanish."""

    name: str
    title: str
    spec: Spec
    description: str


def drawings(recent: Sequence[Week], year_ago: Sequence[Week], stages: Sequence[Line]) -> tuple[Drawing, ...]:
    """Return the charts that have something to show; weeks are given oldest first, the same number of both years."""
    made = (_movement(recent, year_ago), _responses(recent, year_ago), _stages(stages))
    return tuple(drawing for drawing in made if drawing is not None)


def _chart(values: Sequence[Spec], height: int | Spec, **parts: Any) -> Spec:
    frame = {"$schema": _SCHEMA, "background": "white", "config": _CONFIG, "width": _WIDTH, "height": height}
    return {**frame, "data": {"values": list(values)}, **parts}


def _label(week: Week) -> str:
    return f"{week.monday.day}/{week.monday.month}"


_SERIES = ("Nuevos", "Cerrados", "Nuevos hace un año")


def _weeks(recent: Sequence[Week]) -> Spec:
    """Return the axis of weeks, also of those without a value."""
    labels = [_label(week) for week in recent]
    axis = {"labelAngle": 0, "title": "Semana del"}
    return {"field": "semana", "type": "ordinal", "scale": {"domain": labels}, "axis": axis}


def _movement(recent: Sequence[Week], year_ago: Sequence[Week]) -> Drawing | None:
    """Lines of new and closed cases by week, with the new ones of the same weeks a year before."""
    before = sum(week.opened for week in year_ago)
    if not any(week.opened or week.closed for week in recent):
        return None
    values: list[Spec] = []
    for week, then in zip(recent, year_ago, strict=True):
        counts = (week.opened, week.closed, then.opened)[: 3 if before else 2]
        values += [{"semana": _label(week), "serie": s, "casos": n} for s, n in zip(_SERIES, counts, strict=False)]
    series = list(_SERIES[: 3 if before else 2])
    scale = {"domain": series}
    encoding = {
        "x": _weeks(recent),
        "y": {"field": "casos", "type": "quantitative", "axis": {"title": "Casos", "tickMinStep": 1, "format": "d"}},
        "color": {"field": "serie", "type": "nominal", "scale": scale | {"range": [_DARK, "#8A5A00", "#777"]}},
        "strokeDash": {"field": "serie", "type": "nominal", "scale": scale | {"range": [[1, 0], [7, 3], [2, 3]]}},
        "shape": {"field": "serie", "type": "nominal", "scale": scale | {"range": ["circle", "square", "triangle-up"]}},
    }
    mark = {"type": "line", "point": {"filled": True, "size": 70}, "strokeWidth": 2.5}
    opened, closed = sum(w.opened for w in recent), sum(w.closed for w in recent)
    came = f"{'llegó' if opened == 1 else 'llegaron'} {counted(opened, 'caso', 'casos')}"
    said = f"En las últimas {len(recent)} semanas {came} y {closed_in_words(closed)}"
    verb = "llegó" if before == 1 else "llegaron"
    said += f"; en las mismas semanas del año anterior {verb} {number(before)}." if before else "."
    spec = _chart(values, _HEIGHT, mark=mark, encoding=encoding)
    return Drawing("movimiento", "Casos nuevos y cerrados por semana", spec, said)


def _responses(recent: Sequence[Week], year_ago: Sequence[Week]) -> Drawing | None:
    """Bars of the median days to the answer by week, a tick where the same week of last year stood."""
    known = [week for week in recent if week.response_days is not None]
    if not known:
        return None
    values = [
        {"semana": _label(week), "dias": week.response_days, "antes": then.response_days}
        for week, then in zip(recent, year_ago, strict=True)
    ]
    x = _weeks(recent)
    axis = {"type": "quantitative", "axis": {"title": "Días hábiles (mediana)"}}
    bars = {"mark": {"type": "bar", "color": _MIDDLE}, "encoding": {"x": x, "y": axis | {"field": "dias"}}}
    shown = {"field": "dias", "type": "quantitative", "format": ",.3~g"}
    figures = {
        "mark": {"type": "text", "dy": -7, "fontSize": 12, "color": "#222"},
        "encoding": {"x": x, "y": axis | {"field": "dias"}, "text": shown},
    }
    tick = {
        "mark": {"type": "tick", "color": "#222", "thickness": 3, "width": 34},
        "encoding": {"x": x, "y": axis | {"field": "antes"}},
    }
    worst = max(known, key=lambda week: week.response_days or 0)
    said = f"La última semana con respuestas se respondió en {_days(known[-1])}"
    if (worst.response_days or 0) > (known[-1].response_days or 0):
        said += f"; la más lenta fue la del {day_and_month(worst.monday)}, con {_days(worst)}."
    else:
        said += ", la más lenta de estas semanas." if len(known) > 1 else "."
    if any(week.response_days is not None for week in year_ago):
        said += " La raya negra marca la misma semana del año anterior."
    spec = _chart(values, _HEIGHT, layer=[bars, tick, figures])
    return Drawing("respuesta", "Tiempo de respuesta por semana", spec, said)


def _days(week: Week) -> str:
    days = week.response_days or 0
    return f"{number(days, 0 if days == int(days) else 1)} {'día hábil' if days == 1 else 'días hábiles'}"


def _stages(stages: Sequence[Line]) -> Drawing | None:
    """Bars of the cases at work by stage, those past their date dark.

    Those that only wait for results are told in words: by the end of a year they are ten times as many.
    """
    used = [line for line in stages if line.open and line.label != State.FOLLOW_UP]
    resting = next((line for line in stages if line.open and line.label == State.FOLLOW_UP), None)
    if not used:
        return None
    kinds = ("Vencidos", "En término")
    values = [
        {"etapa": line.label, "clase": kind, "casos": count, "orden": order}
        for line in used
        for order, (kind, count) in enumerate(zip(kinds, (line.overdue, line.open - line.overdue), strict=True))
    ]
    order = [line.label for line in used]
    colour = {"field": "clase", "type": "nominal", "scale": {"domain": list(kinds), "range": [_DARK, _LIGHT]}}
    encoding = {
        "y": {"field": "etapa", "type": "nominal", "sort": order, "axis": {"title": None, "labelLimit": 200}},
        "x": {"field": "casos", "type": "quantitative", "axis": {"title": "Casos", "tickMinStep": 1, "format": "d"}},
        "color": colour,
        "order": {"field": "orden", "type": "quantitative"},
    }
    mark = {"type": "bar", "stroke": "#222", "strokeWidth": 0.5}
    said = "De la primera etapa a la última: " + join_list([_stage(line) for line in used]) + "."
    said += f" Aparte, {_stage(resting)}, a la espera de resultados." if resting else ""
    return Drawing(
        "etapas", "Casos en gestión por etapa", _chart(values, {"step": 26}, mark=mark, encoding=encoding), said
    )


def _stage(line: Line) -> str:
    late = f" ({number(line.overdue)} {'vencido' if line.overdue == 1 else 'vencidos'})" if line.overdue else ""
    return f"{line.label} {number(line.open)}{late}"
