"""Commands that look into the ledger: cases, case, messages, letters, outbox, search, status."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from deployments.cli.command import AsJson, Desk, command

if TYPE_CHECKING:
    from tasks.views.reading import Document


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (
        ("cases", cases),
        ("case", case),
        ("messages", messages),
        ("letters", letters),
        ("outbox", outbox),
        ("search", search),
        ("status", status),
    ):
        command(app, name)(function)


def cases(
    desk: Desk,
    state: Annotated[str | None, typer.Option("--state", help='Only this state, e.g. "por asignar".')] = None,
    as_json: AsJson = False,
) -> None:
    """List the cases."""
    from tasks.views.reading import list_cases

    found = list_cases(desk.known_office, state)
    _print(found, as_json, _CASES, "No cases.")


def case(
    desk: Desk,
    number: Annotated[str, typer.Argument(metavar="ID", help="Number of the case, e.g. 2026-0041.")],
    as_json: AsJson = False,
) -> None:
    """Show one case: history, messages, letters, and how each date was counted."""
    from deployments.cli.paper import print_json, print_table, say, shown
    from tasks.views.reading import one_case

    found = one_case(desk.known_office, number)
    if as_json:
        print_json(found)
        return
    for key, value in found.items():
        if value not in (None, "", []) and key not in {"history", "messages", "letters", "sessions"}:
            say(f"{key.replace('_', ' '):>20}  {shown(value)}")
    print_table(_HISTORY, found["history"], "No history.", wrap=True)
    print_table(_MESSAGES, found["messages"], "No messages.")
    print_table(_LETTERS, found["letters"], "No letters.")
    print_table(_SESSIONS, found["sessions"], "No sessions.")


def messages(desk: Desk, as_json: AsJson = False) -> None:
    """List every received message with its one fate."""
    from tasks.views.reading import list_messages

    _print(list_messages(desk.known_office), as_json, _MESSAGES, "No messages.")


def letters(desk: Desk, as_json: AsJson = False) -> None:
    """List the letters to policy leaders."""
    from tasks.views.reading import list_letters

    _print(list_letters(desk.known_office), as_json, _LETTERS, "No letters.")


def outbox(
    desk: Desk,
    as_json: AsJson = False,
    retry: Annotated[bool, typer.Option("--retry", help="First queue again what failed or was held.")] = False,
) -> None:
    """List outgoing mail; --retry lets go what failed or was held by the brake."""
    import sys

    from tasks.views.reading import list_outbox

    office = desk.known_office
    if retry:
        from tasks.outbox.flood import release

        print(f"queued again: {release(office)} (`mipg run outbox` sends)", file=sys.stderr)  # noqa: T201
    _print(list_outbox(office), as_json, _OUTBOX, "No outgoing mail.")


def search(
    desk: Desk,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words that must all be said; accents do not matter.")],
    as_json: AsJson = False,
) -> None:
    """Find cases, letters and messages."""
    from tasks.views.search import search as find

    _print(find(desk.known_office, text), as_json, _FOUND, "Nothing found.")


def status(desk: Desk, as_json: AsJson = False) -> None:
    """Say what waits, when each flow last succeeded, and what went wrong."""
    from deployments.cli.paper import print_json, print_table, say
    from tasks.views.reading import status as status_of

    found = status_of(desk.known_office)
    if as_json:
        print_json(found)
        return
    for title, key in (("waiting", "backlog"), ("cases", "states"), ("outgoing mail", "outbox")):
        say(f"{title}: " + (", ".join(f"{name.replace('_', ' ')} {n}" for name, n in found[key].items()) or "none"))
    runs = [{"flow": flow, "at": at} for flow, at in found["last_success"].items()]
    print_table({"flow": "Flow", "at": "Last success"}, runs, "No flow has run yet.")
    print_table({"flow": "Flow", "at": "Since", "error": "Error"}, found["errors"], "No errors.")


def _print(rows: "list[Document]", as_json: bool, columns: dict[str, str], nothing: str) -> None:
    from deployments.cli.paper import print_lines, print_table

    if as_json:
        print_lines(rows)
    else:
        print_table(columns, rows, nothing)


_CASES: dict[str, Any] = {
    "case": "Caso",
    "state": "Estado",
    "due": "Vence",
    "light": "Semáforo",
    "entity": "Entidad",
    "policy": "Política",
    "officer": "Responsable",
    "summary": "Resumen",
}
_SESSIONS = {"day": "Día", "mode": "Modalidad", "leader": "Líder", "cases": "Casos atendidos"}
_HISTORY = {
    "at": "Fecha",
    "kind": "Hecho",
    "actor": "Quién",
    "what": "Qué cambió",
    "reason": "Motivo",
    "source": "Origen",
}
_MESSAGES = {
    "id": "Id",
    "received": "Recibido",
    "outcome": "Destino",
    "cases": "Casos",
    "sender": "De",
    "subject": "Asunto",
    "kind": "Clase",
    "reason": "Motivo",
}
_LETTERS = {
    "number": "Oficio",
    "state": "Estado",
    "cases": "Casos",
    "delivery": "Entrega",
    "file": "Archivo",
}
_FOUND = {"kind": "Clase", "id": "Número", "title": "Asunto", "where": "Estado"}
_OUTBOX = {
    "id": "Id",
    "purpose": "Motivo",
    "state": "Estado",
    "to": "Para",
    "subject": "Asunto",
    "cases": "Casos",
    "attempts": "Intentos",
    "detail": "Detalle",
}
