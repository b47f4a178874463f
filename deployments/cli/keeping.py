"""Commands that keep the service right: do, doctor, audit."""

from typing import Annotated

import typer

from deployments.cli.command import Desk, command


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (("do", do), ("doctor", doctor), ("audit", audit)):
        command(app, name)(function)


def do(
    desk: Desk,
    case: Annotated[str, typer.Argument(metavar="CASE", help="Number of the case.")],
    order: Annotated[str, typer.Argument(metavar="ORDER", help='As in a reply: "asignar: Ana Ruiz".')],
    actor: Annotated[str, typer.Option("--as", metavar="ADDRESS", help="Whose order it is.")],
) -> None:
    """Give an order about a case: the same words, guards and history as by mail or sheet."""
    from deployments.cli.paper import say
    from tasks.domain.cases.decisions import Accepted, Actor
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
