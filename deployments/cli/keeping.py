"""Commands that keep the service right: do, doctor, renew, audit, backup, restore, forget, import."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.command import Desk, command


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (
        ("do", do),
        ("doctor", doctor),
        ("renew", renew),
        ("audit", audit),
        ("backup", backup),
        ("restore", restore),
        ("forget", forget),
        ("import", adopt),
    ):
        command(app, name)(function)


def do(
    desk: Desk,
    case: Annotated[str, typer.Argument(metavar="CASE", help="Number of the case.")],
    order: Annotated[str, typer.Argument(metavar="ORDER", help='As in a reply: "asignar: Ana Ruiz".')],
    actor: Annotated[str, typer.Option("--as", metavar="ADDRESS", help="Whose order it is.")],
) -> None:
    """Give an order about a case: the same words, guards and history as by mail or sheet."""
    from deployments.cli.paper import say
    from tasks.domain.cases.decision import Accepted, Actor
    from tasks.domain.mail.commands import parse_orders
    from tasks.orders import give
    from tasks.ports.errors import UsageError

    orders = parse_orders(order)
    if len(orders) != 1 or orders[0].case not in {None, case}:
        raise UsageError(f"«{order}» no es una orden sobre el caso {case}. Escriba, por ejemplo, «asignar: NOMBRE».")
    office = desk.known_office
    with office.ledger.begin() as unit:
        decision = give(unit, office, orders[0], case, Actor(actor, "cli"))
    if not isinstance(decision, Accepted):
        raise UsageError(decision.answer)
    say(decision.answer)


def doctor(desk: Desk) -> None:
    """Check configuration, connections, templates, converters and clock; each line ok or what to do."""
    from deployments.cli.doctor import Finding, examine
    from deployments.cli.failure import Broken
    from deployments.cli.paper import say

    findings: list[Finding] = []
    for finding in examine(desk):
        say(f"{finding.mark:<5} {finding.what}: {finding.words}")
        findings.append(finding)
    if wrong := sum(finding.mark == "FAIL" for finding in findings):
        raise Broken(f"{wrong} of {len(findings)} checks failed")


def renew(
    desk: Desk,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which would be renewed.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Put back what the last renewal replaced.")] = False,
) -> None:
    """Bring the templates and catalogues that the office never edited up to this version; edited ones stay."""
    from deployments.cli.paper import say
    from tasks.operation import copies
    from tasks.ports.errors import UsageError

    if dry_run and undo:
        raise UsageError("--dry-run and --undo do not go together")
    if undo:
        done, word = copies.take_back(desk.settings), "put back"
    else:
        done = copies.renew(desk.settings, desk.office.clock.now(), rehearse=dry_run)
        word = "would be renewed" if dry_run else "renewed"
    for path in done.replaced:
        say(f"{word}: {path}")
    for path in done.edited:
        say(f"edited by the office, left as it is: {path}")
    if not done.replaced:
        say("nothing to do")


def audit(desk: Desk) -> None:
    """Verify the invariants of the ledger; exit 1 on a broken one."""
    from deployments.cli.failure import Broken
    from deployments.cli.paper import say

    broken = desk.known_office.ledger.audit()
    for line in broken:
        say(line)
    if broken:
        raise Broken(f"{len(broken)} invariants are broken")
    say("sound: every invariant holds")


def backup(desk: Desk, file: Annotated[Path, typer.Argument(metavar="FILE", help="The .zip to write.")]) -> None:
    """Keep a copy of ledger, archive, sheet, configuration and templates; may run while the service works."""
    from deployments.cli.paper import say
    from tasks.operation.backup import back_up

    office = desk.known_office
    with _progress("files kept") as told:
        count = back_up(office, file, told)
    say(
        f"written: {file}, the ledger and {count} files. It holds people's mail and secrets: keep it where nobody reads"
    )


def restore(desk: Desk, file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")]) -> None:
    """Bring a backup into an empty home; files that are there stay as they are."""
    from deployments.cli.paper import say
    from tasks.operation.backup import restore as bring_back

    desk.settings.home.mkdir(parents=True, exist_ok=True)
    with _progress("files brought back") as told:
        count, stayed = bring_back(desk.office, file, told)
    for name in stayed:
        say(f"stayed as it was: {name}")
    broken = desk.office.ledger.audit()
    say(f"restored: the ledger and {count} files; {'sound' if not broken else 'BROKEN: ' + '; '.join(broken)}")


def forget(
    desk: Desk,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Whose mail is to be erased.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased.")] = False,
) -> None:
    """Erase what may be erased of an address (Ley 1581 de 2012), and say why the rest is kept."""
    from deployments.cli.paper import say
    from tasks.operation.forgetting import forget as erase
    from tasks.ports.errors import UsageError

    if "@" not in address:
        raise UsageError(f'"{address}" is not a mail address; accepted: nombre@example.org')
    for line in erase(desk.known_office, address, dry_run=dry_run):
        say(line)


def adopt(
    desk: Desk,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The office's old .xlsx.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each row.")] = False,
) -> None:
    """Adopt an office's old sheet: its cases keep their numbers; what is not understood goes to Observaciones."""
    from deployments.cli.paper import say
    from tasks.operation.adopting import adopt as adopt_rows
    from tasks.operation.adopting import old_sheet

    office = desk.known_office
    tab, match = old_sheet(office, file)
    say(f"pestaña «{tab.name}»: {len(tab.rows)} filas")
    for ours, theirs in match.sure.items():
        say(f"  «{theirs}» es {ours}")
    asks = _is_asked()
    right = []
    for ours, theirs in match.unsure.items():
        if asks and _says_yes(f"¿La columna «{theirs}» es «{ours}»? [s/N]"):
            right.append(ours)
        elif not asks:
            say(f"  «{theirs}» quizá es {ours}: irá a Observaciones; cámbiele el nombre o responda en una terminal")
    for other in match.others:
        say(f"  «{other}» irá a Observaciones")
    for line in adopt_rows(office, file, tab, match.confirmed(right), dry_run=dry_run):
        say(line)


def _is_asked() -> bool:
    """Whether somebody sits there who can answer."""
    import sys

    return sys.stdin.isatty()


def _says_yes(question: str) -> bool:
    """Ask until the answer is sí or no; nothing is no."""
    from deployments.cli.paper import say
    from tasks.domain.sheet.cells import read_yes

    while not (said := read_yes(typer.prompt(question, default="no", show_default=False))).ok:
        say(said.note)
    return bool(said.value)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far it is, on stderr and only to a terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole)
