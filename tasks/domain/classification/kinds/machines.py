"""Mail that no person wrote to the office: lists, robots, carriers' receipts."""

from tasks.domain.classification.asking import asks_advice
from tasks.domain.classification.kinds.facts import Facts, Kind, Verdicted
from tasks.domain.mail.automatic import automatic
from tasks.domain.mail.certified import is_carrier, is_receipt


def mass(facts: Facts) -> Verdicted | None:
    """Mailing lists and bulk mail ask nothing of the office, unless a public entity writes through one."""
    mail = facts.mail
    listed = mail.header("precedence").strip().lower() in {"bulk", "list", "junk"} or mail.header("list-unsubscribe")
    submitted = mail.header("auto-submitted").partition(";")[0].strip().lower()
    if not (listed or mail.header("list-id")) or submitted not in {"", "no"}:
        return None
    if facts.is_public and asks_advice(facts.said):
        return Verdicted(Kind.REVIEW, False, "llegó por una lista de correo y pide asesoría")
    return Verdicted(Kind.NOISE, True, "envío masivo o lista de correo")


def machine(facts: Facts) -> Verdicted | None:
    """Robots and carriers, unless a public entity asks for advice through one."""
    reason = automatic(facts.mail, facts.office.own_addresses, facts.parts.own)
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
