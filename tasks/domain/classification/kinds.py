"""What a message is: the fate it is judged for, from headers, thread, the sender's role and what is said."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tasks.domain.classification import signs
from tasks.domain.classification.asking import asks, asks_advice, confirms, denies_advice, names_advice
from tasks.domain.classification.attachments import holds_a_letter
from tasks.domain.classification.municipalities import Place
from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.policies import Reading
from tasks.domain.classification.text import fold
from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.automatic import automatic
from tasks.domain.mail.belonging import belongs
from tasks.domain.mail.certified import is_carrier, is_receipt
from tasks.domain.mail.commands import parse_orders
from tasks.domain.mail.message import Correspondent, Mail, Mentions, Thread
from tasks.domain.mail.quotes import Parts


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


_LEANS = 0.3  # probability of a policy from which a bare question is taken to be about it


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the kind is decided from."""

    mail: Mail
    parts: Parts
    texts: tuple[str, ...]  # the words that may ask: own, passed on, attached letter
    thread: Thread | None
    mentions: Mentions
    office: OfficeView
    writer: Correspondent  # who asks: the sender, or the person inside a trusted forward
    reading: Reading
    place: Place

    @property
    def said(self) -> str:
        """Subject and the words that may ask, together."""
        return "\n".join((self.mail.subject, *self.texts))

    @property
    def known_thread(self) -> bool:
        """Whether the message points at something the office knows."""
        if self.thread is not None or self.office.knows_threads:
            return self.thread is not None
        return any((self.mentions.cases, self.mentions.requests, self.mentions.letters))

    @property
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


@dataclass(frozen=True, slots=True)
class Verdicted:
    """The kind, whether the service may go on without a person, and why."""

    kind: Kind
    sure: bool
    reason: str
    legal: bool = False  # a law's term runs: what it is about is for a person to say


def kind_of(facts: Facts) -> Verdicted:
    """Return what the message is; the first rule that knows decides, and where none does a person looks."""
    for rule in _RULES:
        if found := rule(facts):
            return found
    return Verdicted(Kind.REVIEW, False, "no se reconoce qué pide")


def _mass(facts: Facts) -> Verdicted | None:
    """Mailing lists and bulk mail ask nothing of the office, unless a public entity writes through one."""
    mail = facts.mail
    listed = mail.header("precedence").strip().lower() in {"bulk", "list", "junk"} or mail.header("list-unsubscribe")
    submitted = mail.header("auto-submitted").partition(";")[0].strip().lower()
    if not (listed or mail.header("list-id")) or submitted not in {"", "no"}:
        return None
    if facts.is_public and asks_advice(facts.said):
        return Verdicted(Kind.REVIEW, False, "llegó por una lista de correo y pide asesoría")
    return Verdicted(Kind.NOISE, True, "envío masivo o lista de correo")


def _machine(facts: Facts) -> Verdicted | None:
    reason = automatic(facts.mail, facts.office.own_addresses)
    if is_receipt(facts.mail):
        return Verdicted(Kind.AUTO, True, "constancia de correo certificado")
    if not reason:
        return None
    if is_carrier(facts.mail.sender.email):
        return None if facts.mail.inner or asks_advice("\n".join(facts.texts)) else _UNOPENED
    if "buzón que no lee nadie" in reason and facts.is_public and asks_advice("\n".join(facts.texts)):
        return Verdicted(Kind.REVIEW, False, "viene de un buzón automático, pero pide asesoría")
    return Verdicted(Kind.AUTO, True, reason)


_UNOPENED = Verdicted(Kind.REVIEW, False, "llegó por correo certificado: se abre en la página del operador")


def _order(facts: Facts) -> Verdicted | None:
    mail, office = facts.mail, facts.office
    sender = mail.sender.email
    orders = parse_orders(facts.parts.own)
    if orders and (office.is_staff(sender) or office.directory.leads(sender)):
        forged = verdict(mail, office.trusted_authserv) is Verdict.FAIL
        reason = "orden sin autenticar: no se cumplirá" if forged else f"orden del equipo: «{orders[0].line[:60]}»"
        return Verdicted(Kind.COMMAND, not forged, reason)
    if orders and office.pretends_staff(mail.sender.name, sender):
        return Verdicted(
            Kind.COMMAND, False, f"orden con el nombre de alguien del equipo desde otra dirección ({sender})"
        )
    edited = any(a.name.lower().endswith(".docx") for a in mail.attachments)
    of_a_letter = signs.APPROVES.search(fold(facts.parts.own)) or (facts.thread and facts.thread.letters)
    if office.is_staff(sender) and edited and of_a_letter and not facts.passed_on:
        return Verdicted(Kind.COMMAND, True, "devuelve el oficio con ajustes")
    return None


