"""Any bytes to a `Mail`. The only way to fail is `ValueError`, with the reason in Spanish for the quarantine."""

import re
from codecs import BOM_UTF8
from dataclasses import dataclass, field, replace

from tasks.domain.mail.message import Attachment, Correspondent, Mail
from tasks.domain.mail.reading import headers as fields
from tasks.domain.mail.reading import structure
from tasks.domain.mail.reading.calendars import invitation_text
from tasks.domain.mail.reading.characters import clean
from tasks.domain.mail.reading.filename import is_executable, safe_name
from tasks.domain.mail.reading.html import to_text
from tasks.domain.mail.reading.signed import signed_content
from tasks.domain.mail.reading.structure import Part
from tasks.domain.mail.reading.style import may_hide
from tasks.domain.mail.reading.tnef import unpack
from tasks.domain.mail.threading.identity import content_key
from tasks.domain.phrases import Phrases

MAX_BYTES = 64 * 1024 * 1024
MAX_PARTS = 500
MAX_DEPTH = 20
MAX_HEADERS = 1000
MAX_TEXT = 400_000  # characters kept of the readable text
_MAX_OPENED = 3  # signed messages and winmail.dat opened in one message
_OPENING_COSTS = 5  # levels: what is inside was parsed anew

_HTML_ONLY = Phrases(
    r"(?:formato|vista|versi[óo]n|lector|modo|cliente|format|viewer|view|enable|client|reader)\W.{0,60}\bhtml\b|"
    r"\bhtml\b.{0,80}(?:no (?:puede|es posible|admite|soporta)|compatible|habilit|capable|view|reader|support)|"
    r"(?:no (?:puede|es posible) (?:mostrar|ver)|cannot (?:be )?display)",
    re.IGNORECASE | re.DOTALL,
)
_SIGNED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


