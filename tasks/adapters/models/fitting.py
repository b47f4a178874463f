"""Fits the text model with scikit-learn: weekly, or when the shipped texts change. Never imported while judging.

Two layers. The first is one logistic regression per policy over the features of the texts. The second weighs the
first one's opinion against the vocabulary's (domain/classification/subject/evidence.py), on messages put together from
texts that the first had not seen; so its probabilities hold for mail that nobody has seen.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from tasks.adapters.models.composing import calls, compose
from tasks.domain.catalog import MIPG_GENERAL, Catalog, Term
from tasks.domain.classification.subject.evidence import opinion_on, weigh
from tasks.domain.classification.subject.vocabulary import phrase_book, proofs_in, spoken
from tasks.domain.classification.text import PhraseBook, stems
from tasks.domain.learning.examples import Example
from tasks.domain.learning.features import PIECE_MARK, counted
from tasks.domain.learning.model import Numbers, TextModel

_RECIPE = b"4"  # changes with this file or the signs: the same texts then give another model
_FOLDS = 4
_RARE = 2  # a feature of one text only is a misprint or a name
_STRENGTH = 40.0  # of the first layer (inverse of its regularisation): sentences are short, weaker fits see too little
_PIECE_COUNTS = 0.5  # a piece of a word against a whole word: pieces are many
_STEADY = 1.0  # of the second layer
_LEAST_WEIGHT = 3.0  # vocabulary rows from this weight on are examples too: staff's edits reach the model


class SklearnTrainer:
    """Fits models by logistic regression; deterministic."""

    def version(self, examples: Sequence[Example], catalog: Catalog) -> str:
        """Return the version that the model of these texts has."""
        return fingerprint(examples, catalog)

    def fit(self, examples: Sequence[Example], catalog: Catalog) -> TextModel:
        """Return the model fitted on the examples and the vocabulary."""
        policies = (*(policy.slug for policy in catalog.policies), MIPG_GENERAL)
        rows = _rows(examples, catalog, policies)
        unseen = [_evidence(rows, fold, catalog, policies) for fold in range(_FOLDS)]
        combination = _second_layer(
            np.concatenate([table for table, _ in unseen]), np.concatenate([truth for _, truth in unseen])
        )
        return replace(_first_layer(rows, policies), combination=combination, version=fingerprint(examples, catalog))


@dataclass(frozen=True, slots=True)
class _Row:
    """A text to learn from. Texts of one group share a fold; fold -1 is learnt from in every fold."""

    example: Example
    fold: int
    counts: Counter[str]


def _rows(examples: Sequence[Example], catalog: Catalog, policies: Sequence[str]) -> list[_Row]:
    book = phrase_book(catalog)
    terms = [
        Example(term.phrase, (term.policy,))
        for term in catalog.vocabulary
        if term.weight >= _LEAST_WEIGHT and term.policy in policies
    ]
    terms += [call for call in calls(catalog) if call.policies[0] in policies]
    written = [_Row(example, _fold(example), _counts(example, book)) for example in examples]
    return [*written, *(_Row(term, -1, _counts(term, book)) for term in terms)]


def _counts(example: Example, book: PhraseBook[Term]) -> Counter[str]:
    return counted(spoken(stems(f"{example.subject}\n{example.text}"), book))


def _fold(example: Example) -> int:
    return hashlib.sha256((example.group or example.text).encode()).digest()[0] % _FOLDS


def _first_layer(rows: Sequence[_Row], policies: Sequence[str]) -> TextModel:
    spread = Counter(gram for row in rows for gram in row.counts)
    columns = {gram: at for at, gram in enumerate(sorted(gram for gram, n in spread.items() if n >= _RARE))}
    rarity = np.array([_rarity(gram, spread[gram], len(rows)) for gram in columns], dtype=np.float32)
    nothing = np.zeros(0, np.float32)
    blank = TextModel(tuple(policies), columns, rarity, nothing, nothing, nothing)
    matrix = _matrix(blank, rows)
    fitted = [_one_policy(matrix, [policy in row.example.policies for row in rows]) for policy in policies]
    weights = np.stack([weights for weights, _ in fitted], axis=1)
    return replace(blank, weights=weights, offsets=np.array([offset for _, offset in fitted], np.float32))


def _rarity(gram: str, texts: int, of: int) -> float:
    told = math.log((1 + of) / (1 + texts)) + 1
    return told * _PIECE_COUNTS if gram.startswith(PIECE_MARK) else told


def _matrix(model: TextModel, rows: Sequence[_Row]) -> csr_matrix:
    vectors = [model.vector(row.counts) for row in rows]
    ends = np.cumsum([0, *(len(known) for known, _ in vectors)])
    values = np.concatenate([values for _, values in vectors])
    return csr_matrix((values, np.concatenate([known for known, _ in vectors]), ends), (len(rows), len(model.columns)))


def _one_policy(matrix: csr_matrix, truth: Sequence[bool]) -> tuple[Numbers, float]:
    if not any(truth):  # a policy without a single text: never proposed by the model
        return np.zeros(matrix.shape[1], np.float32), -9.0
    # The dual problem: few texts, many features; six times faster than the primal one here.
    fitted = LogisticRegression(C=_STRENGTH, solver="liblinear", dual=True, max_iter=300, random_state=0)
    fitted.fit(matrix, np.array(truth))
    return fitted.coef_[0].astype(np.float32), float(fitted.intercept_[0])


def _evidence(
    rows: Sequence[_Row], fold: int, catalog: Catalog, policies: Sequence[str]
) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return what speaks for each policy in messages of the fold, to a model that did not see it, and the truth."""
    model = _first_layer([row for row in rows if row.fold != fold], policies)
    book = phrase_book(catalog)
    tables, truths = [], []
    for message in compose([row.example for row in rows if row.fold == fold], catalog, fold):
        proofs = list(proofs_in(message.subject, [message.text], book, reply=False))
        opinion = opinion_on(message.subject, [message.text], book, model, reply=False)
        tables.append(weigh(proofs, opinion, model.policies))
        truths.append(np.array([policy in message.policies for policy in model.policies]))
    return np.concatenate(tables), np.concatenate(truths)


def _second_layer(table: Numbers, truth: NDArray[np.bool_]) -> Numbers:
    fitted = LogisticRegression(C=_STEADY, max_iter=1000).fit(table, truth)
    return np.append(fitted.coef_[0], fitted.intercept_[0]).astype(np.float32)


def fingerprint(examples: Sequence[Example], catalog: Catalog) -> str:
    """Return the name of the model that these texts give: the same texts, the same name."""
    said = hashlib.sha256(_RECIPE)
    for example in examples:
        said.update(repr((example.subject, example.text, example.policies)).encode())
    for term in catalog.vocabulary:
        said.update(repr((term.phrase, term.policy, term.weight, term.unless, term.instead_of)).encode())
    return said.hexdigest()[:12]
