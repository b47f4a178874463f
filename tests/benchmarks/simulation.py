"""A whole simulated year, calm and with faults: `python -m tests.benchmarks.simulation [SEED]`."""

import logging
import sys
import time
from typing import Any

from deployments.simulation.watch import Watch
from deployments.simulation.year import simulate
from tasks.operation.log import open_log

_LONGEST = 120  # seconds of the processor: other work on the machine adds a sixth to it


def differences(calm: Watch, stormy: Watch) -> list[str]:
    """Return a line per case that ended otherwise and per reader who got other mail."""
    found = [
        f"{number}: {_told(calm.cases.get(number, {}), stormy.cases.get(number, {}))}"
        for number in sorted(calm.cases.keys() | stormy.cases.keys())
        if calm.cases.get(number) != stormy.cases.get(number)
    ]
    here, there = calm.served(), stormy.served()
    return [*found, *(f"{who}: {here[who]} / {there[who]}" for who in sorted(here | there) if here[who] != there[who])]


def _told(one: dict[str, Any], other: dict[str, Any]) -> str:
    fields = [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    return "; ".join(f"{name} {one.get(name)!r} / {other.get(name)!r}" for name in fields)


if __name__ == "__main__":
    open_log(None)
    logging.getLogger("tasks").setLevel(logging.ERROR)
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    start = time.process_time()
    calm = simulate(52, seed)
    seconds = time.process_time() - start
    sys.stdout.write(f"52 weeks in {seconds:.0f} s of processor time\n")
    stormy = simulate(52, seed, faults=0.05)
    broken = [*calm.broken, *stormy.broken, *differences(calm, stormy)]
    sys.stdout.writelines(f"{line}\n" for line in broken)
    cases, mails = len(calm.cases), calm.mails.total()
    sys.stdout.write(f"with 5 % faults {'not ' if broken else ''}the same {cases} cases, {mails} mails\n")
    sys.exit(1 if broken or seconds > _LONGEST else 0)
