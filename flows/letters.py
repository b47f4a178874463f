"""Letters to policy leaders as a Prefect flow."""

from prefect import flow

from flows.office import open_office, run
from tasks.steps import Counts


@flow(name="letters")
def letters(config: str | None = None, home: str | None = None, now: str | None = None) -> Counts:
    """Draft, render and queue the letters that are due; returns how many."""
    return run(open_office(config, home, now), "letters")
