"""Commands about scores: compare (the impact method on files), export (its input), municipality (one page of all)."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.cli.command import AsJson, Desk, command

if TYPE_CHECKING:
    from tasks.domain.scores.impact.comparison import Options

_SCORES = "Scores: CSV or .xlsx, one or several; of a figure that two of them give the later file holds."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (("compare", compare), ("export", export), ("municipality", municipality)):
        command(app, name)(function)


def compare(  # noqa: PLR0913, PLR0917  # one parameter per option
    desk: Desk,
    scores: Annotated[list[Path] | None, typer.Option("--scores", metavar="FILE...", help=_SCORES)] = None,
    more: Annotated[list[Path] | None, typer.Argument(metavar="", hidden=True)] = None,
    assistance: Annotated[Path | None, typer.Option("--assistance", metavar="FILE", help="Days of assistance.")] = None,
    out: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", help="Write the result here; - for standard output.")
    ] = None,
    after: Annotated[int | None, typer.Option("--after", help="Report vigencia [default: the latest].")] = None,
    blocks: Annotated[
        str | None, typer.Option("--blocks", help='Comparable vigencias [default: scores.blocks]: "2018;2019-2021".')
    ] = None,
    windows: Annotated[
        Path | None, typer.Option("--windows", metavar="FILE", help="CSV vigencia,cierre: when each form closed.")
    ] = None,
    min_exposure: Annotated[float, typer.Option("--min-exposure", help="Share of the year under assistance.")] = 0.5,
    seed: Annotated[int, typer.Option("--seed", help="Of the draws made for few assisted municipalities.")] = 1,
) -> None:
    """Compare assisted municipalities with what unassisted ones let expect; the impact method alone, on files."""
    result = _compared(
        desk, _files(scores or [], more or []), assistance, _options(desk, after, blocks, windows, min_exposure, seed)
    )
    _write(out, result)


def _files(scores: list[Path], more: list[Path]) -> list[Path]:
    from tasks.ports.errors import UsageError

    if not scores:
        raise UsageError("falta «--scores ARCHIVO...»: uno o varios archivos de puntajes (.csv o .xlsx)")
    if len(scores) > 1 and more:  # which file corrects which would be a guess
        raise UsageError("nombre todos los archivos tras un solo «--scores», o repita «--scores» ante cada uno")
    return [*scores, *more]


def _options(
    desk: Desk, after: int | None, blocks: str | None, windows: Path | None, min_exposure: float, seed: int
) -> "Options":
    from tasks.domain.scores.impact.comparison import Options
    from tasks.domain.scores.impact.exposure import Blocks, Windows
    from tasks.ports.errors import UsageError

    if not 0 < min_exposure <= 1:
        raise UsageError("«--min-exposure» es una fracción del año: mayor que 0 y hasta 1")
    if seed < 0:
        raise UsageError("«--seed» es un entero desde 0")
    closings = desk.office.scores.read_windows(_bytes(windows), windows.name) if windows else Windows()
    try:
        declared = Blocks.parse(desk.settings.scores.blocks if blocks is None else blocks)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return Options(after=after, blocks=declared, windows=closings, min_exposure=min_exposure, seed=seed)


def _compared(desk: Desk, scores: list[Path], assistance: Path | None, options: "Options") -> dict[str, Any]:
    from tasks.domain.scores.impact.comparison import compare as comparison
    from tasks.domain.scores.results import combine
    from tasks.ports.errors import UsageError

    if assistance is None:
        raise UsageError("falta «--assistance ARCHIVO»: los días de asistencia (.csv o .xlsx)")
    source = desk.office.scores
    rows, problems = combine([source.read(_bytes(path), path.name) for path in scores])
    days = source.read_assistance(_bytes(assistance), assistance.name)
    try:
        return comparison(rows, days.rows, options, [*problems, *days.problems])
    except ValueError as error:
        raise UsageError(str(error)) from None


def _bytes(path: Path) -> bytes:
    from tasks.ports.errors import UsageError

    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: no se puede leer el archivo ({error.strerror})") from None


def _write(out: Path | None, result: dict[str, Any]) -> None:
    import json

    from deployments.cli.paper import print_json, print_table
    from tasks.views.reading import comparison_table

    if out is None:
        rows = comparison_table(result)
        print_table({key: key for key in rows[0]}, rows, "")
    elif str(out) == "-":
        print_json(result)
    else:
        out.write_text(json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8")


def export(
    desk: Desk,
    what: Annotated[str, typer.Argument(metavar="WHAT", help='"assistance": the input of `mipg compare`.')],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV to write.")],
) -> None:
    """Write the days of assistance that the ledger knows, as `mipg compare` reads them."""
    from deployments.cli.paper import say
    from tasks.domain.scores.tables.assistance import as_csv
    from tasks.impact.comparing import known_assistance
    from tasks.ports.errors import UsageError

    if what != "assistance":
        raise UsageError(f'"{what}" cannot be exported; accepted: assistance')
    days = known_assistance(desk.known_office)
    file.write_text(as_csv(days), encoding="utf-8")
    say(f"{len(days)} days of assistance written to {file}")


def municipality(
    desk: Desk,
    code: Annotated[str, typer.Argument(metavar="CODE", help="DANE code of the municipality: 05756.")],
    as_json: AsJson = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write one page to look at or print.")
    ] = None,
) -> None:
    """Show one municipality: scores by year with comparability marks, cases, assistance, offer."""
    from deployments.cli.paper import print_json, say
    from tasks.views.municipality import municipality_profile, page_fields

    office = desk.known_office
    profile = municipality_profile(office, code)
    if html is not None:
        html.write_text(office.texts.page("reports/municipality", page_fields(profile, office)), encoding="utf-8")
    if as_json:
        print_json(profile)
    elif html is not None:
        say(f"{profile['name']}: {html}")
    else:
        _print_profile(profile)


def _print_profile(profile: dict[str, Any]) -> None:
    from deployments.cli.paper import print_table, say

    say(f"{profile['name']} ({profile['dane']}), {profile['subregion']}")
    # ‖ before a year: it was measured otherwise than the one before, and is not compared with it.
    years = {str(v["vigencia"]): f"{'‖ ' if v['breaks'] else ''}{v['vigencia']}" for v in profile["vigencias"]}
    rows = [
        {"name": row["name"]} | {year: "–" if score is None else score for year, score in row["scores"].items()}
        for row in profile["scores"]
    ]
    print_table({"name": "Política", **years}, rows, "No hay puntajes cargados.")
    if any(vigencia["breaks"] for vigencia in profile["vigencias"]):
        say("‖: medida con otro método que la vigencia anterior; los puntajes no se restan entre sí.")
    print_table(_CASES, profile["cases"], "No ha tenido casos.")
    print_table(_DAYS, profile["assistance"], "No ha recibido asistencia.")
    if profile["offer"]:
        print_table(_OFFERED, profile["offer"], "")


_CASES = {"case": "Caso", "origin": "Origen", "received": "Recibido", "name": "Política", "state": "Estado",
          "score_before": "Antes", "score_after": "Después"}  # fmt: skip
_DAYS = {"day": "Asistencia", "name": "Política", "mode": "Modalidad", "case": "Caso"}
_OFFERED = {"year": "Oferta", "name": "Política", "score": "Puntaje", "peers": "Pares", "gap": "Brecha"}
