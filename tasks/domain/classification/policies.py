"""Which policies a request asks about: practitioners' vocabulary weighed by where and how it is said.

A name outweighs terms; a subject line and a sentence that asks outweigh a mention; what is denied ("vamos bien en
transparencia") or recited counts for nothing. In doubt nothing is chosen: a wrong policy costs more than a question.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.domain.catalog import MIPG_GENERAL, Catalog, Term
from tasks.domain.classification.asking import Act, clauses
from tasks.domain.classification.text import PhraseBook, fold, stems

AXES = ("politica-publica", "plan-desarrollo")  # what is not MIPG: other teams
NO_POLICY = "ninguna"  # vocabulary rows that only hide the shorter phrases inside them (names of offices)

_FACTORS = {Act.ASKS: 1.15, Act.STATES: 1.0, Act.DENIES: 0.0, Act.THANKS: 0.15, Act.RECITES: 0.15}
_SUBJECT = 1.25
_REPLY_SUBJECT = 0.4  # the subject of an answer is the first mail's
_LISTED = 0.3  # a clause that names many policies without asking is an enumeration
_TAIL = (1.0, 0.6, 0.4, 0.3)  # the second proof of the same policy adds less than the first
_TAIL_REST = 0.15
_ENOUGH = 4.0  # one phrase that speaks for itself, or several that together do
_CHOSEN = 0.55  # share of the best score from which a policy is asked about too
_DOUBTFUL = 0.6  # share of the best score above which a policy left out is a doubt
_STRONG = 3.9  # a policy left out with a phrase that speaks for itself is a doubt whatever the best score

_FAINT = 2.0  # the same when the text says that it adds something ("además", "también")
_ADDS = re.compile(r"\b(?:ademas|tambien|adicional(?:mente)?|igualmente|asimismo|por otro lado|de paso|otro tema)\b")
_COUNTED = (
    r"(?:politicas?|temas?|asuntos?|frentes|cosas|asesorias|puntajes|solicitudes|necesidades|areas|etapas|tareas)"
)
_NO_COUNT = r"(?! (?:dias|horas|anos|veces|personas|mil|sesiones|meses|semanas)\b)"
_TWO = re.compile(
    rf"\b(?:dos|2) (?:\w+ )?{_COUNTED}\b|\b(?:ambas|ambos|(?:las|los|esas|esos|estas|estos|en) (?:dos|2))\b{_NO_COUNT}"
)
_THREE = re.compile(rf"\b(?:tres|3) (?:\w+ )?{_COUNTED}\b|\b(?:las|los|esas|esos|estas|estos) (?:tres|3)\b{_NO_COUNT}")


@dataclass(frozen=True, slots=True)
class Reading:
    """The policies that a text asks about. Empty and unsure where a person must choose."""

    policies: tuple[str, ...] = ()
    confidence: float = 0.0
    sure: bool = False
    candidates: tuple[str, ...] = ()  # best first, also when none is chosen
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # candidate → phrases that speak for it
    axis: str = ""  # another axis that outweighs every policy
    axis_mixed: bool = False  # the other axis and a policy are both asked about


@dataclass(frozen=True, slots=True)
class _Announced:
    """What the text says of its own contents: how many policies, and how much of a further one is let pass."""

    number: int
    allowed: float


@dataclass(frozen=True, slots=True)
class _Proof:
    """One phrase that stands for a policy, with the weight it has where it stands."""

    policy: str
    strong: bool  # it speaks for itself, wherever it stands
    phrase: str
    weight: float
    named: bool
    asked: bool


def phrase_book(catalog: Catalog) -> PhraseBook[Term]:
    """Return the matcher of a catalog's vocabulary; build it once."""
    strongest: dict[tuple[tuple[str, ...], str], Term] = {}
    for term in sorted(catalog.vocabulary, key=lambda term: -term.weight):
        strongest.setdefault((stems(term.phrase), term.policy), term)
    return PhraseBook(((term.phrase, term) for term in strongest.values()), typos=True)


def read_policies(subject: str, texts: Sequence[str], book: PhraseBook[Term], *, reply: bool = False) -> Reading:
    """Return what the subject and the writer's own words ask about (texts without signature and quoted mail)."""
    proofs = list(_proofs(subject, texts, book, reply=reply))
    scores = _scores(proofs)
    if not scores:
        return Reading()
    specific = {policy: score for policy, score in scores.items() if policy != MIPG_GENERAL and policy not in AXES}
    words = _words(proofs)
    axis, mixed = _axis(scores, specific, proofs)
    if axis:
        return Reading((), 0.9, not mixed, tuple(_ranked(specific)), words, axis, mixed)
    said = fold(" ".join((subject, *texts)))
    allowed = _FAINT if _ADDS.search(said) else _STRONG
    return _decide(scores, specific, proofs, words, _Announced(_stated_number(said), allowed))


def _proofs(subject: str, texts: Sequence[str], book: PhraseBook[Term], *, reply: bool) -> Iterable[_Proof]:
    for clause in clauses(subject):
        factor = (_REPLY_SUBJECT if reply else _SUBJECT) if clause.act is not Act.DENIES else 0.0
        yield from _clause_proofs(clause.folded, factor, not reply and factor > 0, book)
    for text in texts:
        for clause in clauses(text):
            yield from _clause_proofs(clause.folded, _FACTORS[clause.act], clause.act is Act.ASKS, book)


