"""The weekly refit of the text model as a Prefect flow."""

from prefect import flow

from flows.office import open_office, run
from tasks.steps import Counts


@flow(name="learn")
def learn(config: str | None = None, home: str | None = None, now: str | None = None) -> Counts:
    """Fit the text model on the corrections of the week; it is used only if it is not worse."""
    return run(open_office(config, home, now), "learn")
