"""A tolerant look at the standard parser's MIME tree: types, parameters and bytes of parts that may be broken."""

import binascii
import re
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32

from tasks.domain.mail.reading import bulk
from tasks.domain.mail.reading import headers as fields
from tasks.domain.mail.reading.characters import decode

Part = Message  # typeshed's Message[str, str]
MAX_OPENINGS = 2000  # boundaries and messages announced
_MAX_WORK = 40_000_000  # announced × lines: the standard parser tries every open boundary on every line
MAX_HEAD = 200_000  # bytes in which the headers are looked for
MAX_CHILDREN = 501  # parts read of one multipart; one more than a message may have, so that the excess shows

_KIND = re.compile(r"[a-z0-9.+_-]{1,60}/[a-z0-9.+_-]{1,100}")
# What the standard parser raises on hostile structure (bad RFC 2231 sections, NUL in a charset, endless nesting).
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError)


def read_tree(raw: bytes) -> tuple[Part, list[str]]:
    """Return the MIME tree and what was wrong; where the standard parser fails, headers and the rest as text.

    Raises ValueError, in Spanish, for a bomb of announced parts.
    """
    lean, bodies = bulk.set_aside(raw)
    lowered = lean.lower()
    openings = lowered.count(b"boundary") + lowered.count(b"message/")
    if openings > MAX_OPENINGS or openings * lean.count(b"\n") > _MAX_WORK:
        raise ValueError(f"el mensaje anuncia demasiadas partes ({openings})")
    try:
        message = BytesParser(policy=compat32).parsebytes(lean)
        bulk.put_back(message, bodies)
        return message, []
    except _BROKEN:
        message = BytesHeaderParser(policy=compat32).parsebytes(raw)
    del message["Content-Type"]
    return message, ["la estructura del mensaje no se pudo leer; se tomó como texto"]


def read_head(raw: bytes) -> dict[str, str]:
    """Return the first value of each header, unfolded, without a look at the body."""
    found: dict[str, str] = {}
    for name, value in BytesHeaderParser(policy=compat32).parsebytes(raw[:MAX_HEAD]).raw_items():
        found.setdefault(name.lower(), fields.unfold(str(value)))
    return found


def field_value(part: Part, name: str) -> str:
    """Return a part's first header of that (lower-case) name, unfolded; "" when there is none."""
    for key, value in part.raw_items():
        if key.lower() == name:
            return fields.unfold(str(value))
    return ""


def content_type(part: Part) -> tuple[str, dict[str, str]]:
    """Return the lower-case media type and its parameters; an unreadable type is taken for what the part looks like."""
    value = field_value(part, "content-type")
    kind = value.partition(";")[0].strip().lower()
    if not _KIND.fullmatch(kind):
        kind = "multipart/mixed" if part.is_multipart() else "text/plain"
    return kind, fields.parameters(value)


def children(part: Part) -> list[Part]:
    """Return the parts inside, none for a leaf."""
    # Only asked of a list: get_payload() of a text decodes it by whatever charset a stranger named.
    payload = part.get_payload() if part.is_multipart() else []
    inside = payload[:MAX_CHILDREN] if isinstance(payload, list) else []
    return [child for child in inside if isinstance(child, Message)]


def first_page(parts: list[Part], depth: int = 0) -> Part | None:
    """Return the first HTML form, also inside multipart/related."""
    for part in parts:
        kind = content_type(part)[0]
        if kind == "text/html":
            return part
        if kind.startswith("multipart/") and depth < 3:
            found = first_page(children(part), depth + 1)
            if found is not None:
                return found
    return None


def content(part: Part) -> bytes:
    """Return a leaf's bytes, its transfer encoding undone as far as it can be; b"" when that fails."""
    if part.is_multipart():  # message/delivery-status: groups of fields
        return b"\n\n".join(_field_lines(group) for group in children(part))
    try:
        decoded = _from_base64(part) or part.get_payload(decode=True)
    except _BROKEN:
        return b""
    return decoded if isinstance(decoded, bytes) else b""


def _from_base64(part: Part) -> bytes:
    """Return a whole base64 body's bytes: the standard way takes it apart into lines and joins these first."""
    payload = part._payload  # type: ignore[attr-defined]  # get_payload() may decode it by whatever charset is named
    if not (isinstance(payload, str) and payload.isascii() and part.get("content-transfer-encoding") == "base64"):
        return b""
    try:
        return binascii.a2b_base64(payload)
    except binascii.Error:  # the standard way guesses what is missing
        return b""


def _field_lines(group: Part) -> bytes:
    lines = (f"{name}: {fields.unfold(str(value))}" for name, value in group.raw_items())
    return "\n".join(lines).encode("utf-8", "replace")


def text_of(part: Part) -> str:
    """Return a text leaf as Unicode."""
    return decode(content(part), content_type(part)[1].get("charset", ""))


def enclosed(part: Part) -> tuple[Part | None, list[str]]:
    """Return the message inside a message/rfc822 part, if any, and what was wrong with it."""
    child = next(iter(children(part)), None)
    encoding = field_value(part, "content-transfer-encoding").lower()
    if child is None or encoding not in ("base64", "quoted-printable"):
        return child, []
    # Forbidden by RFC 2046 §5.2.1 and common (Outlook): the parser took the encoded lines for the message.
    child["Content-Transfer-Encoding"] = encoding
    decoded = content(child)
    return read_tree(decoded) if decoded else (child, [])


def flattened(message: Part) -> bytes:
    """Return a message's bytes again; only its headers when its structure cannot be written."""
    try:
        return message.as_bytes()
    except _BROKEN:
        return _field_lines(message)
