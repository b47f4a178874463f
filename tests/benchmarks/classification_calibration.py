"""Fits the calibration of the judge's confidence: how often the likeliest set of policies was right.

    python -m tests.benchmarks.classification_calibration [CORPUS …]

Prints the numbers for `CALIBRATION` in domain/classification/subject/certainty.py, fitted on all the requests of the
corpora (without one named: those of tests/data and the development corpus beside the project), and, writer by writer,
what a calibration fitted on the other writers' mails alone would have decided: other people wrote those, as other
people write the next mail. The text model never learnt any of them.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from tasks.domain.classification.sequence import judge_sequence
from tests.benchmarks.classification import CORPUS, HERE, accepted, labelled, office_of

_STEPS = (0.80, 0.85, 0.90, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97)
_STEADY = 0.3  # inverse of the regularisation: some nine hundred requests
_OURS = ("classification", "hard", "hard2", "hard3", "kinds", "strangers")
Outcome = tuple[tuple[float, ...], bool]


def outcomes(corpus: Path) -> dict[str, list[Outcome]]:
    """Return by writer (the letter that his files begin with) the signs of each likeliest set, and whether it is right.

    What nobody labelled is wrong whatever is chosen: a person has to say what it is about.
    """
    labels, mails = labelled(corpus)
    found = defaultdict(list)
    for row, judgement in zip(labels, judge_sequence(mails, office_of(corpus)), strict=True):
        reading = judgement.reading
        if row["kind"] == "request" and reading is not None and reading.signs:
            found[f"{corpus.name} {row['file'][0]}"].append((reading.signs, set(reading.likeliest) in accepted(row)))
    return found


def _fit(rows: Sequence[Outcome]) -> Pipeline:
    fitted = make_pipeline(StandardScaler(), LogisticRegression(C=_STEADY))
    return fitted.fit(np.array([signs for signs, _ in rows]), np.array([right for _, right in rows]))


def _numbers(fitted: Pipeline) -> list[float]:
    """Return the weights and the constant for signs as they are, not scaled."""
    scaler, model = fitted[0], fitted[1]
    weights = model.coef_[0] / scaler.scale_
    return [*weights.tolist(), float(model.intercept_[0] - weights @ scaler.mean_)]


def _tell(name: str, chances: NDArray[np.float64], rights: NDArray[np.bool_]) -> None:
    sys.stdout.write(f"{name}, calibrated on the others:\n")
    for step in _STEPS:
        over = rights[chances >= step]
        share = f"coverage {len(over) / len(rights):.0%}, precision {over.mean():.1%}" if len(over) else ""
        sys.stdout.write(f"  ≥ {step:.2f}: {len(over)}/{len(rights)}, right {over.sum()}  {share}\n")


def main() -> None:
    """Print the numbers and what they would have decided on corpora that they were not fitted on."""
    named = [Path(name) for name in sys.argv[1:]] or [*(HERE / "data" / name for name in _OURS), CORPUS]
    writers: dict[str, list[Outcome]] = {}
    for corpus in named:
        writers |= outcomes(corpus) if corpus.is_dir() else {}
    numbers = _numbers(_fit([one for rows in writers.values() for one in rows]))
    sys.stdout.write(f"CALIBRATION = ({', '.join(f'{number:.2f}' for number in numbers)})\n")
    every: list[tuple[NDArray[np.float64], NDArray[np.bool_]]] = []
    for name, held in writers.items():
        model = _fit([one for other, rows in writers.items() if other != name for one in rows])
        chances = model.predict_proba(np.array([signs for signs, _ in held]))[:, 1]
        every.append((chances, np.array([right for _, right in held])))
        _tell(name, *every[-1])
    _tell("all together", np.concatenate([one for one, _ in every]), np.concatenate([one for _, one in every]))


if __name__ == "__main__":
    main()
