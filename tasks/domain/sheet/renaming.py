"""Columns that staff renamed: recognised by what is known of them besides the header, never by guessing.

A column that is not found by its header is looked for among the headers that nobody knew before. What counts, in this
order: the identity that the backend keeps, what was recognised in an earlier cycle, that its cells say what the missing
column said, that header and place resemble it. Whatever stays in doubt is neither read nor written until a person
gives the header its name back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from tasks.domain.sheet import shadow as marks
from tasks.domain.sheet.cells import canonical
from tasks.domain.sheet.headers import actual_headers, header_key
from tasks.domain.sheet.shadow import Entry, Shadow, ShadowChanges
from tasks.domain.sheet.table import CellWrite, ColumnLayout, Row, RowAppend, SheetChanges, Tab, TabLayout

_ENOUGH = 3  # values of a column from which its content tells it
_SAME, _OTHER = 0.6, 0.1  # share of equal cells from which it is the column, and up to which it is another one
_ALIKE = 70.0  # of 100: two headers that resemble each other
_ORDER = marks.NAMED  # the entry that keeps the tab's headers in their order
_LONGEST = 100  # characters of a header that are remembered


@dataclass(frozen=True, slots=True)
class Naming:
    """How one tab calls our columns."""

    present: Mapping[str, str] = field(default_factory=dict)  # our name → header in the tab
    unsure: tuple[str, ...] = ()  # not found, and some unknown header could be it: hands off
    deleted: tuple[str, ...] = ()  # not found, and nothing can be it
    doubtful: tuple[str, ...] = ()  # the unknown headers that could be one of the unsure

    @property
    def renamed(self) -> dict[str, str]:
        """Our name → present header, of the columns whose header a person changed."""
        return {name: header for name, header in self.present.items() if header_key(name) != header_key(header)}


def recognise(layout: TabLayout, tab: Tab, shadow: Shadow) -> Naming:
    """Return where the layout's columns are in the tab."""
    if layout.text:
        return Naming()
    return _Search(layout, tab, shadow).result()


def is_short(layout: TabLayout, tab: Tab) -> bool:
    """Whether some column is not found by its header: only then the shadow of the rows has a say."""
    return not layout.text and len(actual_headers(tab, layout)) < len(layout.columns)


class _Search:
    """The search for the columns of one tab that their headers do not tell."""

    def __init__(self, layout: TabLayout, tab: Tab, shadow: Shadow) -> None:
        self.layout, self.tab, self.shadow = layout, tab, shadow
        self.present = actual_headers(tab, layout)
        self.missing = [column for column in layout.columns if column.header not in self.present]
        taken = set(self.present.values())
        known = {entry[1:] for _, entry in shadow if entry.startswith(marks.EXTRA)} if self.missing else set()
        self.strange = [h for h in tab.headers if h and h not in taken]
        self.candidates = [h for h in self.strange if h not in known]

    def result(self) -> Naming:
        for tell in (self._by_identity, self._by_memory, self._by_content, self._by_likeness):
            for column in list(self.missing):
                header = tell(column)
                if header is not None:
                    self.present[column.header] = header
                    self.missing.remove(column)
                    self.strange.remove(header)
                    self.candidates = [one for one in self.candidates if one != header]
        unsure = tuple(c.header for c in self.missing if any(self._could_be(c, header) for header in self.candidates))
        deleted = tuple(column.header for column in self.missing if column.header not in unsure)
        doubtful = tuple(self.candidates) if unsure else ()
        return Naming(self.present, unsure, deleted, doubtful)

    def _by_identity(self, column: ColumnLayout) -> str | None:
        """Return the column that the backend knows, unless the cells are elsewhere: it may have stayed behind.

        A column that staff are known to have added is theirs where it says nothing of what ours did: some programs
        leave the identity of a deleted column to the one that comes to stand in its place.
        """
        found = [header for header in self.strange if self.tab.identities.get(header) == column.header]
        said = self._said(column)
        if found and found[0] not in self.candidates and said and self._share(column, found[0], said) <= _OTHER:
            return None
        if len(found) != 1:
            return None
        told = self._by_content(column)
        return found[0] if told in {None, found[0]} else None

    def _by_memory(self, column: ColumnLayout) -> str | None:
        header = self.shadow.get(("", marks.NAMED + column.header))
        return header if header in self.strange else None

    def _by_content(self, column: ColumnLayout) -> str | None:
        said = self._said(column)
        if len(said) < _ENOUGH:
            return None
        shares = sorted(((self._share(column, header, said), header) for header in self.candidates), reverse=True)
        if not shares or shares[0][0] < _SAME or (len(shares) > 1 and shares[1][0] > _SAME / 2):
            return None
        return shares[0][1]

    def _by_likeness(self, column: ColumnLayout) -> str | None:
        """Return the only header that resembles the column, if no other missing one resembles it and no cell denies."""
        alike = [header for header in self.candidates if _alike(column.header, header)]
        rivals = [other for other in self.missing if alike and other is not column and _alike(other.header, alike[0])]
        if len(alike) != 1 or rivals:
            return None
        said = self._said(column)
        return alike[0] if not said or self._share(column, alike[0], said) >= _SAME else None

    def _could_be(self, column: ColumnLayout, header: str) -> bool:
        said = self._said(column)
        if len(said) >= _ENOUGH:
            return self._share(column, header, said) > _OTHER
        return _alike(column.header, header) or self._stands_in_place(column, header)

    def _said(self, column: ColumnLayout) -> dict[str, str]:
        """Return what the column was last known to say, by row key; for the key column the keys themselves."""
        if column.header == self.layout.key:
            return {key: key for key, _ in self.shadow if key}
        return {key: text for (key, entry), text in self.shadow.items() if key and entry == column.header}

    def _share(self, column: ColumnLayout, header: str, said: Mapping[str, str]) -> float:
        """Return how many of the cells under the header say what the column said."""
        if column.header == self.layout.key:
            return sum(canonical(row.values.get(header)) in said for row in self.tab.rows) / len(said)
        key = self.present.get(self.layout.key)
        if key is None:
            return 0.0
        says = ((canonical(row.values.get(key)), _says(row, header, column)) for row in self.tab.rows)
        return len({case for case, text in says if case in said and said[case] == text}) / len(said)

    def _stands_in_place(self, column: ColumnLayout, header: str) -> bool:
        """Whether the header stands between the columns that the missing one stood between."""
        order = self.shadow.get(("", _ORDER), "").split(marks.SPLIT)
        return _neighbours(order, column.header) == _neighbours(list(self.tab.headers), header) != ("", "")


