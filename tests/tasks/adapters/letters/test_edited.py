"""Drafts edited in Word: what is let in, what is refused with which words, and the final letter made of them."""

import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document

import templates
from tasks.adapters.letters.docx import DocxRenderer
from tasks.adapters.letters.edited import WordEditor
from tasks.adapters.letters.package import pack, unpack
from tasks.ports.errors import UnfitDocument
from tests.contracts.letters import words
from tests.templates.letters_samples import letter

NUMBER = "DSEGPP-2026-0107"
MUST = (NUMBER, "2026-0041")
EDITOR = WordEditor()
_RENDERER = DocxRenderer([templates.FOLDER])
DRAFT = _RENDERER.render("letters/default", letter().fields())
FINAL = _RENDERER.render("letters/default", letter(is_draft=False).fields() | {"fecha": "4 de diciembre de 2026"})
RENEWED = {"3 de diciembre de 2026": "4 de diciembre de 2026"}


def by_word(change: Callable[[object], None], draft: bytes = DRAFT) -> bytes:
    """Return the draft after an edit made as a word processor would save it."""
    document = Document(io.BytesIO(draft))
    change(document)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def with_part(name: str, content: bytes, draft: bytes = DRAFT) -> bytes:
    return pack(unpack(draft) | {name: content})


def with_body(inside: str, draft: bytes = DRAFT) -> bytes:
    """Return the draft with more XML at the head of its body."""
    parts = unpack(draft)
    head, tag, rest = parts["word/document.xml"].partition(b"<w:body>")
    return pack(parts | {"word/document.xml": head + tag + inside.encode() + rest})


def add_paragraph(document: object) -> None:
    document.paragraphs[-1].insert_paragraph_before("Quedamos atentos en la extensión 123.")  # type: ignore[attr-defined]


def test_an_added_paragraph_is_kept_and_told() -> None:
    edited = EDITOR.accept(by_word(add_paragraph), DRAFT, MUST)
    assert edited.changes == ("añade «Quedamos atentos en la extensión 123.»",)
    assert "extensión 123" in words(edited.document)


def test_the_same_words_are_no_change() -> None:
    assert EDITOR.accept(by_word(lambda _: None), DRAFT, MUST).changes == ()


def test_the_final_letter_has_the_persons_words_and_no_mark_of_a_draft() -> None:
    edited = EDITOR.accept(by_word(add_paragraph), DRAFT, MUST).document
    final = EDITOR.finish(edited, DRAFT, FINAL, RENEWED)
    said = words(final)
    assert "extensión 123" in said
    assert "BORRADOR" not in said
    with zipfile.ZipFile(io.BytesIO(final)) as package:
        assert not any(b"BORRADOR" in package.read(name) for name in package.namelist())
    assert "4 de diciembre de 2026" in said
    assert "3 de diciembre de 2026" not in said
    assert "Radicado N.º 2026030123456" in said
    assert "Aprobó: Natalia Andrea Quiroz Bedoya" in said


def test_a_draft_that_nobody_changed_ends_as_the_final_one() -> None:
    assert words(EDITOR.finish(DRAFT, DRAFT, FINAL, RENEWED)).split() == words(FINAL).split()


def test_tracked_changes_are_accepted_and_comments_go() -> None:
    tracked = (
        '<w:p><w:ins w:id="1" w:author="Ana"><w:r><w:t>Texto nuevo.</w:t></w:r></w:ins>'
        '<w:del w:id="2" w:author="Ana"><w:r><w:delText>Texto viejo.</w:delText></w:r></w:del>'
        '<w:commentRangeStart w:id="0"/><w:r><w:t xml:space="preserve"> Fin.</w:t></w:r></w:p>'
    )
    edited = EDITOR.accept(with_part("word/comments.xml", b"<x/>", with_body(tracked)), DRAFT, MUST)
    assert "Texto nuevo. Fin." in words(edited.document)
    parts = unpack(edited.document)
    assert b"Texto viejo" not in parts["word/document.xml"]
    assert b"Ana" not in parts["word/document.xml"].partition(b"Fin.")[0]
    assert "word/comments.xml" not in parts


def test_the_link_to_the_authors_own_word_template_is_taken_off() -> None:
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        'Target="file:///C:/Users/ana/Normal.dotm" TargetMode="External"/></Relationships>'
    )
    edited = EDITOR.accept(with_part("word/_rels/settings.xml.rels", rels.encode()), DRAFT, MUST)
    assert b"Normal.dotm" not in unpack(edited.document)["word/_rels/settings.xml.rels"]


