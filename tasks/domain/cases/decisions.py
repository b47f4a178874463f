"""From an order to the events it makes, or to the words that refuse it. Pure: nothing here writes."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from tasks.domain.cases.assignment import handed_over
from tasks.domain.cases.case import FINAL_STATES, Case, CaseEvent, EventKind, Mode, State
from tasks.domain.cases.guidance import called, example, missing_motive, possible_ones
from tasks.domain.cases.names import Found, find_named, folded
from tasks.domain.cases.states import Part, Rule, possible, rule_of
from tasks.domain.catalog import MIPG_GENERAL, Catalog, Municipality
from tasks.domain.directory import Contact, Directory, Person, Role
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.commands import ADDRESS, MOTIVE_REQUIRED, Order, Verb
from tasks.domain.mail.dates import parse_date
from tasks.domain.spanish import join_list, weekday_in_words


@dataclass(frozen=True, slots=True)
class Actor:
    """Who orders: an address (or SYSTEM) and the sheet or mail it came by."""

    email: str
    source: str
    in_sheet: bool = False  # whoever may edit the sheet acts as the office


@dataclass(frozen=True, slots=True)
class World:
    """What a decision may look at besides the case."""

    at: datetime
    catalog: Catalog
    directory: Directory  # of the day
    letter: Letter | None = None
    target: Case | None = None  # the case that another is to be joined to
    release: str = "approved"  # letters.release
    returned: tuple[str, ...] = ()  # the addresses of the case's last mail that bounced
    extension: date | None = None  # the day that an extension notice may promise; None: no term runs, or it is over


@dataclass(frozen=True, slots=True)
class Further:
    """A case to open beside one: what it differs in."""

    policy: str | None = None
    municipality: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The order holds: what happens to the case, and what else it starts."""

    events: tuple[CaseEvent, ...]
    answer: str  # Spanish, for the person who ordered
    opens: tuple[Further, ...] = ()  # further cases of the same request
    labels: tuple[tuple[str, str, str], ...] = field(default=())  # field, before, after: what the judge got wrong


@dataclass(frozen=True, slots=True)
class Refused:
    """The order changes nothing; `answer` says why and what is possible, in Spanish."""

    answer: str


Decision = Accepted | Refused


def part_of(email: str, case: Case, directory: Directory, today: datetime) -> Part:
    """Return the part that an address plays in a case that day."""
    person = directory.person(email)
    if person is not None and _directs(person, directory, today):
        return Part.DIRECTOR
    if person is not None and case.officer and person.email.casefold() == case.officer.casefold():
        return Part.OFFICER
    if person is not None:
        return Part.TEAM
    if case.policy in directory.leads(email):
        return Part.LEADER
    return Part.REQUESTER if email.casefold() == case.email.casefold() else Part.OUTSIDER


def _directs(person: Person, directory: Directory, now: datetime) -> bool:
    if person.role is Role.DIRECTOR:
        return True
    director = directory.director()
    serving = directory.serving(director, now.date()) if director else None
    return serving is not None and serving.email.casefold() == person.email.casefold()


def decide(order: Order, case: Case, actor: Actor, world: World) -> Decision:
    """Return what an order does to a case: guards first (verb, part, state, motive), then its own rule."""
    rule = rule_of(order.verb)
    if rule is None:
        return Refused("Esa orden no se puede dar sobre un caso.")
    part = Part.DIRECTOR if actor.in_sheet else part_of(actor.email, case, world.directory, world.at)
    if part not in rule.who:
        return Refused(_not_yours(order.verb, case, part))
    if case.state not in rule.states:
        return Refused(_not_now(order.verb, case, part, in_sheet=actor.in_sheet))
    if order.verb in MOTIVE_REQUIRED and not order.argument.strip():
        return Refused(missing_motive(order.verb, in_sheet=actor.in_sheet))
    return _RULES[order.verb](_Asked(order, case, actor, world, rule))


def _not_yours(verb: Verb, case: Case, part: Part) -> str:
    if part in {Part.LEADER, Part.REQUESTER, Part.OUTSIDER}:
        return f"La orden «{verb}» solo la puede dar el equipo MIPG."
    who = "la directora o el director" if verb is Verb.ASSIGN else "el responsable del caso o la dirección"
    return f"La orden «{verb}» sobre el caso {case.number} solo la puede dar {who}."


def _not_now(verb: Verb, case: Case, part: Part, *, in_sheet: bool) -> str:
    can = possible_ones(possible(case.state, part), in_sheet=in_sheet)
    return f"El caso {case.number} está en «{case.state}» y no admite {called(verb, in_sheet=in_sheet)}. {can}"


