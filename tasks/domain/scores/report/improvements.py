"""The yearly *Informe de mejoras*: everything its Word template shows, as plain Spanish text and lists."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any

import numpy
import scipy

from tasks.domain.catalog import Catalog
from tasks.domain.scores.impact.outcome import ABOVE, BELOW
from tasks.domain.scores.report.annex import crosses_blocks, method, not_claimed, sensitivity
from tasks.domain.scores.report.wording import (
    SIGNIFICANT,
    Row,
    decimals_of,
    figure,
    headline,
    interval,
    not_compared,
    p_text,
    plain,
    policy_name,
    sentence,
    signed,
    unit_name,
    verdict,
)
from tasks.domain.scores.tables.cells import fold
from tasks.domain.spanish import counted, date_in_words, number

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file the comparison was made from."""

    name: str
    sha256: str
    content: str = ""  # "Puntajes de la vigencia 2021", "Asistencias"


def report_context(
    result: Row,
    catalog: Catalog,
    today: date,
    inputs: Sequence[InputFile],
    changes: Sequence[str] = (),
    opinions: Sequence[str] = (),
) -> Context:
    """Return the fields of `templates/reports/impact.docx`, from the result of `compare`.

    `changes` is what differs from the report issued before, `opinions` what the municipalities said of the advice.
    `forest_plot` and `graficos` are empty: whoever renders the
    report puts the drawings there, or leaves them out.
    """
    pooled, units = result["pooled"], result["units"]
    compared = [unit for unit in units if unit["difference"] is not None]
    vigencia = result["after_vigencia"]
    notes = _TableNotes()
    return {
        "titulo": f"Informe de mejoras de la vigencia {vigencia}" if vigencia else "Informe de mejoras",
        "vigencia": str(vigencia or ""),
        "fecha": date_in_words(today),
        "titular": headline(pooled),
        "aclaraciones": _clarifications(result),
        "cambios": list(changes),
        "politicas": [_table_row(row, policy_name(row["policy"], catalog), units, notes) for row in result["policies"]],
        "total": _table_row(pooled, "Todas las políticas", units, notes) if result["policies"] else None,
        "notas_tabla": notes.legend(),
        "forest_plot": "",
        "pie_grafico": _caption(result),
        "graficos": [],
        "modalidades": _modalities(pooled["by_modality"]),
        "opiniones": list(opinions),
        "por_encima": _named(compared, ABOVE, catalog),
        "por_debajo": _named(compared, BELOW, catalog),
        "azar": _by_chance(len(compared)),
        "casos": _cases_in_words(compared, catalog),
        "sin_comparar": _not_compared(units, catalog),
        "no_se_afirma": not_claimed(result),
        "metodo": method(result),
        "sensibilidad": sensitivity(pooled),
        "advertencias": _warnings(result),
        "insumos": [{"nombre": f.name, "contenido": f.content or "–", "sha256": f.sha256} for f in inputs],
        "versiones": f"Formato {result['schema']}; numpy {numpy.__version__}, scipy {scipy.__version__}; "
        f"semilla {result['options']['seed']}.",
    }


# --- headline and table ----------------------------------------------------------------------------------------------


def findings(result: Row) -> list[str]:
    """Return what the mail with the report says under its headline."""
    flags = Counter(unit["flag"] for unit in result["units"])
    compared = sum(unit["difference"] is not None for unit in result["units"])
    sentences = [verdict(result["pooled"], result["options"]), _plain_change(result["pooled"])]
    if compared:
        sentences.append(
            f"De {counted(compared, 'combinación comparada', 'combinaciones comparadas')}, por encima de lo esperado: "
            f"{flags[ABOVE]}; por debajo: {flags[BELOW]}. El solo azar señalaría alrededor de "
            f"{number(0.05 * compared, 1)}."
        )
    return [text for text in sentences if text]


def cautions(result: Row) -> list[str]:
    """Return what to bear in mind when reading the figures."""
    sentences = [_as_sentence(w["detail"]) for w in result["pooled"]["warnings"] if w["code"] in _SHOWN]
    return [*sentences, "Nada de esto prueba la causa en un municipio en particular; el informe dice qué no se afirma."]


_SHOWN = frozenset({"spillover_suspected", "few_treated", "extrapolation", "ceiling", "comparability_break"})


def _plain_change(pooled: Row) -> str:
    if pooled["estimate"] is None or pooled["scale"] != "raw":
        return ""
    change, expected = signed(pooled["means"]["change"]), signed(pooled["means"]["expected_change"])
    return (
        f"El cambio simple fue de {change} puntos, pero municipios parecidos sin asistencia cambiaron {expected}: "
        "quien parte de un puntaje bajo suele subir por sí solo, y por eso el cambio simple no mide la asistencia."
    )


def _clarifications(result: Row) -> list[str]:
    pooled = result["pooled"]
    sentences = [verdict(pooled, result["options"]), _plain_change(pooled)]
    if crosses_blocks(result):
        sentences.append(
            "Las vigencias comparadas se midieron con métodos distintos: no se restan puntos entre ellas y las "
            "diferencias se expresan en desviaciones estándar dentro de cada vigencia."
        )
    shown = _SHOWN - {"comparability_break"}
    sentences += [_as_sentence(w["detail"]) for w in pooled["warnings"] if w["code"] in shown]
    return [text for text in sentences if text]


# How many they are differs from row to row: one note for all, and the list further down.
_MISSING = "faltan puntajes de algunas combinaciones asistidas: están en «Sin comparación posible, y por qué»"


