"""When two messages say the same: an exact key whoever sends it, and a measure for near repetitions."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from itertools import islice

from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import Forwarded, bare_subject, parts_of

_WORDS = re.compile(r"[^\W_]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_RUN = 4  # words of a shingle
_THIN = 8  # fewer words than this prove nothing


def folded(text: str) -> str:
    """Return the text's words, lower-case and without accents, one space between."""
    plain = text.lower()
    if not plain.isascii():
        plain = _ACCENTS.sub("", unicodedata.normalize("NFD", plain))
    return " ".join(_WORDS.findall(plain))


def content_key(mail: Mail) -> str:
    """Return the SHA-256 of subject, own words and files, however sent; "" when the message says nothing.

    A message that only wraps another (a forward without words of its own) has the key of the wrapped one; files that
    travel beside a forwarded text are the forwarded mail's.
    """
    parts = parts_of(mail)
    files = [a.content for a in mail.attachments if not a.inline]
    if _is_wrapper(parts.own):
        if mail.inner is not None and mail.inner.content_key and not files:
            return mail.inner.content_key
        if parts.forwarded is not None:
            wrapped: Forwarded = parts.forwarded.origin
            return _key(wrapped.subject, wrapped.text, files)
    return _key(mail.subject, parts.own, files)


def _is_wrapper(own: str) -> bool:
    return next(islice(_WORDS.finditer(own), _THIN - 1, None), None) is None


def _key(subject: str, text: str, files: Iterable[bytes]) -> str:
    hashes = [hashlib.sha256(content).hexdigest() for content in files]
    said = [folded(bare_subject(subject)), folded(text), *sorted(hashes)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest() if any(said) else ""


def resemblance(one: str, other: str) -> float:
    """Return how much of the shorter text stands in the longer one, 0 to 1 (runs of four words); 0 for thin texts."""
    first, second = _runs(one), _runs(other)
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller >= _THIN - _RUN else 0.0


def _runs(text: str) -> set[str]:
    found = folded(text).split()
    return {" ".join(found[i : i + _RUN]) for i in range(len(found) - _RUN + 1)}