def _says(row: Row, header: str, column: ColumnLayout) -> str | None:
    return canonical(row.values.get(header), column.format) or None


def _alike(name: str, header: str) -> bool:
    ours, theirs = header_key(name), header_key(header)
    return fuzz.ratio(ours, theirs) >= _ALIKE or fuzz.token_set_ratio(ours, theirs) == 100


def _neighbours(order: Sequence[str], header: str) -> tuple[str, str]:
    keys = [header_key(one) for one in order]
    if header_key(header) not in keys:
        return ("", "")
    place = keys.index(header_key(header))
    return (keys[place - 1] if place else "", keys[place + 1] if place + 1 < len(keys) else "")


def remembered(naming: Naming, tab: Tab, shadow: Shadow) -> ShadowChanges:
    """Return the change that keeps what was recognised, and the order of the headers, for the next cycles."""
    if naming.unsure:
        return {}
    renamed, back = naming.renamed, {header: name for name, header in naming.present.items()}
    wanted: dict[Entry, str | None] = {
        ("", marks.NAMED + name): header if name in renamed and len(header) <= _LONGEST else None
        for name, header in naming.present.items()
    }
    if naming.present:
        wanted["", _ORDER] = marks.SPLIT.join(back.get(header, header[:_LONGEST]) for header in tab.headers)
    return {entry: text for entry, text in wanted.items() if shadow.get(entry) != text}


def forgotten(shadow: Shadow, headers: Collection[str]) -> ShadowChanges:
    """Return the change that forgets what was agreed in columns that are made anew: empty there is not emptied."""
    if not headers:
        return {}
    return {(key, entry): None for key, entry in shadow if key and entry.removeprefix(marks.PENDING) in headers}


def doubts(layout: TabLayout, naming: Naming) -> list[str]:
    """Return what a person has to settle, in Spanish."""
    could = ", ".join(f"«{header}»" for header in naming.doubtful)
    return [
        f"En la pestaña «{layout.name}» no se encontró la columna «{name}»; quizá es {could}. "
        f"Mientras nadie le devuelva el nombre «{name}», no se lee ni se escribe en ella."
        for name in naming.unsure
    ]


def in_our_words(tab: Tab, naming: Naming) -> Tab:
    """Return the tab with our names for our columns, without the columns in doubt."""
    back = {header: name for name, header in naming.present.items()}
    if all(header == name for header, name in back.items()) and not naming.doubtful:
        return tab
    away = set(naming.doubtful)
    headers = tuple("" if header in away else back.get(header, header) for header in tab.headers)
    rows = tuple(
        Row(row.number, {back.get(header, header): value for header, value in row.values.items() if header not in away})
        for row in tab.rows
    )
    return replace(tab, headers=headers, rows=rows)


def in_their_words(changes: SheetChanges, namings: Mapping[str, Naming]) -> SheetChanges:
    """Return the changes with the headers that the tabs have."""
    if not any(naming.renamed for naming in namings.values()):
        return changes
    return SheetChanges(
        tuple(_renamed_write(write, namings.get(write.tab, Naming())) for write in changes.cells),
        tuple(_renamed_append(row, namings.get(row.tab, Naming())) for row in changes.appends),
    )


def _renamed_write(write: CellWrite, naming: Naming) -> CellWrite:
    header = naming.present.get(write.header, write.header)
    return write if header == write.header else replace(write, header=header)


def _renamed_append(row: RowAppend, naming: Naming) -> RowAppend:
    return replace(row, values={naming.present.get(header, header): value for header, value in row.values.items()})


def as_they_call_them(layouts: Iterable[TabLayout], namings: Mapping[str, Naming]) -> tuple[TabLayout, ...]:
    """Return the layouts with the headers that the tabs have; columns in doubt are left out, so that none is made."""
    return tuple(_renamed_layout(layout, namings.get(layout.name, Naming())) for layout in layouts)


def _renamed_layout(layout: TabLayout, naming: Naming) -> TabLayout:
    if not naming.renamed and not naming.unsure:
        return layout
    columns = tuple(
        replace(column, header=naming.renamed[column.header], original=column.header)
        if column.header in naming.renamed
        else column
        for column in layout.columns
        if column.header not in naming.unsure
    )
    return replace(layout, columns=columns, key=naming.renamed.get(layout.key, layout.key))
