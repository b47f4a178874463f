"""What a case is about: its policies, its municipalities, and the case that it is the same as."""

from typing import Any

from tasks.domain.cases.case import EventKind, State
from tasks.domain.cases.decision import Accepted, Asked, Decision, Further, Refused
from tasks.domain.cases.names import Found, find_named, find_policy, policy_name
from tasks.domain.catalog import Catalog, Municipality
from tasks.domain.spanish import join_list


def classify(asked: Asked) -> Decision:
    """The first policy is the case's; each further one ("Integridad; Control interno") gets a case of its own."""
    catalog, case = asked.world.catalog.on(asked.world.at.date()), asked.case
    slugs: list[str] = []
    for typed in (part.strip() for part in asked.argument.split(";")):
        found = find_policy(typed, catalog)
        if found.match is None:
            return Refused(_which_policy(typed, found, catalog))
        slugs.append(found.match)
    if not slugs:
        return Refused("Falta la política. Escriba «política: NOMBRE».")
    first, *others = dict.fromkeys(slugs)
    label = (("policy", case.policy or "", first),) if first != case.policy else ()
    event = asked.event(_ready(case.municipality, first), policy=first, confidence=1.0)
    answer = f"Caso {case.number}: política {policy_name(first, catalog)}."
    if others:
        answer += f" Se abre un caso más para {join_list([policy_name(slug, catalog) for slug in others])}."
    return Accepted((event,), answer, tuple(Further(policy=slug) for slug in others), label)


def _which_policy(typed: str, found: Found[str], catalog: Catalog) -> str:
    names = [policy_name(slug, catalog) for slug in found.candidates or [p.slug for p in catalog.policies]]
    return f"«{typed}» no es una política. Puede ser: {'; '.join(names)}."


def _ready(municipality: str | None, policy: str | None) -> State | None:
    """A case leaves `por clasificar` once both its policy and its municipality are known."""
    return State.TO_ASSIGN if municipality and policy else None


def locate(asked: Asked) -> Decision:
    """The first municipality is the case's; each further one ("Sonsón; Granada") gets a case of its own."""
    catalog, case = asked.world.catalog, asked.case
    places: list[Municipality] = []
    for typed in (part.strip() for part in asked.argument.split(";")):
        found = find_named(typed, catalog.municipalities, lambda m: (m.name, m.dane, *m.aliases))
        if found.match is None:
            options = "; ".join(m.name for m in found.candidates) or "los 125 municipios de Antioquia"
            return Refused(f"«{typed}» no es un municipio de Antioquia. Puede ser: {options}.")
        places.append(found.match)
    place, *others = dict.fromkeys(places)
    label = (("municipality", case.municipality or "", place.dane),) if place.dane != case.municipality else ()
    event = asked.event(_ready(place.dane, case.policy), municipality=place.dane)
    names = ", ".join(p.name for p in (place, *others))
    answer = f"Caso {case.number}: municipio {names}" + (" (un caso para cada uno)." if others else ".")
    return Accepted((event,), answer, tuple(Further(municipality=other.dane) for other in others), label)


def merge(asked: Asked) -> Decision:
    """The case ends as part of another, whose mails go to its people too."""
    case, target = asked.case, asked.world.target
    if target is None:
        wrong = f"No existe el caso «{asked.argument}»." if asked.argument else "Falta el número del caso."
        return Refused(f"{wrong} {asked.example('2026-0040')}")
    if target.number == case.number:
        return Refused("Un caso no se puede unir a sí mismo.")
    if not target.is_open:
        return Refused(f"El caso {target.number} está en «{target.state}»: solo se puede unir a un caso abierto.")
    reason = f"unida a {target.number}"
    gone: dict[str, Any] = {"merged_into": target.number}
    if case.state in {State.DRAFT}:
        gone |= {"letter": None, "letter_date": None}
    event = asked.event(None, **gone).model_copy(update={"reason": reason})
    people = dict.fromkeys(a for a in (*target.also, case.email, *case.also) if a and a != target.email)
    joined = event.model_copy(
        update={
            "case": target.number,
            "kind": EventKind.NOTED,
            "reason": f"se le unió el caso {case.number}",
            "changes": {"also": list(people)},
        }
    )
    return Accepted((event, joined), f"Caso {case.number}: queda unido al caso {target.number}.")
