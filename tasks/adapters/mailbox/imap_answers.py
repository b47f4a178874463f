"""What an IMAP server's answers say (RFC 9051 §7), as imaplib hands them over: values in, values out."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# imaplib gives a text line as bytes, and a line that ends in a literal as (line, literal) with the rest of it next.
Answer = Sequence[bytes | tuple[bytes, bytes] | None]

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]+)"')
# A short or empty body may come as a quoted string or NIL instead of a literal.
_INLINE_BODY = re.compile(rb'\bBODY\[\] (?:NIL|"((?:[^"\\]|\\.)*)")', re.DOTALL)
# NAMESPACE (("INBOX." ".")) …: the first of the user's own (RFC 2342 §5).
_OWN_NAMESPACE = re.compile(rb'\(\("((?:[^"\\]|\\.)*)"')


def uid_set(uids: Iterable[int]) -> str:
    """Return the UIDs as a sequence set, neighbours joined: "1:3,7"."""
    spans: list[list[int]] = []
    for uid in sorted(set(uids)):
        if spans and spans[-1][1] == uid - 1:
            spans[-1][1] = uid
        else:
            spans.append([uid, uid])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in spans)


def searched_uids(answer: Answer) -> list[int]:
    """Return the UIDs of a SEARCH answer, in order; it may come in several lines."""
    return sorted({int(word) for line in answer if isinstance(line, bytes) for word in line.split() if word.isdigit()})


def sizes(answer: Answer) -> dict[int, int]:
    """Return the size in bytes of each UID of a FETCH (RFC822.SIZE) answer."""
    found = {}
    for line in answer:
        if isinstance(line, bytes) and (uid := _UID.search(line)) and (size := _SIZE.search(line)):
            found[int(uid[1])] = int(size[1])
    return found


def bodies(answer: Answer) -> dict[int, tuple[bytes, datetime | None]]:
    """Return the bytes and the reception date of each UID of a FETCH (INTERNALDATE BODY.PEEK[]) answer.

    Lines about other things (a flag that somebody changed meanwhile) are passed over.
    """
    found = {}
    for position, item in enumerate(answer):
        if isinstance(item, tuple):
            tail = answer[position + 1] if position + 1 < len(answer) else b""
            attributes, raw = item[0] + (tail if isinstance(tail, bytes) else b""), item[1]
        elif item and (inline := _INLINE_BODY.search(item)):
            attributes = item[: inline.start()] + item[inline.end() :]
            raw = re.sub(rb"\\(.)", rb"\1", inline[1] or b"")
        else:
            continue
        if uid := _UID.search(attributes):
            found[int(uid[1])] = (raw, _received(attributes))
    return found


def own_namespace(answer: Answer) -> str:
    """Return the prefix of the user's own folders in a NAMESPACE answer, as folders are written; mostly ""."""
    found = _OWN_NAMESPACE.match(answer[0]) if answer and isinstance(answer[0], bytes) else None
    return re.sub(rb"\\(.)", rb"\1", found[1]).decode("ascii", "replace") if found else ""


def _received(attributes: bytes) -> datetime | None:
    """Return the INTERNALDATE, aware; None when it is missing or nonsense (it decides nothing on its own)."""
    if not (match := _DATE.search(attributes)):
        return None
    try:
        moment = parsedate_to_datetime(match[1].decode("ascii", "replace"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
