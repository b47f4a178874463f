"""Header fields as they really come: folded, 8-bit, with broken encoded words and addresses (RFC 5322, 2047, 2231)."""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from tasks.domain.mail.message import Correspondent
from tasks.domain.mail.reading.characters import clean, decode, hides, one_line, show_unseen

MAX_VALUE = 16_000  # characters of one header value; a long Cc list fits
MAX_ADDRESSES = 300

_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]{0,4000})\?=")
_BETWEEN_WORDS = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,400}>")
_PARAMETER = re.compile(r";\s*([A-Za-z0-9_.!#$%&+^`|~*-]{1,60})\s*=\s*(\"(?:[^\"\\]|\\.){0,2000}\"?|[^;]{0,2000})")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,253}")
_WITH_AT = re.compile(r"[^\s<>()\[\],;:\"@]{1,200}@[^\s<>()\[\],;:\"@]{1,253}")
_COMMENT = re.compile(r"\([^()]*\)")


@lru_cache(maxsize=256)  # names and types come again in every part and mail
def unfold(value: str) -> str:
    """Return a raw header value on one line, 8-bit bytes decoded, encoded words left as they are."""
    value = value[:MAX_VALUE]
    if not value.isascii():
        value = decode(value.encode("utf-8", "surrogateescape"))
    # "ana.<zero-width>londono@x.co" is another mailbox than Ana's: taken away, the mark would make it hers.
    shown = _WITH_AT.sub(lambda match: show_unseen(match[0]), value) if "@" in value and hides(value) else value
    return " ".join(clean(shown).split())


def words(value: str) -> str:
    """Return an unfolded value with its encoded words (RFC 2047) decoded, also those cut inside a character."""
    if "=?" not in value:
        return value
    value = _BETWEEN_WORDS.sub(r"\1", value)
    return one_line("".join(_pieces(value)))


def _pieces(value: str) -> Iterator[str]:
    """Yield plain text and decoded runs; neighbours of one charset are joined before decoding."""
    end, charset, held = 0, "", b""
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        label = match[1].partition("*")[0]  # RFC 2231 §5: charset*language
        if held and (between or label.lower() != charset.lower()):
            yield decode(held, charset)
            held = b""
        yield between
        charset, end = label, match.end()
        held += _word_bytes(match[2], match[3])
    yield decode(held, charset)
    yield value[end:]


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


def addresses(value: str) -> tuple[Correspondent, ...]:
    """Return the people of an unfolded address header; a mailbox that is none gives an empty `email`."""
    found = (_correspondent(part) for part in _mailboxes(value))
    return tuple(person for person in found if person.name or person.email)[:MAX_ADDRESSES]


def _mailboxes(value: str) -> Iterator[str]:
    """Split at the commas and semicolons that stand outside quotes, comments and angle brackets."""
    start, quoted, depth, angle = 0, False, 0, False
    for i, char in enumerate(value):
        if char == '"' and (i == 0 or value[i - 1] != "\\"):
            quoted = not quoted
        elif quoted:
            continue
        elif char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif char in "<>":
            angle = char == "<"
        elif char in ",;" and not depth and not angle:
            yield value[start:i]
            start = i + 1
    yield value[start:]


def _correspondent(mailbox: str) -> Correspondent:
    head, bracket, tail = mailbox.rpartition("<")
    if bracket:
        spec, name = tail.partition(">")[0], head
    else:
        spec, name = _COMMENT.sub(" ", mailbox), " ".join(_COMMENT.findall(mailbox))
    match = _ADDRESS.fullmatch(spec.strip().strip("'\""))
    if match is None and not bracket and (found := _ADDRESS.search(spec)):  # ana ana@x.co
        match, name = found, spec[: found.start()]
    if match is None and not bracket:
        name = spec
    # "Undisclosed recipients:;" is a group's name, not a person's.
    name = "" if match is None and name.rstrip().endswith(":") else words(_unquoted(name))
    return Correspondent(name=name[:200], email=match[0].lower() if match else "")


def _unquoted(name: str) -> str:
    name = re.sub(r'"((?:[^"\\]|\\.){0,500}+)"', r"\1", name.strip()).replace("\\", "").strip("\"'()")
    return " ".join(name.split())


def message_ids(value: str) -> tuple[str, ...]:
    """Return the Message-IDs of a value, with angle brackets, in order; a bare id gets its brackets."""
    value = words(value)  # programs in Python write long ones as encoded words
    found = _MESSAGE_ID.findall(value)
    if not found and re.fullmatch(r"[^\s<>@]{1,300}@[^\s<>@]{1,100}", value.strip()):
        found = [f"<{value.strip()}>"]
    return tuple(dict.fromkeys(found))[-100:]


def moment(value: str) -> datetime | None:
    """Return a Date header as an aware moment ("-0000" counts as UTC), None when it cannot be read."""
    try:
        when = parsedate_to_datetime(value)
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        aware.astimezone(UTC)  # year 1 or 9999 overflows here rather than later
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return aware


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a Content-Type or Content-Disposition, RFC 2231 pieces joined and decoded."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, str]]] = {}
    for key, raw in _PARAMETER.findall(value):
        text = re.sub(r"\\(.)", r"\1", raw.strip('"')) if raw.startswith('"') else raw.strip()
        name, star, rest = key.lower().partition("*")
        if star:
            order = rest.rstrip("*")
            pieces.setdefault(name, []).append((int(order) if order.isdecimal() else 0, text))
        else:
            plain.setdefault(name, text)
    return {**plain, **{name: _joined(parts) for name, parts in pieces.items()}}


def _joined(parts: list[tuple[int, str]]) -> str:
    text = "".join(part for _, part in sorted(parts, key=lambda pair: pair[0]))
    charset, quote, rest = text.partition("'")
    language, second, value = rest.partition("'")
    if quote and second and len(charset) <= 40 and len(language) <= 40:
        return decode(unquote_to_bytes(value), charset)
    return decode(unquote_to_bytes(text)) if "%" in text else text
