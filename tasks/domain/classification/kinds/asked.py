"""Mail that asks for advice, and what continues a thread."""

from tasks.domain.classification.asking import (
    asks,
    asks_advice,
    asks_for_advice,
    asks_in_so_many_words,
    asks_outright,
    names_advice,
)
from tasks.domain.classification.attachments import encloses_the_request
from tasks.domain.classification.kinds import signs
from tasks.domain.classification.kinds.facts import Facts, Kind, Verdicted
from tasks.domain.classification.kinds.outside import announces
from tasks.domain.classification.subject.policies import Reading
from tasks.domain.classification.text import fold, words
from tasks.domain.mail.quotes import is_reply_subject
from tasks.domain.mail.threading.belonging import belongs

_LEANS = 0.3  # probability of a policy from which a bare question is taken to be about it


def answer(facts: Facts) -> Verdicted | None:
    """What continues a thread that the office knows."""
    if not facts.known_thread or (facts.passed_on and not _took_part(facts)):
        return None
    if signs.NEW_NEED.search(fold(facts.said)) and asks_advice("\n".join(facts.texts)) and _other_policies(facts):
        return Verdicted(Kind.REQUEST, True, "nueva necesidad dentro de un hilo conocido")
    return Verdicted(Kind.FOLLOWUP, True, "continúa un hilo conocido")


def _took_part(facts: Facts) -> bool:
    """Whether what is passed on is a further mail of somebody whom the thread knows."""
    return facts.thread is not None and belongs(facts.writer.email, facts.thread)


def _other_policies(facts: Facts) -> bool:
    known = facts.thread.policies if facts.thread else ()
    return any(policy not in known for policy in facts.reading.candidates[:2])


def request(facts: Facts) -> Verdicted | None:
    """What asks for advice; where something speaks against it, a person looks."""
    found = _request(facts)
    if found is not None and found.kind is Kind.REQUEST and (doubt := _doubt(facts)):
        return Verdicted(Kind.REVIEW, False, doubt)
    return found


def _doubt(facts: Facts) -> str:
    """Return why what looks like a request may be none, "" when nothing speaks against it."""
    sender = facts.mail.sender
    if not facts.is_public and facts.office.pretends_staff(sender.name, sender.email):
        return "lleva el nombre de alguien del equipo, desde otra dirección"
    if signs.ASKS_NOTHING.search(fold(facts.said)):
        return "dice que no pide nada"
    return _doubt_of_writer(facts) or _doubt_of_addressee(facts) or _doubt_of_words(facts)


def _doubt_of_writer(facts: Facts) -> str:
    said = fold(facts.said)
    if signs.PRESS.match(fold(facts.writer.email)) and not facts.is_local:
        return "parece un comunicado de prensa"
    if facts.is_stranger and not signs.OWN_NEED.search(said):
        return "no dice para qué entidad pide"
    if not facts.is_public and signs.OWN_MATTER.search(said) and not signs.WE.search(said):
        return "pide algo para sí mismo, no para una entidad"
    others = signs.OTHER_MATTER.search(said) and not asks_for_advice(facts.said)
    if (others or signs.OTHER_OFFICE.search(said)) and not facts.reading.sure:
        return "parece asunto de otra dependencia"
    if not facts.is_public and not facts.is_organisation and not _for_an_entity(facts):
        return "escribe un particular que no dice de qué entidad es"
    return ""


def _doubt_of_addressee(facts: Facts) -> str:
    said, own = fold(facts.said), fold(facts.parts.own)
    if signs.ELSEWHERE.search(said) and signs.FOR_INFORMATION.search(said):
        return "va dirigido a otra entidad, con copia para información"
    if _to_a_friend(facts) and not asks_for_advice(facts.said):
        return "parece escrito a otra persona"
    if signs.COPIED.search(own) and not asks_for_advice(facts.parts.own):
        return "le llega a esta oficina como copia informativa"
    if facts.passed_on and signs.FOR_INFORMATION.search(own) and not asks(facts.parts.own):
        return "se reenvía para información"
    return ""


