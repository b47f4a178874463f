"""What happens to a case's letter, and to mail of it that came back."""

from dataclasses import replace
from typing import Any

from tasks.domain.cases.decision import Asked, Decision, Refused
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.commands import ADDRESS, Verb


def approve(asked: Asked) -> Decision:
    """The draft is approved or signed: the same letter, for the officer in charge."""
    letter = asked.world.letter
    if letter is None or letter.state is LetterState.VOID or not letter.draft_sha256:
        return Refused(f"El caso {asked.case.number} aún no tiene borrador; llegará a su correo en unos minutos.")
    if asked.case.officer and letter.officer.casefold() != asked.case.officer.casefold():
        return Refused(f"El oficio {letter.number} se elabora de nuevo porque cambió la persona responsable.")
    if letter.state is not LetterState.DRAFT and asked.order.verb is Verb.APPROVE:
        return Refused(f"El oficio {letter.number} ya estaba aprobado.")
    if asked.world.directory.leader(asked.case.policy) is None:
        return Refused(
            f"El oficio del caso {asked.case.number} no tiene a quién enviarse: complete en la pestaña Líderes quién "
            "lidera la política, y llegará un borrador nuevo para aprobar."
        )
    return asked.accept(f"oficio {letter.number} aprobado; {_next(asked)}.")


def _next(asked: Asked) -> str:
    if asked.order.verb is Verb.APPROVE and asked.world.release == "signed":
        return "espera la firma de la dirección"
    if asked.world.release == "registered" and not asked.case.official_ref:
        return "espera el número de radicado oficial"
    return "sale en el próximo envío"


def return_draft(asked: Asked) -> Decision:
    """The draft is made again, with the motive."""
    letter = asked.world.letter
    if letter is None or letter.state is not LetterState.DRAFT:
        return Refused(f"El caso {asked.case.number} no tiene un borrador por aprobar.")
    return asked.accept(f"se elabora de nuevo el borrador del oficio {letter.number}.")


def void(asked: Asked) -> Decision:
    """The letter loses its number, and another is made."""
    letter = asked.world.letter
    if letter is None or letter.state is LetterState.VOID:
        return Refused(f"El caso {asked.case.number} no tiene un oficio que anular.")
    return asked.accept(f"oficio {letter.number} anulado; se elabora uno nuevo.", letter=None, letter_date=None)


def resend(asked: Asked) -> Decision:
    """A mail that came back goes out again, to the address that was typed; whoever asked keeps it from now on."""
    case, to = asked.case, asked.argument.casefold()
    if not asked.world.returned:
        return Refused(f"Ningún correo del caso {case.number} rebotó: no hay qué reenviar.")
    if not ADDRESS.fullmatch(to):
        return Refused(f"Falta la dirección. Escriba «reenviar {case.number}: nombre@entidad.gov.co».")
    gone = asked.world.returned
    changes: dict[str, Any] = {"email": to} if case.email and case.email.casefold() in gone else {}
    if any(address.casefold() in gone for address in case.also):
        changes["also"] = [to if address.casefold() in gone else address for address in case.also]
    accepted = asked.accept(f"el correo sale de nuevo, a {to}.", **changes)
    (event,) = accepted.events
    return replace(accepted, events=(event.model_copy(update={"reason": f"se reenvía a {to} lo que rebotó"}),))
