"""The yearly offer as a Prefect flow."""

from prefect import flow

from flows.office import open_office, run
from tasks.steps import Counts


@flow(name="offer")
def offer(config: str | None = None, home: str | None = None, now: str | None = None) -> Counts:
    """Propose the offer of the newest results; returns its counts."""
    return run(open_office(config, home, now), "offer")
