"""Long base64 bodies taken out of a message before it is parsed and put back after.

The standard parser takes a body apart line by line to look for boundaries, and once more to find its end: for a
message with files that is most of its time. Lines of base64 are neither boundary nor header, wherever they stand.
"""

import re
from email.message import Message

_LEAST = 8_000  # octets that are worth the trouble
_BLANK = 2  # octets: a line that has fewer is, or may be, an empty one
_MOST_MISSES = 10  # each may look at the whole message
_BLANK_LINE = re.compile(rb"\n\r?\n")
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_MARK = re.compile("\0([0-9]+)\0")


def set_aside(raw: bytes) -> tuple[bytes, list[str]]:
    """Return the message with a mark in the place of each long base64 body, and those bodies."""
    if len(raw) < _LEAST or b"\0" in raw:  # no mark of ours may stand there already
        return raw, []
    kept: list[bytes] = []
    bodies: list[str] = []
    lowered, done, misses = raw.lower(), 0, 0
    while misses < _MOST_MISSES:
        announced = lowered.find(b"base64", done)
        blank = _BLANK_LINE.search(raw, announced) if announced >= 0 else None
        if blank is None:
            break
        start = blank.end()
        body = _base64(raw, start)
        misses += not body
        if len(body) >= _LEAST:
            kept += [raw[done:start], b"\0%d\0" % len(bodies)]
            bodies.append(body.decode("ascii"))
        else:
            kept.append(raw[done : start + len(body)])
        done = start + len(body)
    return b"".join((*kept, raw[done:])), bodies


def _base64(raw: bytes, start: int) -> bytes:
    """Return the body that begins there if it is one piece of base64, else nothing.

    Looking for one octet costs a twentieth of looking for two.
    """
    end = raw.find(b"-", start)  # no letter of base64: a boundary, or what makes it none
    if end >= 0 and raw[end - 1 : end + 2] != b"\n--":
        return b""
    body = raw[start : end if end >= 0 else len(raw)].rstrip(b"\r\n")
    if body.translate(None, _ALPHABET) or min(map(len, body.split(b"\n"))) < _BLANK:
        return b""
    return body


def put_back(message: Message, bodies: list[str]) -> None:
    """Put the bodies in the place of their marks."""
    if not bodies:
        return
    for part in message.walk():
        # Not get_payload(), which decodes a text by whatever charset a stranger named.
        for name in ("_payload", "preamble", "epilogue"):
            text = getattr(part, name)
            if isinstance(text, str) and "\0" in text:
                setattr(part, name, _MARK.sub(lambda mark: bodies[int(mark[1])], text))
