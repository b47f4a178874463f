"""Fits the calibration of the judge's confidence: how often the likeliest set of policies was right (Platt scaling).

    python -m tests.benchmarks.classification_calibration tests/data/hard ../shared/data/mails

Prints the numbers for `CALIBRATION` in domain/classification/subject/evidence.py, fitted on all the requests of the
corpora, and what a calibration that had not seen each thread would have decided. The text model never learnt them.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from tasks.domain.classification.sequence import judge_sequence
from tasks.domain.classification.subject.evidence import confidence_in, log_odds
from tests.benchmarks.classification import labelled, office_of
from tests.benchmarks.classification_folds import threads_of

_FOLDS = 10
_STEPS = (0.80, 0.85, 0.90, 0.95)


def outcomes(corpus: Path) -> list[tuple[int, float, bool]]:
    """Return per request of a corpus its thread, the log-odds of its likeliest set, and whether that set is right."""
    labels, mails = labelled(corpus)
    judged = judge_sequence(mails, office_of(corpus))
    found = []
    for row, thread, judgement in zip(labels, threads_of(mails), judged, strict=True):
        reading = judgement.reading
        if row["kind"] == "request" and reading is not None and reading.likeliest:
            said = log_odds(confidence_in(set(reading.likeliest), reading.chances))
            found.append((thread, said, set(reading.likeliest) == set(row["policies"].split("|"))))
    return found


def _fit(said: Sequence[float], right: Sequence[bool]) -> LogisticRegression:
    return LogisticRegression().fit(np.array(said).reshape(-1, 1), np.array(right))


def main() -> None:
    """Print the numbers and what they would have decided out of fold."""
    corpora = [outcomes(Path(name)) for name in sys.argv[1:]]
    rows = [(hash((at, one[0])) % _FOLDS, one[1], one[2]) for at, rows in enumerate(corpora) for one in rows]
    fitted = _fit([said for _, said, _ in rows], [right for *_, right in rows])
    sys.stdout.write(f"CALIBRATION = ({fitted.coef_[0, 0]:.2f}, {fitted.intercept_[0]:.2f})\n")
    unseen: list[tuple[float, bool]] = []
    for fold in range(_FOLDS):
        learnt = [row for row in rows if row[0] != fold]
        held = [row for row in rows if row[0] == fold]
        model = _fit([said for _, said, _ in learnt], [right for *_, right in learnt])
        chances = model.predict_proba(np.array([said for _, said, _ in held]).reshape(-1, 1))[:, 1]
        unseen += zip(chances.tolist(), (right for *_, right in held), strict=True)
    for step in _STEPS:
        over = [right for chance, right in unseen if chance >= step]
        sys.stdout.write(f"≥ {step:.2f}: {len(over)}/{len(unseen)}, right {sum(over)}\n")


if __name__ == "__main__":
    main()