@dataclass(frozen=True, slots=True)
class _Asked:
    order: Order
    case: Case
    actor: Actor
    world: World
    rule: Rule

    @property
    def argument(self) -> str:
        return self.order.argument.strip()

    def event(self, to: State | None = None, **changes: Any) -> CaseEvent:
        """Return the rule's event; entering another state also moves `since` and remembers where from."""
        state = to or self.rule.to
        if state is not None and state is not self.case.state:
            changes |= {"state": state, "since": self.world.at.isoformat(), "previous": self._from(state)}
        return CaseEvent(
            case=self.case.number,
            kind=self.rule.event,
            at=self.world.at,
            actor=self.actor.email,
            reason=self.argument,
            source=self.actor.source,
            changes=changes,
        )

    def _from(self, to: State) -> State | None:
        """Return where "reabrir" and "reanudar" lead: what ends while suspended goes back to before the suspension."""
        ended_suspended = self.case.state is State.SUSPENDED and to in FINAL_STATES
        return self.case.previous if ended_suspended else self.case.state

    def example(self, argument: str) -> str:
        """Return the sentence that shows how the order is made complete."""
        return example(self.order.verb, argument, in_sheet=self.actor.in_sheet)

    def accept(self, answer: str, to: State | None = None, **changes: Any) -> Accepted:
        return Accepted((self.event(to, **changes),), f"Caso {self.case.number}: {answer}")


def _assign(asked: _Asked) -> Decision:
    found = find_named(asked.argument, asked.world.directory.people, lambda p: (p.name, p.email))
    if found.match is None:
        return Refused(_who_then(asked.argument, found, asked.world.directory))
    person, case = found.match, asked.case
    told = _told(asked, person)
    if case.state is not State.TO_ASSIGN:
        return asked.accept(f"queda a cargo de {person.name}.", officer=person.email, **told)
    leaderless = case.policy == MIPG_GENERAL
    to = State.DIRECT if leaderless else State.DRAFT
    then = "se atiende directamente" if leaderless else _letter_comes(asked)
    return asked.accept(f"asignado a {person.name}; {then}.", to, officer=person.email, **(told if leaderless else {}))


def _told(asked: _Asked, person: Person) -> dict[str, Any]:
    """Return what lets a new officer know: a draft that comes says it by itself, and their own deed they know."""
    case, before = asked.case, asked.world.directory.person(asked.case.officer or "")
    knows = {asked.actor.email.casefold(), (case.officer or "").casefold()}
    if case.state is State.DRAFT or person.email.casefold() in knows:
        return {}
    return {"entrusted": handed_over(before.name if before else "")}


def _letter_comes(asked: _Asked) -> str:
    if asked.world.directory.leader(asked.case.policy) is not None:
        return "se elabora el borrador del oficio"
    return "no hay oficio todavía: la política no tiene líder vigente en la pestaña Líderes"


def _who_then(typed: str, found: Found[Person], directory: Directory) -> str:
    people = found.candidates or directory.people
    names = "; ".join(person.name for person in people)
    if len(found.candidates) > 1:
        return f"«{typed}» puede ser más de una persona: {names}. Escriba el nombre completo."
    if found.candidates:
        return f"No hay nadie llamado «{typed}» en Equipo. ¿Quiso decir {names}?"
    return f"No hay nadie llamado «{typed}» en Equipo. Están: {names}."


def _classify(asked: _Asked) -> Decision:
    catalog, case = asked.world.catalog, asked.case
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


def find_policy(typed: str, catalog: Catalog) -> Found[str]:
    """Return the slug of the policy that was typed, by name, slug or published heading."""
    names = {policy.slug: (policy.name, policy.slug, *policy.headings) for policy in catalog.policies}
    names[MIPG_GENERAL] = (MIPG_GENERAL, "MIPG general", "MIPG")
    return find_named(typed, names, lambda slug: names[slug])


def policy_name(slug: str | None, catalog: Catalog) -> str:
    """Return the policy's name on screen, "" when there is none."""
    if slug == MIPG_GENERAL:
        return "MIPG general"
    policy = catalog.policy(slug)
    return policy.name if policy else ""


def _which_policy(typed: str, found: Found[str], catalog: Catalog) -> str:
    names = [policy_name(slug, catalog) for slug in found.candidates or [p.slug for p in catalog.policies]]
    return f"«{typed}» no es una política. Puede ser: {'; '.join(names)}."


def _ready(municipality: str | None, policy: str | None) -> State | None:
    """A case leaves `por clasificar` once both its policy and its municipality are known."""
    return State.TO_ASSIGN if municipality and policy else None