class _TableNotes:
    """Letters that stand in the table for its warnings, given in order of appearance."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def letters(self, warnings: Iterable[Row]) -> str:
        """Return the letters of a row's warnings: "a, c"."""
        told = (w for w in warnings if w["code"] != "spillover_suspected")
        return ", ".join(self._letter(_MISSING if w["code"] == "missing_score" else w["detail"]) for w in told)

    def legend(self) -> list[str]:
        """Return one line per letter."""
        return [f"{letter}. {_as_sentence(text)}" for text, letter in self._texts.items()]

    def _letter(self, text: str) -> str:
        return self._texts.setdefault(text, chr(ord("a") + len(self._texts) % 26))


def _table_row(row: Row, name: str, units: Sequence[Row], notes: _TableNotes) -> Context:
    decimals, means = decimals_of(row), row["means"]
    before, after = _start_and_end(row, units)
    shown = {"cambio": means["change"], "esperado": means["expected_change"], "diferencia": row["estimate"]}
    return {
        "nombre": name + (" (en DE)" if row["scale"] == "standardised" else ""),
        "n": str(row["n_treated"]),
        "antes": before,
        "despues": after,
        **{key: "–" if value is None else signed(value, decimals) for key, value in shown.items()},
        "intervalo": interval(row),
        "q": p_text(row["q_value"]),
        "notas": notes.letters(row["warnings"]),
    }


def _start_and_end(row: Row, units: Sequence[Row]) -> tuple[str, str]:
    """Mean scores before and after; across a block mean percentile ranks, never points."""
    if row["scale"] == "raw":
        return plain(row["means"]["before"]), plain(row["means"]["after"])
    own = [u for u in units if u["difference"] is not None and row["policy"] in {"ALL", u["policy"]}]
    if not own:
        return "–", "–"
    ends = (fmean(u[key] for u in own) for key in ("percentile_before", "percentile_after"))
    before, after = (f"P{number(end)}" for end in ends)
    return before, after


def _caption(result: Row) -> str:
    shown = [row for row in result["policies"] if row["estimate"] is not None]
    above = sum(row["ci_low"] > 0 for row in shown)
    below = sum(row["ci_high"] < 0 for row in shown)
    distinct = sum(row["q_value"] <= SIGNIFICANT for row in shown)
    return (
        "Diferencia entre el puntaje observado y el esperado, por política, con su intervalo de confianza del 95 %; "
        f"al pie, el conjunto. De {counted(len(shown), 'política estimada', 'políticas estimadas')}, {above} con el "
        f"intervalo completo por encima de cero y {below} por debajo; al corregir por mirar varias a la vez (columna "
        f"q), {distinct or 'ninguna'} se {'distinguen' if distinct > 1 else 'distingue'} de cero."
    )


def _modalities(rows: Mapping[str, Row]) -> list[str]:
    """What each modality shows; for those who asked (demanda) only what three readings share is claimed."""
    sentences = []
    for name, row in rows.items():
        if row["estimate"] is not None:
            doubt = "" if row["p_value"] <= SIGNIFICANT else "; no se puede distinguir de cero"
            sentences.append(f"{_MODALITIES[name]}: {figure(row)}, en {_cases(row)}{doubt}.")
    demand = rows["demanda"]
    if demand["estimate"] is not None:
        others = [demand["sensitivity"][key]["estimate"] for key in ("triple", "did")]
        signs = {value > 0 for value in (demand["estimate"], *others) if value is not None}
        agree = "coinciden en el signo" if len(signs) == 1 else "no coinciden en el signo, así que no se afirma mejora"
        shown = " y ".join("–" if v is None else signed(v, decimals_of(demand)) for v in others)
        sentences.append(
            "Quienes piden asistencia suelen estar más motivados y el resultado por demanda puede ser algo optimista: "
            f"las lecturas con triple comparación y con diferencia en diferencias dan {shown}; las tres {agree}."
        )
    return sentences


_MODALITIES = {"oferta": "Por oferta", "demanda": "Por demanda"}


def _cases(row: Row) -> str:
    return counted(row["n_treated"], "combinación municipio–política", "combinaciones municipio–política")


# --- municipalities --------------------------------------------------------------------------------------------------


def _named(units: Sequence[Row], flag: str, catalog: Catalog) -> list[str]:
    found = sorted((u for u in units if u["flag"] == flag), key=lambda u: (u["scale"], -abs(u["difference"])))
    return [f"{unit_name(unit, catalog)} ({signed(unit['difference'], decimals_of(unit))})" for unit in found]


def _by_chance(compared: int) -> str:
    if not compared:
        return ""
    return (
        f"Entre {counted(compared, 'combinación comparada', 'combinaciones comparadas')}, el solo azar señalaría "
        f"alrededor de {number(0.05 * compared, 1)} (5 %) por encima o por debajo."
    )


def _cases_in_words(units: Sequence[Row], catalog: Catalog) -> list[Context]:
    named = [{"nombre": unit_name(unit, catalog), "texto": sentence(unit)} for unit in units]
    return sorted(named, key=lambda case: fold(case["nombre"]))


def _not_compared(units: Sequence[Row], catalog: Catalog) -> list[Context]:
    reasons: dict[str, list[str]] = {}
    for unit in units:
        if unit["difference"] is None:
            reasons.setdefault(not_compared(unit), []).append(unit_name(unit, catalog))
    return [
        {"motivo": f"{reason[0].upper()}{reason[1:]}", "casos": "; ".join(names), "n": str(len(names))}
        for reason, names in reasons.items()
    ]


def _warnings(result: Row) -> list[str]:
    return [_as_sentence(warning["detail"]) for warning in result["warnings"]]


def _as_sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}{'' if text.endswith('.') else '.'}" if text else ""
