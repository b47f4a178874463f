"""Mail of people the office knows: the team's orders, results, the leaders, the department's own people."""

import re

from tasks.domain.classification.asking import asks_advice, names_advice
from tasks.domain.classification.attachments import holds_a_letter
from tasks.domain.classification.kinds import signs
from tasks.domain.classification.kinds.facts import Facts, Kind, Verdicted
from tasks.domain.classification.text import fold
from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.commands import parse_orders
from tasks.domain.mail.threading.belonging import works_with


def order(facts: Facts) -> Verdicted | None:
    """The team's and the leaders' orders, also those that somebody only pretends to give."""
    mail, office = facts.mail, facts.office
    sender = mail.sender.email
    ours = office.is_staff(sender) or bool(office.directory.leads(sender))
    pretended = not ours and office.pretends_staff(mail.sender.name, sender)
    orders = parse_orders(facts.parts.own) if ours or pretended else ()
    if orders and ours:
        forged = verdict(mail, office.trusted_authserv) is Verdict.FAIL
        reason = "orden sin autenticar: no se cumplirá" if forged else f"orden del equipo: «{orders[0].line[:60]}»"
        return Verdicted(Kind.COMMAND, not forged, reason)
    if orders:
        return Verdicted(
            Kind.COMMAND, False, f"orden con el nombre de alguien del equipo desde otra dirección ({sender})"
        )
    edited = any(a.name.lower().endswith(".docx") for a in mail.attachments)
    of_a_letter = signs.APPROVES.search(fold(facts.parts.own)) or (facts.thread and facts.thread.letters)
    if office.is_staff(sender) and edited and of_a_letter and not facts.passed_on:
        return Verdicted(Kind.COMMAND, True, "devuelve el oficio con ajustes")
    return None


def results(facts: Facts) -> Verdicted | None:
    """A workbook of published results."""
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


def leader(facts: Facts) -> Verdicted | None:
    """What a policy leader writes himself."""
    sender = facts.mail.sender.email
    if not (facts.office.directory.leads(sender) or _for_a_leader(facts, sender)) or facts.passed_on:
        return None
    own = fold(f"{facts.mail.subject}\n{facts.parts.own}")
    if any(a.content_type == "text/calendar" for a in facts.mail.attachments) and not facts.known_thread:
        return Verdicted(Kind.NOISE, True, "invitación de calendario")
    done, proposed = bool(signs.DONE.search(own)), bool(signs.PROPOSES.search(own))
    sure = facts.known_thread
    if done and not signs.FUTURE.search(own):
        return Verdicted(Kind.LEADER_EVIDENCE, sure, "evidencias de asistencia del líder")
    if proposed and not _only_wonders(facts) and (sure or signs.FUTURE.search(own)):
        return Verdicted(Kind.LEADER_PLAN, sure, "plan de asistencia del líder")
    if sure:
        return Verdicted(Kind.FOLLOWUP, True, "el líder responde en el hilo del oficio")
    return Verdicted(Kind.REVIEW, False, "el líder escribe sin número de caso ni de oficio")


def _only_wonders(facts: Facts) -> bool:
    """Whether the leader asks before proposing: a question, no day and nothing attached."""
    own = facts.parts.own
    return "?" in own and not signs.DAY.search(fold(own)) and not facts.mail.attachments


def _for_a_leader(facts: Facts, sender: str) -> bool:
    """Whether somebody of a leader's office, and none of the team, writes in the thread of a letter to that leader."""
    if facts.thread is None or not facts.thread.letters or facts.office.is_staff(sender):
        return False
    leaders = (facts.office.directory.leader(policy) for policy in facts.thread.policies)
    return any(leader is not None and works_with(sender, leader.email) for leader in leaders)


def colleague(facts: Facts) -> Verdicted | None:
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
