"""Which policies a request asks about: the vocabulary's words and the text model, weighed into one probability.

In doubt nothing is chosen: a wrong policy costs more than a question. So the probability of the whole set (these and
no others) must be high, and what the text says of itself ("dos temas", "además") must fit.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tasks.domain.catalog import MIPG_GENERAL, Term
from tasks.domain.classification.subject.certainty import certainty, signs_of
from tasks.domain.classification.subject.evidence import combine, opinion_on, weigh
from tasks.domain.classification.subject.number import says_more, stated_number
from tasks.domain.classification.subject.vocabulary import AXES, STRONG, Proof, proofs_in, ranked, scores_of, words_of
from tasks.domain.classification.text import PhraseBook, fold
from tasks.domain.learning.model import TextModel

SURE = 0.93  # probability of the whole set from which nobody is asked: 99 % right on writers left out of its making
_ASKED = 0.5  # probability from which a policy belongs to the set
_WORTH_NAMING = 0.08  # probability from which a policy is shown as a possibility
_FAINT = 2.0  # weight of a phrase by which a policy is at least spoken of; in thanks nothing reaches it
_BY_NAME = 0.97  # confidence in one policy asked for by its name alone: 65 of 65 in the corpora; of several, 5 of 7
_BESIDE = 1.0  # weight of another policy's words that means nothing
_MOST = 3  # policies in one request; more are an enumeration


@dataclass(frozen=True, slots=True)
class Reading:
    """The policies that a text asks about. Empty and unsure where a person must choose."""

    policies: tuple[str, ...] = ()
    confidence: float = 0.0  # probability that these, and no others, are asked about
    sure: bool = False
    candidates: tuple[str, ...] = ()  # best first, also when none is chosen
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # candidate → words that speak for it
    axis: str = ""  # another axis that outweighs every policy
    axis_mixed: bool = False  # the other axis and a policy are both asked about
    chances: Mapping[str, float] = field(default_factory=dict)  # policy → probability, for --explain
    likeliest: tuple[str, ...] = ()  # the set that `confidence` is of, chosen or not
    signs: tuple[float, ...] = ()  # what `confidence` was made from (certainty.SIGNS)
    spoken_of: bool = False  # a policy is spoken of, beyond thanks, refusals and recitals
    precedent: str = ""  # the corrected case that decided or raised a doubt, in words


# Where to write or to look says nothing of what is asked: "planeacion@…gov.co" is neither planning nor GOV.CO.
_ADDRESS = re.compile(r"[^\s<>()]+@[^\s<>()]+|(?:https?://|www\.)\S+|\b[\w-]+-antioquia\.gov\.co\b", re.IGNORECASE)


def read_policies(
    subject: str, texts: Sequence[str], book: PhraseBook[Term], model: TextModel, *, reply: bool = False
) -> Reading:
    """Return what the subject and the writer's own words ask about (texts without signature and quoted mail)."""
    texts = [_ADDRESS.sub(" ", text) if _may_hold_one(text) else text for text in texts]
    proofs = list(proofs_in(subject, texts, book, reply=reply))
    scores = scores_of(proofs)
    opinion = opinion_on(subject, texts, book, model, reply=reply)
    found = combine(weigh(proofs, opinion, model.policies), model.combination)
    chances = _exclusive({policy: float(chance) for policy, chance in zip(model.policies, found, strict=True)})
    words = words_of(proofs)
    axis, mixed = _axis(scores, proofs, chances)
    likely = _likely(chances, scores)
    if axis:
        return Reading((), 0.9, not mixed, likely, words, axis, mixed, chances)
    chosen = tuple(policy for policy in ranked(chances) if chances[policy] >= _ASKED)
    folded = fold(" ".join((subject, *texts)))
    alone = dict(zip(model.policies, opinion.odds.tolist(), strict=True))
    stated = stated_number(folded)
    signs = signs_of(chosen or likely[:1], chances, alone, more=says_more(folded), stated=stated)
    confidence = round(max(certainty(signs), _BY_NAME * _only_by_name(chosen, proofs, scores)), 3)
    sure = confidence >= SURE and _plausible(chosen, stated) and not _unweighed(scores, model)
    said = "\n".join((subject, *texts))
    words |= {policy: model.words(said, policy) for policy in likely if policy not in words}
    spoken_of = _spoken_of(scores, chances)
    return Reading(
        chosen if sure else (), confidence, sure, likely, words,
        chances=chances, likeliest=chosen or likely[:1], signs=signs, spoken_of=spoken_of,
    )  # fmt: skip