def _external(kind: str, target: str) -> bytes:
    rels = unpack(DRAFT)["word/_rels/document.xml.rels"]
    more = (
        f'<Relationship Id="rX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}" TargetMode="External"/></Relationships>'
    )
    return with_part("word/_rels/document.xml.rels", rels.replace(b"</Relationships>", more.encode()))


def _field(code: str) -> bytes:
    return with_body(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText>{code}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


REFUSED = {
    "macros": (with_part("word/vbaProject.bin", b"x"), "macros"),
    "macro content type": (
        with_part(
            "[Content_Types].xml",
            unpack(DRAFT)["[Content_Types].xml"].replace(b"document.main+xml", b"document.macroEnabled.main+xml"),
        ),
        "macros",
    ),
    "ole": (with_part("word/embeddings/oleObject1.bin", b"x"), "OLE"),
    "ole element": (with_body("<w:p><w:r><w:object/></w:r></w:p>"), "OLE"),
    "activex": (with_part("word/activeX/activeX1.xml", b"<x/>"), "controles activos"),
    "html chunk": (with_part("word/afchunk.html", b"<p>"), "archivos incrustados"),
    "linked picture": (_external("image", "http://example.org/x.png"), "enlazado desde otro lugar"),
    "link to a file": (_external("hyperlink", "file:////server/share"), "enlazado desde otro lugar"),
    "frame": (_external("frame", "http://example.org"), "enlazado desde otro lugar"),
    "includetext": (_field(' INCLUDETEXT "c:\\\\secret.docx" '), "INCLUDETEXT"),
    "ddeauto": (_field(' DDEAUTO c:\\\\cmd.exe "/k" '), "DDEAUTO"),
    "simple field": (with_body('<w:p><w:fldSimple w:instr=" LINK Excel.Sheet x "/></w:p>'), "LINK"),
    "field named by a field": (
        with_body(
            '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
            '<w:r><w:instrText>QUOTE "DDE"</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
        ),
        "sin nombre",
    ),
    "entities": (
        with_part("word/header1.xml", b'<!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>'),
        "no es un documento de Word",
    ),
    "no package": (b"%PDF-1.7", "no es un documento de Word"),
    "rtf": (b"{\\rtf1 hola}", "no es un documento de Word"),
    "huge": (b"PK" + b"0" * 21_000_000, "20 MB"),
    "empty": (b"", "no es un documento de Word"),
}


@pytest.mark.parametrize(("document", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_could_do_harm_is_refused_with_what_to_do(document: bytes, said: str) -> None:
    with pytest.raises(UnfitDocument, match=said.replace("(", r"\(")):
        EDITOR.accept(document, DRAFT, MUST)


def test_a_zip_that_unpacks_without_end_is_refused() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", b"<Types/>")
        package.writestr("word/document.xml", b"0" * 90_000_000)
    with pytest.raises(UnfitDocument, match="no es un documento de Word"):
        EDITOR.accept(bomb.getvalue(), DRAFT, MUST)


@pytest.mark.parametrize("must", [("DSEGPP-2026-0108",), (NUMBER, "2026-0042"), ("DSEGPP-2026-010",)])
def test_another_letters_document_is_refused(must: tuple[str, ...]) -> None:
    with pytest.raises(UnfitDocument, match=must[-1]):
        EDITOR.accept(DRAFT, DRAFT, must)


@pytest.mark.parametrize("also", ["", f" En alcance al borrador {NUMBER}."])
def test_a_letter_whose_number_was_changed_in_the_text_is_refused_though_its_foot_still_says_it(also: str) -> None:
    def renumber(document: object) -> None:
        for paragraph in document.paragraphs:  # type: ignore[attr-defined]
            for run in paragraph.runs:
                run.text = run.text.replace(NUMBER, "DSEGPP-2026-0999")
        document.add_paragraph(also)  # type: ignore[attr-defined]

    with pytest.raises(UnfitDocument, match=NUMBER):
        EDITOR.accept(by_word(renumber), DRAFT, MUST)


def test_another_letter_may_be_named_further_down() -> None:
    def name(document: object) -> None:
        document.add_paragraph("En alcance al oficio DSEGPP-2026-0088.")  # type: ignore[attr-defined]

    assert EDITOR.accept(by_word(name), DRAFT, MUST).changes


def test_a_document_whose_parts_are_damaged_is_answered_kindly() -> None:
    damaged = bytearray(DRAFT)
    with zipfile.ZipFile(io.BytesIO(DRAFT)) as package:
        entry = package.getinfo("word/document.xml")
    start = entry.header_offset + 30 + len(entry.filename)
    damaged[start : start + entry.compress_size] = b"\xff" * entry.compress_size
    with pytest.raises(UnfitDocument, match="no es un documento de Word"):
        EDITOR.accept(bytes(damaged), DRAFT, MUST)
