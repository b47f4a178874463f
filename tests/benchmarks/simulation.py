"""A whole simulated year, calm and with faults: `python tests/benchmarks/simulation.py [SEED]`."""

import logging
import sys
import time

from deployments.simulation.year import simulate
from tasks.operation.log import open_log

if __name__ == "__main__":
    open_log(None)
    logging.getLogger("tasks").setLevel(logging.ERROR)
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    start = time.perf_counter()
    calm = simulate(52, seed)
    seconds = time.perf_counter() - start
    assert seconds < 120, f"52 weeks took {seconds:.0f} s"
    assert calm.broken == []
    stormy = simulate(52, seed, faults=0.05)
    assert stormy.broken == []
    assert (stormy.cases, stormy.served()) == (calm.cases, calm.served())
    cases, mails = len(calm.cases), calm.mails.total()
    sys.stdout.write(f"52 weeks in {seconds:.0f} s; with 5 % faults the same {cases} cases, {mails} mails\n")
