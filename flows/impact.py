"""The yearly comparison as a Prefect flow, started by `furag.results.published` and once an hour for a lost one."""

from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_table_artifact

from flows.office import open_office, run
from tasks.impact.comparing import comparison
from tasks.steps import Counts
from tasks.views.reading import comparison_table


@flow(name="impact")
def impact(
    config: str | None = None, home: str | None = None, now: str | None = None, path: str | None = None
) -> Counts:
    """Report every version of the results that has no report yet; `path` is the file that the event names.

    Anyone may emit the event: a file that is not in the ledger yet is loaded first.
    """
    office = open_office(config, home, now)
    if path and Path(path).is_file():
        run(office, "results", Path(path))
    elif path:
        get_run_logger().warning("the event names no file that is here: %s", path)
    counts = run(office, "impact")
    if counts.get("reports"):
        create_table_artifact(comparison_table(comparison(office)), key="impact", description="Informe de mejoras")
    return counts
