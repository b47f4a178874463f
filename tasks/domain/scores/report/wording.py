"""What a comparison says in Spanish: the headline, what a p-value permits, and one paragraph per municipality.

Nothing here claims a cause for one municipality, and no sentence subtracts points across a comparability break.
"""

from collections.abc import Mapping
from typing import Any

from tasks.domain.cases.names import policy_name as name_on_screen
from tasks.domain.catalog import Catalog
from tasks.domain.spanish import counted, number

Row = Mapping[str, Any]

SIGNIFICANT = 0.05


def signed(value: float, decimals: int = 1) -> str:
    """Return the figure with its sign: +5,8, −2,1, and 0,0 without one."""
    shown = number(value, decimals)
    return f"+{shown}" if value > 0 and shown.strip("0,") else shown


def plain(value: float | None, decimals: int = 1) -> str:
    """Return the figure, or a dash when there is none."""
    return "–" if value is None else number(value, decimals)


def decimals_of(row: Row) -> int:
    """Points are told with one decimal, standard deviations with two."""
    return 2 if row["scale"] == "standardised" else 1


def unit_of(row: Row) -> str:
    """Return the unit of a row's figures, in plural."""
    return "desviaciones estándar" if row["scale"] == "standardised" else "puntos"


def interval(row: Row) -> str:
    """Return the 95 % interval of a row: "3,4 a 8,2"."""
    if row["ci_low"] is None:
        return "–"
    return f"{number(row['ci_low'], decimals_of(row))} a {number(row['ci_high'], decimals_of(row))}"


def figure(row: Row) -> str:
    """Return the estimate of a row with its interval: "+5,8 (IC 95 %: 3,4 a 8,2)"."""
    return f"{signed(row['estimate'], decimals_of(row))} (IC 95 %: {interval(row)})"


def p_text(value: float | None) -> str:
    """Return a p or q value with three decimals; the smallest ones as a bound."""
    if value is None:
        return "–"
    return "< 0,001" if value < 0.0005 else number(value, 3)


def headline(pooled: Row) -> str:
    """Return the sentence that opens the report, from the pooled row."""
    if pooled["estimate"] is None:
        return _no_headline(pooled)
    shown = number(abs(pooled["estimate"]), decimals_of(pooled))
    moved = f"{shown} {unit_of(pooled)} por {'encima' if pooled['estimate'] >= 0 else 'debajo'} de lo esperado"
    start = "posición inicial" if pooled["scale"] == "standardised" else "puntaje inicial"
    return (
        f"En las {pooled['n_treated']} combinaciones municipio–política asistidas, el puntaje de "
        f"{pooled['after_vigencia']} quedó {moved} (IC 95 %: {interval(pooled)}) frente a municipios no asistidos con "
        f"{start} y trayectoria similares."
    )


def _no_headline(pooled: Row) -> str:
    codes = {warning["code"] for warning in pooled["warnings"]}
    if pooled["after_vigencia"] is None:
        return "En esta vigencia no hay municipios asistidos cuyo puntaje de antes y de después se pueda comparar."
    if "few_controls" in codes:
        return (
            "No se estima un resultado promedio: no hay suficientes municipios sin asistencia con los puntajes "
            "necesarios para saber cuál era el resultado esperado."
        )
    many = counted(pooled["n_treated"], "combinación municipio–política asistida", "combinaciones asistidas")
    return (
        f"No se estima un resultado promedio: hay {many} con puntaje de antes y de después, de menos de tres "
        "municipios. Los casos se describen uno a uno."
    )


def verdict(pooled: Row, equivalence: Row) -> str:
    """Return what the headline's uncertainty permits to say; empty when there is no estimate.

    `equivalence` is the result's `options`: the margin below which a difference is called nil.
    """
    if pooled["estimate"] is None:
        return ""
    margin = equivalence["equivalence_sd" if pooled["scale"] == "standardised" else "equivalence_points"]
    small = f"±{_short(margin)} {unit_of(pooled)}"
    distinct = pooled["p_value"] <= SIGNIFICANT
    if pooled["equivalent_to_zero"]:
        begin = "La diferencia se distingue de cero, pero es pequeña" if distinct else "La diferencia equivale a cero"
        return f"{begin}: su intervalo de confianza del 90 % cae por completo dentro de {small}."
    if distinct:
        return f"La diferencia se distingue de cero (p {_p_relation(pooled['p_value'])})."
    detectable = number(pooled["mde"], decimals_of(pooled))
    return (
        f"No se puede distinguir de cero; con estos datos solo se habría detectado un cambio de {detectable} "
        f"{unit_of(pooled)} o más."
    )


