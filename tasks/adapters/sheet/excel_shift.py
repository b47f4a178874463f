"""Where cells, ranges and formulas point once some rows of a tab are taken out and those below move up."""

import re
from bisect import bisect_left
from collections.abc import Collection
from html import unescape

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from tasks.adapters.sheet.excel_parts import NotPatchable, escaped

_END = r"(\$?[A-Z]{1,3})?(\$?)(\d+)"  # of a range: column (none in 2:5), whether the row is fixed, row
_REFERENCE = re.compile(rf"(?:('(?:[^']|'')+'|[^'!:\[\]]+)!)?{_END}(?::{_END})?")


class Shift:
    """Rows of one tab that go, and what that means for whatever refers to the tab."""

    def __init__(self, tab: str, gone: Collection[int]) -> None:
        self.tab, self.gone = tab, sorted(gone)
        self._gone = frozenset(gone)

    def above(self, row: int) -> int:
        """Return how many of the rows above it go."""
        return bisect_left(self.gone, row)

    def row(self, row: int) -> int | None:
        """Return where a row stands then, None if it goes itself."""
        return None if row in self._gone else row - self.above(row)

    def area(self, reference: str) -> str | None:
        """Return what is left of a range such as B2, A1:C7, A:C or 2:5; None if nothing is."""
        return self._moved(reference, None)

    def areas(self, references: str) -> str:
        """Return what is left of ranges parted by blanks."""
        return " ".join(filter(None, map(self.area, references.split())))

    def formula(self, text: str, on: str, base: int | None = None) -> str:
        """Return a formula of the tab `on`, without its equals sign.

        `base`: the first row that a rule or drop-down covers; what is not fixed with $ is meant from there. Raises
        `NotPatchable` when the formula refers to cells that all go: a #REF! would be its end.
        """
        if self.tab not in text.replace("''", "'") and on != self.tab:
            return text
        parsed = Tokenizer(f"={text}")
        for token in parsed.items:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                token.value = self._operand(token.value, on, base)
        return "".join(token.value for token in parsed.items)

    def escaped_formula(self, text: bytes, on: str, base: int | None = None) -> bytes:
        """Return a formula as it stands in XML."""
        before = unescape(text.decode())
        after = self.formula(before, on, base)
        return text if after == before else escaped(after).encode()

    def _operand(self, reference: str, on: str, base: int | None) -> str:
        found = _REFERENCE.fullmatch(reference)
        owner = found[1].removeprefix("'").removesuffix("'").replace("''", "'") if found and found[1] else on
        if found is None or owner != self.tab:
            return reference
        if moved := self._moved(reference, None if found[1] else base):
            return moved
        raise NotPatchable(f"una fórmula se refiere a lo que se iría: {reference}")

    def _moved(self, reference: str, base: int | None) -> str | None:
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            return reference  # whole columns, names and tables stay what they are
        owner, column, fixed, row, to_column, to_fixed, to_row = found.groups()
        first = self._end(int(row), 0, base if not fixed else None)
        last = self._end(int(to_row or row), 1, base if not (to_fixed if to_row else fixed) else None)
        if first > last:
            return None
        start = f"{f'{owner}!' if owner else ''}{column or ''}{fixed}{first}"
        return f"{start}:{to_column or ''}{to_fixed}{last}" if to_row else start

    def _end(self, row: int, is_last: int, base: int | None) -> int:
        """Return where the first or last row of a range comes to stand."""
        return row - self.above(row + is_last if base is None else base)
