"""Who plays in a simulated office: people with absences and successors, and what municipalities write."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from tasks.domain.cases.names import folded
from tasks.domain.catalog import Catalog
from tasks.domain.directory import Absence, Directory, Leader, Person, Role
from tasks.domain.mail.writing.outgoing import WIRE

SERVICE = "mesa.mipg@antioquia.gov.co"
MX = "mx.antioquia.gov.co"
HOUSE = "antioquia.gov.co"
_DAY = timedelta(days=1)
_ASKED = (
    "solicitamos comedidamente asesoría en la política de {policy}",
    "requerimos acompañamiento técnico en la política de {policy} para mejorar nuestro índice de desempeño",
    "agradecemos nos brinden asistencia técnica en {policy}",
)
_VAGUE = "necesitamos ayuda con el modelo MIPG, no sabemos por dónde empezar"
_OFFICERS = ("Ana María Londoño", "Jorge Iván Cano", "Luz Dary Higuita", "Carlos Mario Zapata")


def dice(seed: int, about: str) -> random.Random:
    """Return dice that fall alike for the same matter, in whatever order matters come up."""
    return random.Random(f"{seed}/{about}")  # noqa: S311  # a game, no secret


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that comes from outside; `policies` is what a careful reader would make of it."""

    at: datetime
    raw: bytes
    message_id: str
    policies: tuple[str, ...] = ()
    municipality: str = ""


def people(catalog: Catalog, start: date, weeks: int, seed: int) -> Directory:
    """Return the office of the year: some are away for weeks, one leader is followed by another."""
    throw = dice(seed, "people")
    end = start + timedelta(weeks=weeks)
    director = _person("Natalia Quiroz", Role.DIRECTOR, _away(throw, start, end, 10), _OFFICERS[0])
    team = [
        _person(name, Role.OFFICER, _away(throw, start, end, 15), _OFFICERS[(turn + 1) % len(_OFFICERS)])
        for turn, name in enumerate(_OFFICERS)
    ]
    operator = _person("Soporte Mesa", Role.OPERATOR, (), "")
    leaders: list[Leader] = []
    for number, policy in enumerate(catalog.policies):
        away = _away(throw, start, end, 15) if number % 3 == 0 else ()
        leaders += _led(policy.slug, number, away, start + (end - start) / 2)
    return Directory(people=(director, *team, operator), leaders=tuple(leaders))


def _led(policy: str, number: int, away: tuple[Absence, ...], changes: date) -> list[Leader]:
    first = Leader(
        policy=policy,
        name=f"Líder {number}",
        email=f"lider{number}@{HOUSE}",
        dependency=f"Dependencia {number}",
        absences=away,
        substitute=f"encargo{number}@{HOUSE}" if away else "",
    )
    if number % 6 != 1:
        return [first]
    left = first.model_copy(update={"valid_to": changes - _DAY})
    name, email = f"Relevo {number}", f"relevo{number}@{HOUSE}"
    return [left, first.model_copy(update={"valid_from": changes, "name": name, "email": email})]


def _person(name: str, role: Role, absences: tuple[Absence, ...], substitute: str) -> Person:
    email = f"{folded(name).replace(' ', '.')}@{HOUSE}"
    return Person(name=name, email=email, role=role, absences=absences, substitute=substitute)


def _away(throw: random.Random, start: date, end: date, longest: int) -> tuple[Absence, ...]:
    first = start + timedelta(days=throw.randrange(20, max(21, (end - start).days)))
    return (Absence(first=first, last=first + timedelta(days=throw.randrange(3, longest))),)


def arrivals(catalog: Catalog, day: date, seed: int, zone: object) -> list[Arrival]:
    """Return what comes on a day: requests, repeated ones, and mail that asks for nothing."""
    throw = dice(seed, f"day/{day}")
    working = day.weekday() < 5
    found: list[Arrival] = []
    for turn in range(throw.choice((0, 0, 0, 1, 1, 2)) if working else throw.choice((0, 0, 0, 0, 1))):
        found.append(_request(catalog, throw, _moment(throw, day, zone), f"{day}-{turn}"))
        if throw.random() < 0.04:
            again = found[-1]
            found.append(replace(again, at=again.at + timedelta(minutes=7)))
    if throw.random() < 0.4:
        found.append(_newsletter(_moment(throw, day, zone), day))
    return sorted(found, key=lambda arrival: arrival.at)


def _moment(throw: random.Random, day: date, zone: object) -> datetime:
    return datetime.combine(day, time(throw.randrange(6, 20), throw.randrange(60)), tzinfo=zone)  # type: ignore[arg-type]


def _request(catalog: Catalog, throw: random.Random, at: datetime, name: str) -> Arrival:
    place = throw.choice(catalog.municipalities)
    policies = throw.sample(catalog.policies, 2 if throw.random() < 0.12 else 1)
    clear = throw.random() > 0.08
    asked = " y además ".join(throw.choice(_ASKED).format(policy=policy.name) for policy in policies)
    text = f"Cordial saludo:\n\nDesde la Alcaldía de {place.name} {asked if clear else _VAGUE}.\n\nQuedamos atentos.\n"
    sender = f"planeacion@{folded(place.name).replace(' ', '')}-antioquia.gov.co"
    subject = f"Solicitud de asesoría {policies[0].name if clear else 'MIPG'}"
    identifier = f"<solicitud-{name}@{sender.partition('@')[2]}>"
    raw = mail(sender, subject, text, at, identifier)
    return Arrival(at, raw, identifier, tuple(policy.name for policy in policies), place.name)


def _newsletter(at: datetime, day: date) -> Arrival:
    identifier = f"<boletin-{day}@noticias.example.org>"
    raw = mail("boletin@noticias.example.org", "Boletín del día", "Noticias.\n", at, identifier, list_id="<n.example>")
    return Arrival(at, raw, identifier)


def mail(  # noqa: PLR0913  # the parts of a mail
    sender: str, subject: str, text: str, at: datetime, identifier: str, *, answers: str = "", list_id: str = ""
) -> bytes:
    """Return a mail as the office's server delivers it: stamped with a DMARC pass of its sender's domain."""
    message = EmailMessage(policy=WIRE)
    domain = sender.rpartition("@")[2]
    message["Authentication-Results"] = f"{MX}; dmarc=pass header.from={domain}"
    message["From"], message["To"], message["Subject"] = sender, SERVICE, subject
    message["Date"], message["Message-ID"] = format_datetime(at), identifier
    if answers:
        message["In-Reply-To"] = message["References"] = answers
    if list_id:
        message["List-Id"], message["Precedence"] = list_id, "bulk"
    message.set_content(text)
    return message.as_bytes()
