"""Reminders as a Prefect flow."""

from prefect import flow

from flows.office import open_office, run
from tasks.steps import Counts


@flow(name="reminders")
def reminders(config: str | None = None, home: str | None = None, now: str | None = None) -> Counts:
    """Queue today's reminders, one mail a person; returns how many."""
    return run(open_office(config, home, now), "reminders")
