"""Orders written by people: the first lines of a reply, a cell of the sheet or a command line, one grammar for all.

Tolerant in spelling, strict in shape: a sentence that merely begins with such a word is prose, not an order.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from tasks.domain.mail.dates import dates_in, parse_date
from tasks.domain.mail.quotes import split
from tasks.domain.mail.relative import WEEKDAY

__all__ = ["MOTIVE_REQUIRED", "Order", "Verb", "dates_in", "from_action", "parse_date", "parse_orders"]

MAX_ORDERS = 30
_MAX_LINE = 1000
_MAX_ARGUMENT = 2000


class Verb(StrEnum):
    """What an order asks for; the value is the word people write."""

    ASSIGN = "asignar"
    APPROVE = "aprobado"
    RETURN = "devolver"
    VOID = "anular oficio"
    SIGN = "firmado"
    DIRECT = "directa"
    POLICY = "política"
    MUNICIPALITY = "municipio"
    PLAN = "plan"
    ASSIST = "asistencia"
    SUSPEND = "suspender"
    RESUME = "reanudar"
    TRANSFER = "trasladar"
    DISCARD = "descartar"
    MERGE = "unir a"
    CLOSE = "cerrar"
    REOPEN = "reabrir"
    EXTEND = "prórroga"
    REMIND = "recordar"
    SNOOZE = "no recordar"
    RESEND = "reenviar"
    STATUS = "estado"


@dataclass(frozen=True, slots=True)
class Order:
    """One order: what, with which motive, date or name, and about which case if it names one (or a letter's number)."""

    verb: Verb
    argument: str = ""
    case: str | None = None
    line: str = ""  # as it was written, for the answer


MOTIVE_REQUIRED = frozenset(
    {Verb.RETURN, Verb.VOID, Verb.SUSPEND, Verb.TRANSFER, Verb.DISCARD, Verb.CLOSE, Verb.REOPEN}
)
# Orders that are complete without an argument.
_BARE = frozenset({Verb.APPROVE, Verb.SIGN, Verb.DIRECT, Verb.RESUME, Verb.REMIND, Verb.STATUS})
_DATED = frozenset({Verb.PLAN, Verb.ASSIST, Verb.SNOOZE})

_THE_LETTER = r"(?: (?:(?:el|este|ese) (?:oficio|borrador)|(?:la|esta|esa) (?:carta|version)))?"
_HEADS: tuple[tuple[Verb, str], ...] = (
    (Verb.SNOOZE, r"no recordar(?:le|me|les)?(?: hasta)?(?: el)?"),
    (Verb.REMIND, r"recordar(?: ahora)?"),
    (Verb.ASSIGN, r"(?:re)?asign(?:ar|ese|elo|alo|ado)(?: a)?"),
    (Verb.APPROVE, rf"aprobad[oa]s?{_THE_LETTER}|apruebo{_THE_LETTER}|aprobar{_THE_LETTER}|enviar(?: el)? oficio"),
    (Verb.RETURN, r"devolver(?: borrador| el borrador)?|devuelto"),
    (Verb.VOID, r"anular(?: el)?(?: oficio)?"),
    (Verb.SIGN, r"firmad[oa]"),
    (Verb.DIRECT, r"(?:atencion )?directa"),
    (Verb.POLICY, r"politicas?"),
    (Verb.MUNICIPALITY, r"municipio"),
    (Verb.PLAN, r"plan"),
    (Verb.ASSIST, r"asistencia"),
    (Verb.SUSPEND, r"suspender"),
    (Verb.RESUME, r"reanudar"),
    (Verb.TRANSFER, r"trasladar(?: a)?"),
    (Verb.DISCARD, r"descartar"),
    (Verb.MERGE, r"unir(?: con| a)?"),
    (Verb.CLOSE, r"cerrar"),
    (Verb.REOPEN, r"reabrir"),
    (Verb.EXTEND, r"(?:aprobar |apruebo |aprobada )?(?:la )?prorroga"),
    (Verb.RESEND, r"reenviar(?: el)?(?: oficio| correo)?(?: a)?"),
    (Verb.STATUS, r"estado(?: (?:de(?:l| la| mi)? )?(?:caso|solicitud|peticion|tramite|radicado))?"),
)
_NUMBER = r"(?:(?:caso|oficio|solicitud|numero|no\.?|nro\.?|#)\s*)*((?:DSEGPP-|[A-Z]{3,12}-|S-)?20\d\d-\d{4,6})"
_HEAD = {
    verb: re.compile(
        rf"(?:{words})(?: (?:el|este) caso)?(?![\w-])(?:\s*[,(]?\s*(?:el\s+)?{_NUMBER}\)?(?!\d))?", re.IGNORECASE
    )
    for verb, words in _HEADS
}
_SEPARATOR = re.compile(r"\s*(?:[:=]|\s[-–—]{1,2}(?=\s)|;)\s*")
_LEAD = re.compile(r"^(?:(?:ok|okay|listo|por favor|favor|buen[oa]s? (?:dias?|tardes|noches)|hola)[\s,.:;-]+)+", re.I)
_TAIL = re.compile(
    r"(?:^|[\s,.;:!]+)(?:por favor|porfa|(?:muchas |mil )?gracias(?: \w+){0,3}|"
    r"de acuerdo|saludos|quedo atent[oa]|ok)[\s.!]*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:hola|buen[oa]s?(?: (?:dias?|tardes|noches))?|buen dia|cordial saludo|saludos|apreciad[oa]s?|estimad[oa]s?|"
    r"doctora?|dra?\.?|senor(?:es|as?)?|mesa mipg|equipo|companer[oa]s)(?: [\w.]+){0,5}\s*[,.:;!]*$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:a\s+)?(?:(?:la|el|al)\s+)?(?:(?:doctora?|dra?\.?|ing\.?|señora?|profesional)\s+)?", re.IGNORECASE
)
_NAME = re.compile(r"[^\W\d_][^\W\d_.'’-]*[.'’]?(?:[\s-]+[^\W\d_][^\W\d_'’]*\.?){0,5}")
_PARTICLES = frozenset({"de", "del", "la", "las", "los", "y"})
_NO_NAME = frozenset(
    {"un", "una", "unos", "quien", "alguien", "mayor", "recursos", "responsable", "persona", "profesional", "tareas"}
)
_APPROVES = re.compile(
    r"(?:^|[,;.]\s*|\sy\s)(?:lo |la )?(?:apruebo|queda aprobad[oa]|esta aprobad[oa])"
    r"(?: (?:el|la|es[ae]|est[ae]|dich[oa]))?"
    r"(?: (?:version|borrador|oficio|texto|documento|carta))?(?: (?:ajustad[oa]|corregid[oa]|adjunt[oa]))?\s*[.!]*$",
    re.IGNORECASE,
)
_PLEASE = re.compile(r"^\s*,?\s*por favor\b,?", re.IGNORECASE)
ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"]{1,190}\.[A-Za-z]{2,24}")
_ANY_DAY = date(2024, 1, 1)  # only the shape of a date matters here
_SOME_DAY = re.compile(rf"\d|{WEEKDAY}|\b(?:primero|hoy|ayer|antier|anteayer|ma[ñn]ana|semana|mes)\b", re.IGNORECASE)
_DOUBT = re.compile(r"\b(?:no|si|cuando|siempre que|aunque|pero|falta|hasta que|una vez|tan pronto)\b", re.IGNORECASE)

