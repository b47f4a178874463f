"""How sure one may be that exactly these policies are asked about: for the threshold from which nobody is asked."""

import math
from collections.abc import Collection, Mapping

SIGNS = (
    "log-odds that each chosen policy is asked about and no other is",
    "log-odds of the likeliest policy that is not chosen",
    "log-odds of the least likely policy that is chosen",
    "one is chosen, and the text says that it asks about more",
    "several are chosen, and the text does not say so",
    "several are chosen",
)
# One weight for each sign and the constant, made on mail that the text model never learnt by
# `python -m tests.benchmarks.classification_calibration tests/data/hard tests/data/hard2 tests/data/hard3
# ../shared/data/mails`, before the sentences were written that hard3 showed to be missing: they would flatter it.
CALIBRATION = (1.48, -0.39, -0.13, -1.94, -3.78, 1.21, 1.24)


def certainty(chosen: Collection[str], chances: Mapping[str, float], *, more: bool) -> float:
    """Return how often such a set of policies proved right; `more`: the text says that it asks about several things."""
    *weights, constant = CALIBRATION
    signs = signs_of(chosen, chances, more=more)
    return _chance(constant + math.fsum(weight * sign for weight, sign in zip(weights, signs, strict=True)))


def signs_of(chosen: Collection[str], chances: Mapping[str, float], *, more: bool) -> tuple[float, ...]:
    """Return the columns of `SIGNS` for a set of policies."""
    inside = [chances.get(policy, 0.0) for policy in chosen]
    outside = [chance for policy, chance in chances.items() if policy not in chosen]
    exactly = math.prod((*inside, *(1.0 - chance for chance in outside)))
    several = len(chosen) > 1
    return (
        _log_odds(exactly),
        _log_odds(max(outside, default=0.0)),
        _log_odds(min(inside, default=0.0)),
        float(more and not several),
        float(several and not more),
        float(several),
    )


def _log_odds(chance: float) -> float:
    bounded = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def _chance(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds)) if odds >= 0 else math.exp(odds) / (1.0 + math.exp(odds))
