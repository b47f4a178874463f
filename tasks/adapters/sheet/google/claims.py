"""How a row typed by hand gets its number, so that no other row ever shows it.

Cells are written by their place, and rows may move in that very moment. A number that met another row would send what
people type there to the wrong case. So its cell first gets a word that no other cell says (a claim); once the row is
known to be the right one, the word is replaced wherever it stands by then, by spreadsheets.batchUpdate's findReplace.
"""

import re
from typing import Any
from uuid import uuid4

_SIGN = "⏳ "
_CLAIM = re.compile(rf"{_SIGN}(\S+) [0-9a-f]{{6}}")
_SAFE = re.compile(r"(\d{4}-\d{4,})?")  # findReplace may read a replacement as if somebody typed it


def claim(number: str) -> str:
    """Return a word of its own for the cell that is to say the number; the number itself if it is none of ours."""
    return f"{_SIGN}{number} {uuid4().hex[:6]}" if number and _SAFE.fullmatch(number) else number


def claimed(raw: Any) -> str:
    """Return the number that a cell's word claims, "" if it is no claim."""
    found = _CLAIM.fullmatch(raw) if isinstance(raw, str) and raw.startswith(_SIGN) else None
    return found[1] if found else ""


def is_replaceable(raw: Any, by: Any) -> bool:
    """Whether a cell may be set by looking for what it says."""
    return bool(claimed(raw)) and isinstance(by, str) and _SAFE.fullmatch(by) is not None


def replacement(sheet: int, word: str, by: str) -> dict[str, Any]:
    """Return the request that replaces the only cell of a tab that says the word."""
    found = {"find": word, "replacement": by, "matchCase": True, "matchEntireCell": True, "sheetId": sheet}
    return {"findReplace": found}