_FOREIGN = re.compile(r"[^\x00-\x7f]")

ACTIONS = {  # what is chosen in a row's Acción, in the order of the list
    Verb.APPROVE: "Enviar oficio",
    Verb.RETURN: "Devolver borrador",
    Verb.VOID: "Anular oficio",
    Verb.DIRECT: "Atención directa",
    Verb.SUSPEND: "Suspender",
    Verb.RESUME: "Reanudar",
    Verb.TRANSFER: "Trasladar",
    Verb.DISCARD: "Descartar",
    Verb.MERGE: "Unir a",
    Verb.CLOSE: "Cerrar",
    Verb.REOPEN: "Reabrir",
    Verb.REMIND: "Recordar ahora",
    Verb.SNOOZE: "No recordar hasta",
}


def _plain(text: str) -> str:
    """Return the text without accents, of the same length, so that positions hold in both."""
    return text if text.isascii() else _FOREIGN.sub(lambda c: unicodedata.normalize("NFD", c[0])[0], text)


def _as_label(text: str) -> str:
    return " ".join(_plain(text).lower().split()).strip(" .:")


_CHOSEN = {_as_label(action): verb for verb, action in ACTIONS.items()}


def from_action(label: str, detail: str) -> Order | None:
    """Return the order of a row's *Acción* and *Detalle*, None for a label that is no order on a case."""
    verb = _CHOSEN.get(_as_label(label))
    if verb is None:
        return None
    return Order(verb, " ".join(detail.split())[:_MAX_ARGUMENT], None, label.strip())


def parse_orders(text: str) -> tuple[Order, ...]:
    """Return the orders in the first lines of a reply (or in one order string); () when it begins with anything else.

    One per line; a motive may go on over the next lines until an empty one. A greeting may come first.
    """
    orders: list[Order] = []
    lines = split(text[:20_000]).own.split("\n")
    continues = False
    for line in _after_greeting(lines):
        found = order_of(line) if len(line) <= _MAX_LINE else None
        if found is not None and len(orders) < MAX_ORDERS:
            orders.append(found)
            continues = found.verb in MOTIVE_REQUIRED
        elif not line.strip():
            continues = False
        elif continues:
            orders[-1] = _longer(orders[-1], line)
        else:
            break
    return tuple(orders)


