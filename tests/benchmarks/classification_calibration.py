"""Fits the calibration of the judge's confidence: how often the likeliest set of policies was right.

    python -m tests.benchmarks.classification_calibration tests/data/hard tests/data/hard2 ../shared/data/mails

Prints the numbers for `CALIBRATION` in domain/classification/subject/certainty.py, fitted on all the requests of the
corpora, and, corpus by corpus, what a calibration fitted on the other corpora alone would have decided: other people
wrote those, as other people write the next mail. The text model never learnt any of them.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from tasks.domain.classification.sequence import judge_sequence
from tasks.domain.classification.subject.certainty import signs_of
from tasks.domain.classification.subject.need import needs
from tasks.domain.classification.subject.number import says_more
from tasks.domain.classification.text import fold
from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import parts_of
from tests.benchmarks.classification import labelled, office_of

_STEPS = (0.80, 0.85, 0.90, 0.92, 0.94, 0.95, 0.96)
Outcome = tuple[tuple[float, ...], bool]


def outcomes(corpus: Path) -> list[Outcome]:
    """Return per request of a corpus the signs of its likeliest set of policies, and whether that set is right."""
    labels, mails = labelled(corpus)
    found = []
    for row, mail, judgement in zip(labels, mails, judge_sequence(mails, office_of(corpus)), strict=True):
        reading = judgement.reading
        if row["kind"] == "request" and row["policies"] and reading is not None and reading.likeliest:
            signs = signs_of(reading.likeliest, reading.chances, more=says_more(_said(mail)))
            found.append((signs, set(reading.likeliest) == set(row["policies"].split("|"))))
    return found


def _said(mail: Mail) -> str:
    return fold(" ".join((mail.subject, *needs(mail, parts_of(mail)))))


def _fit(rows: Sequence[Outcome]) -> Pipeline:
    fitted = make_pipeline(StandardScaler(), LogisticRegression())
    return fitted.fit(np.array([signs for signs, _ in rows]), np.array([right for _, right in rows]))


def _numbers(fitted: Pipeline) -> list[float]:
    """Return the weights and the constant for signs as they are, not scaled."""
    scaler, model = fitted[0], fitted[1]
    weights = model.coef_[0] / scaler.scale_
    return [*weights.tolist(), float(model.intercept_[0] - weights @ scaler.mean_)]


def main() -> None:
    """Print the numbers and what they would have decided on corpora that they were not fitted on."""
    corpora = {name: outcomes(Path(name)) for name in sys.argv[1:]}
    numbers = _numbers(_fit([one for rows in corpora.values() for one in rows]))
    sys.stdout.write(f"CALIBRATION = ({', '.join(f'{number:.2f}' for number in numbers)})\n")
    for name, held in corpora.items():
        model = _fit([one for other, rows in corpora.items() if other != name for one in rows])
        chances = model.predict_proba(np.array([signs for signs, _ in held]))[:, 1]
        sys.stdout.write(f"{name}, calibrated on the others:\n")
        for step in _STEPS:
            over = [right for chance, (_, right) in zip(chances, held, strict=True) if chance >= step]
            sys.stdout.write(f"  ≥ {step:.2f}: {len(over)}/{len(held)}, right {sum(over)}\n")


if __name__ == "__main__":
    main()
