"""Seconds that the impact method and its charts' data take. Run by hand: `python -m tests.benchmarks.impact`."""

import sys
import time

from tasks.domain.scores.impact.comparison import compare
from tasks.domain.scores.report.chart import forest_plot
from tasks.domain.scores.report.slope import slope_charts
from tests.tasks.domain.scores.world import World, catalog

SIZES = ((125, 5.0), (1_103, 30.0))  # municipalities of Antioquia, of the country; 19 policies, 7 vigencias
VIGENCIAS = (2015, 2016, 2017, 2018, 2019, 2020, 2021)


def main() -> int:
    """Print seconds and limit per size; 1 when a limit is broken."""
    slow = 0
    for places, limit in SIZES:
        world = World(places=places, vigencias=VIGENCIAS).assist_lowest(share=0.5, per_place=3, effect=5)
        rows = world.rows()
        start = time.perf_counter()
        result = compare(rows, world.assistance)
        drawn = [forest_plot(result, catalog(places)), *slope_charts(result, catalog(places))]
        took = time.perf_counter() - start
        slow += took > limit
        units = result["counts"]["units"]
        what = f"{units:>4} assisted units, {len(drawn)} charts"
        print(f"{places:>5} × 19 × 7, {what}: {took:6.2f} s (limit {limit:.0f} s)")  # noqa: T201
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