def in_guide_order(result: Row, catalog: Catalog) -> dict[str, Any]:
    """Return the result of `compare` with its policies in the catalogue's order, the one that readers know."""
    place = {policy.slug: index for index, policy in enumerate(catalog.policies)}
    return {**result, "policies": sorted(result["policies"], key=lambda row: place.get(row["policy"], len(place)))}


def paragraph(unit: Row, catalog: Catalog) -> str:
    """Return what became of one municipality and policy, fit for its page and for closing its case.

    `unit` is a row of `units` in the result of `compare`.
    """
    return f"{unit_name(unit, catalog)}: {sentence(unit)}"


def unit_name(unit: Row, catalog: Catalog) -> str:
    """Return "Nariño, Gobierno digital"; codes where the catalogue knows no name."""
    return f"{place_name(unit['dane_code'], catalog)}, {policy_name(unit['policy'], catalog)}"


def place_name(dane_code: str, catalog: Catalog) -> str:
    """Return the municipality's name, or its code."""
    place = catalog.municipality(dane_code)
    return place.name if place else dane_code


def policy_name(slug: str, catalog: Catalog) -> str:
    """Return the policy's name on screen, or its slug."""
    return name_on_screen(slug, catalog) or slug


def sentence(unit: Row) -> str:
    """Return the paragraph without the names, starting in lower case."""
    if unit["difference"] is None:
        return f"{not_compared(unit)}."
    text = _ranks(unit) if unit["scale"] == "standardised" else _points(unit)
    return f"{text} {_reading(unit)}"


def not_compared(unit: Row) -> str:
    """Return why a unit has no expected score, as a clause."""
    before, after = unit["before_vigencia"], unit["after_vigencia"]
    if unit["flag"] == "earlier":
        return f"su resultado se informó con la vigencia {after}"
    if unit["flag"] == "partial_exposure":
        return "la asistencia llegó demasiado tarde para que estas vigencias la reflejen; se medirá con la siguiente"
    if unit["flag"] == "no_baseline":
        return "no hay una vigencia reciente medida antes de la asistencia que sirva de punto de partida"
    missing = [str(v) for v, key in ((before, "before_raw"), (after, "after_raw")) if unit[key] is None]
    if missing:
        return f"no tiene puntaje publicado en {' ni en '.join(missing)}"
    return "no hay suficientes municipios comparables sin asistencia, o faltan puntajes anteriores"


def _points(unit: Row) -> str:
    return (
        f"pasó de {number(unit['before'], 1)} en {unit['before_vigencia']} a {number(unit['after'], 1)} en "
        f"{unit['after_vigencia']} ({signed(unit['change'])}). {_peers(unit['expected_change'])}"
    )


def _ranks(unit: Row) -> str:
    """Positions among peers: points of the two years may not be subtracted."""
    return (
        f"en {unit['before_vigencia']} su puntaje superaba al {number(unit['percentile_before'])} % de los municipios "
        f"de su grupo y en {unit['after_vigencia']}, al {number(unit['percentile_after'])} % (los puntajes de esas "
        "vigencias no son comparables entre sí; se compara la posición)."
    )


def _peers(expected_change: float) -> str:
    shown = number(abs(expected_change), 1)
    if not shown.strip("0,"):
        return "Municipios parecidos sin asistencia no cambiaron."
    return f"Municipios parecidos sin asistencia {'subieron' if expected_change > 0 else 'bajaron'} {shown}."


def _reading(unit: Row) -> str:
    decimals = decimals_of(unit)
    shown, usual = signed(unit["difference"], decimals), number(unit["pi_high"], decimals)
    scale = " desviaciones estándar" if unit["scale"] == "standardised" else ""
    start = f"La diferencia frente a lo esperado, {shown}{scale},"
    if unit["flag"] == "above_expected":
        return f"{start} supera la variación normal (±{usual}): quedó por encima de lo esperado. {_NO_CAUSE}"
    if unit["flag"] == "below_expected":
        return f"{start} supera la variación normal (±{usual}): quedó por debajo de lo esperado. {_NO_CAUSE}"
    within = f"{start} está dentro de la variación normal (±{usual}): no permite afirmar que se deba a la asistencia."
    return f"{within} Partía de 95 puntos o más, así que casi no podía subir." if unit["flag"] == "ceiling" else within


_NO_CAUSE = "Un solo caso no permite asegurar la causa."


def _short(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 2)


def _p_relation(value: float) -> str:
    shown = p_text(value)
    return shown if shown.startswith("<") else f"= {shown}"
