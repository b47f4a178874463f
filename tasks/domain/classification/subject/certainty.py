"""How sure one may be that exactly these policies are asked about: for the threshold from which nobody is asked."""

import math
from collections.abc import Collection, Mapping, Sequence

from tasks.domain.catalog import MIPG_GENERAL

SIGNS = (
    "log-odds that each chosen policy is asked about and no other is",
    "one is chosen, and the text says that it asks about more",
    "several are chosen, and the text does not say so",
    "what the text model alone gives the least likely policy that is chosen",
    "what the text model alone gives the likeliest policy that is not chosen",
    "the text model alone would choose the same",
    "the text counts its subjects, and others are chosen",
    "MIPG as a whole is chosen",
)
# One weight for each sign and the constant, made on mail that the text model never learnt by
# `python -m tests.benchmarks.classification_calibration`.
CALIBRATION = (0.74, -1.38, -2.68, 0.29, -0.52, 2.14, -3.20, 1.29, -1.46)


def certainty(signs: Sequence[float]) -> float:
    """Return how often a set of policies with such signs proved right."""
    *weights, constant = CALIBRATION
    return _chance(constant + math.fsum(weight * sign for weight, sign in zip(weights, signs, strict=True)))


def signs_of(
    chosen: Collection[str], chances: Mapping[str, float], opinion: Mapping[str, float], *, more: bool, stated: int
) -> tuple[float, ...]:
    """Return the columns of `SIGNS` for a set of policies.

    `opinion`: the log-odds of the text model alone. `more`: the text says that it asks about several things; `stated`:
    how many, 0 when it does not say.
    """
    inside = [chances.get(policy, 0.0) for policy in chosen]
    exactly = math.prod((*inside, *(1.0 - chance for policy, chance in chances.items() if policy not in chosen)))
    several = len(chosen) > 1
    within = min((opinion.get(policy, _NOTHING) for policy in chosen), default=_NOTHING)
    beyond = max((odds for policy, odds in opinion.items() if policy not in chosen), default=_NOTHING)
    return (
        _log_odds(exactly),
        float(more and not several),
        float(several and not more),
        within,
        beyond,
        float(within > beyond),
        float(stated not in {0, len(chosen)}),
        float(MIPG_GENERAL in chosen),
    )


_NOTHING = -9.0


def _log_odds(chance: float) -> float:
    bounded = min(max(chance, 1e-4), 1 - 1e-4)
    return math.log(bounded / (1 - bounded))


def _chance(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds)) if odds >= 0 else math.exp(odds) / (1.0 + math.exp(odds))
