"""Reads the reference tables that staff may edit: policies, municipalities and vocabulary.

Plain CSV as a spreadsheet writes it: UTF-8 with or without a byte-order mark, separated by `,` or `;`,
the first line names the columns, `|` separates the items of a list.
"""

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from tasks.adapters.files.plain import csv_rows
from tasks.domain.catalog import MIPG_GENERAL, Catalog, Municipality, Policy, Term
from tasks.domain.classification.subject.vocabulary import AXES, NO_POLICY
from tasks.ports.errors import ConfigurationError

_FORMAT = "'CSV UTF-8' as the spreadsheet's save dialog calls it"

Parser = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class _Line:
    """One row of a table with its place, for messages."""

    file: Path
    number: int
    cells: Mapping[str, str]

    def error(self, column: str, accepted: str) -> ConfigurationError:
        """Return the error of one cell: file, line, column, what was found and what is accepted."""
        found = self.cells.get(column, "")
        return ConfigurationError(
            f"{self.file}, line {self.number}, column '{column}': found {found[:60]!r}, accepted: {accepted}"
        )


@dataclass(frozen=True, slots=True)
class _Table:
    """What a file must look like: its columns with how each cell is read, and which may be left out."""

    name: str
    columns: Mapping[str, Parser]
    optional: frozenset[str] = frozenset()


def load_catalog(folders: Sequence[Path]) -> Catalog:
    """Return the catalog; of each file the first folder that has it counts (the operator's before the shipped).

    Raises `ConfigurationError` naming file, line and column and what is accepted.
    """
    policies = [(line, Policy.model_validate(row)) for line, row in _rows(folders, _POLICIES)]
    municipalities = [(line, Municipality.model_validate(row)) for line, row in _rows(folders, _MUNICIPALITIES)]
    terms = [(line, Term.model_validate(row)) for line, row in _rows(folders, _VOCABULARY)]
    _refuse_repeated("slug", ((line, policy.slug) for line, policy in policies))
    _refuse_repeated("dane", ((line, town.dane) for line, town in municipalities))
    slugs = {policy.slug for _, policy in policies}
    _refuse_unknown("successor", ((line, policy.successor) for line, policy in policies), slugs | {""})
    for line, policy in policies:
        _refuse_misdated(line, policy)
    subjects = slugs | {MIPG_GENERAL, *AXES}
    _refuse_unknown("policy", ((line, term.policy) for line, term in terms), subjects | {NO_POLICY})
    confused = ((line, other) for line, term in terms for other in term.instead_of)
    _refuse_unknown("instead_of", confused, subjects)
    return Catalog(
        policies=tuple(policy for _, policy in policies),
        municipalities=tuple(town for _, town in municipalities),
        vocabulary=tuple(dict.fromkeys(term for _, term in terms)),
    )


def unknown_policy(slug: str, slugs: Collection[str]) -> str:
    """Return the words about a slug that no policy has: which one may have been meant."""
    close = difflib.get_close_matches(slug, slugs, 1)
    hint = f"did you mean {close[0]}?" if close else f"accepted: {', '.join(sorted(slugs))}"
    return f"unknown policy; {hint}"


def _rows(folders: Sequence[Path], table: _Table) -> Iterator[tuple[_Line, dict[str, Any]]]:
    path = next((folder / table.name for folder in folders if (folder / table.name).is_file()), None)
    if path is None:
        where = ", ".join(str(folder) for folder in folders) or "no folder"
        raise ConfigurationError(f"{table.name} is missing (looked in: {where})")
    lines = list(_lines(path, table))
    if not lines:  # a save that went wrong; the service would recognise nothing any more
        raise ConfigurationError(f"{path}: no rows below the columns, accepted: at least one")
    for line in lines:
        yield line, _values(line, table)


def _values(line: _Line, table: _Table) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column, parse in table.columns.items():
        if column not in line.cells:
            continue
        try:
            values[column] = parse(line.cells[column])
        except ValueError as error:
            raise line.error(column, str(error)) from None
    return values


def _lines(path: Path, table: _Table) -> Iterator[_Line]:
    rows = csv_rows(path, _FORMAT)
    _, names = next(rows, (1, []))
    header = [cell.strip().lower() for cell in names]
    _check_header(path, header, table)
    for number, cells in rows:
        if any(cell.strip() for cell in cells):
            yield _line(path, number, header, cells)