def _may_hold_one(text: str) -> bool:
    """Whether an address may stand in the text."""
    plain = text.lower()
    return any(mark in plain for mark in ("@", "://", "www.", "-antioquia.gov"))


def _only_by_name(chosen: Sequence[str], proofs: Sequence[Proof], scores: Mapping[str, float]) -> bool:
    """Whether one policy is asked for by its name, and no word speaks of another; MIPG as a whole is the frame."""
    named = {proof.policy for proof in proofs if proof.named and proof.asked}
    others = max((score for policy, score in scores.items() if policy not in {*named, MIPG_GENERAL}), default=0.0)
    return len(chosen) == 1 and named == set(chosen) and others <= _BESIDE


def _exclusive(chances: Mapping[str, float]) -> dict[str, float]:
    """Return the chances with MIPG as a whole only where no single policy is asked about: else it is the frame."""
    specific = max((chance for policy, chance in chances.items() if policy != MIPG_GENERAL), default=0.0)
    return {p: chance * (1.0 - specific) if p == MIPG_GENERAL else chance for p, chance in chances.items()}


def _likely(chances: Mapping[str, float], scores: Mapping[str, float]) -> tuple[str, ...]:
    """Return the policies worth naming to a person, best first; one that the model does not know yet too."""
    young = tuple(policy for policy in ranked(scores) if policy not in chances and policy not in AXES)
    known = (policy for policy in ranked(chances) if chances[policy] >= _WORTH_NAMING or policy in scores)
    return (*young, *known)[:4]


def _spoken_of(scores: Mapping[str, float], chances: Mapping[str, float]) -> bool:
    return max(scores.values(), default=0.0) >= _FAINT or max(chances.values(), default=0.0) >= _ASKED


def _plausible(chosen: Sequence[str], stated: int) -> bool:
    """Whether the number of policies fits what the text says of their number."""
    return 0 < len(chosen) <= _MOST and stated in {0, len(chosen)}


def _unweighed(scores: Mapping[str, float], model: TextModel) -> bool:
    """Whether something else is clearly spoken of: another axis, or a policy younger than the model."""
    return any(score >= STRONG for subject, score in scores.items() if subject not in model.policies)


def _axis(scores: Mapping[str, float], proofs: Sequence[Proof], chances: Mapping[str, float]) -> tuple[str, bool]:
    """Return the other axis that the text is about, if any, and whether a policy of MIPG is asked about besides.

    Where a policy is asked about, an axis that is merely mentioned is none.
    """
    specific = {policy: score for policy, score in scores.items() if policy != MIPG_GENERAL and policy not in AXES}
    other = max(AXES, key=lambda axis: scores.get(axis, 0.0))
    score = scores.get(other, 0.0)
    best = max(specific.values(), default=0.0)
    asked = any(proof.asked and proof.policy == other for proof in proofs)
    mentioned = not asked and max((chances.get(policy, 0.0) for policy in specific), default=0.0) >= _ASKED
    if score < STRONG or best > 1.5 * score or mentioned:
        return "", False
    named = any(proof.named and proof.asked and proof.policy in specific for proof in proofs)
    clear = any(proof.named and proof.asked and proof.policy == other for proof in proofs)
    return other, named or (best > 0.85 * score and not clear) or scores.get(MIPG_GENERAL, 0.0) >= STRONG
