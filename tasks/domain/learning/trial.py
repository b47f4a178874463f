"""Whether a newly fitted model may be put in use: it must not be worse on corrections that no model learns from."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tasks.domain.learning.experience import Corrected

_ONE_IN = 5  # corrections kept aside for judging models, for ever
_WRONG_COSTS = 10  # a wrong policy chosen alone costs as much as asking ten times in vain


@dataclass(frozen=True, slots=True)
class Score:
    """How a model did on the corrections kept aside."""

    right: int = 0  # decided alone, and the whole set of policies was right
    wrong: int = 0
    asked: int = 0  # left to a person

    @property
    def worth(self) -> int:
        """What the decisions are worth together."""
        return self.right - _WRONG_COSTS * self.wrong


def set_aside(corrected: Iterable[Corrected]) -> tuple[tuple[Corrected, ...], tuple[Corrected, ...]]:
    """Return the corrections to learn from and those kept aside. A correction is always on the same side."""
    sides: tuple[list[Corrected], list[Corrected]] = ([], [])
    for one in corrected:
        sides[hashlib.sha256(one.request.encode()).digest()[0] % _ONE_IN == 0].append(one)
    return tuple(sides[0]), tuple(sides[1])


def score(decide: Callable[[Corrected], tuple[str, ...]], aside: Sequence[Corrected]) -> Score:
    """Return how `decide` (the policies chosen alone, none when it asks) does on the corrections kept aside."""
    right = wrong = 0
    for one in aside:
        chosen = decide(one)
        right += bool(chosen) and set(chosen) == set(one.policies)
        wrong += bool(chosen) and set(chosen) != set(one.policies)
    return Score(right, wrong, len(aside) - right - wrong)


def not_worse(candidate: Score, in_use: Score) -> bool:
    """Whether the candidate may take the place of the model in use."""
    return candidate.worth >= in_use.worth
