"""Commands that set things going: demo, init, run, serve, listen, simulate."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.cli.command import AsJson, Desk, command

if TYPE_CHECKING:
    from tasks.bootstrap import Office
    from tasks.steps import Counts


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = (
        ("demo", demo),
        ("init", init),
        ("run", run),
        ("serve", serve),
        ("listen", listen),
        ("simulate", simulate),
    )
    for name, function in commands:
        command(app, name)(function)


def demo(
    desk: Desk,
    keep: Annotated[bool, typer.Option("--keep", help="Go on with a home that was played before.")] = False,
) -> None:
    """Play the whole road on this machine, with mail servers on loopback; prints where to look."""
    from rich.console import Console

    from deployments.demo import run_demo
    from tasks.ports.errors import UsageError

    if desk.home is None and keep:
        raise UsageError("--keep needs the folder to go on with: --home DIR")
    try:
        run_demo(desk.home, keep, Console())
    except FileExistsError as error:
        raise UsageError(str(error)) from None


def init(
    desk: Desk,
    history: Annotated[
        Path | None, typer.Option("--history", help="Folder of past results to load.", exists=True, file_okay=False)
    ] = None,
) -> None:
    """Make ledger, sheet, sample configuration and templates; may be repeated."""
    from deployments.cli.paper import say
    from tasks.operation.setup import initialise

    for line in initialise(desk.working_office, history):
        say(line)
    say("next: edit the configuration, then `mipg doctor` and `mipg run cycle`")


def run(
    desk: Desk,
    flow: Annotated[
        str,
        typer.Argument(
            help="intake, sheet, letters, outbox, cycle, reminders, digest, results, impact, offer or learn."
        ),
    ],
    file: Annotated[Path | None, typer.Option("--file", help="results only: this file.")] = None,
    as_json: AsJson = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; show what would be sent.")] = False,
    prefect: Annotated[bool, typer.Option("--prefect", help="As a Prefect flow run.")] = False,
) -> None:
    """Run one flow once and print what it counted."""
    import os

    from deployments.cli.defects import ResultsReading, say_files
    from tasks.ports.errors import UsageError

    if file is not None and not file.is_file():
        raise UsageError(f"{file}: there is no such file")
    if dry_run and prefect:
        raise UsageError("--dry-run changes nothing, not even Prefect's records; leave one of the two out")
    if dry_run:
        _rehearse(desk, flow, file, as_json)
        return
    figures = _figures(desk.working_office, flow, as_json)
    reading = ResultsReading(desk.working_office, file) if flow == "results" else None
    if prefect or os.environ.get("PREFECT_API_URL"):
        counts = _in_prefect(desk, flow, file)
    else:
        from deployments.cli.progress import progress_of
        from tasks.operation.runs import perform

        with progress_of(desk.working_office):
            counts = perform(desk.working_office, flow, file=file)
    found = reading.found() if reading else []
    _print_counts(flow, counts, as_json, counts | {"files": found} if found else figures)
    if not as_json:
        say_files(found)


def _figures(office: "Office", flow: str, wanted: bool) -> dict[str, object] | None:
    """Return the digest's own figures, taken before the run moves the period on."""
    if flow != "digest" or not wanted:
        return None
    from tasks.digest import digest_figures

    return digest_figures(office)


def _print_counts(flow: str, counts: "Counts", as_json: bool, figures: dict[str, object] | None = None) -> None:
    from deployments.cli.paper import print_json, say

    if as_json:
        print_json(figures if figures is not None else counts)
        return
    told = ", ".join(f"{name} {number}" for name, number in counts.items() if number)
    say(f"{flow}: {told or 'nothing to do'}")


def _rehearse(desk: Desk, flow: str, file: Path | None, as_json: bool) -> None:
    """Run on a pretended office and show the mails that a real run would have queued or sent."""
    from deployments.cli.paper import print_json, print_table, say
    from tasks.operation.rehearsal import rehearsal
    from tasks.operation.runs import perform
    from tasks.views.reading import list_outbox

    office = desk.working_office
    before = {mail["id"]: mail["state"] for mail in list_outbox(office)}
    with rehearsal(office) as pretended:
        figures = _figures(pretended, flow, as_json)
        counts = perform(pretended, flow, file=file)
        mails = [mail for mail in list_outbox(pretended) if before.get(mail["id"]) != mail["state"]]
    if as_json:
        print_json((figures if figures is not None else counts) | {"dry_run": True, "mails": mails})
        return
    _print_counts(flow, counts, as_json)
    say("rehearsed: nothing was written or sent")
    print_table(
        {"purpose": "Motivo", "to": "Para", "cc": "Copia", "subject": "Asunto"}, mails, "No mail would be sent."
    )


def _in_prefect(desk: Desk, flow: str, file: Path | None) -> "Counts":
    from deployments.environment import set_prefect_environment

    set_prefect_environment(desk.settings.home)
    from flows.office import run_by_name

    return run_by_name(flow, config=desk.config, home=desk.settings.home, now=desk.now, file=file)


def serve(
    desk: Desk,
    port: Annotated[int, typer.Option("--port", help="Port of the local Prefect server.", min=1, max=65535)] = 4200,
) -> None:
    """Run all flows on their schedules and triggers, with a local Prefect server unless PREFECT_API_URL names one."""
    from deployments.serve import serve_office

    serve_office(desk.working_office, desk.config, port)


def listen(
    desk: Desk,
    every: Annotated[int, typer.Option("--every", help="Longest pause between two cycles, in seconds.", min=1)] = 300,
) -> None:
    """Run a cycle as soon as mail arrives (IMAP IDLE, Exchange notifications, else by asking) until stopped."""
    from deployments.listen import Pace
    from deployments.listen import listen as listen_on

    office = desk.working_office
    listen_on(office, lambda counts: _print_counts("cycle", counts, as_json=False), Pace(between=float(every)))


def simulate(
    desk: Desk,
    weeks: Annotated[int, typer.Option("--weeks", help="How long.", min=1, max=520)] = 52,
    seed: Annotated[int, typer.Option("--seed", help="Same number, same year.", min=0)] = 1,
    faults: Annotated[float, typer.Option("--faults", help="Share of calls that fail.", min=0, max=0.5)] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Play a year through the real flows, in memory; exits with 1 when a promise was broken."""
    import logging

    from deployments.cli.paper import print_json, say
    from deployments.simulation.report import lines
    from deployments.simulation.year import simulate as live
    from tasks.operation.log import open_log

    open_log(None)
    logging.getLogger("tasks").setLevel(logging.ERROR)  # simulated faults are no news
    found = live(weeks, seed, faults).summary()
    if as_json:
        print_json(found)
    else:
        for line in lines(found):
            say(line)
    if found["broken"]:
        raise typer.Exit(1)
