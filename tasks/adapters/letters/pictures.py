"""Pictures that the final letter has over its draft (the signature), carried into the document that a person edited.

A picture is three things in a package: the drawing, the relationship that it names and the file that this points to
(ISO/IEC 29500-1, 9.2 and 20.4.2).
"""

from collections.abc import Mapping
from copy import deepcopy
from itertools import count

from tasks.adapters.letters.word import RELATIONSHIP, Element, W, paragraphs, parsed, words, written

_BODY = "word/document.xml"
_LINKS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_EMBED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_DEFAULT = "{http://schemas.openxmlformats.org/package/2006/content-types}Default"


def add_pictures(parts: dict[str, bytes], before: Mapping[str, bytes], after: Mapping[str, bytes]) -> None:
    """Put each new picture of `after` before the paragraph that it stands before there; left out if that is gone."""
    known = {before[name] for name in before if name.startswith("word/media/")}
    body, final = parsed(parts[_BODY]), parsed(after[_BODY])
    here, there = paragraphs(body), paragraphs(final)
    for place, drawn in enumerate(there):
        blips = list(drawn.iter(_BLIP))
        under = next((p for p in there[place + 1 :] if words(p)), None)
        found = next((p for p in reversed(here) if under is not None and words(p) == words(under)), None)
        if not blips or words(drawn) or found is None or under is None:
            continue
        files = [_file_of(after, str(blip.get(_EMBED))) for blip in blips]
        if known.isdisjoint(after[name] for name in files):
            _place(parts, drawn, [after[name] for name in files], found)
            _space_as(found, under)
    parts[_BODY] = written(body)


def _file_of(package: Mapping[str, bytes], link: str) -> str:
    links = parsed(package[_LINKS]).iter(RELATIONSHIP)
    return "word/" + next(str(node.get("Target")) for node in links if node.get("Id") == link)


def _place(parts: dict[str, bytes], drawn: Element, files: list[bytes], found: Element) -> None:
    copy = deepcopy(drawn)
    for blip, content in zip(copy.iter(_BLIP), files, strict=True):
        blip.set(_EMBED, _keep(parts, content))
    found.addprevious(copy)


def _keep(parts: dict[str, bytes], content: bytes) -> str:
    """Add a PNG to the package; returns the relationship that points to it."""
    links = parsed(parts[_LINKS])
    taken = {str(node.get("Id")) for node in links} | set(parts)
    number = next(n for n in count(1) if taken.isdisjoint({f"rIdFirma{n}", f"word/media/firma{n}.png"}))
    target, link = f"media/firma{number}.png", f"rIdFirma{number}"
    parts[f"word/{target}"] = content
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    links.append(links.makeelement(RELATIONSHIP, {"Id": link, "Type": kind, "Target": target}))
    parts[_LINKS] = written(links)
    types = parsed(parts[_TYPES])
    if not any(node.get("Extension") == "png" for node in types.iter(_DEFAULT)):
        types.insert(0, types.makeelement(_DEFAULT, {"Extension": "png", "ContentType": "image/png"}))
        parts[_TYPES] = written(types)
    return link


def _space_as(paragraph: Element, model: Element) -> None:
    """Give the paragraph the model's spacing: no room is left for a hand where a picture stands."""
    spacing, properties = model.find(f"{W}pPr/{W}spacing"), paragraph.find(f"{W}pPr")
    old = properties.find(f"{W}spacing") if properties is not None else None
    if spacing is not None and old is not None:
        properties.replace(old, deepcopy(spacing))
