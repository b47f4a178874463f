"""Drafts that came back edited in Word: let in only as plain letters, and finished as the final one would be."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from difflib import SequenceMatcher

from tasks.adapters.letters.package import pack, unpack
from tasks.adapters.letters.pictures import add_pictures
from tasks.adapters.letters.threats import refuse_threats
from tasks.adapters.letters.word import (
    Element,
    W,
    body_parts,
    edge_parts,
    exchange,
    paragraphs,
    parsed,
    set_words,
    words,
    written,
)
from tasks.ports.errors import UnfitDocument
from tasks.ports.letters import EditedLetter

_MAX_OCTETS = 20 * 2**20
_MAX_CHANGES = 12
_SHOWN = 160  # characters of a paragraph in the history
_NOT_WORD = (
    "El archivo no es un documento de Word (.docx). Guárdelo como «Documento de Word (.docx)» y envíelo de nuevo."
)
_SAME_LETTER = "Trabaje sobre el último borrador que recibió, sin cambiar su número ni quitar sus casos."
_REVISED = ("ins", "moveTo")
_DROPPED = (
    "del", "moveFrom", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "trPrChange", "tcPrChange",
    "tblGridChange", "numberingChange", "commentRangeStart", "commentRangeEnd", "commentReference",
    "moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd",
)  # fmt: skip
_COMMENTS = re.compile(r"word/(?:comments\w*|people)\.xml")
_WATERMARK = re.compile(rb"borrador|draft", re.IGNORECASE)


class WordEditor:
    """Implements `LetterEditor`."""

    def accept(self, edited: bytes, draft: bytes, must_say: Sequence[str]) -> EditedLetter:
        """Return the edited document, cleaned, with what it changes; see `LetterEditor`."""
        parts = _opened(edited)
        try:
            refuse_threats(parts)
            for name in (*body_parts(parts), *edge_parts(parts)):
                root = parsed(parts[name])
                _accept_revisions(root)
                parts[name] = written(root)
        except ValueError as error:
            raise UnfitDocument(f"{_NOT_WORD} ({error}).") from error
        parts = _without_comments(parts)
        _refuse_another(_texts(parts, body_parts(parts)), must_say)
        return EditedLetter(pack(parts), _changes(_texts(unpack(draft)), _texts(parts)))

    def finish(self, edited: bytes, draft: bytes, final: bytes, renewed: Mapping[str, str]) -> bytes:
        """Return the final letter in the words of the edited one; see `LetterEditor`."""
        parts, before, after = unpack(edited), unpack(draft), unpack(final)
        for choose in (body_parts, edge_parts):
            names = choose(parts)
            roots = {name: parsed(parts[name]) for name in names}
            here = [paragraph for root in roots.values() for paragraph in paragraphs(root)]
            old = [p for name in choose(before) for p in paragraphs(parsed(before[name]))]
            new = [p for name in choose(after) for p in paragraphs(parsed(after[name]))]
            here, old = ([p for p in found if not _was_watermark(p)] for found in (here, old))
            for paragraph in (*here, *old):
                for phrase, present in renewed.items():
                    exchange(paragraph, phrase, present)
            _carry_over(here, old, new)
            parts |= {name: written(root) for name, root in roots.items()}
        add_pictures(parts, before, after)
        return pack(parts)


def _opened(document: bytes) -> dict[str, bytes]:
    if len(document) > _MAX_OCTETS:
        raise UnfitDocument("El documento pesa más de 20 MB. Reduzca sus imágenes y envíelo de nuevo.")
    try:
        parts = unpack(document)
    except ValueError as error:
        raise UnfitDocument(_NOT_WORD) from error
    if "[Content_Types].xml" not in parts or not body_parts(parts):
        raise UnfitDocument(_NOT_WORD)
    return parts


def _accept_revisions(root: Element) -> None:
    """Take the document as its author sees it with every tracked change accepted, without comments."""
    for name in _REVISED:
        for node in list(root.iter(f"{W}{name}")):
            parent, at = node.getparent(), node.getparent().index(node)
            parent[at : at + 1] = list(node)
    for paragraph in list(root.iter(f"{W}p")):
        if paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None and not words(paragraph):
            paragraph.getparent().remove(paragraph)
    for name in _DROPPED:
        for node in list(root.iter(f"{W}{name}")):
            node.getparent().remove(node)


def _without_comments(parts: dict[str, bytes]) -> dict[str, bytes]:
    gone = {name for name in parts if _COMMENTS.fullmatch(name)}
    kept = {name: content for name, content in parts.items() if name not in gone}
    for listing in ("[Content_Types].xml", "word/_rels/document.xml.rels"):
        if gone and listing in kept:
            root = parsed(kept[listing])
            for node in list(root):
                named = str(node.get("PartName") or node.get("Target") or "")
                if any(name.endswith(named.lstrip("/")) for name in gone if named):
                    root.remove(node)
            kept[listing] = written(root)
    return kept


def _refuse_another(said: Sequence[str], must_say: Sequence[str]) -> None:
    """Raise `UnfitDocument` where the letter's text, its headers and footers apart, is no longer this letter's."""
    for phrase in must_say:
        if not any(_says(line, phrase) for line in said):
            raise UnfitDocument(
                f"El documento no dice «{phrase}»: parece otro oficio o le falta una parte. {_SAME_LETTER}"
            )
    number = must_say[0]
    series = re.escape(number.rpartition("-20")[0])
    first = re.search(rf"(?<![\w-]){series}-20\d\d-\d+", "\n".join(said))  # what stands at its head
    if first is not None and first[0] != number:
        raise UnfitDocument(f"El documento lleva el número {first[0]} en lugar de {number}. {_SAME_LETTER}")


def _texts(parts: Mapping[str, bytes], names: Sequence[str] = ()) -> list[str]:
    """Return the paragraphs of those parts, else the letter's, then those of its headers and footers; none empty."""
    names = names or (*body_parts(parts), *edge_parts(parts))
    return [text for name in names for p in paragraphs(parsed(parts[name])) if (text := words(p))]


