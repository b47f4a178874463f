"""What stays known of the spreadsheet between two cycles.

Tabs by number and title and headers that staff changed only save calls: whatever is missing or no longer true is asked
for again. Besides, each write is noted before it leaves, until what it overwrote is known.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tasks.adapters.sheet.google.journal import Slot
from tasks.adapters.sheet.google.owing import Overwrite, Owed

STRUCTURE = "sheets(properties(sheetId,title,index))"


@dataclass(slots=True)
class Place:
    """Where one of our tabs is: the server's number, its present title, and its headers when it was last looked at."""

    sheet: int
    title: str
    headers: tuple[str, ...] = ()
    identities: dict[str, str] = field(default_factory=dict)  # present header → our own name of the column


@dataclass(frozen=True, slots=True)
class Added:
    """Rows of a write that did not exist before: below which row (from 1) they went, and their cells."""

    start: int
    cells: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Pending:
    """A write that left and of which nothing is known yet; the journal bears its name if it arrived."""

    name: str
    slots: list[Slot]
    cells: list[Overwrite]
    added: dict[str, Added] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return it for a file."""
        slots, cells = [one.plain() for one in self.slots], [one.plain() for one in self.cells]
        added = {tab: [one.start, one.cells] for tab, one in self.added.items()}
        return {"name": self.name, "slots": slots, "cells": cells, "added": added}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Pending":
        """Return it from a file. Raises KeyError, TypeError or ValueError."""
        added = {str(tab): Added(int(start), list(cells)) for tab, (start, cells) in kept["added"].items()}
        return cls(str(kept["name"]), [*map(Slot.of, kept["slots"])], [*map(Overwrite.of, kept["cells"])], added)


class Memory:
    """Places by our own names of the tabs, kept in a small file (None: only as long as the process lives)."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.places: dict[str, Place] = {}
        self.plain = False  # the server keeps no journal: writes are looked at in another way (looks.py)
        self.pending: Pending | None = None
        self.owed: tuple[Owed, ...] = ()
        if path:
            self._load(path)

    def note(self, pending: Pending | None, owed: Sequence[Owed]) -> None:
        """Keep which write is under way and what is owed besides."""
        if pending or owed or self.pending or self.owed:
            self.pending, self.owed = pending, tuple(owed)
            self.save()

    def save(self) -> None:
        """Keep what is known; a disk that takes it not costs a call at the next cycle, no more."""
        if self._path is None:
            return
        content = json.dumps(self._plain(), ensure_ascii=False)
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".mipg-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
            Path(name).replace(self._path)

    def _plain(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "plain": self.plain,
            "places": {name: asdict(place) for name, place in self.places.items()},
        }
        if self.pending:
            found["pending"] = self.pending.plain()
        return found | ({"owed": [one.plain() for one in self.owed]} if self.owed else {})

    def _load(self, path: Path) -> None:
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            places = {
                str(name): Place(int(one["sheet"]), str(one["title"]), tuple(one["headers"]), dict(one["identities"]))
                for name, one in kept["places"].items()
            }
            owed = tuple(map(Owed.of, kept.get("owed", ())))
            pending = Pending.of(kept["pending"]) if kept.get("pending") else None
            self.places, self.pending, self.owed = places, pending, owed
            self.plain = bool(kept.get("plain"))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return


def placed(
    names: Sequence[str], structure: Mapping[str, Any], marks: Sequence[Mapping[str, Any]], known: Mapping[str, Place]
) -> dict[str, Place]:
    """Return where our tabs are now: the one remembered, else the one of that title, else the one that bears our mark.

    A mark alone is not enough: duplicating a tab duplicates its marks.
    """
    titles = {int(p.get("sheetId", 0)): str(p.get("title", "")) for p in sheet_properties(structure)}
    marked = {
        str(mark.get("metadataValue", "")): int(mark.get("location", {}).get("sheetId", 0))
        for mark in reversed(marks)
        if mark.get("metadataKey") == "mipg.tab"
    }
    found: dict[str, Place] = {}
    for name in names:
        remembered = known[name].sheet if name in known else None
        same = next((sheet for sheet, title in titles.items() if title == name), None)
        for sheet in (remembered, same, marked.get(name)):
            if sheet is not None and sheet in titles:
                found[name] = Place(sheet, titles[sheet])
                break
    return found


def sheet_properties(structure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the properties of each tab."""
    return [sheet.get("properties", {}) for sheet in structure.get("sheets", ())]


def marked_columns(marks: Sequence[Mapping[str, Any]], sheet: int) -> dict[int, str]:
    """Return our own name of each marked column of a tab, by its present place."""
    found: dict[int, str] = {}
    for mark in marks:
        where = mark.get("location", {}).get("dimensionRange", {})
        if mark.get("metadataKey") == "mipg.column" and where and int(where.get("sheetId", 0)) == sheet:
            found.setdefault(int(where.get("startIndex", 0)), str(mark.get("metadataValue", "")))
    return found
