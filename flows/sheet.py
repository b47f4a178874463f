"""The shared sheet as a Prefect flow."""

from prefect import flow

from flows.office import open_office, run
from tasks.steps import Counts


@flow(name="sheet")
def sheet(config: str | None = None, home: str | None = None, now: str | None = None) -> Counts:
    """Reconcile the sheet with the ledger; returns what was taken and written."""
    return run(open_office(config, home, now), "sheet")
