"""By which numbers and Message-IDs a message points at what the office already knows."""

import re
from collections.abc import Iterable

from tasks.domain.mail.message import Mail, Mentions
from tasks.domain.mail.quotes import Parts

_MAX_TEXT = 60_000  # characters searched
_MAX_NUMBERS = 50

_NUMBER = re.compile(r"20\d\d-\d{4}")  # stands in each of the following
_LETTER = re.compile(r"(?<![A-Za-z0-9])([A-Z]{3,12}-20\d\d-\d{4,6})(?!\d)", re.IGNORECASE)
_REQUEST = re.compile(r"(?<![A-Za-z0-9])(S-20\d\d-\d{4,6})(?!\d)", re.IGNORECASE)
_CASE = re.compile(r"(?<![\w./-])(20\d\d-\d{4,6})(?![\w/]|-\d|\.\d)")
_NAMED_CASE = re.compile(r"\bcasos?\s*(?:n[úu]mero|n[°º.o]*|#|:)?\s*(20\d\d-\d{4,6})(?!\d)", re.IGNORECASE)
_YEARS = re.compile(r"20\d\d-20\d\d")  # "plan de desarrollo 2024-2027" is no case
# outgoing.message_id: purpose, what it is about, eight hex digits, token.
_LOCAL = re.compile(
    r"<?[a-z]+(?:_[a-z]+)*-([A-Za-z0-9-]{1,60})(?:\.([0-9a-f]{8}))?(?:\.([A-Za-z0-9_-]{1,80}))?@", re.ASCII
)


def mentions(mail: Mail, parts: Parts, letter_prefix: str = "DSEGPP") -> Mentions:
    """Return what the message points at: by its thread headers, else by numbers in subject, own words and forward.

    Numbers in the quoted text count only when nothing else points anywhere: a quote may hold other cases' numbers.
    """
    ids = tuple(dict.fromkeys(i for i in (mail.in_reply_to, *reversed(mail.references)) if i))
    decoded = " ".join(_about(i) for i in ids)
    passed_on = parts.forwarded.everything if parts.forwarded else mail.inner.text if mail.inner else ""
    said = f"{mail.subject}\n{parts.own[:_MAX_TEXT]}\n{passed_on[:_MAX_TEXT]}\n{decoded}"
    found = _numbers([said], letter_prefix)
    if not any(found) and parts.quoted:
        found = _numbers([parts.quoted[:_MAX_TEXT]], letter_prefix)
    cases, requests, letters = found
    return Mentions(ids, cases, requests, letters)


def cases_named(text: str) -> tuple[str, ...]:
    """Return the numbers of cases that stand in a text, in order."""
    return _numbers([text[:_MAX_TEXT]], "")[0]


def token_of(message_id: str) -> str:
    """Return the token in a Message-ID of ours, "" when it has none."""
    match = _LOCAL.match(message_id[:400])
    return (match[3] or "") if match and match[2] else ""


def _about(message_id: str) -> str:
    """Return what a Message-ID of ours is about ("2026-0058"), "" for anybody else's."""
    match = _LOCAL.match(message_id[:400])
    return match[1].upper() if match else ""


def _numbers(texts: Iterable[str], prefix: str) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return (cases, requests, letters) named in the texts, in order, without repetition."""
    text = "\n".join(texts)
    if not _NUMBER.search(text):
        return (), (), ()
    letters = [n.upper() for n in _LETTER.findall(text) if n.upper().startswith(f"{prefix.upper()}-")]
    requests = [n.upper() for n in _REQUEST.findall(text)]
    cases = [*_NAMED_CASE.findall(text), *(n for n in _CASE.findall(text) if not _YEARS.fullmatch(n))]
    return _distinct(cases), _distinct(requests), _distinct(letters)


def _distinct(found: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found))[:_MAX_NUMBERS]
