"""Reception of mail as a Prefect flow."""

from prefect import flow

from flows.office import open_office, run
from tasks.steps import Counts


@flow(name="intake")
def intake(config: str | None = None, home: str | None = None, now: str | None = None) -> Counts:
    """Give every new message its fate; returns how many had which."""
    return run(open_office(config, home, now), "intake")