def _locate(asked: _Asked) -> Decision:
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


def _merge(asked: _Asked) -> Decision:
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


def _approve(asked: _Asked) -> Decision:
    letter = asked.world.letter
    if letter is None or letter.state is LetterState.VOID or not letter.draft_sha256:
        return Refused(f"El caso {asked.case.number} aún no tiene borrador; llegará a su correo en unos minutos.")
    if asked.case.officer and letter.officer.casefold() != asked.case.officer.casefold():
        return Refused(f"El oficio {letter.number} se elabora de nuevo porque cambió la persona responsable.")
    if letter.state is not LetterState.DRAFT and asked.order.verb is Verb.APPROVE:
        return Refused(f"El oficio {letter.number} ya estaba aprobado.")
    return asked.accept(f"oficio {letter.number} aprobado; {_next(asked)}.")


def _next(asked: _Asked) -> str:
    if asked.order.verb is Verb.APPROVE and asked.world.release == "signed":
        return "espera la firma de la dirección"
    if asked.world.release == "registered" and not asked.case.official_ref:
        return "espera el número de radicado oficial"
    return "sale en el próximo envío"


def _return(asked: _Asked) -> Decision:
    letter = asked.world.letter
    if letter is None or letter.state is not LetterState.DRAFT:
        return Refused(f"El caso {asked.case.number} no tiene un borrador por aprobar.")
    return asked.accept(f"se elabora de nuevo el borrador del oficio {letter.number}.")


def _void(asked: _Asked) -> Decision:
    letter = asked.world.letter
    if letter is None or letter.state is LetterState.VOID:
        return Refused(f"El caso {asked.case.number} no tiene un oficio que anular.")
    return asked.accept(f"oficio {letter.number} anulado; se elabora uno nuevo.", letter=None, letter_date=None)


def _plan(asked: _Asked) -> Decision:
    day = parse_date(asked.argument, asked.world.at.date())
    if day is None:
        return Refused(f"No se entiende la fecha «{asked.argument}». Escríbala así: 15/01/2027.")
    received = (asked.case.plan_received or asked.world.at.date()).isoformat()
    changes: dict[str, Any] = {"agreed": day.isoformat(), "plan_received": received, "proposed": []}
    return asked.accept(f"fecha acordada {weekday_in_words(day)}.", **changes)


def _assist(asked: _Asked) -> Decision:
    words = asked.argument.split()
    mode = next((mode for mode in Mode if words and folded(words[-1]) == mode.value), None)
    typed = " ".join(words[:-1] if mode else words)
    day = parse_date(typed, asked.world.at.date(), nearest=True)  # it may have been held already
    if day is None:
        return Refused(f"No se entiende la fecha «{typed}». Escriba «asistencia: 15/01/2027 virtual».")
    changes: dict[str, Any] = {"mode": mode} if mode else {}
    following = asked.case.state is State.FOLLOW_UP  # one more session: what the case waits for stays the same
    if day > asked.world.at.date() and following:
        why = "ya está en seguimiento: registre esa sesión cuando se haya prestado"
        return Refused(f"El caso {asked.case.number} {why}.")
    if day > asked.world.at.date():
        # A session still to come is an agreement, not an assistance.
        to = State.PLANNED if asked.case.state is State.LETTER_SENT else asked.case.state
        return asked.accept(
            f"fecha acordada {weekday_in_words(day)}.", to, agreed=day.isoformat(), proposed=[], **changes
        )
    held = sorted({*asked.case.assistance, day})
    changes["assistance"] = [d.isoformat() for d in held]
    proven = asked.case.evidence_mailed is not None and held[-1] <= asked.case.evidence_mailed
    after = State.FOLLOW_UP if following or proven else State.ASSISTED
    return asked.accept(f"asistencia del {day:%d/%m/%Y} registrada.", after, **changes)


def _resume(asked: _Asked) -> Decision:
    to = asked.case.previous or State.TO_CLASSIFY
    return asked.accept(f"vuelve a «{to}».", to)


def _reopen(asked: _Asked) -> Decision:
    to = asked.case.previous or State.TO_CLASSIFY
    return asked.accept(f"vuelve a «{to}».", to, merged_into=None)


def _extend(asked: _Asked) -> Decision:
    case, until = asked.case, asked.world.extension
    if case.extended_to:
        return Refused(f"El caso {case.number} ya tiene ampliado su término hasta el {case.extended_to:%d/%m/%Y}.")
    if until is None:
        return Refused(f"El caso {case.number} no tiene un término legal en curso que se pueda ampliar.")
    changes: dict[str, Any] = {"extended_to": until.isoformat(), "extension_motive": asked.argument}
    return asked.accept(
        f"sale el aviso al municipio, que ofrece responder a más tardar el {until:%d/%m/%Y}.", **changes
    )


