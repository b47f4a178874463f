"""The styles of a workbook: variants of those that exist, added behind them and never changing one that is used."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from tasks.adapters.sheet.excel_parts import NotPatchable, attributes, escaped, with_attribute
from tasks.adapters.sheet.excel_write import NUMBER_FORMATS

_XFS = re.compile(rb"(<cellXfs\b[^>]*>)(.*?)(</cellXfs>)", re.DOTALL)
_XF = re.compile(rb"<xf\b[^>]*?/>|<xf\b[^>]*?>.*?</xf>", re.DOTALL)
_FORMAT = re.compile(rb"<numFmt\b[^>]*>")
_BUILT_IN = {"General": 0, "0": 1, "0%": 9, "@": 49}
_FIRST_OWN = 164  # numbers below are the built-in formats
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})  # built-in dates and times
_TEXT = 49
_HAIR = b'<border><left/><right/><top/><bottom style="hair"><color rgb="FFA6A6A6"/></bottom><diagonal/></border>'
_LINK = b'<font><u/><sz val="11"/><color rgb="FF0563C1"/><name val="Calibri"/><family val="2"/></font>'


class Styles:
    """The part `xl/styles.xml`, growing."""

    def __init__(self, xml: bytes) -> None:
        found = _XFS.search(xml)
        if found is None or not re.search(rb"<styleSheet\b", xml):
            raise NotPatchable("estilos en una forma desconocida")
        self._xml = xml
        self._xfs = _XF.findall(found[2])
        self._known: dict[tuple[Any, ...], int] = {}
        self._sizes = len(self._xfs)

    def fitting(self, base: int, kind: str, *, is_number: bool, looks_like_formula: bool) -> int:
        """Return the style for a value put into a cell of style `base`: the same one unless its number format hides
        what the value is, or a text could be taken for a formula when it is edited."""
        return self._once((base, kind, is_number, looks_like_formula), self._fit)

    def of_new_cell(self, kind: str, *, centred: bool, wraps: bool, looks_like_formula: bool, link: bool) -> int:
        """Return the style of a cell in a new row of ours."""
        return self._once(("new", kind, centred, wraps, looks_like_formula, link), self._new)

    def to_bytes(self) -> bytes | None:
        """Return the part, None if nothing was added."""
        if len(self._xfs) == self._sizes:
            return None
        body = b"".join(self._xfs)

        def rewritten(match: re.Match[bytes]) -> bytes:
            return with_attribute(match[1], "count", str(len(self._xfs))) + body + match[3]

        return _XFS.sub(rewritten, self._xml, count=1)

    def _once(self, wish: tuple[Any, ...], make: Callable[..., int]) -> int:
        if wish not in self._known:
            self._known[wish] = make(*wish)
        return self._known[wish]

    def _fit(self, base: int, kind: str, is_number: bool, looks_like_formula: bool) -> int:
        if base >= len(self._xfs):
            base = 0
        xf = self._xfs[base]
        said = attributes(_opening(xf))
        number = int(said.get("numFmtId", "0"))
        wanted = xf
        if is_number and not self._shows(number, kind):
            wanted = _set(wanted, numFmtId=str(self._format(NUMBER_FORMATS[kind])), applyNumberFormat="1")
        if looks_like_formula and said.get("quotePrefix") != "1":
            wanted = _set(wanted, quotePrefix="1")
        return base if wanted is xf else self._add(wanted)

    def _shows(self, number: int, kind: str) -> bool:
        """Whether the format shows values of that kind for what they are."""
        if kind in {"date", "datetime"}:
            code = next((c for c, n in self._formats().items() if n == number), "")
            return number in _DATES or bool(re.search(r"[dy]", re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code.lower())))
        return number not in {0, _TEXT}

    def _new(self, _new: str, kind: str, centred: bool, wraps: bool, looks_like_formula: bool, link: bool) -> int:
        border = self._add_to("borders", _HAIR)
        font = self._add_to("fonts", _LINK) if link else 0
        number = self._format(NUMBER_FORMATS[kind])
        across = 'horizontal="center" ' if centred else ""
        aligned = f'<alignment {across}vertical="top" wrapText="{int(wraps)}"/>'
        quoted = ' quotePrefix="1"' if looks_like_formula else ""
        head = f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="{border}" xfId="0"{quoted}'
        applied = ' applyNumberFormat="1" applyFont="1" applyBorder="1" applyAlignment="1">'
        return self._add(f"{head}{applied}{aligned}</xf>".encode())

    def _add(self, xf: bytes) -> int:
        if xf in self._xfs[self._sizes :]:
            return self._xfs.index(xf, self._sizes)
        self._xfs.append(xf)
        return len(self._xfs) - 1

    def _formats(self) -> dict[str, int]:
        found = (attributes(tag) for tag in _FORMAT.findall(self._xml))
        return {unescape(said.get("formatCode", "")): int(said.get("numFmtId", "0")) for said in found}

    def _format(self, code: str) -> int:
        """Return the number of a number format, added if the workbook has none like it."""
        if code in _BUILT_IN:
            return _BUILT_IN[code]
        known = self._formats()
        if code not in known:
            known[code] = max([_FIRST_OWN - 1, *known.values()]) + 1
            self._insert_format(f'<numFmt numFmtId="{known[code]}" formatCode="{escaped(code)}"/>'.encode(), len(known))
        return known[code]

    def _insert_format(self, tag: bytes, count: int) -> None:
        section = re.search(rb"<numFmts\b[^>]*?(/?)>", self._xml)
        if section and not section[1]:
            opening = with_attribute(section[0], "count", str(count))
            self._xml = self._xml.replace(section[0], opening + tag, 1)
            return
        whole = b'<numFmts count="1">' + tag + b"</numFmts>"
        if section:
            self._xml = self._xml.replace(section[0], whole, 1)
        else:
            self._xml = re.sub(rb"<styleSheet\b[^>]*>", lambda m: m[0] + whole, self._xml, count=1)

    def _add_to(self, section: str, element: bytes) -> int:
        """Return the index of a font or border, added to its section once."""
        tag = section.removesuffix("s").encode()
        found = re.search(rb"(<%b\b[^>]*>)(.*?)(</%b>)" % (section.encode(), section.encode()), self._xml, re.DOTALL)
        if found is None:
            raise NotPatchable(f"estilos sin {section}")
        present = re.findall(rb"<%b\s*/>|<%b\b[^>]*?>.*?</%b>" % (tag, tag, tag), found[2], re.DOTALL)
        if element in present:
            return present.index(element)
        grown = with_attribute(found[1], "count", str(len(present) + 1)) + found[2] + element + found[3]
        self._xml = self._xml[: found.start()] + grown + self._xml[found.end() :]
        return len(present)


def _opening(xf: bytes) -> bytes:
    return xf[: xf.index(b">") + 1]


def _set(xf: bytes, **wanted: str) -> bytes:
    opening = _opening(xf)
    changed = opening
    for name, value in wanted.items():
        changed = with_attribute(changed, name, value)
    return changed + xf[len(opening) :]
