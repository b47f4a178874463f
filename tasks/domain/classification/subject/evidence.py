"""What speaks for each policy in one message: the vocabulary's phrases and the text model's opinion, side by side.

`combine` turns both into one probability per policy. Its few weights are shared by all policies and were fitted on
messages that the text model had not seen (tasks/adapters/models/fitting.py), so neither side is trusted beyond what
it proved.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from tasks.domain.catalog import Term
from tasks.domain.classification.asking import Act, clauses
from tasks.domain.classification.subject.vocabulary import Proof, scores_of, spoken
from tasks.domain.classification.text import PhraseBook
from tasks.domain.learning.features import grams
from tasks.domain.learning.model import Numbers, TextModel

SIGNS = (
    "the model's opinion",
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
class Opinion:
    """What the text model says of one message, policy by policy (log-odds)."""

    odds: Numbers
    silent: bool  # no sentence asks for anything


def opinion_on(subject: str, texts: Sequence[str], book: PhraseBook[Term], model: TextModel, *, reply: bool) -> Opinion:
    """Return the model's opinion on what a message asks and states; what is denied or recited is left out."""
    said = [clause for text in texts for clause in clauses(text) if clause.act in {Act.ASKS, Act.STATES}]
    heading = [] if reply else [clause for clause in clauses(subject) if clause.act is not Act.DENIES]
    counts = Counter(chain.from_iterable(grams(spoken(clause.stems, book)) for clause in (*heading, *said)))
    return Opinion(model.opinion(counts), silent=not any(clause.act is Act.ASKS for clause in said))


def weigh(proofs: Sequence[Proof], opinion: Opinion, policies: Sequence[str]) -> Numbers:
    """Return policy × sign, the columns of `SIGNS`."""
    scores = scores_of(proofs)
    best = max((scores.get(policy, 0.0) for policy in policies), default=0.0) or 1.0
    named = {proof.policy for proof in proofs if proof.named and proof.asked}
    strong = {proof.policy for proof in proofs if proof.strong}
    odds: list[float] = opinion.odds.tolist()
    first, second = sorted((-9.0, -9.0, *odds))[:-3:-1]
    rows = [
        (
            chance,
            chance - (second if chance == first else first),
            min(score, _MOST) / _SCALE,
            score / best,
            policy in named,
            policy in strong,
            bool(named) and policy not in named,
            opinion.silent,
        )
        for policy, chance in zip(policies, odds, strict=True)
        for score in (scores.get(policy, 0.0),)
    ]
    return np.array(rows, dtype=np.float32).reshape(len(policies), len(SIGNS))


def combine(table: Numbers, combination: Numbers) -> Numbers:
    """Return the probability that each policy is asked about."""
    logits = table @ combination[:-1] + combination[-1]
    chances: Numbers = (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)
    return chances