def _resend(asked: _Asked) -> Decision:
    """A mail that came back goes out again, to the address that was typed; whoever asked keeps it from now on."""
    case, to = asked.case, asked.argument.casefold()
    if not asked.world.returned:
        return Refused(f"Ningún correo del caso {case.number} rebotó: no hay qué reenviar.")
    if not ADDRESS.fullmatch(to):
        return Refused(f"Falta la dirección. Escriba «reenviar {case.number}: nombre@entidad.gov.co».")
    gone = asked.world.returned
    changes: dict[str, Any] = {"email": to} if case.email and case.email.casefold() in gone else {}
    if any(address.casefold() in gone for address in case.also):
        changes["also"] = [to if address.casefold() in gone else address for address in case.also]
    accepted = asked.accept(f"el correo sale de nuevo, a {to}.", **changes)
    (event,) = accepted.events
    return replace(accepted, events=(event.model_copy(update={"reason": f"se reenvía a {to} lo que rebotó"}),))


def _snooze(asked: _Asked) -> Decision:
    day = parse_date(asked.argument, asked.world.at.date())
    if day is None:
        wrong = f"No se entiende la fecha «{asked.argument}»." if asked.argument else "Falta la fecha."
        return Refused(f"{wrong} {asked.example('15/01/2027')}")
    return asked.accept(f"sin recordatorios hasta el {day:%d/%m/%Y}.", snoozed_until=day.isoformat())


def _remind(asked: _Asked) -> Decision:
    changes: dict[str, Any] = {"snoozed_until": None, "remind_now": "Se pidió recordarlo ahora."}
    return asked.accept("entra en los próximos recordatorios (uno por persona y día hábil).", **changes)


def _move(answer: str) -> Callable[[_Asked], Decision]:
    return lambda asked: asked.accept(answer)


def _leave_letter(answer: str) -> Callable[[_Asked], Decision]:
    """The case goes on without the draft it stood in: nobody was written to about it."""
    return lambda asked: asked.accept(answer, letter=None, letter_date=None)


def _direct(asked: _Asked) -> Decision:
    """The desk answers itself. A case that nobody was designated for is whoever directs', until they name somebody."""
    case, changes, kept = asked.case, dict[str, Any](letter=None, letter_date=None), ""
    officer = case.officer or ""
    if not officer and (head := _heading(asked)):
        changes["officer"] = officer = head.email
        how = "en la columna «Responsable»" if asked.actor.in_sheet else f"«asignar {case.number}: NOMBRE»"
        kept = f" Queda a cargo de {head.name} mientras se designa a alguien: {how}."
    if officer and officer.casefold() != asked.actor.email.casefold():
        changes["entrusted"] = _YOURS
    return asked.accept(f"se atiende directamente, sin oficio.{kept}", **changes)


def _heading(asked: _Asked) -> Contact | None:
    """Return who directs that day; the member of the team who gives the order, if it is one who directs."""
    directory, today = asked.world.directory, asked.world.at
    person, director = directory.person(asked.actor.email), directory.director()
    if person is not None and _directs(person, directory, today):
        return Contact(person.name, person.email)
    if director is None:
        return None
    return directory.serving(director, today.date()) or Contact(director.name, director.email)


_YOURS = "Pasó a atención directa, a su cargo: no habrá oficio."
_RULES: dict[Verb, Callable[[_Asked], Decision]] = {
    Verb.POLICY: _classify,
    Verb.MUNICIPALITY: _locate,
    Verb.ASSIGN: _assign,
    Verb.APPROVE: _approve,
    Verb.SIGN: _approve,
    Verb.RETURN: _return,
    Verb.VOID: _void,
    Verb.DIRECT: _direct,
    Verb.PLAN: _plan,
    Verb.ASSIST: _assist,
    Verb.SUSPEND: _move("suspendido."),
    Verb.RESUME: _resume,
    Verb.TRANSFER: _leave_letter("trasladado."),
    Verb.DISCARD: _leave_letter("descartado."),
    Verb.CLOSE: _move("cerrado."),
    Verb.REOPEN: _reopen,
    Verb.MERGE: _merge,
    Verb.EXTEND: _extend,
    Verb.RESEND: _resend,
    Verb.REMIND: _remind,
    Verb.SNOOZE: _snooze,
}
