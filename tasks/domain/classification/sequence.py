"""Judges messages in order, remembering threads and copies among them, as `mipg classify` does without a ledger."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from tasks.domain.classification.judgement import Judgement, Kind, judge
from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.text import fold
from tasks.domain.mail.message import Mail, Thread
from tasks.domain.mail.quotes import bare_subject, parts_of
from tasks.domain.mail.threading.identity import resemblance

_SAME = 0.85  # share of the shorter text that must stand in the longer one
_SAME_SUBJECT = 0.7  # … under the same subject
_SAID_AGAIN = 0.5  # … when the writer says that it is the same request
_COMPARED = 40  # earlier requests of the same place or sender that a message is compared with
_REMEMBERED = 20_000  # messages; a longer run forgets none of these and learns no more


@dataclass(frozen=True, slots=True)
class _Earlier:
    """What is remembered of an earlier message."""

    sender: str
    subject: str
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
        for key in _keys(mail, judgement):
            for other in reversed(self.by_place.get(key, [])[-_COMPARED:]):
                if _repeats(mail, text, judgement, other):
                    return other
        return None

    def remember(self, mail: Mail, judgement: Judgement) -> None:
        """Keep what later messages may point at."""
        if len(self.by_id) > _REMEMBERED:
            return
        earlier = _Earlier(mail.sender.email, _subject(mail), _text(mail), judgement)
        if mail.message_id:
            self.by_id.setdefault(mail.message_id, earlier)
        if judgement.kind in {Kind.REQUEST, Kind.OTHER_AXIS, Kind.REVIEW}:
            if mail.content_key and earlier.text:
                self.by_content.setdefault(mail.content_key, earlier)
            for key in _keys(mail, judgement):
                self.by_place.setdefault(key, []).append(earlier)


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


def _repeats(mail: Mail, text: str, judgement: Judgement, other: _Earlier) -> bool:
    """Whether a message says the same as an earlier one; two letters on a template about two policies do not."""
    if judgement.policies and other.judgement.policies and judgement.policies != other.judgement.policies:
        return False
    least = _SAME_SUBJECT if _subject(mail) and _subject(mail) == other.subject else _SAME
    if _AGAIN.search(fold(f"{mail.subject} {text}")):
        least = _SAID_AGAIN
    return resemblance(text, other.text) >= least


_AGAIN = re.compile(
    r"\b(?:misma solicitud|mismo correo|mismo mensaje|por si no (?:les |le )?(?:llego|ha llegado)|re-?envi\w+|"
    r"vuelvo a (?:enviar|escribir|mandar)|segund[oa] (?:envio|vez))"
)


def _subject(mail: Mail) -> str:
    return fold(bare_subject(mail.subject))


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


def _keys(mail: Mail, judgement: Judgement) -> tuple[str, ...]:
    """Return under what a copy may be looked for: the place, the address or the person's name."""
    return tuple(key for key in (judgement.municipality, mail.sender.email, fold(mail.sender.name)) if key)
