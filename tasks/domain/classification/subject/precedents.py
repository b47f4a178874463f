"""What people decided about a like-worded message: it helps at once, before the model is fitted again.

The same wording with the same policy words is decided as it was. A like wording only suggests, and where it speaks
against the judge's own choice a person is asked.
"""

from collections.abc import Sequence
from dataclasses import replace

from tasks.domain.catalog import Term
from tasks.domain.classification.subject.policies import Reading
from tasks.domain.classification.subject.vocabulary import proofs_in
from tasks.domain.classification.text import PhraseBook, fold
from tasks.domain.learning.experience import Corrected, Experience, Likeness

_SAME = 0.8  # share of common turns of phrase from which the wording is the same
_LIKE = 0.45
_LIKE_OF_SAME_SENDER = 0.25
_CONFIDENCE = 0.97


def recall(
    reading: Reading, subject: str, texts: Sequence[str], email: str, book: PhraseBook[Term], experience: Experience
) -> Reading:
    """Return the reading as the nearest corrected request changes it."""
    near = experience.nearest(subject, "\n".join(texts))
    if near is None or reading.axis or not _counts(near, email):
        return reading
    decided = near.of
    if near.share >= _SAME and _words(subject, texts, book) == _words(decided.subject, [decided.text], book):
        reason = f"como en el caso {decided.case}, con las mismas palabras, que decidió el equipo"
        return replace(
            reading, policies=decided.policies, confidence=_CONFIDENCE, sure=True, precedent=reason,
            candidates=_first(decided, reading),
        )  # fmt: skip
    if reading.sure and set(reading.policies) == set(decided.policies):
        return reading
    who = "del mismo remitente, " if email and email == decided.email.casefold() else ""
    reason = f"se parece al caso {decided.case}, {who}que el equipo corrigió"
    return replace(
        reading, policies=(), sure=False, precedent=reason, candidates=_first(decided, reading),
        confidence=min(reading.confidence, 0.6),
    )  # fmt: skip


def _counts(near: Likeness, email: str) -> bool:
    same_sender = bool(email) and email.casefold() == near.of.email.casefold()
    return near.share >= (_LIKE_OF_SAME_SENDER if same_sender else _LIKE)


def _first(decided: Corrected, reading: Reading) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*decided.policies, *reading.candidates)))[:4]


def _words(subject: str, texts: Sequence[str], book: PhraseBook[Term]) -> frozenset[str]:
    """Return the policy words of a text: a circular letter about another policy has the same wording but for these."""
    return frozenset(fold(proof.phrase) for proof in proofs_in(subject, texts, book, reply=False))
