"""The cycle as a Prefect flow: what every five minutes turns mail into cases, rows, letters and sent mail."""

from prefect import flow

from flows.office import open_office, run
from tasks.steps import Counts


@flow(name="cycle")
def cycle(config: str | None = None, home: str | None = None, now: str | None = None) -> Counts:
    """Run intake, sheet, letters and outbox; returns their counts."""
    return run(open_office(config, home, now), "cycle")
