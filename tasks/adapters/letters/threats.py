"""What a Word document from outside may not bring: programs, objects, and anything fetched from elsewhere."""

import re
from collections.abc import Mapping

from tasks.adapters.letters.word import RELATIONSHIP, Element, W, parsed, written
from tasks.ports.errors import UnfitDocument

_ACTIVE = (
    (re.compile(r"vba|macro|attachedtoolbars|customizations", re.I), "macros"),
    (re.compile(r"activex|control", re.I), "controles activos"),
    (re.compile(r"embeddings/|oleobject", re.I), "objetos incrustados (OLE)"),
    (re.compile(r"afchunk|\.(?:html?|mht|rtf|exe|js|vbs|bat|cmd|scr|lnk)$", re.I), "archivos incrustados"),
)
_ELEMENTS = {"object": "objetos incrustados (OLE)", "control": "controles activos", "altChunk": "archivos incrustados",
             "subDoc": "subdocumentos"}  # fmt: skip
# Fields that only repeat what the document itself holds. Any other may fetch or run (INCLUDETEXT, DDEAUTO, LINK …).
_FIELDS = frozenset(
    {
        "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "DATE", "TIME", "SAVEDATE", "CREATEDATE", "PRINTDATE", "TITLE",
        "SUBJECT", "AUTHOR", "REF", "PAGEREF", "NOTEREF", "STYLEREF", "SEQ", "TOC", "TC", "XE", "INDEX", "SYMBOL",
        "QUOTE", "HYPERLINK", "FORMTEXT",
    }
)  # fmt: skip
_WEB = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_ADVICE = "Quítelos y envíe el documento de nuevo."


def refuse_threats(parts: dict[str, bytes]) -> None:
    """Raise `UnfitDocument` for what may not come in; the link to the author's own Word template is taken off.

    Raises `ValueError` for a part that is no clean XML.
    """
    _refuse_active(parts)
    for name in [name for name in parts if name.endswith(".rels")]:
        parts[name] = _checked_relationships(parts[name])
    for name in [name for name in parts if name.startswith("word/") and name.endswith(".xml")]:
        root = parsed(parts[name])
        _refuse_elements(root)
        _refuse_fields(root)
        if name == "word/settings.xml":
            for node in [*root.findall(f"{W}attachedTemplate"), *root.findall(f"{W}mailMerge")]:
                root.remove(node)
            parts[name] = written(root)


def _refuse_active(parts: Mapping[str, bytes]) -> None:
    kinds = re.findall(r'(?:ContentType|PartName)="([^"]+)"', parts["[Content_Types].xml"].decode("utf-8", "replace"))
    for named in (*parts, *kinds):
        for sign, what in _ACTIVE:
            if sign.search(named) and not named.startswith("docProps/"):
                raise UnfitDocument(f"El documento trae {what}, que no se admiten en un oficio. {_ADVICE}")


def _checked_relationships(part: bytes) -> bytes:
    root = parsed(part)
    for node in list(root.iter(RELATIONSHIP)):
        kind = str(node.get("Type") or "").rpartition("/")[2]
        if kind in {"attachedTemplate", "mailMergeSource", "recipientData"}:
            root.remove(node)
        elif node.get("TargetMode") == "External":
            _refuse_link(kind, str(node.get("Target") or ""))
    return written(root)


def _refuse_link(kind: str, target: str) -> None:
    if kind != "hyperlink" or not _WEB.match(target):
        raise UnfitDocument(
            f"El documento trae contenido enlazado desde otro lugar («{target[:60]}»). Insértelo en el documento, "
            "sin vínculo, y envíelo de nuevo."
        )


def _refuse_elements(root: Element) -> None:
    for name, what in _ELEMENTS.items():
        if next(root.iter(f"{W}{name}"), None) is not None:
            raise UnfitDocument(f"El documento trae {what}, que no se admiten en un oficio. {_ADVICE}")


def _refuse_fields(root: Element) -> None:
    for node in root.iter(f"{W}fldSimple"):
        _refuse_code(str(node.get(f"{W}instr") or ""))
    open_codes: list[str] = []  # fields nest: the innermost one last
    for node in root.iter(f"{W}fldChar", f"{W}instrText"):
        kind = node.get(f"{W}fldCharType")
        if kind == "begin":
            open_codes.append("")
        elif kind is None and open_codes:
            open_codes[-1] += node.text or ""
        elif kind == "end" and open_codes:
            _refuse_code(open_codes.pop())


def _refuse_code(code: str) -> None:
    """A field is named by the first word of its code; one whose name is made by another field is never let in."""
    name = next(iter(code.split()), "").upper()
    if name not in _FIELDS:
        raise UnfitDocument(f"El documento trae un campo de Word no admitido ({name[:30] or 'sin nombre'}). {_ADVICE}")
    if name == "HYPERLINK" and "\\l" not in code and not _WEB.search(code):
        raise UnfitDocument(f"El documento trae un vínculo a un archivo. {_ADVICE}")
