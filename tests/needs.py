"""What a test needs beyond Python: found, skipped with the line that installs it, or (MIPG_TEST_ALL=1) a failure."""

import os
import shutil
from pathlib import Path

import pytest

_PROGRAMS = {
    "dovecot": (("dovecot", "/usr/sbin/dovecot"), "apt-get install dovecot-imapd"),
    "postgres": (("initdb", "/usr/lib/postgresql/*/bin/initdb"), "apt-get install postgresql"),
    "libreoffice": (("soffice", "libreoffice"), "apt-get install libreoffice-writer libreoffice-calc"),
    "chromium": (("chromium", "chromium-browser"), "apt-get install chromium"),
    "tesseract": (("tesseract",), "apt-get install tesseract-ocr tesseract-ocr-spa"),
    "pdftoppm": (("pdftoppm",), "apt-get install poppler-utils"),
}


def find(need: str) -> Path | None:
    """Return where the program lies, if it is installed."""
    for name in _PROGRAMS[need][0]:
        if name.startswith("/"):
            matches = sorted(Path("/").glob(name.lstrip("/")))
            if matches:
                return matches[-1]
        elif found := shutil.which(name):
            return Path(found)
    return None


def require(need: str) -> Path:
    """Return the program, or skip the test (fail it under MIPG_TEST_ALL=1) with the line that installs it."""
    if program := find(need):
        return program
    message = f"{need} is not installed; install it with: {_PROGRAMS[need][1]}"
    if os.environ.get("MIPG_TEST_ALL") == "1":
        pytest.fail(message)
    pytest.skip(message)
