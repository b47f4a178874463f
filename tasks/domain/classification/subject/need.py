"""The words in which a message may ask for something: the writer's own, without closings, slogans and footers."""

import re
from dataclasses import replace

from tasks.domain.classification.asking import asks, closes
from tasks.domain.classification.office import OfficeView
from tasks.domain.classification.text import fold
from tasks.domain.mail.certified import certified_sender
from tasks.domain.mail.message import Correspondent, Mail
from tasks.domain.mail.quotes import Forwarded, Parts, is_forward_subject, parts_of
from tasks.domain.phrases import Phrases

_FOOTER = Phrases(
    r"horario de atencion\b|siguenos|siganos|linea anticorrupcion y|no autoriza el uso de esta cuenta|"
    r"antes de imprimir|"
    r"datos personales se tratan|tratamiento de (?:sus )?datos personales|politica de tratamiento|aviso legal|"
    r"(?:ley|estatutaria) 1581|este buzon no esta habilitado|buzon no monitoreado|confidencialidad[.:]|"
    r"informacion contenida en este (?:mensaje|correo)|historias clinicas y datos sensibles|"
    r"(?:plan de desarrollo|alcalde|alcaldesa|gobernador)\W+20\d\d\W+20\d\d|no abra enlaces sospechosos|"
    r"destinatario(?:s)? (?:final|autorizado|del mensaje)|virus informaticos"
)
_CLOSING = re.compile(
    r"^\s*(?:muy )?(?:atentamente|atte|att|cordialmente|respetuosamente|con (?:aprecio|todo respeto)|saludos|"
    r"con sentimientos de|un abrazo|agradeciendo|cordial saludo,?\s*$)\b.{0,40}$",
    re.MULTILINE,
)
_MAX = 20_000  # characters read of each text; a need stands at the beginning


def own_words(text: str) -> str:
    """Return a text without footer paragraphs and without what follows the closing formula, if that asks nothing."""
    paragraphs = [line for line in text[:_MAX].split("\n") if not _FOOTER.search(fold(line))]
    kept = "\n".join(paragraphs)
    for closing in _CLOSING.finditer(kept.lower()):
        after = kept[closing.end() :]
        if kept[: closing.start()].strip() and len(after) <= 600 and not asks(after):
            return kept[: closing.start()].strip()
    return kept.strip()


def needs(mail: Mail, parts: Parts) -> tuple[str, ...]:
    """Return the texts that may ask: the writer's, then those of the message passed on (a wrapper adds nothing)."""
    passed_on: list[str] = []
    if parts.forwarded is not None:
        passed_on.append(parts.forwarded.everything)
    inner = mail.inner
    while inner is not None:
        passed_on.append(inner.text)
        inner = inner.inner
    texts = [own_words(text) for text in (parts.own, *passed_on)]
    if texts[0] and asks(texts[0]) and _speaks_for_itself(texts[0]):
        return (texts[0],)
    return tuple(text for text in texts if text)


def without_what_is_settled(mail: Mail, parts: Parts, office: OfficeView) -> Parts:
    """Return the parts without the earlier mail of this conversation below words that only thank or confirm.

    Outlook leaves it there under a subject without "RE:", as if it were passed on.
    """
    below = parts.forwarded
    if below is None or is_forward_subject(mail.subject) or mail.inner is not None or not closes(parts.own):
        return parts
    ours = below.email == mail.sender.email or office.is_ours(below.email)
    return replace(parts, quoted=below.everything, forwarded=None) if ours else parts


def _speaks_for_itself(own: str) -> bool:
    """Whether a covering text is more than "see below"."""
    return len(own.split()) >= 25


def writer_of(mail: Mail, parts: Parts, office: OfficeView) -> Correspondent:
    """Return who asks: the sender, or the original sender inside what a carrier or a known forwarder passes on."""
    if carried := certified_sender(mail):
        return _outsider(carried, office) or mail.sender
    if not office.passes_on(mail.sender.email):
        return mail.sender
    if mail.inner is not None and mail.inner.sender.email:
        return _inside(mail.inner, office) or mail.sender
    return _in_chain(parts.forwarded, office) or mail.sender


def _inside(mail: Mail, office: OfficeView) -> Correspondent | None:
    """Return who asks in an enclosed message, which may itself pass one on."""
    passed = writer_of(mail, parts_of(mail), office)
    return _outsider(passed, office)


def _in_chain(forwarded: Forwarded | None, office: OfficeView) -> Correspondent | None:
    """Return the first outsider of a chain who does not merely pass on what stands below."""
    found: Correspondent | None = None
    for level in forwarded.chain if forwarded else ():
        person = _outsider(Correspondent(level.name, level.email), office)
        if person is not None:
            found = person
            if level.inner is None or not is_forward_subject(level.subject):
                break
    return found


def _outsider(person: Correspondent, office: OfficeView) -> Correspondent | None:
    """Return the person if they are neither of the house nor somebody who passes mail on."""
    ours = office.is_ours(person.email) or office.passes_on(person.email)
    return person if person.email and not ours else None
