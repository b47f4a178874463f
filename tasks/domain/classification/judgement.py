"""What a message is, which policies it asks about, where it comes from, and why."""

from dataclasses import dataclass

from tasks.domain.cases.case import EntityType
from tasks.domain.classification.attachments import holds_a_letter, letter_text
from tasks.domain.classification.kinds.facts import Facts, Kind, Verdicted
from tasks.domain.classification.kinds.rules import kind_of
from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.origin.entities import entity_of
from tasks.domain.classification.subject.need import needs, without_what_is_settled, writer_of
from tasks.domain.classification.subject.policies import Reading, read_policies
from tasks.domain.classification.subject.precedents import recall
from tasks.domain.classification.summary import summary_of
from tasks.domain.classification.wishes import wishes_in
from tasks.domain.mail.authentication import Verdict as Stamped
from tasks.domain.mail.authentication import verdict as verdict_on
from tasks.domain.mail.message import Mail, Thread
from tasks.domain.mail.quotes import Parts, parts_of

__all__ = ["Judgement", "Kind", "judge"]

_ABOUT_POLICIES = frozenset({Kind.REQUEST, Kind.REVIEW, Kind.OTHER_AXIS})
_THIN = 25  # words: a covering note this short says too little beside an attachment nobody could read


@dataclass(frozen=True, slots=True)
class Judgement:
    """One message judged. `policies` and `municipality` are None/empty where a person must choose."""

    kind: Kind
    policies: tuple[str, ...] = ()
    municipality: str | None = None
    entity_type: EntityType | None = None
    entity: str = ""
    requester: str = ""  # a name
    email: str = ""  # where an answer may go; "" when there is none
    summary: str = ""
    confidence: float = 0.0
    auto: bool = False  # the service would act, or do nothing, without a person
    reasons: tuple[str, ...] = ()  # Spanish, shown in the sheet
    axis: str = ""  # politica-publica | plan-desarrollo, for other_axis
    reading: Reading | None = None  # the evidence on policies, for `mipg classify --explain`


def judge(mail: Mail, thread: Thread | None, office: OfficeView, parts: Parts | None = None) -> Judgement:
    """Judge one message. `thread` is what the ledger knows of the thread that it continues, None for none.

    `parts` is the message taken apart, by who has it already.
    Copies of earlier messages are for the caller to know. Pure; never raises on any content.
    """
    facts = _facts(mail, thread, office, without_what_is_settled(mail, parts or parts_of(mail), office))
    verdict = kind_of(facts)
    if verdict.kind is Kind.FOLLOWUP or (verdict.kind in {Kind.LEADER_PLAN, Kind.LEADER_EVIDENCE} and thread):
        return _of_thread(facts, verdict)
    return _of_content(facts, verdict)


def _facts(mail: Mail, thread: Thread | None, office: OfficeView, parts: Parts) -> Facts:
    writer = writer_of(mail, parts, office)
    letter = letter_text(mail)
    texts = (*needs(mail, parts), *((letter,) if letter else ()))
    matchers = office.matchers
    reading = read_policies(mail.subject, texts, matchers.book, matchers.model, reply=thread is not None)
    if thread is None:
        reading = recall(reading, mail.subject, texts, writer.email, matchers.book, office.experience)
    answer_to = mail.reply_to if writer == mail.sender else writer
    signature = parts.signature if writer == mail.sender else ""
    before = office.experience.municipalities(writer.email)
    place = matchers.gazetteer.locate(writer, answer_to, mail.subject, texts, signature, before)
    return Facts(mail, parts, texts, thread, office, writer, reading, place)


def _of_thread(facts: Facts, verdict: Verdicted) -> Judgement:
    """A message that continues a thread: its policies and municipality are the thread's."""
    thread = facts.thread
    return Judgement(
        verdict.kind,
        policies=thread.policies if thread else (),
        municipality=thread.municipality if thread else facts.place.dane,
        requester=facts.writer.name,
        email=_answer_address(facts),
        summary=_summary(facts),
        confidence=0.95 if thread else 0.8,
        auto=verdict.sure,
        reasons=(verdict.reason,),
    )