def _results(facts: Facts) -> Verdicted | None:
    kinds = (".xlsx", ".xls", ".xlsm", ".xlsb", ".csv", ".zip")
    workbook = any(a.name.lower().endswith(kinds) for a in facts.mail.attachments)
    if not workbook:
        return None
    names = " ".join(a.name for a in facts.mail.attachments)
    about = fold(f"{facts.mail.subject} {facts.parts.own[:2000]} {names}").replace("_", " ")
    if not (
        re.search(r"\bresultados?\b", about) and re.search(r"\bmdi\b|furag|\bidi\b|desempeno institucional", about)
    ):
        return None
    sender = facts.mail.sender.email
    trusted = facts.office.sends_scores(sender) or facts.office.is_staff(sender)
    if not trusted and (facts.known_thread or asks_advice(facts.said) or facts.place.dane):
        return None
    reason = "libro de resultados de la medición" + ("" if trusted else ", de un remitente sin confianza declarada")
    return Verdicted(Kind.RESULTS, trusted, reason)


def _leader(facts: Facts) -> Verdicted | None:
    sender = facts.mail.sender.email
    if not facts.office.directory.leads(sender) or facts.passed_on:
        return None
    own = fold(f"{facts.mail.subject}\n{facts.parts.own}")
    if any(a.content_type == "text/calendar" for a in facts.mail.attachments) and not facts.known_thread:
        return Verdicted(Kind.NOISE, True, "invitación de calendario")
    done, proposed = bool(signs.DONE.search(own)), bool(signs.PROPOSES.search(own))
    sure = facts.known_thread
    if done and not signs.FUTURE.search(own):
        return Verdicted(Kind.LEADER_EVIDENCE, sure, "evidencias de asistencia del líder")
    if proposed and (sure or signs.FUTURE.search(own)):
        return Verdicted(Kind.LEADER_PLAN, sure, "plan de asistencia del líder")
    if sure:
        return Verdicted(Kind.FOLLOWUP, True, "el líder responde en el hilo del oficio")
    return Verdicted(Kind.REVIEW, False, "el líder escribe sin número de caso ni de oficio")


def _colleague(facts: Facts) -> Verdicted | None:
    """Mail of the team and of the department's own people that is no order and passes nothing on."""
    office, sender = facts.office, facts.mail.sender.email
    if facts.passed_on or not (office.is_staff(sender) or office.is_colleague(sender)):
        return None
    said = fold(facts.said)
    if facts.place.dane and signs.FOR_OTHERS.search(said) and names_advice(facts.said):
        return Verdicted(Kind.REQUEST, True, "una persona de la entidad registra la solicitud de un municipio")
    if facts.known_thread:
        return Verdicted(Kind.FOLLOWUP, True, "mensaje interno sobre una solicitud conocida")
    if holds_a_letter(facts.mail) and signs.PASSES_ON.search(said):
        return Verdicted(Kind.REVIEW, False, "una dependencia de la Gobernación remite un documento")
    if office.is_staff(sender) or not asks_advice(facts.said):
        return Verdicted(Kind.NOISE, True, "conversación o comunicación interna")
    return Verdicted(Kind.REVIEW, False, "una dependencia de la Gobernación pide algo")


def _answer(facts: Facts) -> Verdicted | None:
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


def _authority(facts: Facts) -> Verdicted | None:
    """Control bodies, courts and citizens' petitions have legal terms: a person sees them at once."""
    shown = fold(f"{facts.writer.name} {facts.writer.email}")
    said = fold(facts.said)
    if signs.AUTHORITY.search(shown):
        return Verdicted(
            Kind.REVIEW, False, "escribe un organismo de control o una autoridad: tiene término legal", legal=True
        )
    if signs.COUNCIL.search(shown) and signs.POLITICAL_CONTROL.search(said):
        return Verdicted(Kind.REVIEW, False, "control político de una corporación: tiene término legal", legal=True)
    if signs.COURT.search(said) and not asks_advice(facts.said):
        return Verdicted(Kind.REVIEW, False, "parece una notificación judicial: tiene término legal", legal=True)
    subject_petition = re.search(r"\bderecho de peticion\b", fold(facts.mail.subject)) is not None
    if not facts.is_public and (signs.PETITION.search(said) or subject_petition or "veedur" in shown):
        return _PETITION
    return _PETITION if not facts.is_public and _complaint(facts, said) else None


_PETITION = Verdicted(Kind.REVIEW, False, "petición ciudadana: tiene término legal (Ley 1755 de 2015)", legal=True)


