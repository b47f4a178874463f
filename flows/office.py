"""One run of the service as a Prefect flow run: the office from its parameters, the run, and the events it tells."""

from datetime import datetime
from importlib import import_module
from os import environ
from pathlib import Path

from config.settings import load
from flows.events import FLOW_FAILED, tell, tell_of_cases, tell_of_mail
from flows.step import prefect_step
from tasks.bootstrap import Office
from tasks.operation.log import open_log
from tasks.operation.runs import NAMES, perform
from tasks.operation.setup import prepare
from tasks.ports.clock import FixedClock
from tasks.ports.errors import UsageError
from tasks.steps import Counts


def open_office(config: str | None, home: str | None, now: str | None) -> Office:
    """Return the office that a flow's parameters name, its ledger ready. Empty strings count as not given."""
    office = Office(load(Path(config) if config else None, Path(home) if home else None, environ))
    open_log(office.settings.logs_path)
    if now:
        moment = datetime.fromisoformat(now)
        office.clock = FixedClock(
            moment.astimezone(office.zone) if moment.tzinfo else moment.replace(tzinfo=office.zone)
        )
    prepare(office)
    return office


def run(office: Office, name: str, file: Path | None = None) -> Counts:
    """Do one run with its steps as tasks; tells of new mail, changed cases or failure. Raises what the run raises."""
    started = office.clock.now()
    try:
        counts = perform(office, name, prefect_step, file)
    except Exception as error:
        tell(FLOW_FAILED, f"mipg.flow.{name}", {"flow": name, "error": f"{type(error).__name__}: {error}"[:500]})
        raise
    tell_of_mail(office, name, counts)
    tell_of_cases(office, started)
    return counts


def run_by_name(name: str, config: Path | None, home: Path, now: str | None, file: Path | None) -> Counts:
    """Run the flow of that name as Prefect's from this process. Raises `UsageError` for an unknown one."""
    if name not in NAMES:
        raise UsageError(f'"{name}" is not a flow of this version; accepted: {", ".join(NAMES)}')
    if file is not None and name != "results":
        raise UsageError("--file goes with results only")
    flow = getattr(import_module(f"flows.{name}"), name)
    extra = {"file": str(file.absolute())} if file else {}
    counts: Counts = flow(config=str(config.absolute()) if config else None, home=str(home), now=now, **extra)
    return counts