def _of_content(facts: Facts, verdict: Verdicted) -> Judgement:
    verdict = _outside(facts, verdict)
    reading, dane = facts.reading, facts.place.dane or _thread_town(facts)
    town = facts.office.catalog.municipality(dane)
    entity_type, entity = entity_of(facts.writer, facts.texts, _signature(facts.parts), town)
    sure = reading.sure and not _unread(facts)
    return Judgement(
        verdict.kind,
        policies=_policies(facts, verdict, sure),
        municipality=dane,
        entity_type=entity_type,
        entity=entity,
        requester=facts.writer.name,
        email=_answer_address(facts),
        summary=_summary(facts),
        confidence=reading.confidence if verdict.kind in _ABOUT_POLICIES else (0.95 if verdict.sure else 0.5),
        auto=verdict.sure and (verdict.kind not in _ABOUT_POLICIES or (sure and dane is not None)),
        reasons=_reasons(facts, verdict, sure),
        axis=reading.axis if verdict.kind is Kind.OTHER_AXIS else "",
        reading=reading,
    )


def _summary(facts: Facts) -> str:
    """Return the line that sums the message up, with how and by when it wants to be attended."""
    mail = facts.mail
    wishes = str(wishes_in(mail.subject, facts.texts, mail.sent.date() if mail.sent else None))
    line = summary_of(mail.subject, facts.texts)
    return f"{line} ({wishes})" if wishes else line


def _outside(facts: Facts, verdict: Verdicted) -> Verdicted:
    if facts.place.outside and verdict.kind in {Kind.REQUEST, Kind.OTHER_AXIS}:
        return Verdicted(Kind.REVIEW, False, f"viene de fuera de Antioquia ({facts.place.outside})")
    return verdict


def _policies(facts: Facts, verdict: Verdicted, sure: bool) -> tuple[str, ...]:
    if verdict.kind in {Kind.LEADER_PLAN, Kind.LEADER_EVIDENCE}:
        led = facts.office.directory.leads(facts.mail.sender.email)
        return led if len(led) == 1 else tuple(p for p in facts.reading.candidates[:1] if p in led)
    if not sure or verdict.legal or verdict.kind not in {Kind.REQUEST, Kind.REVIEW}:
        return ()
    return facts.reading.policies


def _thread_town(facts: Facts) -> str | None:
    return facts.thread.municipality if facts.thread else None


def _unread(facts: Facts) -> bool:
    """Whether the request may stand in an attachment that could not be read, with next to nothing beside it."""
    said = sum(len(text.split()) for text in facts.texts)
    return holds_a_letter(facts.mail) and said < _THIN and not letter_text(facts.mail)


def _answer_address(facts: Facts) -> str:
    """Return where an answer may go. Anybody can put an address into a forward: it counts from who is trusted only."""
    mail, office = facts.mail, facts.office
    if facts.writer != mail.sender:
        forged = verdict_on(mail, office.trusted_authserv) is Stamped.FAIL
        return facts.writer.email if office.answers_inside(mail.sender.email) and not forged else ""
    # An answer to our own address would come back to us.
    return mail.reply_to.email if mail.reply_to.email and not office.is_ours(mail.reply_to.email) else mail.sender.email


def _signature(parts: Parts) -> str:
    return parts.signature if parts.forwarded is None else parts.forwarded.origin.signature


def _reasons(facts: Facts, verdict: Verdicted, sure: bool) -> tuple[str, ...]:
    reasons = [verdict.reason]
    if verdict.kind in _ABOUT_POLICIES:
        reasons += _policy_reasons(facts, sure)
        reasons += facts.place.reasons or ("no se reconoce el municipio",)
        if facts.parts.radicado:
            reasons.append(f"radicado {facts.parts.radicado}")
    return tuple(reasons)


def _policy_reasons(facts: Facts, sure: bool) -> list[str]:
    reading: Reading = facts.reading
    if reading.axis:
        return [f"otro eje, {_quoted(reading, reading.axis)}"]
    why = [reading.precedent] if reading.precedent else []
    if sure:
        return why + [f"{_name(facts, slug)} {_quoted(reading, slug)}" for slug in reading.policies]
    return why + [f"posible {_name(facts, slug)} {_quoted(reading, slug)}" for slug in reading.candidates[:2]]


def _quoted(reading: Reading, slug: str) -> str:
    words = reading.words.get(slug, ())
    if not words:
        return "por el sentido del texto"
    return f"por {'la palabra' if len(words) == 1 else 'las palabras'} " + ", ".join(f"«{phrase}»" for phrase in words)


def _name(facts: Facts, slug: str) -> str:
    policy = facts.office.catalog.policy(slug)
    return policy.name if policy else "MIPG en general"
