"""Any bytes to a `Mail`. The only way to fail is `ValueError`, with the reason in Spanish for the quarantine."""

import re
from dataclasses import dataclass, field, replace

from tasks.domain.mail import headers as fields
from tasks.domain.mail import structure
from tasks.domain.mail.characters import clean
from tasks.domain.mail.filename import safe_name
from tasks.domain.mail.html import to_text
from tasks.domain.mail.identity import content_key
from tasks.domain.mail.message import Attachment, Correspondent, Mail
from tasks.domain.mail.structure import Part
from tasks.domain.mail.style import may_hide

MAX_BYTES = 64 * 1024 * 1024
MAX_PARTS = 500
MAX_DEPTH = 20
MAX_HEADERS = 1000
MAX_TEXT = 400_000  # characters kept of the readable text
MAX_OPENINGS = 2000  # boundaries and messages announced
_MAX_WORK = 40_000_000  # announced × lines: the standard parser tries every open boundary on every line

_HTML_ONLY = re.compile(
    r"(?:formato|vista|versi[óo]n|lector|modo|cliente|format|viewer|view|enable|client|reader)\W.{0,60}\bhtml\b|"
    r"\bhtml\b.{0,80}(?:no (?:puede|es posible|admite|soporta)|compatible|habilit|capable|view|reader|support)|"
    r"(?:no (?:puede|es posible) (?:mostrar|ver)|cannot (?:be )?display)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class _Body:
    """What the walk over the parts gathers."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    inner: Mail | None = None
    defects: list[str] = field(default_factory=list)
    parts: int = 0
    length: int = 0  # characters in texts

    def note(self, defect: str) -> None:
        if defect not in self.defects:
            self.defects.append(defect)


def parse(raw: bytes) -> Mail:
    """Return the message that the bytes hold. Raises ValueError when nobody could read it."""
    if not raw.strip():
        raise ValueError("el mensaje está vacío")
    if len(raw) > MAX_BYTES:
        raise ValueError(f"el mensaje pesa más de {MAX_BYTES // 2**20} MB")
    lowered = raw.lower()
    openings = lowered.count(b"boundary") + lowered.count(b"message/")
    if openings > MAX_OPENINGS or openings * raw.count(b"\n") > _MAX_WORK:
        raise ValueError(f"el mensaje anuncia demasiadas partes ({openings})")
    message, defects = structure.read_tree(raw)
    return _mail(message, 0, defects)


def _mail(message: Part, depth: int, defects: list[str]) -> Mail:
    headers = _headers(message)
    body = _Body(defects=defects)
    _walk(message, body, depth)
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
        _take_leaf(part, kind, parameters, body)


def _take_message(part: Part, body: _Body, depth: int) -> None:
    """Parse a message inside the message; the first is `inner`, the others are kept as files."""
    child, defects = structure.enclosed(part)
    if child is None:
        body.note("un mensaje adjunto no se pudo leer")
    elif body.inner is None:
        body.inner = _mail(child, depth + 1, defects)
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
    apart = _Body(inner=body.inner, defects=body.defects, parts=body.parts)
    _walk(part, apart, depth)
    body.attachments += apart.attachments
    body.inner, body.parts = apart.inner, apart.parts


def _take_leaf(part: Part, kind: str, parameters: dict[str, str], body: _Body) -> None:
    disposition = structure.field_value(part, "content-disposition")
    given = fields.parameters(disposition).get("filename") or parameters.get("name", "")
    attached = disposition.lower().startswith("attachment") or bool(disposition and given)
    if kind in ("text/plain", "text/html") and not attached:
        _take_text(part, kind, body)
        return
    content = structure.content(part)
    if content or given:
        inline = not disposition.lower().startswith("attachment") and bool(structure.field_value(part, "content-id"))
        body.attachments.append(Attachment(safe_name(fields.words(given), kind), kind, content, inline))


def _take_text(part: Part, kind: str, body: _Body) -> None:
    if body.length >= MAX_TEXT:
        body.note("el texto es muy largo y se recortó")
        return
    text = structure.text_of(part)
    if kind == "text/html":
        text = to_text(text)
    text = clean(text[:MAX_TEXT]).strip("\n")
    if text.strip():
        body.texts.append(text)
        body.length += len(text)
