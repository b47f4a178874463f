"""`ports.documents.Documents` over the kinds of file that offices attach."""

from tasks.adapters.documents.packages import package_text
from tasks.adapters.documents.pdf import pdf_text, picture_text

_MAX_FILE = 25_000_000  # bytes
_MAX_TEXT = 10_000  # characters kept: a need stands at the beginning
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff"})


class FileDocuments:
    """Reads .docx, .odt, .pdf and, with tesseract, scans and photos."""

    def text(self, name: str, content: bytes) -> str | None:
        if not content or len(content) > _MAX_FILE:
            return None
        suffix = "." + name.rpartition(".")[2].lower()
        found: str | None = None
        if suffix in {".docx", ".odt"}:
            found = package_text(suffix, content)
        elif suffix == ".pdf":
            found = pdf_text(content)
        elif suffix in _PICTURES:
            found = picture_text(content)
        return None if found is None else found[:_MAX_TEXT]
