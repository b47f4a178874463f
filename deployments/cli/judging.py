"""Commands that judge or count without a ledger: classify, compare, term."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.cli.command import AsJson, Desk, command, parse_moment

if TYPE_CHECKING:
    from tasks.domain.scores.impact.study import Options


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (("classify", classify), ("compare", compare), ("term", term)):
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
    columns = {"file": "File", "kind": "Kind", "policies": "Políticas", "municipality": "Municipio"}
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
    as_json: AsJson = False,
) -> None:
    """Count a term in Colombian business days, and say how it was counted."""
    from deployments.cli.paper import print_json, say
    from tasks.domain.terms.business_days import due, reception_due

    office = desk.office
    moment = parse_moment(start, office.zone)
    only_a_day = len(start) == len("2026-12-01")
    found = (
        due(moment.date(), days, office.rules.calendar)
        if only_a_day
        else reception_due(moment, days, office.rules.office, office.rules.calendar)
    )
    if as_json:
        print_json({"due": found.day.isoformat(), "explanation": found.explanation})
    else:
        say(found.explanation)


def compare(  # noqa: PLR0913  # the options of impact-method, one each
    desk: Desk,
    *,
    scores: Annotated[list[Path], typer.Option("--scores", help="Scores, .csv or .xlsx; repeat, or list several.")],
    assistance: Annotated[Path, typer.Option("--assistance", help="Assistance days, .csv or .xlsx.")],
    more: Annotated[list[Path] | None, typer.Argument(metavar="[FILE…]", help="Further score files.")] = None,
    out: Annotated[Path | None, typer.Option("--json", help="Write the result here [default: stdout].")] = None,
    after: Annotated[int | None, typer.Option("--after", help="Report vigencia [default: the latest].")] = None,
    blocks: Annotated[str | None, typer.Option("--blocks", help='Comparable vigencias: "2018;2019-2021".')] = None,
    windows: Annotated[
        Path | None, typer.Option("--windows", help="Closing days of the form (vigencia,cierre).")
    ] = None,
    min_exposure: Annotated[float, typer.Option("--min-exposure", help="Share of a vigencia.", min=0, max=1)] = 0.5,
    seed: Annotated[int, typer.Option("--seed", help="Of the random draws.", min=0)] = 1,
) -> None:
    """Compare assisted municipalities with what unassisted ones let expect: the impact method alone, on files."""
    from tasks.domain.scores.impact.comparison import compare as compare_scores
    from tasks.domain.scores.results import combine
    from tasks.ports.errors import UsageError

    source = desk.office.scores
    given = [source.read(_content(path), path.name) for path in (*scores, *(more or ()))]
    days = source.read_assistance(_content(assistance), assistance.name)
    rows, problems = combine(given)
    try:
        options = _options(desk, after, blocks, windows, min_exposure, seed)
        result = compare_scores(rows, days.rows, options, [*problems, *days.problems])
    except ValueError as error:
        raise UsageError(str(error)) from None
    _write(result, out)


def _options(
    desk: Desk, after: int | None, blocks: str | None, windows: Path | None, min_exposure: float, seed: int
) -> "Options":
    from tasks.domain.scores.impact.exposure import Blocks, Windows
    from tasks.domain.scores.impact.study import Options

    return Options(
        after=after,
        blocks=Blocks.parse(desk.settings.scores.blocks if blocks is None else blocks),
        windows=desk.office.scores.read_windows(_content(windows), windows.name) if windows else Windows(),
        min_exposure=min_exposure,
        seed=seed,
    )


def _content(path: Path) -> bytes:
    """Read a file somebody named. Raises `UsageError` in Spanish, as the method's other messages are."""
    from tasks.ports.errors import UsageError

    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: no se puede leer el archivo ({error.strerror or error})") from None


def _write(result: dict[str, Any], out: Path | None) -> None:
    import json

    from deployments.cli.paper import print_json

    if out is None or str(out) == "-":
        print_json(result)
    else:
        out.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
