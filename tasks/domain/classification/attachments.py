"""The text of a letter attached as .docx, within bounds: a request is often only there."""

import re
import zipfile
import zlib
from html import unescape
from io import BytesIO

from tasks.domain.mail.message import Attachment, Mail

_MAX_FILE = 5_000_000  # bytes of the attachment; larger ones are scanned letters, with no text to gain
_MAX_XML = 4_000_000  # bytes unpacked: a bomb stops here
_MAX_TEXT = 10_000  # characters kept
_MAX_FILES = 3
_PARAGRAPH = re.compile(r"</w:p>|<w:br/?>|</w:tr>")
_TAG = re.compile(r"<[^>]{0,2000}>")


def letter_text(mail: Mail) -> str:
    """Return the text of the mail's first .docx files, "" when there is none that can be read."""
    letters = [a for a in mail.attachments if a.name.lower().endswith(".docx")][:_MAX_FILES]
    return "\n".join(text for text in map(docx_text, letters) if text)


def docx_text(attachment: Attachment) -> str:
    """Return the paragraphs of a Word document, "" for anything else (never raises)."""
    if len(attachment.content) > _MAX_FILE:
        return ""
    try:
        with (
            zipfile.ZipFile(BytesIO(attachment.content)) as package,
            package.open("word/document.xml") as document,
        ):
            xml = document.read(_MAX_XML).decode("utf-8", "replace")
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, NotImplementedError, ValueError, EOFError, zlib.error):
        return ""  # not a Word file, encrypted, or damaged: a person opens it
    plain = unescape(_TAG.sub("", _PARAGRAPH.sub("\n", xml)))
    return "\n".join(line.strip() for line in plain.splitlines() if line.strip())[:_MAX_TEXT]


def holds_a_letter(mail: Mail) -> bool:
    """Whether something is attached that may be the request itself: a document, a scan or a photo."""
    return any(
        a.name.lower().endswith(
            (".docx", ".doc", ".odt", ".rtf", ".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".heic")
        )
        for a in mail.attachments
        if not a.inline or len(a.content) > 20_000
    ) or any(a.name.lower().endswith((".xlsx", ".xls", ".ods")) for a in mail.attachments)
