"""Certified electronic mail of Colombia (4-72, Certimail, e-entrega …): a carrier's envelope around somebody's message.

Ley 527 de 1999: the carrier certifies delivery; who asks is the person inside.
"""

import re

from tasks.domain.mail.message import Correspondent, Mail

_CARRIERS = (
    "4-72.com.co", "472.com.co", "certimail.co", "certimail.com.co", "rpost.biz", "rpost.net", "rpost.com",
    "e-entrega.co", "lleida.net", "andesscd.com.co", "certicamara.com", "gse.com.co", "camerfirma.co",
)  # fmt: skip
_ENDINGS = tuple(f".{carrier}" for carrier in _CARRIERS)
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"'*]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,20}")
_SAYS_WHO = re.compile(
    r"\b(?:remitente|enviado por|de parte de|emisor|usuario remitente|from|de)\s*:?\s*([^\n<>@:]{0,120}?)[\s<(\[]*"
    r"(?P<email>[^\s@<>()\[\],;:\"'*]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,20})",
    re.IGNORECASE,
)
_RECEIPT = re.compile(
    r"\b(?:acuse|constancia|prueba|certificad[oa]|notificaci[óo]n|registro) (?:digital )?de (?:recibo|recepci[óo]n|"
    r"entrega|env[íi]o|apertura|lectura|acceso)\b|\breceipt\b",
    re.IGNORECASE,
)
_READ = 3000  # characters of the envelope's text in which the sender is named


def is_carrier(email: str) -> bool:
    """Whether the address is a carrier's of certified mail."""
    domain = email.rpartition("@")[2].lower()
    return f".{domain}".endswith(_ENDINGS)


def is_receipt(mail: Mail) -> bool:
    """Whether a carrier only says that something was delivered or opened."""
    return is_carrier(mail.sender.email) and _RECEIPT.search(mail.subject) is not None


def certified_sender(mail: Mail) -> Correspondent | None:
    """Return who sent the message that a carrier brings; None when the mail is no carrier's or does not say."""
    if not is_carrier(mail.sender.email):
        return None
    if mail.inner is not None and _is_person(mail.inner.sender.email):
        return mail.inner.sender
    named = _ADDRESS.search(mail.sender.name)
    if named and _is_person(named[0]):
        return Correspondent(email=named[0].lower())
    if _is_person(mail.reply_to.email):
        return mail.reply_to
    for said in _SAYS_WHO.finditer(mail.text[:_READ]):
        if _is_person(said["email"]):
            return Correspondent(" ".join(said[1].split()), said["email"].lower())
    return None


def _is_person(email: str) -> bool:
    return bool(email) and not is_carrier(email)
