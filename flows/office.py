"""One run of the service as a Prefect flow run: the office from its parameters, the run, and the events it tells."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from os import environ
from pathlib import Path
from typing import Any

from prefect.events import emit_event

from config.settings import load
from flows.step import prefect_step
from tasks.bootstrap import Office
from tasks.log import open_log
from tasks.ports.clock import FixedClock
from tasks.ports.errors import UsageError
from tasks.runs import NAMES, perform
from tasks.setup import prepare
from tasks.steps import Counts

_INSTANT = timedelta(microseconds=1)
_EVER = datetime.max.replace(tzinfo=UTC)


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
        tell("mipg.flow.failed", f"mipg.flow.{name}", {"flow": name, "error": f"{type(error).__name__}: {error}"[:500]})
        raise
    received = {"intake": "", "cycle": "intake."}.get(name)
    arrived = 0 if received is None else sum(n for key, n in counts.items() if _is_fate(key, received))
    if arrived:
        tell("mipg.mail.received", "mipg.mailbox", {"mailbox": office.mailbox.name, "messages": arrived})
    _tell_changed_cases(office, started)
    return counts


def tell(event: str, resource: str, payload: dict[str, Any]) -> None:
    """Emit one event of interfaces.md. Events are hints: whatever one would start also happens on a schedule."""
    emit_event(event, {"prefect.resource.id": resource}, payload=payload)


def _is_fate(key: str, prefix: str) -> bool:
    return key.startswith(prefix) and key.removeprefix(prefix) not in {"busy", "relisted"}


def _tell_changed_cases(office: Office, since: datetime) -> None:
    with office.ledger.reading() as unit:
        kinds: dict[str, list[str]] = {}
        for event in unit.cases.events(since - _INSTANT, _EVER):
            kinds.setdefault(event.case, []).append(event.kind.value)
        changed = unit.cases.get_many(kinds)
    for case in changed:
        what = {"case": case.number, "state": case.state.value, "events": kinds[case.number]}
        tell("mipg.case.changed", f"mipg.case.{case.number}", what)


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