def _complaint(facts: Facts, said: str) -> bool:
    """Whether a citizen complains of a municipality; an office asking how to attend complaints says whose it is."""
    if signs.OWN_NEED.search(said):
        return False
    return bool(signs.COMPLAINS.search(said) or signs.COMPLAINT_SUBJECT.match(fold(facts.mail.subject)))


def _unasked(facts: Facts) -> Verdicted | None:
    """Advertising, fraud and surveys: nothing in them is asked of the office. Never from a public entity's domain."""
    if facts.is_public or facts.passed_on:
        return None
    said = fold("\n".join((facts.mail.subject, facts.parts.own)))
    needy = _needy(facts, said)
    if signs.DECEIVES.search(said) and not needy:
        return Verdicted(Kind.NOISE, True, "correo no deseado o fraudulento")
    if signs.ADVERTISES.search(said) and not needy:
        if facts.reading.sure and asks_advice(facts.parts.own):
            return Verdicted(Kind.REVIEW, False, "parece publicidad, pero pide algo de una política")
        return Verdicted(Kind.NOISE, True, "publicidad o convocatoria")
    if signs.STUDIES.search(said) and "encuesta" in said:
        return Verdicted(Kind.NOISE, True, "encuesta académica")
    return None


def _needy(facts: Facts, said: str) -> bool:
    return facts.place.dane is not None or signs.OWN_NEED.search(said) is not None


def _selling(facts: Facts) -> Verdicted | None:
    """A seller's rhetorical questions ask nothing; where a municipality is named a person looks."""
    if facts.is_public or facts.passed_on:
        return None
    said = fold("\n".join((facts.mail.subject, facts.parts.own)))
    sells = len(set(signs.SELLS.findall(said)))
    trader = signs.TRADER.search(fold(facts.writer.email)) is not None
    if sells + trader < 2:
        return None
    if _needy(facts, said) or not trader:
        return Verdicted(Kind.REVIEW, False, "parece que ofrece algo en venta")
    return Verdicted(Kind.NOISE, True, "ofrece algo en venta; no pide nada")


def _states(facts: Facts) -> Verdicted | None:
    """Thanks, announcements and declined offers, of people who ask for nothing."""
    said, body = facts.said, "\n".join(facts.texts)
    if denies_advice(said):
        return Verdicted(Kind.NOISE, True, "dice que no requiere asesoría")
    if asks_advice(body) or holds_a_letter(facts.mail) or facts.parts.forwarded or not body.strip():
        return None
    if signs.ANNOUNCES.search(fold(said)) and not asks(signs.ACKNOWLEDGE.sub(" ", fold(body))):
        return _announcement(facts, fold(body))
    if confirms(body) and not (facts.reading.spoken_of and signs.TELLS_A_NEED.search(fold(body))):
        return Verdicted(Kind.NOISE, True, "confirma; no pide nada")
    if re.search(r"\bgracias\b|agradec", fold(said)) and not asks(body):
        return _thanks(facts, fold(body))
    return None


def _announcement(facts: Facts, body: str) -> Verdicted:
    if signs.TELLS_A_NEED.search(body) and (facts.is_public or facts.place.dane):
        return Verdicted(Kind.REVIEW, False, "informa de una dificultad: puede estar pidiendo ayuda")
    return Verdicted(Kind.NOISE, True, "informa o invita; no pide nada")


def _thanks(facts: Facts, body: str) -> Verdicted:
    if facts.reading.spoken_of or signs.TELLS_A_NEED.search(body):
        return Verdicted(Kind.REVIEW, False, "agradece y cuenta algo más: puede estar pidiendo ayuda")
    return Verdicted(Kind.NOISE, True, "agradecimiento; no pide nada")


def _request(facts: Facts) -> Verdicted | None:
    body = "\n".join(facts.texts)
    needy = not body.strip() or asks(body) or facts.is_public or facts.place.dane is not None
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
    if holds_a_letter(facts.mail) and (facts.place.dane or facts.is_public):
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


def _review(facts: Facts) -> Verdicted | None:
    if not facts.said.strip() and not facts.mail.attachments:
        return Verdicted(Kind.REVIEW, False, "mensaje vacío")
    if asks(facts.said):
        return Verdicted(Kind.REVIEW, False, "pide algo que no se reconoce como asesoría MIPG")
    return None


_RULES: tuple[Callable[[Facts], Verdicted | None], ...] = (
    _mass, _machine, _order, _results, _leader, _colleague, _authority, _answer, _unasked, _selling, _states,
    _request, _review,
)  # fmt: skip
