"""What every letter renderer and every PDF converter must do. Subclass and give the fixtures."""

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.ports.errors import TemplateProblem
from tasks.ports.letters import LetterRenderer, PdfConverter
from tests.templates.letters_samples import REQUEST_TEXT, letter

LETTER = "letters/default"

# What people and attackers put into a request; each must come out as the words it is.
HOSTILE = (
    "{{ 7 * 7 }} {% raw %} {# nada #} {{ oficina.__class__.__mro__ }}",
    "{_{ 7 * 7 }_} {_% for x in y %_}",
    "<w:p><w:r><w:t>otro párrafo</w:t></w:r></w:p> & <Cía> \"S.A.S.\" 'y'",
    '{ INCLUDETEXT "/etc/passwd" } { DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc" }',
    "{\\rtf1\\ansi {\\object\\objemb}} ]]> <!ENTITY x SYSTEM 'file:///etc/passwd'> &xxe;",
    "=HYPERLINK(\"http://example.org\",\"clic\") +1-1 @SUMA(A1)",
    "שלום עולם مرحبا 你好 😀 ñandú",
)  # fmt: skip


def words(document: bytes) -> str:
    """Return all that the document says: header, body, tables and footer."""
    opened = Document(io.BytesIO(document))
    section = opened.sections[0]
    parts = [*section.header.paragraphs, *opened.paragraphs, *section.footer.paragraphs]
    parts += [paragraph for table in opened.tables for cell in table._cells for paragraph in cell.paragraphs]
    return "\n".join(paragraph.text for paragraph in parts)


class LetterRendererContract:
    """Fixture `renderer`: a `LetterRenderer` over the shipped templates."""

    def test_a_letter_says_its_number_and_whom_it_is_for(self, renderer: LetterRenderer) -> None:
        said = words(renderer.render(LETTER, letter().fields()))
        assert "Oficio N.º DSEGPP-2026-0107" in said
        assert "Marta Isabel Correa Gil" in said
        assert "18 de diciembre de 2026" in said

    def test_only_a_draft_is_marked_as_one(self, renderer: LetterRenderer) -> None:
        draft, final = (renderer.render(LETTER, letter(is_draft=flag).fields()) for flag in (True, False))
        assert "BORRADOR" in words(draft)
        assert "BORRADOR" not in words(final)
        for document, marked in ((draft, True), (final, False)):
            with zipfile.ZipFile(io.BytesIO(document)) as package:
                assert any(b"BORRADOR" in package.read(name) for name in package.namelist()) is marked

    @pytest.mark.parametrize("text", HOSTILE)
    def test_what_comes_from_outside_stays_text(self, renderer: LetterRenderer, text: str) -> None:
        document = renderer.render(LETTER, letter(text=text).fields())
        assert text in words(document)
        with zipfile.ZipFile(io.BytesIO(document)) as package:
            body = package.read("word/document.xml")
        assert b"instrText" not in body
        assert b"w:object" not in body

    @pytest.mark.parametrize("unseen", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\ud800", "\udfff", "\u202e", "￾"])
    def test_what_nobody_can_see_goes_and_the_rest_stays(self, renderer: LetterRenderer, unseen: str) -> None:
        context = letter().fields() | {"texto_solicitud": (f"antes{unseen}después", "último párrafo")}
        said = words(renderer.render(LETTER, context))
        assert "antesdespués" in said
        assert "último párrafo" in said
        assert "Agradecemos su disposición" in said

    @given(text=st.text(max_size=300))
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_text_breaks_the_letter(self, renderer: LetterRenderer, text: str) -> None:
        fields = letter(text=text).fields() | {"asunto": text, "titulo": text}
        assert "Agradecemos su disposición" in words(renderer.render(LETTER, fields))

    def test_the_same_context_gives_the_same_bytes(self, renderer: LetterRenderer) -> None:
        first, second = (renderer.render(LETTER, letter().fields()) for _ in range(2))
        assert first == second

    def test_a_missing_field_is_named_with_the_closest_known_one(self, renderer: LetterRenderer) -> None:
        context = letter().fields()
        context["fecha_limites"] = context.pop("fecha_limite")
        with pytest.raises(TemplateProblem, match=r"letters/default.*«fecha_limite».*«fecha_limites»"):
            renderer.render(LETTER, context)

    @pytest.mark.parametrize("name", ["letters/nadie", "../../etc/passwd", "letters/../default", "/etc/passwd", ""])
    def test_a_template_that_is_not_there_is_a_template_problem(self, renderer: LetterRenderer, name: str) -> None:
        with pytest.raises(TemplateProblem, match="no existe"):
            renderer.render(name, letter().fields())

    def test_the_shipped_templates_have_no_problem(self, renderer: LetterRenderer) -> None:
        assert renderer.check() == []


class PdfConverterContract:
    """Fixtures `converter`: a `PdfConverter` that works; `document`: a .docx that says `REQUEST_TEXT`."""

    def test_it_says_what_it_is(self, converter: PdfConverter) -> None:
        assert converter.ping()

    def test_a_batch_keeps_its_order_and_a_broken_document_spoils_only_itself(
        self, converter: PdfConverter, document: bytes, tmp_path: Path
    ) -> None:
        first, broken, empty, last = converter.convert([document, b"PK\x03\x04roto", b"", document], tmp_path)
        assert first
        assert first.startswith(b"%PDF-")
        assert last
        assert broken is None
        assert empty is None
        assert list(tmp_path.iterdir()) == []

    def test_no_documents_make_no_call(self, converter: PdfConverter, tmp_path: Path) -> None:
        assert converter.convert([], tmp_path) == []

    def test_the_pdf_says_what_the_letter_says(self, converter: PdfConverter, document: bytes, tmp_path: Path) -> None:
        from pypdf import PdfReader

        (pdf,) = converter.convert([document], tmp_path)
        assert pdf
        said = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
        assert "DSEGPP-2026-0107" in said
        assert REQUEST_TEXT.split("\n")[0] in said
