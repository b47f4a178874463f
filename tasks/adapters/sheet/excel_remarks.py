"""What people wrote in the comments of cells, old notes and threaded conversations alike, by row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from tasks.adapters.sheet.excel_parts import Package, attributes, column_number

_REMARK = re.compile(rb"<(?:\w+:)?((?:threadedC|c)omment)\b([^>]*)>(.*?)</(?:\w+:)?\1>", re.DOTALL)
_TEXT = re.compile(rb"<(?:\w+:)?(?:t|text)\b[^>]*>([^<]+)<")
_AUTHOR = re.compile(rb"<(?:\w+:)?author\b[^>]*>([^<]*)<")
_PERSON = re.compile(rb"<(?:\w+:)?person\b[^>]*>")
_PLACE = re.compile(r"([A-Z]{1,3})(\d+)")
_TALK, _NOTE = "threadedComment", "comments"  # kinds of parts
_LONGEST = 4_000  # characters of one comment


@dataclass(frozen=True, slots=True)
class _Remark:
    kind: str
    column: int
    row: int
    author: str
    text: str


def remarks(package: Package, part: str, headers: Sequence[str], header: int) -> dict[int, tuple[str, ...]]:
    """Return the comments below a tab's header by row, each with the column it is on and who wrote it."""
    kinds = {kind: name for kind, name in package.related(part) if kind in {_TALK, _NOTE}}
    said = [remark for kind, name in kinds.items() for remark in _said(package, kind, name)]
    talked = {(one.row, one.column) for one in said if one.kind == _TALK}
    found: dict[int, list[str]] = {}
    for one in said:
        repeats = one.kind == _NOTE and (one.row, one.column) in talked  # programs leave a note below a conversation
        if one.row > header and not repeats:
            where = headers[one.column - 1] if one.column <= len(headers) else ""
            about = f"Comentario en «{where}»" if where else "Comentario"
            found.setdefault(one.row, []).append(f"{about} ({one.author or 'sin nombre'}): {one.text}")
    return {row: tuple(texts) for row, texts in found.items()}


def _said(package: Package, kind: str, name: str) -> Iterator[_Remark]:
    xml = package.read(name)
    people = (
        _people(package) if kind == _TALK else {str(n): _plain(name) for n, name in enumerate(_AUTHOR.findall(xml))}
    )
    for _, head, body in _REMARK.findall(xml):
        said = attributes(head)
        place = _PLACE.fullmatch(said.get("ref", ""))
        text = "".join(map(_plain, _TEXT.findall(body))).strip()
        if place and text:
            author = people.get(said.get("personId") or said.get("authorId", ""), "")
            yield _Remark(kind, column_number(place[1]), int(place[2]), author, text[:_LONGEST])


def _people(package: Package) -> dict[str, str]:
    """Return the names of those who talk, by their id."""
    persons = [package.read(name) for name in package.names() if name.startswith("xl/persons/")]
    found = (attributes(tag) for xml in persons for tag in _PERSON.findall(xml))
    return {said.get("id", ""): unescape(said.get("displayName", "")) for said in found}


def _plain(xml: bytes) -> str:
    return unescape(xml.decode())