def _clause_proofs(folded: str, factor: float, asked: bool, book: PhraseBook[Term]) -> Iterable[_Proof]:
    terms = [hit.value for hit in book.find(stems(folded)) if hit.value.policy != NO_POLICY]
    if not asked and len({term.policy for term in terms if term.kind == "name"}) >= 4:
        factor *= _LISTED
    for term in terms:
        if factor:
            yield _Proof(
                term.policy, term.weight >= _ENOUGH, term.phrase, term.weight * factor, term.kind == "name", asked
            )


def _scores(proofs: Iterable[_Proof]) -> dict[str, float]:
    best: dict[str, dict[str, float]] = defaultdict(dict)
    for proof in proofs:
        best[proof.policy][proof.phrase] = max(proof.weight, best[proof.policy].get(proof.phrase, 0.0))
    return {policy: _sum(phrases.values()) for policy, phrases in best.items()}


def _sum(weights: Iterable[float]) -> float:
    ranked = sorted(weights, reverse=True)
    return sum(w * (_TAIL[i] if i < len(_TAIL) else _TAIL_REST) for i, w in enumerate(ranked))


def _words(proofs: Iterable[_Proof]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for proof in proofs:
        found[proof.policy][proof.phrase] = max(proof.weight, found[proof.policy].get(proof.phrase, 0.0))
    return {policy: tuple(_ranked(phrases))[:3] for policy, phrases in found.items()}


def _ranked(scores: Mapping[str, float]) -> list[str]:
    return sorted(scores, key=lambda key: (-scores[key], key))


def _axis(scores: Mapping[str, float], specific: Mapping[str, float], proofs: Sequence[_Proof]) -> tuple[str, bool]:
    """Return the other axis that the text is about, if any, and whether a policy of MIPG is asked about besides."""
    other = max(AXES, key=lambda axis: scores.get(axis, 0.0))
    score = scores.get(other, 0.0)
    best = max(specific.values(), default=0.0)
    named = any(proof.named and proof.asked and proof.policy in specific for proof in proofs)
    if score < _ENOUGH or best > 1.5 * score:
        return "", False
    clear = any(proof.named and proof.asked and proof.policy == other for proof in proofs)
    return other, named or (best > 0.85 * score and not clear) or scores.get(MIPG_GENERAL, 0.0) >= _ENOUGH


def _decide(
    scores: Mapping[str, float],
    specific: Mapping[str, float],
    proofs: Sequence[_Proof],
    words: Mapping[str, tuple[str, ...]],
    announced: _Announced,
) -> Reading:
    weighed = _discounted(specific, proofs)
    ranked = _ranked(weighed)
    general = scores.get(MIPG_GENERAL, 0.0)
    best = weighed[ranked[0]] if ranked else 0.0
    if general >= _ENOUGH and general > 1.3 * best:
        sure = best < 0.4 * general and best < _ENOUGH * 0.6
        chosen: tuple[str, ...] = (MIPG_GENERAL,)
        return _reading(chosen if sure else (), (MIPG_GENERAL, *ranked), sure, general, words)
    if best < _ENOUGH:
        candidates = ranked if best >= general else [MIPG_GENERAL, *ranked]
        return _reading((), candidates, False, best, words)
    chosen = tuple(policy for policy in ranked if weighed[policy] >= max(_CHOSEN * best, _ENOUGH))
    doubt = max((score for policy, score in specific.items() if policy not in chosen), default=0.0)
    sure = doubt < announced.allowed and doubt <= _DOUBTFUL * best and _plausible(chosen, proofs, announced.number)
    if any(scores.get(axis, 0.0) >= _ENOUGH for axis in AXES) or (general > best and announced.number == 0):
        sure = False
    return _reading(chosen if sure else (), ranked, sure, best, words)


def _discounted(specific: Mapping[str, float], proofs: Sequence[_Proof]) -> dict[str, float]:
    """Where policies are named in what is asked, the terms of others are details of them."""
    named = {proof.policy for proof in proofs if proof.named and proof.asked}
    if not named & specific.keys():
        return dict(specific)
    return {policy: score if policy in named else 0.6 * score for policy, score in specific.items()}


def _plausible(chosen: Sequence[str], proofs: Sequence[_Proof], stated: int) -> bool:
    """Whether the number of policies fits what the text says of their number and how firmly each is asked about."""
    if len(chosen) > 3 or (stated and stated != len(chosen)):
        return False
    if not set(chosen) <= {proof.policy for proof in proofs if proof.strong}:
        return False  # common words alone ("procesos", "estructura") add up to nothing
    if len(chosen) == 1:
        return _well_founded(chosen[0], proofs)
    return stated == len(chosen) or set(chosen) <= {proof.policy for proof in proofs if proof.asked and proof.named}


def _well_founded(policy: str, proofs: Sequence[_Proof]) -> bool:
    """Whether a policy chosen alone is named in what is asked, or two different phrases speak for it."""
    own = [proof for proof in proofs if proof.policy == policy]
    return any(proof.named and proof.asked for proof in own) or len({proof.phrase for proof in own}) >= 2


def _stated_number(folded: str) -> int:
    """Return how many policies the text says that it asks about, 0 when it does not say."""
    if _THREE.search(folded):
        return 3
    return 2 if _TWO.search(folded) else 0


def _reading(
    chosen: tuple[str, ...],
    ranked: Sequence[str],
    sure: bool,
    score: float,
    words: Mapping[str, tuple[str, ...]],
) -> Reading:
    confidence = min(0.99, 0.9 + 0.01 * score) if sure else min(0.6, 0.08 * score)
    return Reading(chosen, round(confidence, 2), sure, tuple(ranked[:4]), words)
