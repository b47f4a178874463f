"""What stays known of the spreadsheet between two cycles: tabs by number and title, headers that staff changed.

It only saves calls: whatever is missing or no longer true is asked for again.
"""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STRUCTURE = "sheets(properties(sheetId,title,index))"


@dataclass(slots=True)
class Place:
    """Where one of our tabs is: the server's number, its present title, and its headers when it was last looked at."""

    sheet: int
    title: str
    headers: tuple[str, ...] = ()
    identities: dict[str, str] = field(default_factory=dict)  # present header → our own name of the column


class Memory:
    """Places by our own names of the tabs, kept in a small file (None: only as long as the process lives)."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.places: dict[str, Place] = _loaded(path) if path else {}

    def save(self) -> None:
        """Keep what is known; a disk that takes it not costs a call at the next cycle, no more."""
        if self._path is None:
            return
        content = json.dumps({name: _plain(place) for name, place in self.places.items()}, ensure_ascii=False)
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".mipg-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(content)
            Path(name).replace(self._path)


def _plain(place: Place) -> dict[str, Any]:
    return {"sheet": place.sheet, "title": place.title, "headers": place.headers, "identities": place.identities}


def _loaded(path: Path) -> dict[str, Place]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(name): Place(int(one["sheet"]), str(one["title"]), tuple(one["headers"]), dict(one["identities"]))
            for name, one in kept.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


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
