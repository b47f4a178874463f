"""What everybody who handles a message works with."""

from dataclasses import dataclass

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.cases.opening import Asked, judged
from tasks.domain.classification.judgement import Judgement
from tasks.domain.mail.message import Mail, Thread
from tasks.opening import open_request
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import Fate, MessageRecord
from tasks.reception.arrival import Arrival
from tasks.reception.threading import Continued

_TEXT_KEPT = 20_000  # characters of a request kept beside its raw mail


@dataclass(frozen=True, slots=True)
class Desk:
    """What every handler works with."""

    unit: UnitOfWork
    office: Office
    arrival: Arrival
    judgement: Judgement
    place: Continued

    @property
    def thread(self) -> Thread | None:
        """The thread that the message continues."""
        return self.place.thread

    def record(self, fate: Fate, cases: tuple[str, ...] = (), request: str | None = None, reason: str = "") -> Fate:
        """Write the message's one fate."""
        mail, judged = self.arrival.mail, self.judgement
        self.unit.messages.add(
            MessageRecord(
                mailbox=self.office.mailbox.name,
                ref=self.arrival.ref,
                sha256=self.arrival.sha256,
                message_id=mail.message_id,
                content_key=mail.content_key,
                kind=judged.kind,
                outcome=fate,
                received=self.arrival.received,
                sender=mail.sender.email,
                subject=mail.subject[:500],
                reason=(reason or "; ".join(judged.reasons))[:1000],
                suggestion=judged.summary[:300],
                cases=cases,
                request=request,
            )
        )
        return fate

    @property
    def source(self) -> str:
        """What the history names as the origin of what the message does."""
        return f"mail:{self.arrival.mail.message_id or self.arrival.sha256}"


def asked_in(desk: Desk) -> Asked:
    """Return what the message asks, as it was judged."""
    arrival = desk.arrival
    return judged(desk.judgement, arrival.received, arrival.mail.subject, desk.source, _incoming_ref(arrival))


def open_asked(desk: Desk, asked: Asked) -> tuple[str, list[Case]]:
    """Open the request and its cases; return its number and them."""
    arrival = desk.arrival
    text = _what_isasked_in(arrival)[:_TEXT_KEPT]
    return open_request(
        desk.unit, desk.office, asked, text=text, sha256=arrival.sha256, message_id=arrival.mail.message_id
    )


def _what_isasked_in(arrival: Arrival) -> str:
    """Return the words of the request: in a forward those of whoever asked, not of who passed it on."""
    inner = arrival.mail.inner
    forwarded = arrival.parts.forwarded
    passed_on = forwarded.everything if forwarded else inner.text if inner else ""
    own = arrival.parts.own
    return "\n\n".join(part for part in (own, passed_on) if part) or arrival.mail.text or arrival.mail.subject


def _incoming_ref(arrival: Arrival) -> str:
    forwarded = arrival.parts.forwarded
    return (arrival.parts.radicado or (forwarded.radicado if forwarded else ""))[:60]


def of_the_house(office: Office, mail: Mail) -> bool:
    """Whether the mail says to come from the domain of the service's own address, or from one below it."""
    house = office.settings.mailbox.address.rpartition("@")[2].lower()
    return mail.sender.domain == house or mail.sender.domain.endswith(f".{house}")
