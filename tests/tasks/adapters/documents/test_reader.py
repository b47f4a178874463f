"""Attached letters: what they say, within bounds of size and time, whatever the file really is."""

import subprocess
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from tasks.adapters.documents import pdf
from tasks.adapters.documents.reader import FileDocuments
from tests.needs import require

WORDS = "Solicitamos asesoria en la politica de gestion documental"


def docx(xml: str, name: str = "word/document.xml") -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, xml)
    return file.getvalue()


def a_pdf(text: str) -> bytes:
    """A PDF of one page written by hand."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    return written(objects)


def written(objects: list[bytes]) -> bytes:
    """Return the objects as a file."""
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (n, one) for n, one in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size %d>>\nstartxref\n0\n%%%%EOF" % (len(objects) + 1)


def blank_pdf(password: str = "") -> bytes:
    writer, file = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("oficio.docx", docx("<w:p><w:t>Uno &amp; dos</w:t></w:p><w:p><w:t>Tres</w:t></w:p>"), "Uno & dos\nTres"),
        ("OFICIO.DOCX", docx("<w:tc><w:p><w:t>a</w:t></w:p></w:tc><w:tc><w:t>b</w:t></w:tc>"), "a\nb"),
        ("carta.odt", docx("<text:h>Asunto</text:h><text:p>PAC</text:p>", "content.xml"), "Asunto\nPAC"),
        ("oficio.docx", docx("<x/>", "otro.xml"), None),
        ("oficio.docx", b"PK\x03\x04 roto", None),
        ("oficio.docx", b"", None),
        ("oficio.doc", b"\xd0\xcf\x11\xe0", None),
        ("oficio.pdf", b"%PDF-1.4 roto", None),
        ("oficio.pdf", blank_pdf("secreto"), None),
        ("sin-nombre", b"texto", None),
    ],
)
def test_a_document_says_what_it_says_or_nothing(name: str, content: bytes, text: str | None) -> None:
    assert FileDocuments().text(name, content) == text


def test_the_text_of_a_pdf_is_read() -> None:
    found = FileDocuments().text("oficio.pdf", a_pdf(WORDS))
    assert found is not None
    assert WORDS in found


def test_a_bomb_is_unpacked_no_further_than_its_bound() -> None:
    bomb = docx("<w:p><w:t>" + "a" * 200_000_000)
    started = time.monotonic()
    assert len(FileDocuments().text("bomba.docx", bomb) or "") <= 10_000
    assert time.monotonic() - started < 10


def test_a_pdf_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    endless = tmp_path / "endless.py"
    endless.write_text("while True: pass")
    monkeypatch.setattr(pdf, "_PROGRAM", endless)
    monkeypatch.setattr(pdf, "_READING", 0.5)
    assert pdf.pdf_text(a_pdf(WORDS)) is None


def test_no_program_is_started_for_what_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_run", lambda *_: pytest.fail("a program was started"))
    assert FileDocuments().text("foto.jpg", b"nada de foto" * 1000) is None


def test_a_scan_without_tesseract_is_left_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_tesseract", lambda: None)
    assert FileDocuments().text("escaneado.pdf", blank_pdf()) is None
    assert FileDocuments().text("foto.jpg", b"\xff\xd8\xff") is None


def a_scan(picture: bytes, stamp: str = "") -> bytes:
    """A PDF of one picture (JPEG), with a stamp in text upon it, as a register prints it."""
    drawn = f"q 600 0 0 200 0 0 cm /P Do Q BT /F1 6 Tf 5 5 Td ({stamp}) Tj ET".encode()
    width, height = (int.from_bytes(picture[at : at + 2]) for at in (_frame(picture) + 7, _frame(picture) + 5))
    image = b"/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 200]/Contents 4 0 R"
        b"/Resources<</XObject<</P 6 0 R>>/Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/XObject%s/Width %d/Height %d/Length %d>>stream\n%s\nendstream"
        % (image, width, height, len(picture), picture),
    ]
    return written(objects)


def _frame(jpeg: bytes) -> int:
    """Return where the frame header lies (SOF0, ITU-T T.81 §B.2.2), which holds height and width."""
    at = 2
    while jpeg[at + 1] != 0xC0:
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4])
    return at


@pytest.fixture(scope="module")
def picture() -> bytes:
    """A photo of the words."""
    require("tesseract")
    command = [str(require("pdftoppm")), "-r", "200", "-jpeg", "-singlefile", "-"]
    return subprocess.run(command, input=a_pdf(WORDS), capture_output=True, check=True).stdout


def test_a_photo_is_read(picture: bytes) -> None:
    assert WORDS in (FileDocuments().text("foto.jpg", picture) or "")


@pytest.mark.parametrize("stamp", ["", "Gobernacion de Antioquia. Radicado 2026010456789 del 30/11/2026 08:12"])
def test_a_scan_is_read_also_under_a_stamp_in_text(picture: bytes, stamp: str) -> None:
    found = FileDocuments().text("escaneado.pdf", a_scan(picture, stamp)) or ""
    assert WORDS in found
    assert stamp in found


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([".docx", ".odt", ".doc", ""]), st.binary(max_size=300))
def test_any_bytes_are_read_or_not(suffix: str, content: bytes) -> None:
    assert isinstance(FileDocuments().text(f"x{suffix}", content), str | None)


@settings(max_examples=5, deadline=None)
@given(st.data())
def test_a_damaged_pdf_is_read_or_not(data: st.DataObject) -> None:
    whole = a_pdf(WORDS)
    at = data.draw(st.integers(0, len(whole)))
    broken = whole[:at] + data.draw(st.binary(max_size=20)) + whole[at + 5 :]
    assert isinstance(FileDocuments().text("x.pdf", broken), str | None)
