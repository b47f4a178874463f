"""Mail that asks the office for nothing it advises on: advertising, sellers, announcements, thanks."""

import re

from tasks.domain.classification.asking import asks, asks_advice, confirms, denies_advice, offers_occasion
from tasks.domain.classification.attachments import encloses_the_request
from tasks.domain.classification.kinds import signs
from tasks.domain.classification.kinds.facts import Facts, Kind, Verdicted
from tasks.domain.classification.text import fold
from tasks.domain.mail.threading.belonging import organisation

_COURTESY = 50  # words: who says more than that says something besides


def unasked(facts: Facts) -> Verdicted | None:
    """Advertising, fraud, surveys, job seekers: nothing in them is asked of the office. No municipality's entity."""
    if facts.is_local or facts.passed_on:
        return None
    said = fold("\n".join((facts.mail.subject, facts.parts.own)))
    needy = _needy(facts, said)
    lures = signs.LURES.search(said) is not None and facts.place.dane is None
    if lures or (signs.DECEIVES.search(said) and not needy):
        return Verdicted(Kind.NOISE, True, "correo no deseado o fraudulento")
    if signs.STUDIES.search(said) and re.search(r"\bencuesta|\bformulario\b|\bcalifique\b", said) and not needy:
        return Verdicted(Kind.NOISE, True, "encuesta")
    if signs.SEEKS_WORK.search(said) and not needy and not facts.is_public:
        return Verdicted(Kind.NOISE, True, "busca empleo; no pide asesoría")
    return None if needy else _advertising(facts, said)


def _advertising(facts: Facts, said: str) -> Verdicted | None:
    """A single word of publicity is not enough where something is asked: who sells asks rhetorically, and says more."""
    found = set(signs.ADVERTISES.findall(said)) | set(signs.SELLS.findall(said))
    if not signs.ADVERTISES.search(said):
        return None
    trader = signs.TRADER.search(fold(facts.writer.email)) is not None
    if asks(facts.parts.own) and (len(found) + trader < 2 or not organisation(facts.writer.email) or facts.is_public):
        return Verdicted(Kind.REVIEW, False, "parece publicidad, pero pide algo")
    return Verdicted(Kind.NOISE, True, "publicidad o convocatoria")


def _needy(facts: Facts, said: str) -> bool:
    return facts.place.dane is not None or signs.OWN_NEED.search(said) is not None


def selling(facts: Facts) -> Verdicted | None:
    """A seller's rhetorical questions ask nothing; where a municipality is named a person looks."""
    if facts.is_public or facts.passed_on:
        return None
    said = fold("\n".join((facts.mail.subject, facts.parts.own)))
    sells = len(set(signs.SELLS.findall(said)))
    trader = signs.TRADER.search(fold(facts.writer.email)) is not None
    if sells + trader < 2:
        return None
    if signs.OWN_NEED.search(said) or not organisation(facts.writer.email):
        return Verdicted(Kind.REVIEW, False, "parece que ofrece algo en venta")
    return Verdicted(Kind.NOISE, True, "ofrece algo en venta; no pide nada")


def states(facts: Facts) -> Verdicted | None:
    """Thanks, announcements and declined offers, of people who ask for nothing."""
    said, body = facts.said, "\n".join(facts.texts)
    if denies_advice(said) or (signs.DECLINES.search(fold(body)) and not asks(body)):
        return Verdicted(Kind.NOISE, True, "dice que no requiere asesoría")
    if asks_advice(body) or encloses_the_request(facts.mail) or facts.parts.forwarded or not body.strip():
        return None
    if announces(facts) and not asks(signs.ACKNOWLEDGE.sub(" ", fold(body))):
        return _announcement(facts, fold(body))
    if confirms(body) and not (facts.reading.spoken_of and signs.TELLS_A_NEED.search(fold(body))):
        return Verdicted(Kind.NOISE, True, "confirma; no pide nada")
    if re.search(r"\bgracias\b|agradec", fold(said)) and not asks(body):
        return _thanks(facts, fold(body))
    return None


def announces(facts: Facts) -> bool:
    """Whether the mail tells of what was done, is sent or will take place."""
    said = fold(facts.said)
    return bool(
        signs.ANNOUNCES.search(said) or signs.REPORTS.search(said) or signs.PRESS.match(fold(facts.writer.email))
    )


def _announcement(facts: Facts, body: str) -> Verdicted:
    if (signs.TELLS_A_NEED.search(body) or offers_occasion("\n".join(facts.texts))) and (
        facts.is_public or facts.place.dane
    ):
        return Verdicted(Kind.REVIEW, False, "informa de una dificultad: puede estar pidiendo ayuda")
    if _says_more(facts, body):
        return Verdicted(Kind.REVIEW, False, "un particular informa de algo")
    return Verdicted(Kind.NOISE, True, "informa o invita; no pide nada")


def _says_more(facts: Facts, body: str) -> bool:
    """Whether a private person does more than thank, greet, say who comes to a meeting or that all is settled."""
    courteous = len(body.split()) <= _COURTESY and signs.COURTEOUS.search(body) is not None
    return not (facts.is_public or facts.is_organisation or courteous)


def _thanks(facts: Facts, body: str) -> Verdicted:
    if facts.reading.spoken_of or signs.TELLS_A_NEED.search(body) or _says_more(facts, body):
        return Verdicted(Kind.REVIEW, False, "agradece y cuenta algo más: puede estar pidiendo ayuda")
    return Verdicted(Kind.NOISE, True, "agradecimiento; no pide nada")
