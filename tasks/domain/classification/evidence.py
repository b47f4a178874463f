"""What speaks for each policy in one message: the vocabulary's phrases and the text model's opinion, side by side.

`combine` turns both into one probability per policy. Its few weights are shared by all policies and were fitted on
messages that the text model had not seen (tasks/adapters/models/fitting.py), so neither side is trusted beyond what
it proved.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tasks.domain.catalog import Term
from tasks.domain.classification.asking import Act, clauses
from tasks.domain.classification.text import PhraseBook
from tasks.domain.classification.vocabulary import Proof, scores_of, spoken
from tasks.domain.learning.features import counted
from tasks.domain.learning.model import Numbers, TextModel

SIGNS = (
    "the model on the whole text",
    "the model on the sentence that says it most",
    "… among those that ask, and the subject",
    "the lead of the model over the next policy",
    "the vocabulary's score",
    "its share of the best score",
    "the policy's name stands in what is asked",
    "a phrase that speaks for itself",
    "another policy's name stands in what is asked, and not this one's",
    "no sentence asks for anything",
)  # one column of `weigh` each; the combination has one weight more, the constant
_MOST = 16.0  # a vocabulary score beyond this proves no more
_SCALE = 4.0


@dataclass(frozen=True, slots=True)
class Opinions:
    """What the text model says of one message, policy by policy (log-odds)."""

    whole: Numbers
    best: Numbers  # over the sentences
    asked: Numbers  # over the sentences that ask, and the subject
    silent: bool  # no sentence asks for anything


def opinions_on(
    subject: str, texts: Sequence[str], book: PhraseBook[Term], model: TextModel, *, reply: bool
) -> Opinions:
    """Return the model's opinion on the whole message and on its sentences; what is denied or recited is left out."""
    said = [clause for text in texts for clause in clauses(text) if clause.act in {Act.ASKS, Act.STATES}]
    heading = [] if reply else [clause for clause in clauses(subject) if clause.act is not Act.DENIES]
    read = [*heading, *said]
    counts = [counted(spoken(clause.folded, book)) for clause in read]
    together: Counter[str] = Counter()
    for count in counts:
        together.update(count)
    whole = model.opinion(together)
    each = [model.opinion(count) for count in counts]
    asked = [each[at] for at, clause in enumerate(read) if at < len(heading) or clause.act is Act.ASKS]
    silent = not any(clause.act is Act.ASKS for clause in said)
    return Opinions(whole, _highest(each, whole), _highest(asked, whole), silent)


def _highest(each: Sequence[Numbers], otherwise: Numbers) -> Numbers:
    return np.max(each, axis=0) if len(each) else otherwise


def weigh(proofs: Sequence[Proof], opinions: Opinions, policies: Sequence[str]) -> Numbers:
    """Return policy × sign, the columns of `SIGNS`."""
    scores = scores_of(proofs)
    best = max((scores.get(policy, 0.0) for policy in policies), default=0.0) or 1.0
    named = {proof.policy for proof in proofs if proof.named and proof.asked}
    strong = {proof.policy for proof in proofs if proof.strong}
    table = np.zeros((len(policies), len(SIGNS)), dtype=np.float32)
    for row, policy in enumerate(policies):
        score = scores.get(policy, 0.0)
        others = np.delete(opinions.whole, row)
        table[row] = (
            opinions.whole[row],
            opinions.best[row],
            opinions.asked[row],
            opinions.whole[row] - float(others.max(initial=-9.0)),
            min(score, _MOST) / _SCALE,
            score / best,
            policy in named,
            policy in strong,
            bool(named - {policy}) and policy not in named,
            opinions.silent,
        )
    return table


def combine(table: Numbers, combination: Numbers) -> Numbers:
    """Return the probability that each policy is asked about."""
    logits = table @ combination[:-1] + combination[-1]
    chances: Numbers = (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)
    return chances


def confidence_in(chosen: frozenset[str] | set[str], chances: Mapping[str, float]) -> float:
    """Return the probability that exactly these policies are asked about, as if each were asked about by itself."""
    return math.prod(chance if policy in chosen else 1.0 - chance for policy, chance in chances.items())
