"""What a template that staff wrote may name: its fields, and the one that was meant when there is none of that name."""

from collections.abc import Mapping
from typing import Any

from rapidfuzz import process

_ALIKE = 50  # of 100


def all_names(values: Any) -> set[str]:
    """Return the names at every level of what fills a template."""
    if isinstance(values, Mapping):
        return {str(key) for key in values}.union(*map(all_names, values.values()))
    if isinstance(values, list | tuple):
        return set().union(*map(all_names, values))
    return set()


def no_such_field(field: str, known: set[str], where: str = "") -> str:
    """Return the words that tell staff that a template names a field that is none, and which one is closest."""
    return f"el campo «{field}»{where} no existe{closest(field, known)}"


def closest(name: str, known: set[str]) -> str:
    """Return "; el más parecido es «numero»", "" when nothing known is like it."""
    best = process.extractOne(name, sorted(known), score_cutoff=_ALIKE)
    return f"; el más parecido es «{best[0]}»" if best else ""