def order_of(line: str) -> Order | None:
    """Return the order that one line is, None for prose."""
    written = " ".join(line.replace("*", "").strip(' \t•·«»"“”>_¿¡').split())
    plain = _plain(written)
    body = _LEAD.sub("", plain, count=1)
    for verb, head in _HEAD.items():
        match = head.match(body)
        if match is None:
            continue
        rest = _PLEASE.sub("", written[len(plain) - len(body) + match.end() :])
        announced = match[1] is not None or match[0].endswith(" a")
        argument = _argument(verb, rest, announced)
        if argument is not None:
            return _settled(Order(verb, argument[:_MAX_ARGUMENT], match[1].upper() if match[1] else None, written))
    if len(body) <= 120 and _APPROVES.search(body) and not _DOUBT.search(body):
        return Order(Verb.APPROVE, "", None, written)
    return None


def _after_greeting(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines) and (not lines[at].strip() or _is_greeting(lines[at].strip())):
        at += 1
    yield from lines[at:]


def _is_greeting(line: str) -> bool:
    return len(line) <= 80 and _GREETING.match(_plain(line)) is not None and order_of(line) is None


def _longer(order: Order, line: str) -> Order:
    return replace(order, argument=f"{order.argument} {line.strip()}".strip()[:_MAX_ARGUMENT])


def _argument(verb: Verb, rest: str, announced: bool) -> str | None:
    """Return what follows the verb, None when the line has not the shape of this order.

    `announced`: a case number or "a" stands before, so that what follows is no prose.
    """
    polite = _TAIL.sub("", rest).strip(" ,.;:=!?-–—")
    if not polite:
        return ""
    separator = _SEPARATOR.match(rest)
    if separator:
        argument = rest[separator.end() :].strip() if verb in MOTIVE_REQUIRED else polite
        return argument if _suits(verb, argument) else None
    if not rest[:1].isspace():
        return None
    return polite if _fits(verb, polite, announced) else None


def _suits(verb: Verb, argument: str) -> bool:
    """Whether an argument after a colon may belong to the verb. "Aprobado: pero cambie…" approves nothing."""
    if verb is Verb.RESEND:
        return ADDRESS.fullmatch(argument) is not None
    if verb in _DATED:  # one that cannot be understood is answered so
        return _SOME_DAY.search(argument) is not None
    return verb not in _BARE or re.fullmatch(_NUMBER, argument, re.IGNORECASE) is not None


def _fits(verb: Verb, argument: str, announced: bool) -> bool:
    """Whether an argument without a colon makes an order: a name, a date, a case; a motive only after a number."""
    if verb is Verb.ASSIGN:
        return _is_name(argument, announced)
    if verb is Verb.RESEND:
        return ADDRESS.fullmatch(argument.removeprefix("a ")) is not None
    if verb in _DATED:
        return len(argument) <= 60 and len(dates_in(argument, _ANY_DAY)) == 1
    if verb is Verb.MERGE:
        return re.fullmatch(rf"(?:con |al? )?(?:el )?{_NUMBER}", argument, re.IGNORECASE) is not None
    if verb is Verb.TRANSFER:  # "a Secretaría de Salud", not "a los funcionarios costaría mucho"
        return announced and any(word[0].isupper() for word in argument.split()[:3])
    return verb in MOTIVE_REQUIRED and announced


def _is_name(argument: str, announced: bool) -> bool:
    """Whether the words may be a person: capitalised, or few after a number or "a"."""
    name = _TITLE.sub("", argument)
    words = name.split()
    if not words or _NAME.fullmatch(name) is None:
        return False
    if all(word[0].isupper() or word in _PARTICLES for word in words):
        return True
    return len(words) <= (3 if announced else 1) and not _NO_NAME & {word.lower() for word in words}


def _settled(order: Order) -> Order:
    """Return the order with its numbers in place: "aprobado: 2026-0041", "unir 2026-0041 a 2026-0040"."""
    if order.verb is Verb.MERGE:
        named = re.findall(r"20\d\d-\d{4,6}", order.argument)
        if order.case and not named:
            return replace(order, argument=order.case, case=None)
        return replace(order, argument=named[-1] if named else order.argument)
    if order.verb in _BARE and order.argument:
        return replace(order, argument="", case=order.argument.split()[-1].upper())
    if order.verb is Verb.RESEND:
        return replace(order, argument=order.argument.removeprefix("a "))
    if order.verb is Verb.ASSIGN:
        return replace(order, argument=_TITLE.sub("", order.argument))
    return order
