"""Commands that judge or count without a ledger: classify, term."""

from pathlib import Path
from typing import Annotated, Any

import typer

from deployments.cli.command import AsJson, Desk, command, parse_moment


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (("classify", classify), ("term", term)):
        command(app, name)(function)


def classify(
    desk: Desk,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Mail files (.eml).", show_default=False)],
    as_json: AsJson = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also what speaks for each policy: probability and words.")
    ] = False,
) -> None:
    """Say what the service would make of mail files; files of one call know each other's threads."""
    from deployments.cli.paper import print_lines, print_table
    from tasks.classify import classify_files

    found = classify_files(desk.office, files, explain=explain)
    if as_json:
        print_lines(found)
        return
    if explain:
        for one in found:
            _print_explained(one)
        return
    columns = {"file": "Archivo", "kind": "Clase", "policies": "Políticas", "municipality": "Municipio"}
    print_table(columns | {"confidence": "Confianza", "auto": "Auto", "reasons": "Motivos"}, found, "No files.")


def _print_explained(one: dict[str, Any]) -> None:
    from deployments.cli.paper import say

    policies = "; ".join(one["policies"]) or "por clasificar"
    say(f"{one['file']}: {one['kind']} · {policies} · confianza {one['confidence']}")
    for reason in one["reasons"]:
        say(f"  {reason}")
    for line in one["evidence"]:
        say(f"  {line['probability']:.3f}  {line['policy']}: {', '.join(line['words']) or '(el sentido del texto)'}")


def term(
    desk: Desk,
    start: Annotated[str, typer.Option("--from", help="Day or moment of the event: 2026-12-01 or 2026-12-01T18:10.")],
    days: Annotated[int, typer.Option("--days", help="Business days.", min=0, max=3650)],
    legal: Annotated[bool, typer.Option("--legal", help="By the law: a shut-down counts only with its act.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count a term in Colombian business days, and say how it was counted."""
    from deployments.cli.paper import print_json, say
    from tasks.domain.terms.business_days import due, reception_due

    office = desk.office
    moment = parse_moment(start, office.zone)
    calendar = office.rules.calendar.for_legal_terms() if legal else office.rules.calendar
    only_a_day = len(start) == len("2026-12-01")
    found = (
        due(moment.date(), days, calendar) if only_a_day else reception_due(moment, days, office.rules.office, calendar)
    )
    if as_json:
        print_json({"due": found.day.isoformat(), "explanation": found.explanation})
    else:
        say(found.explanation)
