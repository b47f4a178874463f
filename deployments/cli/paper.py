"""What commands print: tables for people, JSON documents and JSON Lines for programs."""

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_LONGEST = 400  # characters of one cell
_SHORT = 19  # as long as the longest state
_NARROW = 12  # characters below which a text cut short says nothing
_FOLDED = 8  # the same of one that goes on below
_PAPER = 180  # columns where no terminal says how wide it is
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.+-]*")


def print_json(document: Any) -> None:
    """Print one JSON document."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def print_lines(rows: Iterable[Mapping[str, Any]]) -> None:
    """Print JSON Lines, each as soon as it is there."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def print_table(
    columns: Mapping[str, str], rows: Iterable[Mapping[str, Any]], nothing: str, *, wrap: bool = False
) -> None:
    """Print rows as a table; `columns` maps keys to headings. Cells are text only: mail is written by strangers.

    `wrap`: a long text goes on below, whole, instead of being cut.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, width=None if sys.stdout.isatty() else _PAPER)
    found = [[shown(row.get(key)) for key in columns] for row in rows]
    if not found:
        console.print(nothing)
        return
    headings = list(columns.values())
    widths = _widths(headings, found, console.width, _FOLDED if wrap else _NARROW)
    table = Table(header_style="bold")
    for heading, width in zip(headings, widths, strict=False):
        table.add_column(heading, no_wrap=not wrap, overflow="fold" if wrap else "ellipsis", width=width)
    for cells in found:
        table.add_row(*(Text(cell) for cell in cells[: len(widths)]))
    console.print(table)
    if left_out := headings[len(widths) :]:
        console.print(f"no room here for: {', '.join(left_out)} (a wider terminal or --json shows them)")


def _widths(headings: Sequence[str], rows: Sequence[Sequence[str]], room: int, least: int) -> list[int]:
    """Give numbers, dates and states all they need; long texts share what is left, none less than `least`.

    Where not all have room the last columns stay out: a number that is cut short names nothing.
    """
    longest = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    while len(longest) > 1 and _needed(longest, least) > room:
        longest.pop()
    left = room - _needed([width for width in longest if width <= _SHORT], least) - 3 * sum(w > _SHORT for w in longest)
    share = max(least, left // max(1, sum(width > _SHORT for width in longest)))
    return [width if width <= _SHORT else min(width, share) for width in longest]


def _needed(longest: Sequence[int], least: int) -> int:
    """Return the columns of the terminal that the table cannot do without, its lines included."""
    return 1 + sum(3 + (width if width <= _SHORT else least) for width in longest)


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
        moment = _MOMENT.fullmatch(value)
        return f"{moment[1]} {moment[2]}" if moment else " ".join(harmless(value).split())[:_LONGEST]
    if isinstance(value, Sequence):
        return ", ".join(shown(item) for item in value)
    return str(value)


def harmless(text: str) -> str:
    """Return the text without control characters, which could drive the terminal of whoever reads it."""
    return "".join(c if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} or c == "\n" else " " for c in text)
