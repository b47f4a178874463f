"""LibreOffice missing or hanging: letters leave as Word documents, and whoever can repair it hears of it."""

from pathlib import Path

import pytest

from tasks.adapters.letters.pdf import LibreOfficePdf
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tests.e2e.desk import ANA, OPERATOR, Desk

_HANGS = "#!/bin/sh\nsleep 60\n"
_DIES = "#!/bin/sh\necho 'profile locked' >&2\nexit 77\n"


@pytest.mark.parametrize("script", [None, _HANGS, _DIES], ids=["missing", "hangs", "dies"])
def test_a_letter_leaves_in_word_and_the_operator_hears_once(tmp_path: Path, script: str | None) -> None:
    program = tmp_path / "soffice"
    if script:
        program.write_text(script, encoding="utf-8")
        program.chmod(0o755)
    desk = Desk(tmp_path / "home", {"MIPG_LETTERS__PDF": "true"})
    desk.home.mkdir()
    letter = desk.assigned()
    desk.mail(ANA, "RE", f"aprobado {letter.cases[0]}")
    office = desk.office()
    office.__dict__["pdf"] = LibreOfficePdf(program, timeout=0.3, per_document=0.1)
    desk.cycle(office)
    assert desk.letters()[0].state is LetterState.SENT
    (mail,) = desk.outbox(Purpose.LETTER)
    assert mail.mail.enclosures[0].name == f"{letter.number}.docx"
    (alert,) = desk.outbox(Purpose.ALERT)
    assert alert.mail.to == (OPERATOR,)
    assert f"1 oficio ({letter.number}): salen en Word" in alert.mail.text
    assert "mipg doctor" in alert.mail.text
