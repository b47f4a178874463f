"""The letter that comes attached: whether the request may stand there, and what it says."""

import re
from collections.abc import Callable
from dataclasses import replace

from tasks.domain.classification.text import fold
from tasks.domain.mail.message import Attachment, Mail
from tasks.domain.mail.quotes import Parts

_MAX_FILES = 3
_THIN = 40  # words: a covering note
_SHORT = 150  # words: a mail that may leave the request itself to what it encloses
_REFERS = re.compile(
    r"\b(?:adjunt\w+|anex\w+|oficio|documento|archivo|carta|solicitud|remit\w+|env[i\u00ed]\w+|encontrar[a\u00e1])\b",
    re.I,
)
_ANSWERS = re.compile(
    r"\b(?:respuesta|respondemos|contestacion|contestamos)\b.{0,40}\b(?:oficio|solicitud|radicad[oa])"
)
_CALLED_LETTER = re.compile(
    r"\b(?:oficio|solicit(?!ado)|peticion|comunicacion oficial|carta (?!de|agradec)|radicad[oa] n)"
)
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
_READABLE = (".docx", ".odt", ".pdf", *_PICTURES)
_LETTERS = (*_READABLE, ".doc", ".rtf", ".heic")
_TABLES = (".xlsx", ".xls", ".ods")


def read_letters(mail: Mail, parts: Parts, read: Callable[[str, bytes], str | None]) -> Mail:
    """Return the mail with what its attached letters say, read where its own words leave the request to them.

    `read` takes a file's name and bytes and gives its words, or None; such a letter is warned of.
    """
    if not mail.attachments and mail.inner is None:
        return mail
    if not _leaves_it_to_them(mail, parts):
        return mail
    inner = mail.inner and _read(mail.inner, read)
    blind = inner.warnings if inner else ()
    whole = _read(mail, read)
    return replace(whole, inner=inner, warnings=tuple(dict.fromkeys((*whole.warnings, *blind))))


def _leaves_it_to_them(mail: Mail, parts: Parts) -> bool:
    passed_on = parts.forwarded.everything if parts.forwarded else mail.inner.text if mail.inner else ""
    own = f"{parts.own}\n{passed_on}"
    said = len(own.split())
    return said < _THIN or (said < _SHORT and _REFERS.search(f"{mail.subject}\n{own}") is not None)


def _read(mail: Mail, read: Callable[[str, bytes], str | None]) -> Mail:
    letters = [a for a in mail.attachments if _is_letter(a, _READABLE)][:_MAX_FILES]
    if not letters:
        return mail
    texts = {letter.name: read(letter.name, letter.content) for letter in letters}
    blind = (f"no se pudo leer el adjunto {name}: ábralo" for name, text in texts.items() if not text)
    attachments = tuple(replace(a, text=texts.get(a.name) or "") for a in mail.attachments)
    return replace(mail, attachments=attachments, warnings=(*mail.warnings, *blind))


def letter_text(mail: Mail) -> str:
    """Return the text of the attached letters that were read, "" when there is none."""
    inner = mail.inner.attachments if mail.inner else ()
    return "\n".join(attachment.text for attachment in (*mail.attachments, *inner) if attachment.text)


def holds_a_letter(mail: Mail) -> bool:
    """Whether something is attached that may be the request itself: a document, a scan, a photo or a table."""
    return any(_is_letter(a, _LETTERS) or a.name.lower().endswith(_TABLES) for a in mail.attachments)


def encloses_the_request(mail: Mail) -> bool:
    """Whether what is attached is called a letter or a request, and no answer to one."""
    if not holds_a_letter(mail):
        return False
    said = fold(" ".join((mail.subject, mail.text[:2000], *(a.name for a in mail.attachments)))).replace("_", " ")
    return _CALLED_LETTER.search(said) is not None and _ANSWERS.search(said) is None


def _is_letter(attachment: Attachment, kinds: tuple[str, ...]) -> bool:
    """A small picture inside the text is a logo."""
    return attachment.name.lower().endswith(kinds) and (not attachment.inline or len(attachment.content) > 20_000)
