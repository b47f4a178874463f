"""Invented scores for the demonstration: a small world in which assistance is worth a few points.

Nothing in it is real. Each municipality has a level, each policy a mean; years drift up; noise pulls back to the mean.
"""

import csv
import io
import random
from collections.abc import Collection, Iterable, Sequence

_EFFECT = 6.0  # points that assistance adds in this world, so that the report has something to find
_DRIFT = 1.2  # points a year


def scores_csv(
    municipalities: Sequence[str],
    policies: Sequence[str],
    vigencias: Iterable[int],
    assisted: Collection[tuple[str, str]] = frozenset(),
    assisted_from: int = 9999,
) -> bytes:
    """Return a tidy CSV of every municipality × policy × vigencia; `assisted` pairs rise from `assisted_from` on."""
    world = random.Random(2026)  # noqa: S311  # a reproducible invention, not a secret
    level = {dane: world.gauss(0, 7) for dane in municipalities}
    mean = {policy: world.uniform(48, 68) for policy in policies}
    own = {(dane, policy): world.gauss(0, 5) for dane in municipalities for policy in policies}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["dane_code", "vigencia", "policy_slug", "score"])
    for vigencia in vigencias:
        noise = random.Random(vigencia)  # noqa: S311  # the same year is the same in every file
        for dane in municipalities:
            for policy in policies:
                raised = _EFFECT if (dane, policy) in assisted and vigencia >= assisted_from else 0.0
                score = mean[policy] + level[dane] + own[dane, policy] + _DRIFT * (vigencia - 2022)
                score += raised + noise.gauss(0, 4)
                writer.writerow([dane, vigencia, policy, f"{min(100.0, max(0.0, score)):.1f}"])
    return out.getvalue().encode()
