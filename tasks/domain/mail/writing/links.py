"""One-click answers: `mailto:` links that write an order for the reader (RFC 6068), and what their buttons say."""

import re
from datetime import datetime
from urllib.parse import quote

from tasks.domain.mail.reading.characters import clean, one_line
from tasks.domain.spanish import day_and_month

_SEARCHED = 100_000  # characters of a mail in which a token is looked for
TOKEN_LABEL = "Clave de respuesta:"  # the foot line that proves an order from inside the house  # noqa: S105


def token_line(token: str) -> str:
    """Return the foot line that carries the notice's token; "" without one."""
    return f"{TOKEN_LABEL} {token}" if token else ""


_TOKEN_LINE = re.compile(re.escape(TOKEN_LABEL) + r"\s*([0-9a-f]{20})\b")


def tokens_in(text: str) -> tuple[str, ...]:
    """Return the tokens that a text carries in foot lines like ours, each once, in order."""
    return tuple(dict.fromkeys(_TOKEN_LINE.findall(text[:_SEARCHED])))


def mailto(address: str, subject: str, body: str, token: str = "") -> str:
    """Return the link that opens a new mail with this subject and first line, and the token at its foot.

    A new mail has no In-Reply-To, so the token must stand in the body.
    """
    lines = [*clean(body).split("\n"), *(("", "", token_line(token)) if token else ())]
    text = quote("\r\n".join(lines), safe="")
    return f"mailto:{quote(one_line(address), safe='@')}?subject={quote(one_line(subject), safe='')}&body={text}"


_ORDER = re.compile(r"(?P<verb>[^\d:]*[^\d:\s])(?:\s+\d{4}-\d{4,})?\s*(?::\s*(?P<what>.*))?")
_BUTTONS = {
    "asignar": "Asignar a {}",
    "directa": "Atención directa",
    "recordar": "Recordar ahora",
    "no recordar": "No recordar hasta el {}",
    "aprobado": "Aprobar",
    "devolver": "Devolver…",
    "prórroga": "Enviar la prórroga",
    "plan": "Anotar la fecha acordada…",
    "asistencia": "Anotar la asistencia…",
    "política": "Escribir la política…",
    "municipio": "Escribir el municipio…",
    "cerrar": "Cerrar: {}",
    "reanudar": "Reanudar",
}


def order_label(order: str) -> str:
    """Return what an order's button says: "no recordar 2026-0041: 12/01/2027" → "No recordar hasta el 12 de enero".

    An order that no button was thought of for is its own label.
    """
    found = _ORDER.fullmatch(order.strip())
    label = _BUTTONS.get(found["verb"]) if found else None
    if found is None or label is None:
        return order
    what = _day_in_words(found["what"] or "")
    return label.format(what) if what or "{}" not in label else f"{label.partition(':')[0].partition(' {')[0]}…"


def _day_in_words(what: str) -> str:
    try:
        return day_and_month(datetime.strptime(what, "%d/%m/%Y").date())  # noqa: DTZ007  # a day, no moment
    except ValueError:
        return what
