"""WordprocessingML as the letters need it: parts, paragraphs and their words (ISO/IEC 29500-1, clause 17)."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BODY = "word/document.xml"
_EDGE = re.compile(r"word/(?:header|footer)\d*\.xml")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)

Element = Any  # lxml has no types


def parsed(part: bytes) -> Element:
    """Return the root of a part. Raises `ValueError` for broken XML and for any document type (entities)."""
    try:
        root = etree.fromstring(part, _PARSER)
    except etree.XMLSyntaxError as error:
        raise ValueError("XML dañado") from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("XML con DOCTYPE")
    return root


def written(root: Element) -> bytes:
    """Return the part again."""
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


def body_parts(parts: Iterable[str]) -> list[str]:
    """Return the names of the parts that hold the letter's text."""
    return [name for name in parts if name == _BODY]


def edge_parts(parts: Iterable[str]) -> list[str]:
    """Return the names of headers and footers."""
    return sorted(name for name in parts if _EDGE.fullmatch(name))


def paragraphs(root: Element) -> list[Element]:
    """Return the paragraphs in order, those of tables included."""
    return list(root.iter(f"{W}p"))


def words(paragraph: Element) -> str:
    """Return what the paragraph says, its blanks as single ones."""
    return " ".join("".join(_pieces(paragraph)).split())


def _pieces(paragraph: Element) -> Iterator[str]:
    for node in paragraph.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}cr", f"{W}noBreakHyphen"):
        if not _is_shown(node, paragraph):
            continue
        yield (node.text or "") if node.tag == f"{W}t" else "-" if node.tag.endswith("noBreakHyphen") else " "


def _is_shown(node: Element, paragraph: Element) -> bool:
    """Whether the node is this paragraph's own: not of a text box inside it, nor of a fallback drawn twice."""
    for parent in node.iterancestors():
        if parent is paragraph:
            return True
        if parent.tag in {_FALLBACK, f"{W}p", f"{W}tabs"}:
            return False
    return False


def exchange(paragraph: Element, old: str, new: str) -> None:
    """Put `new` in the place of each `old`, wherever Word cut the text into runs; formats stay."""
    nodes = [node for node in paragraph.iter(f"{W}t") if _is_shown(node, paragraph)]
    while old and (at := "".join(node.text or "" for node in nodes).find(old)) >= 0:
        _replace_span(nodes, at, at + len(old), new)
        if old in new:
            return


def _replace_span(nodes: list[Element], start: int, end: int, new: str) -> None:
    position = 0
    for node in nodes:
        text = node.text or ""
        first, last = max(start - position, 0), min(end - position, len(text))
        position += len(text)
        if first >= last:
            continue
        node.text = text[:first] + new + text[last:]
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        new = ""


def set_words(paragraph: Element, new: str) -> None:
    """Change only what differs between the paragraph's words and `new`."""
    nodes = [node for node in paragraph.iter(f"{W}t") if _is_shown(node, paragraph)]
    old = "".join(node.text or "" for node in nodes)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle = new[head : len(new) - tail]
    if head == len(old) - tail:  # only added to: the text before it takes the words
        head = max(0, head - 1)
        middle = old[head : head + 1] + middle
    _replace_span(nodes, head, len(old) - tail, middle)


def _common(one: str, other: str) -> int:
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
