"""The annex of the report: what it does not claim, the method in words, and the same question asked otherwise."""

from typing import Any

from tasks.domain.scores.impact.inference import CONLEY_TABER
from tasks.domain.scores.report.wording import Row, decimals_of, figure, interval, signed
from tasks.domain.spanish import number

_NOT_CLAIMED = (
    "Que la asistencia sea la causa del resultado de un municipio en particular.",
    "Que la asistencia explique el cambio simple de los puntajes: buena parte habría ocurrido sin ella.",
    "Efecto alguno donde faltan puntajes: lo no medido no cuenta como cero.",
    "Que el puntaje mida por sí solo la gestión: el FURAG es un autorreporte, y la ayuda para diligenciarlo también "
    "lo sube.",
    "Un orden entre líderes de política a partir de estas diferencias.",
)
_ACROSS_BLOCKS = "Cambios en puntos entre vigencias medidas con métodos distintos."
_SPILLOVER = (
    "Que las diferencias recojan todo el efecto: si la asistencia favoreció otras políticas o a municipios vecinos, el "
    "cálculo se queda corto."
)
_SHARED = (
    "Que nada más haya influido: el cálculo toma a los municipios por independientes, y lo que en un año favoreció o "
    "afectó a toda una subregión puede parecer asistencia si se asistió sobre todo allí."
)
_EXPECTED = (
    "El puntaje esperado de cada municipio asistido se calcula con municipios del mismo departamento que no "
    "recibieron asistencia en esa política: una regresión ponderada del puntaje posterior sobre el puntaje inicial, "
    "su grupo par, el nivel en sus otras políticas y su trayectoria. Pesan más los municipios de comparación que "
    "partieron de un puntaje parecido. La diferencia es el puntaje observado menos el esperado; el resultado de cada "
    "política y el del conjunto son promedios de esas diferencias."
)
_SHAPE = {
    "unequal": "En los municipios sin asistencia los puntajes de unos varían de un año a otro más que los de otros: "
    "por eso lo esperado, y lo que es variación normal, se calculó según cuánto suelen variar los de cada municipio.",
    "curved": "Los municipios sin asistencia que más habían caído se recuperan a otro ritmo que los demás: por eso su "
    "recuperación se calculó aparte.",
}
_FEW = (
    " Con tres a nueve municipios asistidos, la incertidumbre se obtiene con 4.999 sorteos de municipios de "
    "comparación (Conley y Taber)."
)


def crosses_blocks(result: Row) -> bool:
    """Whether any row of the result had to leave points for standard deviations."""
    return any(row["scale"] == "standardised" for row in (*result["policies"], result["pooled"]))


def not_claimed(result: Row) -> list[str]:
    """Return what the report says it does not claim."""
    return [*_NOT_CLAIMED, _SPILLOVER, _SHARED, *([_ACROSS_BLOCKS] if crosses_blocks(result) else [])]


def method(result: Row) -> list[str]:
    """Return the method in words, with the choices of this run."""
    options = result["options"]
    methods = {row["method"] for row in (*result["policies"], result["pooled"])}
    return [
        _EXPECTED,
        *(text for name, text in _SHAPE.items() if result["shape"][name]),
        "Antes: la última vigencia cuyo formulario cerró antes de la asistencia. Después: la primera vigencia "
        f"posterior con al menos {number(100 * options['min_exposure'])} % del año bajo asistencia. Vigencias "
        f"comparables entre sí: {_blocks(options['blocks'])}; las demás, solo consigo mismas.",
        "El intervalo de confianza agrupa por municipio."
        + (_FEW if CONLEY_TABER in methods else "")
        + " La columna q corrige por mirar varias políticas a la vez (Benjamini y Hochberg). Con menos de tres "
        "municipios no se estima un promedio.",
        _placebo(result["pooled"]),
    ]


def _blocks(text: str) -> str:
    return text.replace(";", "; ").replace("-", "–") or "ninguna declarada"


def _placebo(pooled: Row) -> str:
    found = pooled["placebo"]
    if found["estimate"] is None or pooled["estimate"] is None:
        return "La prueba de placebo no se pudo calcular con estos datos."
    row = found | {"scale": pooled["scale"]}
    return (
        "Prueba de placebo: el mismo cálculo sobre municipios no asistidos que partieron de los puntajes más bajos da "
        f"{figure(row)}; debe estar cerca de cero."
    )


_READINGS = {
    "linear": ("Sin ponderar", "si importa la forma de la regresión a la media"),
    "clean": ("Comparación sin ninguna asistencia", "si la asistencia se extiende a otras políticas"),
    "triple": ("Triple comparación", "si hubo cambio de alcalde o un equipo motivado; tiende a cero si hay extensión"),
    "did": ("Diferencia en diferencias", "como cota; exagera cuando se escogieron puntajes bajos"),
}


def sensitivity(pooled: Row) -> list[dict[str, Any]]:
    """Return the pooled estimate recomputed in four ways; empty when there is none."""
    if pooled["estimate"] is None:
        return []
    rows = []
    for key, (name, reading) in _READINGS.items():
        found = pooled["sensitivity"][key] | {"scale": pooled["scale"]}
        shown = "–" if found["estimate"] is None else signed(found["estimate"], decimals_of(found))
        rows.append({"nombre": name, "diferencia": shown, "intervalo": interval(found), "lectura": reading})
    return rows
