"""What commands print: tables for people, JSON documents and JSON Lines for programs."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_LONGEST = 400  # characters of one cell


def print_json(document: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def print_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print JSON Lines, each as soon as it is there."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def print_table(columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], nothing: str) -> None:
    """Print rows as a table; `columns` maps keys to headings. Cells are text only: mail is written by strangers."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    found = [[Text(shown(row.get(key))) for key in columns] for row in rows]
    if not found:
        console.print(nothing)
        return
    table = Table(*columns.values(), header_style="bold")
    for cells in found:
        table.add_row(*cells)
    console.print(table)


def say(line: str) -> None:
    """Print a line for people."""
    sys.stdout.write(f"{harmless(line)}\n")


def shown(value: Any) -> str:
    """Return a value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, str):
        return harmless(value)[:_LONGEST]
    if isinstance(value, Sequence):
        return ", ".join(shown(item) for item in value)
    return str(value)


def harmless(text: str) -> str:
    """Return the text without control characters, which could drive the terminal of whoever reads it."""
    return "".join(c if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} or c == "\n" else " " for c in text)
