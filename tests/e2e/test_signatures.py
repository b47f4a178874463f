"""The signature as a picture: on what a person let go, never on a draft, in an edited letter too."""

import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from tasks.adapters.letters.package import pack, unpack
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.intake import run_intake
from tasks.letters import run_letters
from tests.contracts.letters import words
from tests.e2e.desk import ANA, DIRECTOR, Desk, stamp
from tests.pictures import png

SIGNATURE = png(600, 150)


def an_office(home: Path, release: str = "approved") -> Desk:
    (home / "firma.png").write_bytes(SIGNATURE)
    signatures = json.dumps([{"of": DIRECTOR, "file": "firma.png"}])
    return Desk(home, {"MIPG_LETTERS__SIGNATURES": signatures, "MIPG_LETTERS__RELEASE": release})


def pictures(desk: Desk, sha256: str) -> list[bytes]:
    parts = unpack(desk.office().archive.get(sha256))
    return [content for name, content in parts.items() if name.startswith("word/media/")]


def approved(desk: Desk) -> Letter:
    letter = desk.assigned()
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    desk.cycle()
    return desk.letters()[-1]


def test_what_was_approved_carries_the_signature_and_no_draft_does(tmp_path: Path) -> None:
    desk = an_office(tmp_path)
    letter = approved(desk)
    assert pictures(desk, letter.draft_sha256) == []
    assert pictures(desk, letter.final_sha256) == [SIGNATURE]


def test_where_the_director_signs_each_letter_the_picture_waits_for_firmado(tmp_path: Path) -> None:
    desk = an_office(tmp_path, "signed")
    letter = approved(desk)
    asked = desk.outbox(Purpose.DRAFT_LETTER)[-1].mail
    assert asked.to == (DIRECTOR,)
    assert pictures(desk, asked.enclosures[0].sha256) == []
    desk.mail(DIRECTOR, "RE: firma", f"firmado {letter.cases[0]}")
    desk.cycle()
    assert pictures(desk, desk.letters()[-1].final_sha256) == [SIGNATURE]


def test_a_letter_whose_leader_left_before_it_was_signed_is_drafted_again_and_holds_up_no_other(tmp_path: Path) -> None:
    desk = an_office(tmp_path, "signed")
    letter = desk.assigned()
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    office = desk.office()
    run_intake(office)
    with office.ledger.begin() as unit:
        unit.books.save_directory(unit.books.directory().model_copy(update={"leaders": ()}))
    assert run_letters(office)["released"] == 0
    assert desk.letters()[-1].state is LetterState.DRAFT
    assert all("firma" not in row.mail.key for row in desk.outbox(Purpose.DRAFT_LETTER))


def test_an_edited_letter_is_signed_before_its_name(tmp_path: Path) -> None:
    desk = an_office(tmp_path)
    letter = desk.assigned()
    draft = desk.office().archive.get(letter.draft_sha256)
    parts = unpack(draft)
    body = parts["word/document.xml"].replace(b"Revisar la ", "Revisar con cariño la ".encode())
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ANA, "mesa.mipg@antioquia.gov.co", "RE: borrador"
    mail["Message-ID"] = "<editado@antioquia.gov.co>"
    mail.set_content(f"aprobado {letter.cases[0]}")
    content = pack(parts | {"word/document.xml": body})
    mail.add_attachment(content, "application", "octet-stream", filename=f"{letter.number}.docx")
    desk.deliver(stamp("antioquia.gov.co").encode() + mail.as_bytes())
    desk.cycle()
    final = desk.letters()[-1]
    assert final.state is LetterState.SENT
    document = desk.office().archive.get(final.final_sha256)
    assert "Revisar con cariño" in words(document)
    assert pictures(desk, final.final_sha256) == [SIGNATURE]
    xml = unpack(document)["word/document.xml"]
    assert xml.index(b"<w:drawing") < xml.rindex(b"Natalia")


def test_a_signature_that_cannot_be_read_holds_the_letter_and_the_operator_hears(tmp_path: Path) -> None:
    desk = an_office(tmp_path)
    (tmp_path / "firma.png").write_bytes(b"nada")
    letter = approved(desk)
    assert letter.state is LetterState.APPROVED
    assert "firma.png" in desk.outbox(Purpose.ALERT)[-1].mail.text
    (tmp_path / "firma.png").write_bytes(SIGNATURE)
    desk.cycle()
    assert desk.letters()[-1].state is LetterState.SENT


@pytest.mark.parametrize("who", ["jorge.cano@antioquia.gov.co", ANA])
def test_nobody_else_s_signature_stands_for_the_director_s(tmp_path: Path, who: str) -> None:
    (tmp_path / "firma.png").write_bytes(SIGNATURE)
    desk = Desk(tmp_path, {"MIPG_LETTERS__SIGNATURES": json.dumps([{"of": who, "file": "firma.png"}])})
    assert pictures(desk, approved(desk).final_sha256) == []
