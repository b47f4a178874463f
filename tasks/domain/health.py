"""How the service itself is: what its operator must hear of, and what came right again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tasks.domain.spanish import business_days, counted, date_in_words, number, percent
from tasks.domain.terms.business_days import Calendar, business_days_between

_UNSENT = timedelta(hours=2)  # longer than greylisting takes
_FAILING = timedelta(minutes=30)  # a restart of a server is no news
_SILENCE = 2  # business days without any mail; an office of this size gets 20 to 80 a day
_SPACE = 2_000_000_000  # bytes left, or
_SPACE_SHARE = 0.05  # share of the disk left
_ANNOUNCED = (1, 7, 30)  # days before an expiry
_EXPIRY, _FLOW = "vence/", "flujo/"
_SPANISH = {
    "intake": "la recepción de correo",
    "sheet": "la hoja de casos",
    "letters": "los oficios",
    "outbox": "el envío de correo",
    "reminders": "los recordatorios",
    "digest": "el resumen semanal",
    "results": "la carga de resultados",
    "impact": "el informe de mejoras",
    "offer": "la oferta de asesoría",
    "learn": "el aprendizaje de las correcciones",
}
_REMEDY = {  # what waits meanwhile, and what to look at
    "intake": "El correo nuevo espera en el buzón: compruebe con «mipg doctor» el servidor y la contraseña.",
    "sheet": (
        "Lo que el equipo escribe en la hoja espera: compruebe con «mipg doctor» que la hoja existe, que está "
        "compartida con el servicio y que nadie la tiene abierta."
    ),
    "letters": "Los oficios esperan: compruebe con «mipg doctor» las plantillas y el disco.",
    "outbox": "Los correos esperan en la cola: compruebe con «mipg doctor» el servidor de salida y la contraseña.",
}


@dataclass(frozen=True, slots=True)
class Failing:
    """A flow whose last try failed: since when each one has, and with which error."""

    flow: str
    since: datetime
    error: str


@dataclass(frozen=True, slots=True)
class Expiry:
    """A certificate, password or key and the last day it serves."""

    what: str
    on: date


@dataclass(frozen=True, slots=True)
class Health:
    """What was measured at one moment."""

    at: datetime
    waiting_since: Sequence[datetime] = ()  # when each mail that waits to be sent was queued
    held: int = 0
    last_received: datetime | None = None
    left: int = 0  # mails that stand in the mailbox and could not be taken in
    failing: Sequence[Failing] = ()
    free: int = _SPACE  # bytes
    total: int = _SPACE
    expiries: Sequence[Expiry] = field(default=())


def troubles(health: Health, calendar: Calendar) -> dict[str, str]:
    """Return what is wrong: a stable name for each trouble, and the sentence that tells it (Spanish)."""
    return {**_mail(health, calendar), **_flows(health), **_disk(health), **_expiries(health)}


def _mail(health: Health, calendar: Calendar) -> dict[str, str]:
    found = {}
    late = [moment for moment in health.waiting_since if health.at - moment > _UNSENT]
    if late:
        since = f"{min(late):%H:%M} del {date_in_words(min(late).date())}"
        found["envio"] = f"{counted(len(late), 'correo espera', 'correos esperan')} salir desde las {since}."
    if health.held:
        held = counted(health.held, "correo está retenido", "correos están retenidos")
        found["retenidos"] = f"{held}: revíselos con «mipg outbox» y libérelos con «mipg outbox --retry»."
    if health.last_received is not None:
        silent = business_days_between(health.last_received.date(), health.at.date(), calendar)
        if silent > _SILENCE:
            found["silencio"] = (
                f"No llega ningún correo desde el {date_in_words(health.last_received.date())} "
                f"({business_days(silent)}): compruebe que el buzón recibe."
            )
    return found


def _flows(health: Health) -> dict[str, str]:
    return {
        f"{_FLOW}{one.flow}": " ".join(filter(None, (_failure(one), _left(one, health.left), _REMEDY.get(one.flow))))
        for one in health.failing
        if health.at - one.since > _FAILING
    }


def _failure(one: Failing) -> str:
    name = _SPANISH.get(one.flow, one.flow)
    verb = "Fallan" if name.startswith("los ") else "Falla"
    since = f"desde las {one.since:%H:%M} del {date_in_words(one.since.date())}"
    return f"{verb} {name} {since}: {one.error.rstrip('.')}."


def _left(one: Failing, number: int) -> str:
    if one.flow != "intake" or not number:
        return ""
    return f"{counted(number, 'correo del buzón no se pudo', 'correos del buzón no se pudieron')} recibir."


def _disk(health: Health) -> dict[str, str]:
    share = health.free / max(1, health.total)
    if health.free >= _SPACE and share >= _SPACE_SHARE:
        return {}
    gigabytes = number(health.free / 1_000_000_000, 1)
    return {"disco": f"Quedan {gigabytes} GB de disco ({percent(share)}): libere espacio o amplíelo."}


def _expiries(health: Health) -> dict[str, str]:
    found = {}
    for one in health.expiries:
        left = (one.on - health.at.date()).days
        step = next((days for days in _ANNOUNCED if left <= days), None)
        if step is not None:
            when = "venció" if left < 0 else "vence"
            found[f"{_EXPIRY}{one.what}/{step if left >= 0 else 0}"] = f"{one.what}: {when} el {date_in_words(one.on)}."
    return found


@dataclass(frozen=True, slots=True)
class Report:
    """One mail to the operator, and the troubles to remember as told."""

    lines: tuple[str, ...]
    recovered: tuple[str, ...]
    told: Mapping[str, str]


def report(now: Mapping[str, str], told: Mapping[str, str]) -> Report | None:
    """Return what to tell today, given what was told last; None when there is nothing new and nothing still wrong.

    Whatever is still wrong is told again each day; an expiry at 30, 7 and 1 days only.
    """
    again = {name: line for name, line in now.items() if not (name.startswith(_EXPIRY) and name in told)}
    gone = tuple(
        line.removesuffix(_REMEDY.get(name.removeprefix(_FLOW), "")).strip()  # there is nothing to do about it any more
        for name, line in told.items()
        if name not in now and not name.startswith(_EXPIRY)
    )
    if not again and not gone:
        return None
    return Report(tuple(again.values()), gone, now)
