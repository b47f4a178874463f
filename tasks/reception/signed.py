"""The signed PDF that comes with `firmado`, or says it by itself: it is what goes out (product.md §2.4)."""

import re
from hashlib import sha256

from tasks.bootstrap import Office
from tasks.domain.letters.letter import Letter
from tasks.domain.mail.commands import Order, Verb
from tasks.domain.mail.message import Attachment, Mail
from tasks.notices.letters import sign_key
from tasks.ports.ledger import UnitOfWork

_MAX_OCTETS = 15 * 2**20
_SIGNED = re.compile(r"\bfirmad[oa]\b", re.IGNORECASE)
_DOUBT = re.compile(r"\b(?:no|sin|falta\w*|pero|pendiente|corrij\w+|cambi\w+|devolver)\b|\?", re.IGNORECASE)
# /OpenAction alone is none: LibreOffice, which makes our PDFs, writes in it at which page they open.
_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")


def _pdfs(mail: Mail) -> list[Attachment]:
    return [part for part in mail.attachments if part.name.lower().endswith(".pdf") and not part.inline]


def told_by_signature(unit: UnitOfWork, mail: Mail, own: str) -> tuple[Order, ...]:
    """Return the `firmado` that a signed PDF says in answer to the notice that asked for it, alone or announced.

    Remarks beside it may mean that it is not to go out, and the notice's own PDF sent back is signed by nobody.
    """
    row = unit.outbox.find(mail.in_reply_to) if mail.in_reply_to else None
    letter = unit.letters.get(row.mail.letter) if row and row.mail.letter else None
    if row is None or letter is None or row.mail.key != sign_key(letter):
        return ()
    ours = {enclosure.sha256 for enclosure in row.mail.enclosures}
    signed = [part for part in _pdfs(mail) if sha256(part.content).hexdigest() not in ours]
    announced = not own.strip() or (_SIGNED.search(own) and not _DOUBT.search(own))
    return (Order(Verb.SIGN, "", letter.cases[0], "firmado"),) if signed and announced else ()


def unfit_signature(unit: UnitOfWork, mail: Mail, order: Order, number: str) -> str:
    """Return why the PDF of a `firmado` cannot go out, or "" (also when there is none)."""
    letter, files = _letter(unit, number), _pdfs(mail)
    if order.verb is not Verb.SIGN or letter is None or not files:
        return ""
    if len(files) > 1:
        return f"Adjuntó {len(files)} archivos PDF; envíe solo el oficio {letter.number} firmado."
    content = files[0].content
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-2048:]:
        return f"«{files[0].name}» no es un PDF completo. Expórtelo de nuevo y envíelo con «firmado»."
    if len(content) > _MAX_OCTETS:
        return f"«{files[0].name}» pesa más de 15 MB. Redúzcalo y envíelo de nuevo con «firmado»."
    if any(sign in content for sign in _ACTIVE):
        return f"«{files[0].name}» trae contenido activo, que no se admite en un oficio. Imprímalo a PDF de nuevo."
    return ""


def keep_signed(unit: UnitOfWork, office: Office, mail: Mail, number: str) -> None:
    """Keep the signed PDF as the letter's own."""
    letter, files = _letter(unit, number), _pdfs(mail)
    if letter is not None and files:
        (sha256,) = office.archive.put([files[0].content], ".pdf")
        unit.letters.save(letter.model_copy(update={"signed_sha256": sha256}))


def _letter(unit: UnitOfWork, number: str) -> Letter | None:
    case = unit.cases.get(number)
    return unit.letters.get(case.letter) if case and case.letter else None
