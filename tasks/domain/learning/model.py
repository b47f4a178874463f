"""The text model: one linear scorer per policy over the features of a text. Plain numbers; judging needs only numpy."""

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tasks.domain.classification.text import stems

Numbers = NDArray[np.float32]

_WORD = re.compile(r"\w+")
_SHORT = 3  # letters: shorter words are said of everything
_CLIP = 9.0  # logits beyond this say no more


@dataclass(frozen=True, slots=True)
class TextModel:
    """What the fitting run learnt. `version` names it in `mipg classify --explain` and in the folder of models."""

    policies: tuple[str, ...]
    columns: Mapping[str, int]  # feature → row of `weights`
    rarity: Numbers  # per feature: how much it tells (inverse document frequency)
    weights: Numbers  # feature × policy
    offsets: Numbers  # per policy
    combination: Numbers  # how model and vocabulary are weighed together (see `policies.Evidence`)
    version: str = ""
    fitted: str = ""  # ISO date on which an office fitted it, "" for the shipped one
    learnt: int = 0  # corrections of that office's people among its texts

    def among(self, policies: Collection[str]) -> "TextModel":
        """Return the model without the policies that are no longer in the catalog."""
        kept = [at for at, policy in enumerate(self.policies) if policy in policies]
        if len(kept) == len(self.policies):
            return self
        names = tuple(self.policies[at] for at in kept)
        return replace(self, policies=names, weights=self.weights[:, kept], offsets=self.offsets[kept])

    def opinion(self, counts: Mapping[str, int]) -> Numbers:
        """Return per policy the log-odds that a text with these features speaks of it."""
        rows, values = self.vector(counts)
        return np.clip(self.offsets + values @ self.weights[rows], -_CLIP, _CLIP).astype(np.float32)

    def words(self, text: str, policy: str, most: int = 3) -> tuple[str, ...]:
        """Return the words of the text, as written, that speak most for the policy."""
        column = self.policies.index(policy)
        worth = {
            gram: float(self.weights[row, column] * self.rarity[row])
            for gram in dict.fromkeys(stems(text))
            if (row := self.columns.get(gram)) is not None and len(gram) > _SHORT
        }
        best = [gram for gram in sorted(worth, key=lambda gram: -worth[gram])[:most] if worth[gram] > 0]
        written = {stem: word for word in reversed(_WORD.findall(text)) for stem in stems(word)}
        return tuple(written.get(gram, gram) for gram in best)

    def vector(self, counts: Mapping[str, int]) -> tuple[NDArray[np.int64], Numbers]:
        """Return the known features among the counted ones and their values, of length one."""
        places = map(self.columns.get, counts)  # without a line of Python for each of some three hundred features
        known = [(row, count) for row, count in zip(places, counts.values(), strict=True) if row is not None]
        rows = np.array([row for row, _ in known], dtype=np.int64)
        sizes = np.array([1 + math.log(count) if count > 1 else 1.0 for _, count in known], dtype=np.float32)
        values = sizes * self.rarity[rows]
        length = float(np.sqrt(values @ values)) or 1.0
        return rows, (values / length).astype(np.float32)