def _says(line: str, phrase: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(phrase)}(?!\d)", line) is not None


def _changes(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    lines: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = min(i2 - i1, j2 - j1)
        lines += [f"cambia «{_cut(before[i1 + n])}» por «{_cut(after[j1 + n])}»" for n in range(pairs)]
        lines += [f"quita «{_cut(text)}»" for text in before[i1 + pairs : i2]]
        lines += [f"añade «{_cut(text)}»" for text in after[j1 + pairs : j2]]
    more = len(lines) - _MAX_CHANGES
    return tuple(lines) if more <= 0 else (*lines[:_MAX_CHANGES], f"y {more} cambios más")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _was_watermark(paragraph: Element) -> bool:
    """Take off the paragraph's watermark; True when nothing is left, and then the paragraph goes too."""
    marks = [run for run in paragraph.iter(f"{W}r") if _is_watermark(run)]
    for run in marks:
        run.getparent().remove(run)
    is_empty = bool(marks) and not words(paragraph) and len(paragraph.getparent().findall(f"{W}p")) > 1
    if is_empty:
        _drop(paragraph)
    return is_empty


def _is_watermark(run: Element) -> bool:
    drawn = run.find(f".//{W}pict") is not None or run.find(f".//{W}drawing") is not None
    return drawn and not words(run) and _WATERMARK.search(written(run)) is not None


def _carry_over(here: list[Element], old: list[Element], new: list[Element]) -> None:
    """Do to the edited paragraphs what leads from the draft's to the final's; what a person rewrote stays."""
    before, after = [words(p) for p in old], [words(p) for p in new]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        anchor = _last_before(here, before[:i1])
        for n in range(i1, i2):
            found = next((p for p in here if words(p) == before[n] and before[n]), None)
            if found is not None and n - i1 < j2 - j1:
                set_words(found, after[j1 + n - i1])
                anchor = found
            elif found is not None:
                _drop(found)
                here.remove(found)
        for extra in new[j1 + min(i2 - i1, j2 - j1) : j2]:
            if anchor is not None and words(extra):
                added = deepcopy(extra)
                anchor.addnext(added)
                here.insert(here.index(anchor) + 1, added)
                anchor = added


def _last_before(here: list[Element], before: Sequence[str]) -> Element | None:
    """Return the paragraph after which something new stands: the nearest of the draft's that is still there."""
    for text in reversed(before):
        found = next((p for p in here if text and words(p) == text), None)
        if found is not None:
            return found
    return here[0] if here else None


def _drop(paragraph: Element) -> None:
    """Take a paragraph away; a table cell must keep one (ISO/IEC 29500-1, 17.4.65)."""
    parent = paragraph.getparent()
    if parent.tag == f"{W}tc" and len(parent.findall(f"{W}p")) == 1:
        set_words(paragraph, "")
    else:
        parent.remove(paragraph)
