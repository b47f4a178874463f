"""What a kind is decided from, and the verdict."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.origin.municipalities import Place
from tasks.domain.classification.subject.policies import Reading
from tasks.domain.mail.message import Correspondent, Mail, Thread
from tasks.domain.mail.quotes import Parts
from tasks.domain.mail.threading.belonging import organisation
from tasks.domain.mail.threading.threads import mentions

_MAX_ENCLOSED = 20_000  # characters read of each enclosed message


class Kind(StrEnum):
    """The fate a message is judged for (interfaces.md, `mipg classify`)."""

    REQUEST = "request"
    FOLLOWUP = "followup"
    DUPLICATE = "duplicate"
    AUTO = "auto"
    NOISE = "noise"
    LEADER_PLAN = "leader_plan"
    LEADER_EVIDENCE = "leader_evidence"
    COMMAND = "command"
    RESULTS = "results"
    OTHER_AXIS = "other_axis"
    REVIEW = "review"


@dataclass(frozen=True)
class Facts:
    """Everything that the kind is decided from; what most rules ask is worked out once."""

    mail: Mail
    parts: Parts
    texts: tuple[str, ...]  # the words that may ask: own, passed on, attached letter
    thread: Thread | None
    office: OfficeView
    writer: Correspondent  # who asks: the sender, or the person inside a trusted forward
    reading: Reading
    place: Place

    @cached_property
    def said(self) -> str:
        """Subject and the words that may ask, together."""
        return "\n".join((self.mail.subject, *self.texts))

    @cached_property
    def told(self) -> str:
        """All that the message and what it passes on say, also where its own words would be enough to judge it."""
        forwarded = self.parts.forwarded
        if forwarded is None and self.mail.inner is None:
            return self.said
        below = forwarded.everything if forwarded else ""
        return "\n".join((self.mail.subject, self.parts.own, below, *_enclosed(self.mail), *self.texts))

    @cached_property
    def passed_on_of(self) -> tuple[str, ...]:
        """Who wrote what the message passes on: names with addresses."""
        chain = self.parts.forwarded.chain if self.parts.forwarded else ()
        inner = self.mail.inner
        enclosed = [f"{inner.sender.name} {inner.sender.email}"] if inner else []
        return (*(f"{level.name} {level.email}" for level in chain), *enclosed)

    @cached_property
    def known_thread(self) -> bool:
        """Whether the message points at something the office knows."""
        if self.thread is not None or self.office.knows_threads:
            return self.thread is not None
        found = mentions(self.mail, self.parts)
        return any((found.cases, found.requests, found.letters))

    @cached_property
    def passed_on(self) -> bool:
        """Whether somebody trusted passes on another person's message."""
        return self.writer.email != self.mail.sender.email or (
            self.office.passes_on(self.mail.sender.email)
            and (self.mail.inner is not None or self.parts.forwarded is not None)
        )

    @property
    def is_public(self) -> bool:
        """Whether the writer's address is a public entity's."""
        return self.writer.domain.endswith(".gov.co")

    @property
    def is_local(self) -> bool:
        """Whether a public entity of some municipality writes; a ministry is none."""
        return self.is_public and (self.place.dane is not None or bool(self.place.candidates))

    @property
    def is_organisation(self) -> bool:
        """Whether the writer's address has a domain of its own that is no public entity's: a firm, a newspaper."""
        return bool(organisation(self.writer.email)) and not self.is_public

    @property
    def is_stranger(self) -> bool:
        """Whether a firm, a university, a newspaper or a national body writes, and for no municipality it names."""
        placed = self.is_local or self.place.dane is not None or self.place.outside
        return bool(organisation(self.writer.email)) and not placed


def _enclosed(mail: Mail) -> Iterator[str]:
    while mail.inner is not None:
        mail = mail.inner
        yield mail.text[:_MAX_ENCLOSED]


@dataclass(frozen=True, slots=True)
class Verdicted:
    """The kind, whether the service may go on without a person, and why."""

    kind: Kind
    sure: bool
    reason: str
    legal: bool = False  # a law's term runs: what it is about is for a person to say
