"""Workers that begin at the same moment: processes of their own on one home and one ledger."""

import multiprocessing
import multiprocessing.synchronize
from collections.abc import Sequence

from tasks.operation.runs import perform
from tests.e2e.desk import Desk

PATIENCE = 120  # seconds


def together(desk: Desk, runs: Sequence[str], workers: int = 2) -> None:
    """Let each worker do these runs, all from the same moment on; none of them may fail."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(workers)
    children = [context.Process(target=_work, args=(desk, runs, start)) for _ in range(workers)]
    for child in children:
        child.start()
    for child in children:
        child.join(PATIENCE)
    assert [child.exitcode for child in children] == [0] * workers


def _work(desk: Desk, runs: Sequence[str], start: multiprocessing.synchronize.Barrier) -> None:
    office = desk.office()
    start.wait(PATIENCE)
    for run in runs:
        perform(office, run)