@dataclass(slots=True)
class _Body:
    """What the walk over the parts gathers."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    inner: Mail | None = None
    defects: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    parts: int = 0
    length: int = 0  # characters in texts
    opened: int = 0  # packages whose inside was parsed

    def note(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)


class TooLarge(ValueError):
    """The message is over the limit: its sender is told."""


def parse(raw: bytes) -> Mail:
    """Return the message that the bytes hold. Raises ValueError when nobody could read it."""
    if not raw.strip():
        raise ValueError("el mensaje está vacío")
    if len(raw) > MAX_BYTES:
        raise TooLarge(f"el mensaje pesa más de {MAX_BYTES // 2**20} MB")
    message, defects = structure.read_tree(raw.removeprefix(BOM_UTF8))  # of an .eml that somebody's editor saved
    return _mail(message, 0, defects)


def _mail(message: Part, depth: int, defects: list[str]) -> Mail:
    headers = _headers(message)
    body = _Body(defects=defects)
    _walk(message, body, depth)
    if not body.texts:
        body.texts += filter(None, map(invitation_text, body.attachments[:3]))
    if not headers.get("from"):
        body.note("no dice quién lo envía")
    sent = fields.moment(next(iter(headers.get("date", ())), ""))
    if sent is None:
        body.note("sin fecha legible")
    ids = fields.message_ids(" ".join(headers.get("message-id", ())[:1]))
    replied = fields.message_ids(" ".join(headers.get("in-reply-to", ())[:1]))
    mail = Mail(
        message_id=next(iter(ids), ""),
        in_reply_to=next(iter(replied), ""),
        references=fields.message_ids(" ".join(headers.get("references", ()))),
        sender=_first(headers, "from"),
        reply_to=_first(headers, "reply-to"),
        to=fields.addresses(", ".join(headers.get("to", ()))),
        cc=fields.addresses(", ".join(headers.get("cc", ()))),
        subject=fields.words(next(iter(headers.get("subject", ())), "")),
        sent=sent,
        text="\n\n".join(body.texts).strip("\n"),
        attachments=tuple(body.attachments),
        inner=body.inner,
        headers=headers,
        defects=tuple(body.defects),
        warnings=tuple(dict.fromkeys(body.warnings))[:5],
    )
    return replace(mail, content_key=content_key(mail))


def _headers(message: Part) -> dict[str, tuple[str, ...]]:
    """Return the unfolded headers. Encoded words stay: decoded, they could forge what a server wrote around them."""
    gathered: dict[str, list[str]] = {}
    for name, value in list(message.raw_items())[:MAX_HEADERS]:
        gathered.setdefault(fields.unfold(name).lower(), []).append(fields.unfold(str(value)))
    return {name: tuple(values) for name, values in gathered.items()}


def _first(headers: dict[str, tuple[str, ...]], name: str) -> Correspondent:
    people = fields.addresses(next(iter(headers.get(name, ())), ""))
    return next((p for p in people if p.email), people[0] if people else Correspondent())


def _walk(part: Part, body: _Body, depth: int) -> None:
    """Take what is readable of a part, and of those inside it."""
    body.parts += 1
    if body.parts > MAX_PARTS:
        body.note(f"tiene más de {MAX_PARTS} partes")
        return
    if depth > MAX_DEPTH:
        body.note(f"tiene más de {MAX_DEPTH} niveles")
        return
    kind, parameters = structure.content_type(part)
    inside = structure.children(part)
    if kind in ("message/rfc822", "message/global"):
        _take_message(part, body, depth)
    elif kind == "multipart/alternative" and inside:
        _take_alternative(inside, body, depth)
    elif inside and kind.startswith("multipart/"):
        for child in inside:
            _walk(child, body, depth + 1)
    else:
        _take_leaf(part, kind, parameters, body, depth)


def _take_message(part: Part, body: _Body, depth: int) -> None:
    """Parse a message inside the message; the first is `inner`, the others are kept as files."""
    child, defects = structure.enclosed(part)
    if child is None:
        body.note("un mensaje adjunto no se pudo leer")
    elif body.inner is None:
        body.inner = _mail(child, depth + 1, defects)
        body.warnings += body.inner.warnings
    else:
        name = safe_name(f"{fields.words(structure.field_value(child, 'subject')) or 'mensaje'}.eml")
        body.attachments.append(Attachment(name, "message/rfc822", structure.flattened(child)))


def _take_alternative(forms: list[Part], body: _Body, depth: int) -> None:
    """Take the plain form when it says the same as the HTML; the HTML when the plain one says nothing."""
    plain = next((form for form in forms if structure.content_type(form)[0] == "text/plain"), None)
    page = structure.first_page(forms)
    prefer_page = plain is None or (page is not None and _html_is_better(structure.text_of(plain), page))
    before = len(body.texts)
    for form in forms:
        kind = structure.content_type(form)[0]
        if kind == "text/html" or form is plain:
            if form is (page if prefer_page else plain):
                _walk(form, body, depth + 1)
        elif kind.startswith("multipart/") and not prefer_page:
            _walk_without_text(form, body, depth + 1)
        else:
            _walk(form, body, depth + 1)
    if prefer_page and plain is not None and len(body.texts) == before:
        _walk(plain, body, depth + 1)


def _html_is_better(plain: str, page: Part) -> bool:
    text = plain.strip()
    if not text or (len(text) < 300 and _HTML_ONLY.search(text)):
        return True
    # The plain form may say aloud what the page hides: then only what is seen counts.
    return may_hide(structure.text_of(page))


def _walk_without_text(part: Part, body: _Body, depth: int) -> None:
    """Take the files of multipart/related or mixed whose text was already taken from its plain twin."""
    apart = _Body([], body.attachments, body.inner, body.defects, body.warnings, body.parts, 0, body.opened)
    _walk(part, apart, depth)
    body.inner, body.parts, body.opened = apart.inner, apart.parts, apart.opened


def _take_leaf(part: Part, kind: str, parameters: dict[str, str], body: _Body, depth: int) -> None:
    disposition = structure.field_value(part, "content-disposition")
    given = fields.parameters(disposition).get("filename") or parameters.get("name", "")
    attached = disposition.lower().startswith("attachment") or bool(disposition and given)
    if kind in ("text/plain", "text/html") and not attached:
        _take_text(part, kind, body)
        return
    content = structure.content(part)
    name = safe_name(fields.words(given), kind)
    if _opens(name, kind, content, body, depth):
        return
    if content or given:
        inline = not disposition.lower().startswith("attachment") and bool(structure.field_value(part, "content-id"))
        _keep(body, Attachment(name, kind, content, inline))


def _keep(body: _Body, attachment: Attachment) -> None:
    body.attachments.append(attachment)
    if is_executable(attachment.name, attachment.content):
        body.warnings.append(f"trae un archivo que se puede ejecutar ({attachment.name}): no lo abra")


def _opens(name: str, kind: str, content: bytes, body: _Body, depth: int) -> bool:
    """Whether the file was a package of the message itself (signed, or Outlook's own), now taken apart."""
    if body.opened >= _MAX_OPENED or depth + _OPENING_COSTS > MAX_DEPTH:
        return False
    if kind in _SIGNED or name.lower().endswith(".p7m"):
        return _open_signed(content, body, depth)
    if kind in _TNEF or name.lower() == "winmail.dat":
        return _open_tnef(content, body)
    return False


def _open_signed(content: bytes, body: _Body, depth: int) -> bool:
    inside = signed_content(content)
    if inside is None:
        body.warnings.append("trae una parte cifrada o firmada que no se pudo abrir")
        return False
    body.opened += 1
    try:
        message, defects = structure.read_tree(inside)
    except ValueError as problem:
        body.warnings.append(str(problem))
        return False
    body.defects += defects
    _walk(message, body, depth + _OPENING_COSTS)
    return True


def _open_tnef(content: bytes, body: _Body) -> bool:
    packed = unpack(content)
    if packed is None:
        return False
    body.opened += 1
    text = packed.text if packed.text.strip() else to_text(packed.page)
    if not body.texts and text.strip():
        _add_text(text, body)
    for file in packed.files[:MAX_PARTS]:
        body.parts += 1
        _keep(body, Attachment(safe_name(file.name), "application/octet-stream", file.content))
    return True


def _take_text(part: Part, kind: str, body: _Body) -> None:
    if body.length >= MAX_TEXT:
        body.note("el texto es muy largo y se recortó")
        return
    text = structure.text_of(part)
    if kind == "text/html":
        text = to_text(text)
    _add_text(text, body)


def _add_text(text: str, body: _Body) -> None:
    text = clean(text[:MAX_TEXT]).strip("\n")
    if text.strip():
        body.texts.append(text)
        body.length += len(text)
