"""The text of documents that are zips of XML: Word (.docx) and OpenDocument (.odt), unpacked within bounds."""

import re
import zipfile
import zlib
from html import unescape
from io import BytesIO

_MAX_XML = 4_000_000  # bytes unpacked: a bomb stops here
_MEMBERS = {".docx": "word/document.xml", ".odt": "content.xml"}
_LINE_END = re.compile(r"</(?:w:p|w:tr|text:p|text:h)>|<(?:w:br|w:cr|text:line-break)\b[^<>]{0,200}>")
_TAB = re.compile(r"<(?:w:tab|text:tab|text:s)\b[^<>]{0,200}>|</w:tc>")
_TAG = re.compile(r"<[^<>]{0,4000}>")
_BROKEN = (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, ValueError, EOFError, zlib.error)


def package_text(suffix: str, content: bytes) -> str | None:
    """Return the paragraphs, one a line; None when the file is encrypted, damaged or not what its name says."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package, package.open(_MEMBERS[suffix]) as document:
            xml = document.read(_MAX_XML).decode("utf-8", "replace")
    except _BROKEN:
        return None
    plain = unescape(_TAG.sub("", _TAB.sub(" ", _LINE_END.sub("\n", xml))))
    return "\n".join(line.strip() for line in plain.splitlines() if line.strip())
