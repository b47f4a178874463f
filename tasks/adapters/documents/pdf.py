"""The text of a PDF, by pypdf in a process of its own; a scan's by tesseract, where that is installed."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

_PROGRAM = Path(__file__).with_name("pdf_program.py")
_READING = 20.0  # seconds for a PDF's text
_OCR = 60.0  # seconds for a scan, all pages
_SCANNED_PAGES = 4
_MARK, _MARK_WITHIN = b"%PDF-", 1024  # where readers look for it (ISO 32000-1, annex H): no process for what is no PDF
# What tesseract reads, whatever the file is called: PNG, JPEG, TIFF, WebP, GIF, BMP.
_PICTURE_MARKS = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"RIFF", b"GIF8", b"BM")
_THIN = 40  # characters: fewer say nothing
_STAMP = 250  # characters: with fewer the pages may be pictures


def pdf_text(content: bytes) -> str | None:
    """Return the text of the first pages; None for a damaged, encrypted, endless or (no tesseract) scanned file."""
    if _MARK not in content[:_MARK_WITHIN]:
        return None
    # -I: neither the folder of the program nor the caller's environment may put other modules in its way.
    read = _run([sys.executable, "-I", str(_PROGRAM)], _READING, content)
    if read is None or len(read.strip()) >= _STAMP:
        return read
    # Pictures, perhaps with the stamp of a register upon them as the only text.
    return "\n".join(text for text in (read, _scanned_text(content)) if text and len(text.strip()) >= _THIN) or None


def picture_text(content: bytes) -> str | None:
    """Return the words of a photo or scan; None without tesseract, when it finds none, or for what is no picture."""
    return _pictures_text([content]) if content.startswith(_PICTURE_MARKS) else None


def _scanned_text(content: bytes) -> str | None:
    if not (_tesseract() and shutil.which("pdftoppm")):
        return None
    with TemporaryDirectory() as folder:
        pages = ["pdftoppm", "-r", "200", "-gray", "-png", "-l", str(_SCANNED_PAGES), "-", f"{folder}/page"]
        if _run(pages, _OCR, content) is None:
            return None
        return _pictures_text([path.read_bytes() for path in sorted(Path(folder).glob("*.png"))])


def _pictures_text(pictures: Sequence[bytes]) -> str | None:
    program = _tesseract()
    if program is None:
        return None
    ends = time.monotonic() + _OCR
    words = [_run([program, "-", "-", "-l", "spa"], ends - time.monotonic(), picture) for picture in pictures]
    text = "\n".join(page for page in words if page and page.strip())
    return text if len(text.strip()) >= _THIN else None


def _tesseract() -> str | None:
    return shutil.which("tesseract")


def _run(command: list[str], seconds: float, given: bytes) -> str | None:
    """Return what the program wrote; None when it failed or took too long."""
    if seconds <= 0:
        return None
    environ = os.environ | {"OMP_THREAD_LIMIT": "1"}  # tesseract would take every processor
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=seconds, env=environ, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
