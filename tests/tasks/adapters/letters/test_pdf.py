"""PDF against its contract with the real LibreOffice, and its failures with programs that play LibreOffice."""

import time
from pathlib import Path

import pytest

import templates
from tasks.adapters.letters.docx import DocxRenderer
from tasks.adapters.letters.pdf import LibreOfficePdf
from tasks.ports.errors import ConverterUnavailable
from tests.contracts.letters import PdfConverterContract
from tests.needs import require
from tests.templates.letters_samples import letter


@pytest.fixture(scope="module")
def document() -> bytes:
    return DocxRenderer([templates.FOLDER]).render("letters/default", letter().fields())


@pytest.mark.libreoffice
class TestLibreOfficePdf(PdfConverterContract):
    @pytest.fixture
    def converter(self) -> LibreOfficePdf:
        return LibreOfficePdf(require("libreoffice"))


def played(folder: Path, script: str) -> Path:
    """Return a program that is called as LibreOffice is: the last arguments are the documents."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


# Makes a PDF of each document, except of those whose package holds the word VENENO, at which it hangs.
_HANGS = """
while [ "$1" != --outdir ]; do shift; done
out=$2; shift 2
for doc in "$@"; do
  if grep -q VENENO "$doc"; then sleep 60; fi
  printf '%%PDF-1.6 %%%%EOF' > "$out/$(basename "$doc" .docx).pdf"
done
"""


def package(text: str) -> bytes:
    """Return a zip that holds the text as it is."""
    import io
    import zipfile

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as file:
        file.writestr("x", text)
    return packed.getvalue()


def test_a_document_that_hangs_costs_only_itself(tmp_path: Path) -> None:
    converter = LibreOfficePdf(played(tmp_path, _HANGS), timeout=0.6, per_document=0.05)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    documents = [package("bien")] * 3 + [package("VENENO")] + [package("bien")] * 4
    begun = time.monotonic()
    made = converter.convert(documents, scratch)
    assert [pdf is not None for pdf in made] == [True] * 3 + [False] + [True] * 4
    assert time.monotonic() - begun < 10
    assert list(scratch.iterdir()) == []


def test_half_a_pdf_does_not_count(tmp_path: Path) -> None:
    script = _HANGS.replace("%%%%EOF", "")
    assert LibreOfficePdf(played(tmp_path, script)).convert([package("x")], tmp_path) == [None]


def test_a_libreoffice_that_dies_is_unavailable_with_its_own_words(tmp_path: Path) -> None:
    converter = LibreOfficePdf(played(tmp_path, "echo no hay disco >&2; exit 77"))
    with pytest.raises(ConverterUnavailable, match=r"77: no hay disco.*letters\.pdf"):
        converter.convert([package("x")], tmp_path)
    with pytest.raises(ConverterUnavailable, match="77"):
        converter.ping()


def test_a_missing_libreoffice_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for converter in (LibreOfficePdf(), LibreOfficePdf(tmp_path / "nada")):
        with pytest.raises(ConverterUnavailable, match="apt-get install"):
            converter.convert([package("x")], tmp_path)
