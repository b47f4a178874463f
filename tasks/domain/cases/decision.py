"""What an order comes to: who gives it in which world, and what is accepted or refused."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tasks.domain.cases.case import FINAL_STATES, Case, CaseEvent, State
from tasks.domain.cases.guidance import example
from tasks.domain.cases.states import Part, Rule
from tasks.domain.catalog import Catalog
from tasks.domain.directory import Directory, Person, Role
from tasks.domain.letters.letter import Letter
from tasks.domain.mail.commands import Order


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


@dataclass(frozen=True, slots=True)
class Asked:
    """An order that its giver may give now, with all that its rule may look at."""

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
        """Return the rule's event as the decision, answered in a sentence that names the case."""
        return Accepted((self.event(to, **changes),), f"Caso {self.case.number}: {answer}")


def part_of(email: str, case: Case, directory: Directory, now: datetime) -> Part:
    """Return the part that an address plays in a case that day."""
    person = directory.person(email)
    if person is not None and directs(person, directory, now):
        return Part.DIRECTOR
    if person is not None and case.officer and person.email.casefold() == case.officer.casefold():
        return Part.OFFICER
    if person is not None:
        return Part.TEAM
    if case.policy in directory.leads(email):
        return Part.LEADER
    return Part.REQUESTER if email.casefold() == case.email.casefold() else Part.OUTSIDER


def directs(person: Person, directory: Directory, now: datetime) -> bool:
    """Whether the person directs the office that day: by role, or in the place of who is away."""
    if person.role is Role.DIRECTOR:
        return True
    director = directory.director()
    serving = directory.serving(director, now.date()) if director else None
    return serving is not None and serving.email.casefold() == person.email.casefold()
