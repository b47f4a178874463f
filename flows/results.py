"""New results as a Prefect flow: each new version is announced by one event, which starts the impact flow."""

from pathlib import Path

from prefect import flow

from flows.events import RESULTS_PUBLISHED, tell
from flows.office import open_office, run
from tasks.results.versions import announcements, mark_announced
from tasks.steps import Counts


@flow(name="results")
def results(
    config: str | None = None, home: str | None = None, now: str | None = None, file: str | None = None
) -> Counts:
    """Load new files of the watched folder, or the one named; announce what nobody was told of yet."""
    office = open_office(config, home, now)
    counts = run(office, "results", Path(file) if file else None)
    for version in announcements(office):
        # Told before it is marked: a run killed in between tells twice, and the second impact run finds nothing to do.
        tell(RESULTS_PUBLISHED, f"furag.results.{version['sha256']}", version)
        mark_announced(office, version["sha256"])
    return counts
