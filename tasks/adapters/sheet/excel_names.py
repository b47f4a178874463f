"""Which column is which whatever its header says: each has a name of the workbook that refers to it as a whole.

Excel, LibreOffice and the others move such a reference with its column, also when columns come before it; other
programs leave it where it was, so a header that is there counts before it, and each writing sets it right.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape

from openpyxl.utils import column_index_from_string, get_column_letter

from tasks.adapters.sheet.excel_parts import NotPatchable, Package, attributes, escaped
from tasks.adapters.sheet.excel_read import Placed
from tasks.domain.sheet.headers import header_key
from tasks.ports.sheet import ColumnLayout, TabLayout

_BOOK = "xl/workbook.xml"
_NAME = re.compile(rb"<definedName\b([^>]*)>([^<]*)</definedName>")
_COLUMN = re.compile(r"('(?:[^']|'')+'|[^'!]+)!\$?([A-Z]{1,3})\$?\d*(?::\$?([A-Z]{1,3})\$?\d*)?")
_PREFIX = "Columna"  # of the names of columns; those of the lists behind drop-downs begin with "Lista"
# What may stand before <definedNames>, in the order of the standard (ECMA-376, 18.2.27).
_BEFORE = re.compile(rb"</sheets>|<functionGroups\b.*?(?:</functionGroups>|/>)|</externalReferences>", re.DOTALL)


def name_of(kind: str, tab: str, column: ColumnLayout) -> str:
    """Return the workbook's name for a column or for what belongs to it, whatever staff call the column."""
    return "_".join([kind, *header_key(f"{tab} {column.known_as}").split()])


def named_columns(package: Package, headers: Sequence[str], layout: TabLayout) -> dict[str, str]:
    """Return the renamed columns that carry one of our names: present header → our own name of the column.

    Where a column that its header tells stands elsewhere than its name says, no name of the tab is believed: some
    program moved the columns without the names.
    """
    known = _places(package.read(_BOOK)) if package.has(_BOOK) else {}
    places = _columns(headers)
    found = {}
    for column in layout.columns:
        owner, place = known.get(name_of(_PREFIX, layout.name, column), ("", 0))
        if owner != layout.name:
            continue
        if place != places.get(header_key(column.header), place):
            return {}
        if header_key(column.header) not in places and 0 < place <= len(headers) and headers[place - 1]:
            found[headers[place - 1]] = column.known_as
    return found


def with_names(content: bytes, tabs: Mapping[str, Placed], layouts: Sequence[TabLayout]) -> bytes:
    """Return the workbook with a name for each column that is there, the very same one if they stand right already."""
    package = Package(content)
    try:
        return package.to_bytes() if name_columns(package, tabs, layouts) else content
    except NotPatchable:
        return content  # columns are then known by their headers alone


def name_columns(package: Package, tabs: Mapping[str, Placed], layouts: Sequence[TabLayout]) -> bool:
    """Let each column that is there have its name; returns whether any was missing or stood elsewhere."""
    before = package.read(_BOOK)
    known, wanted = _places(before), dict(_wanted(tabs, layouts))
    stale = {name for name, place in wanted.items() if known.get(name) != place}
    if not stale:
        return False
    kept = _NAME.sub(lambda match: b"" if _is_one_of(match[1], stale) else match[0], before)
    tags = "".join(_tag(name, *wanted[name]) for name in sorted(stale)).encode()
    package.put(_BOOK, _with_tags(kept, tags))
    return True


def _places(book: bytes) -> dict[str, tuple[str, int]]:
    """Return tab and column (1-based) of each of our names; copies of a tab have names of their own, which are none."""
    found = {}
    for head, text in _NAME.findall(book):
        said = attributes(head)
        place = _COLUMN.fullmatch(unescape(text.decode()))
        if place and said.get("name", "").startswith(_PREFIX) and "localSheetId" not in said:
            owner = place[1].removeprefix("'").removesuffix("'").replace("''", "'")
            if place[3] in {None, place[2]}:
                found[said["name"]] = owner, column_index_from_string(place[2])
    return found


def _wanted(tabs: Mapping[str, Placed], layouts: Sequence[TabLayout]) -> Iterator[tuple[str, tuple[str, int]]]:
    for layout in layouts:
        if layout.text or layout.name not in tabs:
            continue
        places = _columns(tabs[layout.name].tab.headers)
        for column in layout.columns:
            if place := places.get(header_key(column.header)):
                yield name_of(_PREFIX, layout.name, column), (layout.name, place)


def _columns(headers: Sequence[str]) -> dict[str, int]:
    """Return the column of each header (1-based), the first of two equal ones."""
    places: dict[str, int] = {}
    for index, header in enumerate(headers, start=1):
        if header:
            places.setdefault(header_key(header), index)
    return places


def _is_one_of(head: bytes, names: set[str]) -> bool:
    said = attributes(head)
    return said.get("name") in names and "localSheetId" not in said


def _tag(name: str, tab: str, place: int) -> str:
    letter, quoted = get_column_letter(place), tab.replace("'", "''")
    reference = f"'{quoted}'!${letter}:${letter}"
    return f'<definedName name="{name}" hidden="1">{escaped(reference)}</definedName>'


def _with_tags(book: bytes, tags: bytes) -> bytes:
    if b"</definedNames>" in book:
        return book.replace(b"</definedNames>", tags + b"</definedNames>", 1)
    book = re.sub(rb"<definedNames\s*/>", b"", book)
    ends = [match.end() for match in _BEFORE.finditer(book)]
    if not ends:
        raise NotPatchable("libro en una forma desconocida")
    return book[: ends[-1]] + b"<definedNames>" + tags + b"</definedNames>" + book[ends[-1] :]
