"""A case's folder has its papers under names that say what they are."""

import json
from email.message import EmailMessage
from pathlib import Path

from tasks.domain.mail.writing.outgoing import Purpose
from tests.e2e.desk import ANA, ARCHIVES_LEADER, Desk, stamp


def test_request_letter_and_plan_stand_in_the_cases_folder(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    (number,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"aprobado {number}")
    desk.cycle()
    row = desk.outbox(Purpose.LETTER)[0]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ARCHIVES_LEADER, "mesa.mipg@antioquia.gov.co", f"RE: {row.mail.subject}"
    mail["Message-ID"], mail["In-Reply-To"] = "<plan@antioquia.gov.co>", row.mail.message_id
    mail.set_content("Adjunto el plan de asistencia; proponemos el 15 de diciembre.")
    mail.add_attachment(b"%PDF-1.7 plan", "application", "pdf", filename="../../Plan de asistencia.pdf")
    desk.deliver(stamp("antioquia.gov.co").encode() + mail.as_bytes())
    desk.cycle()
    desk.cycle()
    office = desk.office()
    manifest = office.case_folders.path(number) / "manifiesto.json"
    before = json.loads(manifest.read_text(encoding="utf-8"))["archivos"]
    desk.mail(ANA, "RE", f"no recordar {number}: 15/12/2026")
    desk.cycle()
    after = json.loads(manifest.read_text(encoding="utf-8"))["archivos"]
    assert len(after) == len(before) + 1  # the order; what came before stands as it did, unread
    assert all(row in after for row in before)
    names = sorted(path.name for path in office.case_folders.path(number).iterdir())
    assert any(name.endswith("oficio DSEGPP-2026-0001.docx") for name in names)
    assert any(name.endswith("solicitud M-1.eml") for name in names)
    assert any("plan del líder" in name and name.endswith(" - 1 Plan de asistencia.pdf") for name in names)
    assert "manifiesto.json" in names
    assert {path.parent for path in office.settings.cases_path.rglob("*.pdf")} == {office.case_folders.path(number)}
