"""The figures of a comparison as sheets of a workbook: everything the report says, to be added up again by anyone."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.domain.catalog import Catalog
from tasks.domain.scores.report.wording import Row, place_name, policy_name, sentence

Cell = str | int | float | None

_POLICY_COLUMNS = (
    ("Municipios–política asistidos", "n_treated"), ("Controles", "n_control"), ("Vigencia antes", "before_vigencia"),
    ("Vigencia después", "after_vigencia"), ("Escala", "scale"), ("Diferencia", "estimate"), ("IC desde", "ci_low"),
    ("IC hasta", "ci_high"), ("Error estándar", "se"), ("p", "p_value"), ("q", "q_value"),
    ("Cambio mínimo detectable", "mde"), ("Método", "method"),
)  # fmt: skip
_MEANS = (("Antes", "before"), ("Después", "after"), ("Cambio", "change"), ("Cambio esperado", "expected_change"))
_UNIT_COLUMNS = (
    ("Modalidad", "modality"), ("Vigencia antes", "before_vigencia"), ("Vigencia después", "after_vigencia"),
    ("Escala", "scale"), ("Puntaje publicado antes", "before_raw"), ("Puntaje publicado después", "after_raw"),
    ("Antes", "before"), ("Después", "after"), ("Cambio", "change"), ("Cambio esperado", "expected_change"),
    ("Diferencia", "difference"), ("Variación normal ±", "pi_high"), ("Percentil antes", "percentile_before"),
    ("Percentil después", "percentile_after"),
)  # fmt: skip
SCALES = {"raw": "puntos", "standardised": "desviaciones estándar"}
FLAGS = {
    "above_expected": "por encima de lo esperado",
    "within_expected": "dentro de lo esperado",
    "below_expected": "por debajo de lo esperado",
    "ceiling": "sin margen para subir",
    "missing_score": "sin puntaje",
    "no_baseline": "sin punto de partida",
    "partial_exposure": "se medirá después",
    "earlier": "informado antes",
}
_VARIANTS = {
    "linear": "Sin ponderar",
    "clean": "Controles sin ninguna asistencia",
    "triple": "Triple comparación",
    "did": "Diferencia en diferencias",
}


@dataclass(frozen=True, slots=True)
class FigureSheet:
    """One sheet: its name, its heading row and its rows."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def figure_sheets(
    result: Row, catalog: Catalog, inputs: Sequence[tuple[str, str, str]] = ()
) -> tuple[FigureSheet, ...]:
    """Return the sheets of a result of `compare`; `inputs` are (name, content, SHA-256) of what it was made from."""
    return (
        _policies(result, catalog),
        _units(result, catalog),
        _sensitivity(result, catalog),
        FigureSheet("Advertencias", ("Código", "Detalle"), tuple((w["code"], w["detail"]) for w in result["warnings"])),
        FigureSheet("Fuentes", ("Archivo", "Contenido", "SHA-256"), tuple(inputs)),
    )


def _policies(result: Row, catalog: Catalog) -> FigureSheet:
    header = ("Política", *(n for n, _ in _MEANS), *(n for n, _ in _POLICY_COLUMNS), "Advertencias")
    named = [(policy_name(row["policy"], catalog), row) for row in result["policies"]]
    rows = [
        (
            name,
            # Standard scores of two methods may be averaged, but not read as points: the scale stands beside them.
            *(row["means"][key] for _, key in _MEANS),
            *(_shown(key, row[key]) for _, key in _POLICY_COLUMNS),
            "; ".join(warning["detail"] for warning in row["warnings"]),
        )
        for name, row in [*named, ("Todas las políticas", result["pooled"])]
    ]
    return FigureSheet("Políticas", header, tuple(rows))


def _units(result: Row, catalog: Catalog) -> FigureSheet:
    header = ("DANE", "Municipio", "Política", *(name for name, _ in _UNIT_COLUMNS), "Lectura", "En palabras")
    rows = [
        (
            unit["dane_code"],
            place_name(unit["dane_code"], catalog),
            policy_name(unit["policy"], catalog),
            *(_shown(key, unit[key]) for _, key in _UNIT_COLUMNS),
            FLAGS[unit["flag"]],
            sentence(unit),
        )
        for unit in result["units"]
    ]
    return FigureSheet("Municipios", header, tuple(rows))


def _sensitivity(result: Row, catalog: Catalog) -> FigureSheet:
    rows = []
    for row in (*result["policies"], result["pooled"]):
        name = "Todas las políticas" if row["policy"] == "ALL" else policy_name(row["policy"], catalog)
        for key, label in _VARIANTS.items():
            found = row["sensitivity"].get(key)
            if found:
                rows.append((name, label, found["estimate"], found["ci_low"], found["ci_high"], found["p_value"]))
    header = ("Política", "Cálculo", "Diferencia", "IC desde", "IC hasta", "p")
    return FigureSheet("Sensibilidad", header, tuple(rows))


def _shown(key: str, value: Cell) -> Cell:
    return SCALES.get(str(value), value) if key == "scale" else value
