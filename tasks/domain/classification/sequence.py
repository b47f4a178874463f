"""Judges messages in order, remembering threads and copies among them, as `mipg classify` does without a ledger."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tasks.domain.classification.judgement import Judgement, Kind, judge
from tasks.domain.classification.office import OfficeView
from tasks.domain.mail.identity import resemblance
from tasks.domain.mail.message import Mail, Thread
from tasks.domain.mail.quotes import parts_of

_SAME = 0.85  # share of the shorter text that must stand in the longer one
_COMPARED = 40  # earlier requests of the same place or sender that a message is compared with
_REMEMBERED = 100_000  # characters of text are not kept; only this many messages are


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What is remembered of an earlier message."""

    mail_id: str
    sender: str
    text: str
    judgement: Judgement


@dataclass(slots=True)
class _Memory:
    """What a run knows of the messages before."""

    by_id: dict[str, _Earlier] = field(default_factory=dict)
    by_content: dict[str, _Earlier] = field(default_factory=dict)
    by_place: dict[str, list[_Earlier]] = field(default_factory=dict)

    def thread(self, mail: Mail) -> Thread | None:
        """Return the thread that a message continues among those judged before."""
        for pointed in (mail.in_reply_to, *reversed(mail.references)):
            if pointed in self.by_id and pointed != mail.message_id:
                earlier = self.by_id[pointed]
                return Thread(
                    policies=earlier.judgement.policies,
                    municipality=earlier.judgement.municipality,
                    people=frozenset({earlier.sender}),
                )
        return None

    def twin(self, mail: Mail, judgement: Judgement, continues: bool) -> _Earlier | None:
        """Return the earlier message of which this one is a copy."""
        if mail.message_id and mail.message_id in self.by_id:
            return self.by_id[mail.message_id]
        if mail.content_key and mail.content_key in self.by_content:
            return self.by_content[mail.content_key]
        if continues or judgement.kind is not Kind.REQUEST:
            return None
        text = _text(mail)
        nearby = self.by_place.get(_place(mail, judgement), [])[-_COMPARED:]
        return next((other for other in reversed(nearby) if resemblance(text, other.text) >= _SAME), None)

    def remember(self, mail: Mail, judgement: Judgement) -> None:
        """Keep what later messages may point at."""
        if len(self.by_id) > _REMEMBERED:
            return
        earlier = _Earlier(mail.message_id, mail.sender.email, _text(mail), judgement)
        if mail.message_id:
            self.by_id.setdefault(mail.message_id, earlier)
        if judgement.kind in {Kind.REQUEST, Kind.OTHER_AXIS, Kind.REVIEW}:
            if mail.content_key and earlier.text:
                self.by_content.setdefault(mail.content_key, earlier)
            self.by_place.setdefault(_place(mail, judgement), []).append(earlier)


def judge_sequence(mails: Iterable[Mail], office: OfficeView) -> Iterator[Judgement]:
    """Yield the judgement of each message in order.

    An answer to an earlier message takes its policies and municipality; a copy of one is `duplicate` with the first
    one's policies. Ledgers do this better: there it is for the caller to know.
    """
    memory = _Memory()
    for mail in mails:
        thread = memory.thread(mail)
        judgement = judge(mail, thread, office)
        twin = memory.twin(mail, judgement, thread is not None)
        if twin is not None:
            judgement = _copy_of(twin, judgement)
        memory.remember(mail, judgement)
        yield judgement


def _copy_of(twin: _Earlier, judgement: Judgement) -> Judgement:
    first = twin.judgement
    return replace(
        judgement,
        kind=Kind.DUPLICATE,
        policies=first.policies,
        municipality=first.municipality,
        confidence=0.97,
        auto=True,
        reasons=("repite un mensaje anterior",),
        axis=first.axis,
    )


def _text(mail: Mail) -> str:
    parts = parts_of(mail)
    return parts.own if parts.own or parts.forwarded is None else parts.forwarded.everything


def _place(mail: Mail, judgement: Judgement) -> str:
    return judgement.municipality or mail.sender.email
