"""What practitioners' words prove: the phrases of `vocabulary.csv`, weighed by where and how they are said.

A name outweighs terms; a subject line and a sentence that asks outweigh a mention; what is denied ("vamos bien en
transparencia") or recited counts for nothing. A row may say which words take its force away (`unless`) and which
policies it is confused with (`instead_of`): in the same sentence their terms are only details.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tasks.domain.catalog import Catalog, Term
from tasks.domain.classification.asking import Act, Clause, clauses
from tasks.domain.classification.text import PhraseBook, stems

AXES = ("politica-publica", "plan-desarrollo")  # what is not MIPG: other teams
NO_POLICY = "ninguna"  # rows that only hide the shorter phrases inside them (names of offices)

STRONG = 4.0  # a phrase that speaks for itself; several weaker ones together do too
_FACTORS = {Act.ASKS: 1.15, Act.STATES: 1.0, Act.DENIES: 0.0, Act.THANKS: 0.15, Act.RECITES: 0.15}
_SUBJECT = 1.25
_REPLY_SUBJECT = 0.4  # the subject of an answer is the first mail's
_LISTED = 0.3  # a clause that names many policies without asking is an enumeration
_DETAIL = 0.4  # a term beside the phrase that it is confused with
_TAIL = (1.0, 0.6, 0.4, 0.3)  # the second proof of the same policy adds less than the first
_TAIL_REST = 0.15


@dataclass(frozen=True, slots=True)
class Proof:
    """One phrase that stands for a policy, with the weight it has where it stands."""

    policy: str
    phrase: str
    weight: float
    strong: bool  # it speaks for itself, wherever it stands
    named: bool  # it is a name of the policy
    asked: bool  # it stands in what is asked


def phrase_book(catalog: Catalog) -> PhraseBook[Term]:
    """Return the matcher of a catalog's vocabulary; build it once."""
    strongest: dict[tuple[tuple[str, ...], str], Term] = {}
    for term in sorted(catalog.vocabulary, key=lambda term: -term.weight):
        strongest.setdefault((stems(term.phrase), term.policy), term)
    return PhraseBook(((term.phrase, term) for term in strongest.values()), typos=True)


def proofs_in(subject: str, texts: Sequence[str], book: PhraseBook[Term], *, reply: bool) -> Iterable[Proof]:
    """Yield every phrase that proves something, in the subject and in the writer's own texts."""
    for clause in clauses(subject):
        factor = (_REPLY_SUBJECT if reply else _SUBJECT) if clause.act is not Act.DENIES else 0.0
        yield from _of_clause(clause, factor, not reply and factor > 0, book)
    for text in texts:
        for clause in clauses(text):
            yield from _of_clause(clause, _FACTORS[clause.act], clause.act is Act.ASKS, book)


def _of_clause(clause: Clause, factor: float, asked: bool, book: PhraseBook[Term]) -> Iterable[Proof]:
    if not factor:
        return
    terms = [hit.value for hit in book.find(clause.stems) if hit.value.policy != NO_POLICY]
    terms = [term for term in terms if not any(_stands(clause.stems, words) for words in term.unless)]
    if not asked and len({term.policy for term in terms if term.kind == "name"}) >= 4:
        factor *= _LISTED
    details = {policy for term in terms for policy in term.instead_of}
    for term in terms:
        weight = term.weight * factor * (_DETAIL if term.policy in details and term.kind != "name" else 1.0)
        yield Proof(term.policy, term.phrase, weight, term.weight >= STRONG, term.kind == "name", asked)


def spoken(tokens: tuple[str, ...], book: PhraseBook[Term]) -> tuple[str, ...]:
    """Return the stems of a text without those that the vocabulary hides ("jefe de control interno" is a post)."""
    hidden = {at for hit in book.find(tokens) if hit.value.policy == NO_POLICY for at in range(hit.start, hit.end)}
    return tuple(token for at, token in enumerate(tokens) if at not in hidden)


def _stands(tokens: tuple[str, ...], words: str) -> bool:
    wanted = _stems(words)
    return any(tokens[i : i + len(wanted)] == wanted for i in range(len(tokens) - len(wanted) + 1))


_stems = lru_cache(maxsize=1_000)(stems)  # of the catalog's own words, looked for again in every mail


def scores_of(proofs: Iterable[Proof]) -> dict[str, float]:
    """Return for each policy the weight of all that speaks for it; a phrase said twice counts once."""
    return {policy: _sum(phrases.values()) for policy, phrases in _strongest(proofs).items()}


def words_of(proofs: Iterable[Proof], most: int = 3) -> dict[str, tuple[str, ...]]:
    """Return for each policy the phrases that speak most for it."""
    return {policy: tuple(ranked(phrases))[:most] for policy, phrases in _strongest(proofs).items()}


def ranked(scores: Mapping[str, float]) -> list[str]:
    """Return the keys, best first; ties by name, so that the same mail always gives the same answer."""
    return sorted(scores, key=lambda key: (-scores[key], key))


def _strongest(proofs: Iterable[Proof]) -> dict[str, dict[str, float]]:
    best: dict[str, dict[str, float]] = defaultdict(dict)
    for proof in proofs:
        best[proof.policy][proof.phrase] = max(proof.weight, best[proof.policy].get(proof.phrase, 0.0))
    return best


def _sum(weights: Iterable[float]) -> float:
    best = sorted(weights, reverse=True)
    return sum(w * (_TAIL[i] if i < len(_TAIL) else _TAIL_REST) for i, w in enumerate(best))