def _doubt_of_words(facts: Facts) -> str:
    said, subject, body = fold(facts.said), facts.mail.subject, "\n".join(facts.texts)
    declines = signs.DECLINES.search(said) and not asks_for_advice(facts.said)
    if declines or signs.ANSWERS.match(fold(subject)):
        return "parece que responde a un ofrecimiento o a una encuesta"
    if signs.FOLLOWS_UP.search(said) and not facts.reading.sure:
        return "parece continuar algo anterior que no se encontró"
    if signs.FOR_INFORMATION.search(said) and not asks_outright(facts.said):
        return "se envía para información"
    if encloses_the_request(facts.mail) or not facts.texts:
        return ""
    if signs.INVITES.search(said) and not asks_in_so_many_words(body):
        return "invita; no es claro que pida asesoría"
    needs = asks(body) or signs.TELLS_A_NEED.search(fold(body)) is not None
    plain = needs and not announces(facts) and (names_advice(subject) or (facts.is_local and facts.reading.spoken_of))
    return "" if plain or asks_outright(facts.said) else "no es claro que pida asesoría"


def _to_a_friend(facts: Facts) -> bool:
    """Whether the writer talks to somebody by first name and "tú" who is none of the team."""
    called = signs.TO_A_FRIEND.match(fold(facts.parts.own))
    if called is None:
        return False
    return all(called["name"] not in words(person.name) for person in facts.office.directory.people)


def _for_an_entity(facts: Facts) -> bool:
    """Whether who writes from a private mailbox is an official by role, by asking for advice, or by saying "we"."""
    said = fold(facts.said)
    if signs.OWN_NEED.search(said) or asks_for_advice(facts.said):
        return True
    ours = signs.WE.search(said) is not None or names_advice(facts.mail.subject)
    ours = ours or signs.OFFICE_MAILBOX.match(fold(facts.writer.email)) is not None
    return facts.place.dane is not None and ours and not signs.THEY.search(said)


def _request(facts: Facts) -> Verdicted | None:
    body = "\n".join(facts.texts)
    known = (facts.is_public or facts.place.dane is not None) and not announces(facts)
    needy = not body.strip() or asks(body) or known
    if is_reply_subject(facts.mail.subject) and body.strip():  # it says what an earlier mail was about
        advice = asks_advice(body)
    else:
        advice = asks_advice(facts.said) or (needy and names_advice(facts.mail.subject))
    topic = bool(facts.reading.candidates)
    trade = facts.reading.sure or signs.TRADE.search(fold(facts.said)) is not None
    if facts.reading.axis and (asks(body) or advice):
        return _axis(facts)
    if topic and (advice or (trade and asks(body))):
        return Verdicted(Kind.REQUEST, True, "pide asesoría")
    if topic and _from_a_public_entity(facts) and _wonders(body) and _on_a_policy(facts.reading):
        return Verdicted(Kind.REQUEST, facts.reading.sure, "pregunta por una política")
    if advice and (facts.place.dane or facts.place.candidates or facts.is_public):
        return Verdicted(Kind.REQUEST, False, "pide asesoría sin decir el tema")
    if encloses_the_request(facts.mail) and (facts.place.dane or facts.is_public):
        return Verdicted(Kind.REQUEST, False, "la solicitud viene en el archivo adjunto")
    return None


def _from_a_public_entity(facts: Facts) -> bool:
    return facts.is_public or facts.place.dane is not None or bool(facts.place.candidates)


def _wonders(body: str) -> bool:
    """Whether an office asks or needs something, beyond a confirmation of receipt or a person's own papers."""
    folded = fold(body)
    return asks(signs.ACKNOWLEDGE.sub(" ", folded)) and not signs.OWN_MATTER.search(folded)


def _on_a_policy(reading: Reading) -> bool:
    """Whether a policy is more than guessed at: its words stand there, or the model leans to it clearly."""
    return reading.spoken_of or max(reading.chances.values(), default=0.0) >= _LEANS


def _axis(facts: Facts) -> Verdicted:
    if facts.reading.axis_mixed:
        return Verdicted(Kind.REVIEW, False, "pide asesoría de otro eje y también de MIPG")
    return Verdicted(Kind.OTHER_AXIS, True, "pide asesoría de otro eje")


def review(facts: Facts) -> Verdicted | None:
    """What asks for something else, or says nothing."""
    if not facts.said.strip() and not facts.mail.attachments:
        return Verdicted(Kind.REVIEW, False, "mensaje vacío")
    if asks(facts.said):
        return Verdicted(Kind.REVIEW, False, "pide algo que no se reconoce como asesoría MIPG")
    return None
