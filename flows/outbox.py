"""Sending as a Prefect flow."""

from prefect import flow

from flows.office import open_office, run
from tasks.steps import Counts


@flow(name="outbox")
def outbox(config: str | None = None, home: str | None = None, now: str | None = None) -> Counts:
    """Send what stands in the outbox; returns how many were sent, failed or held."""
    return run(open_office(config, home, now), "outbox")