def _line(path: Path, number: int, header: Sequence[str], cells: Sequence[str]) -> _Line:
    surplus = [cell for cell in cells[len(header) :] if cell.strip()]
    if surplus or len(cells) < len(header):
        raise ConfigurationError(
            f"{path}, line {number}: found {len(cells)} cells, accepted: {len(header)} (a cell that holds "
            "the separator goes between double quotes)"
        )
    return _Line(path, number, {name: cell.strip() for name, cell in zip(header, cells, strict=False)})


def _check_header(path: Path, header: Sequence[str], table: _Table) -> None:
    accepted = ", ".join(table.columns)
    for name in header:
        if name not in table.columns:
            raise ConfigurationError(f"{path}, line 1: unknown column '{name}', accepted: {accepted}")
        if header.count(name) > 1:
            raise ConfigurationError(f"{path}, line 1: column '{name}' appears twice, accepted: {accepted}")
    for name in table.columns:
        if name not in header and name not in table.optional:
            raise ConfigurationError(f"{path}, line 1: column '{name}' is missing, accepted: {accepted}")


def _refuse_repeated(column: str, keys: Iterable[tuple[_Line, str]]) -> None:
    seen: dict[str, int] = {}
    for line, key in keys:
        if key in seen:
            raise line.error(column, f"each {column} once (it is already on line {seen[key]})")
        seen[key] = line.number


def _refuse_misdated(line: _Line, policy: Policy) -> None:
    if policy.valid_from and policy.valid_to and policy.valid_to < policy.valid_from:
        raise line.error("valid_to", f"{policy.valid_from} (its valid_from) or later, or nothing")
    if policy.successor == policy.slug:
        raise line.error("successor", "another policy's slug, or nothing")


def _refuse_unknown(column: str, keys: Iterable[tuple[_Line, str]], known: set[str]) -> None:
    for line, key in keys:
        if key not in known:
            raise line.error(column, ", ".join(sorted(known - {""})))


def _word(cell: str) -> str:
    if not cell:
        raise ValueError("some text")
    return cell


def _slug(cell: str) -> str:
    if not cell or not cell.replace("-", "").isascii() or not cell.replace("-", "").isalnum() or cell != cell.lower():
        raise ValueError("lower-case letters, digits and hyphens, such as gestion-documental")
    return cell


def _items(cell: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in cell.split("|") if item.strip())


def _day(cell: str) -> date | None:
    try:
        return date.fromisoformat(cell) if cell else None
    except ValueError:
        raise ValueError("a date such as 2026-01-31, or nothing") from None


def _dane(cell: str) -> str:
    if len(cell) != 5 or not (cell.isascii() and cell.isdigit()):
        raise ValueError("the five digits of the DANE code, such as 05001 (format the column as text)")
    return cell


def _dimension(cell: str) -> int:
    if cell not in set("1234567"):
        raise ValueError("a dimension from 1 to 7")
    return int(cell)


def _flag(cell: str) -> bool:
    if cell.casefold() not in {"", "0", "1", "no", "sí", "si"}:
        raise ValueError("1 or 0, sí or no")
    return cell.casefold() in {"1", "sí", "si"}


def _weight(cell: str) -> float:
    try:
        weight = float(cell.replace(",", "."))  # a Spanish spreadsheet writes 2,5
    except ValueError:
        weight = 0.0
    if not 0 < weight <= 10:
        raise ValueError("a number above 0 and up to 10, such as 4 or 2.5")
    return weight


def _kind(cell: str) -> Literal["name", "term"]:
    if cell == "name":
        return "name"
    if cell in {"term", ""}:
        return "term"
    raise ValueError("name or term")


_POLICIES = _Table(
    "policies.csv",
    {
        "slug": _slug,
        "name": _word,
        "dimension": _dimension,
        "dimension_name": _word,
        "mdi_code": str,
        "headings": _items,
        "valid_from": _day,
        "valid_to": _day,
        "successor": str,
    },
    frozenset({"mdi_code", "headings", "valid_from", "valid_to", "successor"}),
)
_MUNICIPALITIES = _Table(
    "municipalities.csv",
    {
        "dane": _dane,
        "name": _word,
        "subregion": _word,
        "aliases": _items,
        "domains": _items,
        "typology": str,
        "ambiguous": _flag,
        "homonyms": _items,
    },
    frozenset({"aliases", "domains", "typology", "ambiguous", "homonyms"}),
)
_VOCABULARY = _Table(
    "vocabulary.csv",
    {"phrase": _word, "policy": _slug, "weight": _weight, "kind": _kind, "unless": _items, "instead_of": _items},
    frozenset({"kind", "unless", "instead_of"}),
)
