"""Which rows of a tab are which records: the one that rules each key, copies, unknown keys, rows typed by hand."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from hashlib import blake2b

from tasks.domain.sheet.cells import canonical
from tasks.domain.sheet.table import Row, Tab

# Notes that the merge writes into the Alertas of rows that are no record's start so: they are never taken for typing.
COPY_MARK = "Fila repetida"
NEW_MARK = "Fila nueva"
UNKNOWN_MARK = "Número desconocido"
OUR_MARKS = (COPY_MARK, NEW_MARK, UNKNOWN_MARK)


@dataclass(frozen=True, slots=True)
class Sorted:
    """A tab's rows by what they are."""

    rows: dict[str, Row] = field(default_factory=dict)  # the one that rules each known key
    copies: tuple[tuple[str, Row], ...] = ()
    unknown: tuple[tuple[str, Row], ...] = ()  # a key that no record has
    typed: tuple[Row, ...] = ()  # no key: typed by hand


def sort_rows(
    tab: Tab,
    key_header: str,
    known: Collection[str],
    alert_header: str | None,
    likeness: Callable[[str, Row], int] = lambda _key, _row: 0,
    was_copy: Callable[[Row], bool] = lambda _row: False,
) -> Sorted:
    """Return the tab's rows by what they are; `likeness` counts the cells of a row that say what the key's row said.

    Of several rows with one key the first rules; but a row that we marked as a copy, or that was one when it was last
    read (`was_copy`), stays one however people sort: an old copy that came to stand above would look like edits back
    to old values. Nor does a row rule that is plainly another one's, to which somebody gave the key by mistake
    (dragging a number down).
    """
    found: dict[str, list[Row]] = {}
    typed: list[Row] = []
    for row in tab.rows:
        key = canonical(row.values.get(key_header))
        if key:
            found.setdefault(key, []).append(row)
        elif any(canonical(value) for value in row.values.values()):
            typed.append(row)
    rows: dict[str, Row] = {}
    copies: list[tuple[str, Row]] = []
    for key, same in found.items():
        if key in known:
            rows[key] = ruling = _ruling(key, same, alert_header, likeness, was_copy)
            copies += [(key, row) for row in same if row is not ruling]
    unknown = tuple((key, row) for key, same in found.items() if key not in known for row in same)
    return Sorted(rows, tuple(copies), unknown, tuple(typed))


def _ruling(
    key: str,
    same: list[Row],
    alert_header: str | None,
    likeness: Callable[[str, Row], int],
    was_copy: Callable[[Row], bool],
) -> Row:
    if len(same) == 1:
        return same[0]
    unmarked = [row for row in same if not _is_marked(row, alert_header)] or same[:1]
    free = [row for row in unmarked if not was_copy(row)] or unmarked
    alike = [likeness(key, row) for row in free]
    return next(row for row, count in zip(free, alike, strict=True) if 2 * count >= max(alike))


def _is_marked(row: Row, alert_header: str | None) -> bool:
    return alert_header is not None and canonical(row.values.get(alert_header)).startswith(COPY_MARK)


def fingerprint(row: Row, alert_header: str | None) -> str:
    """Return what changes whenever somebody changes a value of the row; our notes in it are not looked at."""
    said = sorted((h, text) for h, v in row.values.items() if h != alert_header and (text := canonical(v)))
    return blake2b(repr(said).encode(), digest_size=9).hexdigest()


def fingerprints(rows: tuple[Row, ...], alert_header: str | None) -> dict[str, Row]:
    """Return hand-typed rows by a fingerprint of what they say: stable under sorting, one each for equal rows."""
    named: dict[str, Row] = {}
    alike: Counter[str] = Counter()
    for row in rows:
        digest = fingerprint(row, alert_header)
        alike[digest] += 1
        named[f"{digest}-{alike[digest]}"] = row
    return named
