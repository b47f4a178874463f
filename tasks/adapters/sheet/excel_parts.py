"""A workbook as the parts of its zip: those that change are replaced, all others stay byte for byte as they are.

That is how everything survives that no library can save again: threaded comments, pivot tables, slicers, sparklines,
Excel's own charts and extensions.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from html import unescape as _unescaped
from itertools import count

ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHEET = re.compile(rb"<sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_HYPERLINK_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_EMPTY_RELS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)
_BOOK = "xl/workbook.xml"
_CALC_CHAIN = "xl/calcChain.xml"


class NotPatchable(ValueError):
    """The workbook is written in an unusual form, by another program than the usual ones: it is not edited in place."""


def attributes(tag: bytes) -> dict[str, str]:
    """Return a tag's attributes, as they stand in the XML."""
    return {name.decode(): (double or single).decode() for name, double, single in ATTRIBUTE.findall(tag)}


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """Return the opening tag with the attribute set."""
    pair = f'{name}="{value}"'.encode()
    changed, count = re.subn(rb"""(?<=\s)%b\s*=\s*(?:"[^"]*"|'[^']*')""" % name.encode(), lambda _: pair, tag, count=1)
    if count:
        return changed
    cut = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:cut].rstrip() + b" " + pair + tag[cut:]


class Package:
    """The parts of one workbook."""

    def __init__(self, content: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._changed: dict[str, bytes | None] = {}

    def read(self, name: str) -> bytes:
        """Return a part as it is now. Raises `NotPatchable` when there is none."""
        if name in self._changed:
            part = self._changed[name]
            if part is not None:
                return part
        elif name in self._zip.NameToInfo:
            return self._zip.read(name)
        raise NotPatchable(f"falta {name}")

    def has(self, name: str) -> bool:
        """Whether the part exists."""
        return self._changed[name] is not None if name in self._changed else name in self._zip.NameToInfo

    def put(self, name: str, part: bytes) -> None:
        """Replace or add a part."""
        self._changed[name] = part

    def to_bytes(self) -> bytes:
        """Return the workbook."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as target:
            for info in self._zip.infolist():
                part = self._changed.get(info.filename, b"")
                if part is not None:
                    target.writestr(info, part or self._zip.read(info), compresslevel=3)
            for name, part in self._changed.items():
                if part is not None and name not in self._zip.NameToInfo:
                    target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    def sheets(self) -> dict[str, str]:
        """Return the part of each tab by the tab's name."""
        targets = {said.get("Id"): said.get("Target", "") for said in self._relations("xl/_rels/workbook.xml.rels")}
        found = {}
        for tag in _SHEET.findall(self.read(_BOOK)):
            said = attributes(tag)
            relation = next((value for name, value in said.items() if name.endswith(":id")), "")
            target = _absolute(targets.get(relation, ""), "xl")
            if self.has(target):
                found[_unescaped(said.get("name", ""))] = target
        return found

    def names(self) -> list[str]:
        """Return the names of the parts."""
        added = [name for name in self._changed if name not in self._zip.NameToInfo]
        return [name for name in [*self._zip.namelist(), *added] if self.has(name)]

    def copy(self) -> "Package":
        """Return the same workbook, to be changed further without changing this one."""
        other = object.__new__(Package)
        other._zip, other._changed = self._zip, dict(self._changed)
        return other

    def related(self, sheet: str) -> list[tuple[str, str]]:
        """Return what belongs to a sheet's part: kind, such as "table" or "comments", and part."""
        folder = sheet.rpartition("/")[0]
        found = [
            (relation.get("Type", "").rpartition("/")[2], _absolute(relation.get("Target", ""), folder))
            for relation in self._relations(_rels_of(sheet))
        ]
        return [(kind, part) for kind, part in found if self.has(part)]

    def relate(self, sheet: str, targets: Iterable[str]) -> dict[str, str]:
        """Relate the sheet's part to the addresses and return the id of each one's relation."""
        rels = _rels_of(sheet)
        known = self._relations(rels)
        names = {_unescaped(r.get("Target", "")): r["Id"] for r in known if r.get("TargetMode") == "External"}
        wanted = [target for target in dict.fromkeys(targets) if target not in names]
        if wanted:
            taken = {relation.get("Id") for relation in known}
            free = (name for name in map("rIdMipg{}".format, count(1)) if name not in taken)
            names |= dict(zip(wanted, free, strict=False))
            tags = "".join(_link_relation(names[target], target) for target in wanted)
            before = self.read(rels) if self.has(rels) else _EMPTY_RELS
            self.put(rels, before.replace(b"</Relationships>", tags.encode() + b"</Relationships>"))
        return names

    def forget_calculation_order(self) -> None:
        """Drop the list of formula cells, which must not name a cell that holds none; programs make it anew."""
        if not self.has(_CALC_CHAIN):
            return
        self._changed[_CALC_CHAIN] = None
        for name, pattern in (
            ("[Content_Types].xml", rb"<Override\b[^>]*/xl/calcChain\.xml[^>]*/>"),
            ("xl/_rels/workbook.xml.rels", rb"<Relationship\b[^>]*calcChain\.xml[^>]*/>"),
        ):
            self.put(name, re.sub(pattern, b"", self.read(name)))

    def compute_when_opened(self) -> None:
        """Have the team's formulas computed anew by the program that opens the workbook: what they refer to changed."""
        book = self.read(_BOOK)
        found = re.search(rb"<calcPr\b[^>]*>", book)
        if found:
            book = book.replace(found[0], with_attribute(found[0], "fullCalcOnLoad", "1"), 1)
        else:
            book = book.replace(b"</definedNames>", b'</definedNames><calcPr fullCalcOnLoad="1"/>', 1)
        self.put(_BOOK, book)

    def counts_from_1904(self) -> bool:
        """Whether the workbook's dates count from 1904 (old Macs)."""
        found = re.search(rb"<workbookPr\b[^>]*>", self.read(_BOOK))
        return found is not None and attributes(found[0]).get("date1904") in {"1", "true"}

    def _relations(self, part: str) -> list[dict[str, str]]:
        return [attributes(tag) for tag in _RELATION.findall(self.read(part))] if self.has(part) else []


def column_number(letters: str) -> int:
    """Return the number of a column, counted from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def escaped(text: str) -> str:
    """Return the text as XML writes it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _link_relation(name: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_HYPERLINK_REL}" Target="{escaped(target)}" TargetMode="External"/>'


def _rels_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


def _absolute(target: str, folder: str) -> str:
    if target.startswith("/"):
        return target[1:]
    steps = folder.split("/")
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)
