"""The offer's road: results in, rows to tick, cases, one letter per leader, an invitation per municipality."""

from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from deployments.demo_scores import scores_csv
from tasks.cycle import run_cycle
from tasks.domain.cases.case import Origin, State
from tasks.domain.directory import Liaison
from tasks.domain.letters.letter import LetterKind, LetterState
from tasks.domain.mail.writing.outgoing import Purpose, as_bytes
from tasks.impact.comparing import comparison
from tasks.impact.running import run_impact
from tasks.letters import run_letters
from tasks.offer.proposing import run_offer
from tasks.results.loading import run_results
from tests.e2e.desk import ARCHIVES_LEADER, Desk, stamp
from tests.e2e.story import BOGOTA

TAB = "Oferta 2027"
POLICIES = ["gestion-documental", "gobierno-digital", "seguridad-digital", "integridad"]


@pytest.fixture(name="desk")
def desk_fixture(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "home", {"MIPG_LETTERS__PDF": "false"}, datetime(2027, 7, 12, 9, tzinfo=BOGOTA))
    desk.cycle()
    office = desk.office()
    office.settings.scores_path.mkdir(parents=True, exist_ok=True)
    danes = [m.dane for m in office.catalog.municipalities]
    (office.settings.scores_path / "r.csv").write_bytes(scores_csv(danes, POLICIES, [2025, 2026]))
    run_results(desk.office())
    run_impact(desk.office())
    desk.cycle()
    return desk


def rows(desk: Desk) -> dict[str, dict[str, Any]]:
    tab = load_workbook(desk.office().settings.sheet_path)[TAB]
    header = [str(cell.value) for cell in tab[1]]
    read = [dict(zip(header, (cell.value for cell in row), strict=True)) for row in tab.iter_rows(min_row=2)]
    return {str(row["Clave"]): row for row in read if row["Clave"]}


def tick(desk: Desk, keys: list[str], word: str = "Sí") -> None:
    path = desk.office().settings.sheet_path
    book = load_workbook(path)
    tab = book[TAB]
    columns = {str(cell.value): place for place, cell in enumerate(tab[1], 1)}
    for row in tab.iter_rows(min_row=2):
        if str(row[columns["Clave"] - 1].value) in keys:
            row[columns["Incluir"] - 1].value = word
    book.save(path)


def archive_rows(desk: Desk) -> list[str]:
    found = rows(desk).values()
    return [str(row["Clave"]) for row in found if str(row["Clave"]).endswith("/gestion-documental")]


def test_new_results_put_the_offer_into_its_tab(desk: Desk) -> None:
    found = rows(desk)
    assert found
    row = next(iter(found.values()))
    assert row["Brecha"] == pytest.approx(row["Pares"] - row["Puntaje"])
    assert any("En espera" in str(row["Alertas"]) for row in found.values())
    assert run_offer(desk.office())["proposed"] == len(found)


def test_ticked_rows_become_cases_with_one_letter_per_leader_and_an_invitation_each(desk: Desk) -> None:
    keys = archive_rows(desk)[:3]
    with desk.office().ledger.begin() as unit:
        directory = unit.books.directory()
        liaisons = tuple(Liaison(dane=key[:5], name="Enlace", email=f"enlace{key[:5]}@example.org") for key in keys[:2])
        unit.books.save_directory(directory.model_copy(update={"liaisons": liaisons}))
    office = desk.office()
    with office.ledger.reading() as unit:
        before = {case.number for case in unit.cases.all()}
    tick(desk, keys)
    for _ in range(3):
        desk.cycle()
    with desk.office().ledger.reading() as unit:
        cases = [case for case in unit.cases.all() if case.number not in before]
        (letter,) = unit.letters.all()
    assert [case.origin for case in cases] == [Origin.OFFER] * 3
    assert {case.state for case in cases} == {State.DRAFT}
    assert (letter.kind, letter.leader, letter.cases) == (
        LetterKind.OFFER, ARCHIVES_LEADER, tuple(sorted(case.number for case in cases)),
    )  # fmt: skip
    assert {rows(desk)[key]["Caso"] for key in keys} == {case.number for case in cases}
    order(desk, letter.officer, letter.cases[0])
    for _ in range(3):
        desk.cycle()
    with desk.office().ledger.reading() as unit:
        states = {case.state for case in unit.cases.get_many([case.number for case in cases])}
        letters = {one.number: one for one in unit.letters.all()}
    assert states == {State.LETTER_SENT}
    assert letters[letter.number].state is LetterState.SENT
    invitations = [one for one in letters.values() if one.kind is LetterKind.INVITATION]
    assert {one.leader for one in invitations} == {liaison.email for liaison in liaisons}
    sent = [row.mail for row in desk.outbox() if row.mail.purpose is Purpose.INVITATION]
    assert len(sent) == 2
    assert not [row for row in desk.outbox() if row.mail.purpose is Purpose.ACKNOWLEDGEMENT]
    assert not desk.office().ledger.audit()


def order(desk: Desk, officer: str, case: str) -> None:
    from tasks.domain.cases.decision import Accepted, Actor
    from tasks.domain.mail.commands import parse_orders
    from tasks.orders import give

    office = desk.office()
    (asked,) = parse_orders("aprobado")
    with office.ledger.begin() as unit:
        assert isinstance(give(unit, office, asked, case, Actor(officer, "cli")), Accepted)


def assist(desk: Desk, cases: list[str], day: date) -> None:
    from tasks.domain.cases.decision import Accepted, Actor
    from tasks.domain.mail.commands import parse_orders
    from tasks.orders import give

    office = desk.office()
    (held,) = parse_orders(f"asistencia: {day:%d/%m/%Y} virtual")
    with office.ledger.begin() as unit:
        officer = (unit.cases.get(cases[0]) or pytest.fail("no case")).officer or ""
        for number in cases:
            assert isinstance(give(unit, office, held, number, Actor(officer, "cli")), Accepted)


def test_offered_cases_are_compared_with_the_next_results_and_nobody_is_told_to_have_asked(
    desk: Desk,
) -> None:
    keys = archive_rows(desk)[:4]
    towns = tuple(
        Liaison(dane=key[:5], name="Enlace", email=f"enlace{key[:5]}@example.org") for key in archive_rows(desk)
    )
    with desk.office().ledger.begin() as unit:
        unit.books.save_directory(unit.books.directory().model_copy(update={"liaisons": towns}))
    tick(desk, keys)
    for _ in range(3):
        desk.cycle()
    with desk.office().ledger.reading() as unit:
        (letter,) = unit.letters.all()
    order(desk, letter.officer, letter.cases[0])
    for _ in range(2):
        desk.cycle()
    desk.now = datetime(2027, 8, 20, 9, tzinfo=BOGOTA)
    assist(desk, list(letter.cases), date(2027, 8, 19))
    with desk.office().ledger.reading() as unit:
        (held,) = unit.cases.sessions(letter.cases[0])  # one session, four municipalities
    assert (held.day, held.mode, held.leader) == (date(2027, 8, 19), "virtual", ARCHIVES_LEADER)
    assert held.cases == letter.cases
    desk.now = datetime(2029, 7, 12, 9, tzinfo=BOGOTA)  # a day of August 2027 is too late for the form about 2027
    office = desk.office()
    danes, assisted = [m.dane for m in office.catalog.municipalities], {(key[:5], "gestion-documental") for key in keys}
    results = scores_csv(danes, POLICIES, [2024, 2027, 2028], assisted, assisted_from=2028)
    (office.settings.scores_path / "siguiente.csv").write_bytes(results)
    run_results(desk.office())
    run_impact(desk.office())
    with desk.office().ledger.reading() as unit:
        closed = unit.cases.get_many(letter.cases)
        reasons = [unit.cases.history(case.number)[-1].reason for case in closed]
    assert {(case.origin, case.state) for case in closed} == {(Origin.OFFER, State.CLOSED)}
    assert all(case.score_before is not None and case.score_after is not None for case in closed)
    assert all("2026" in reason and "2028" in reason for reason in reasons), reasons
    result = comparison(desk.office())
    assert result["pooled"]["by_modality"]["oferta"]["n_treated"] == 4
    assert {unit["modality"] for unit in result["units"]} == {"oferta"}
    assert run_offer(desk.office())["proposed"]
    for _ in range(2):
        run_letters(desk.office())
    with desk.office().ledger.reading() as unit:
        closings = [one for one in unit.letters.all() if one.kind is LetterKind.CLOSING]
    assert {one.leader for one in closings} == {f"enlace{key[:5]}@example.org" for key in keys}
    text = "\n".join(p.text for p in Document(str(desk.office().archive.path(closings[0].draft_sha256))).paragraphs)
    assert "Esta Dirección ofreció" in text
    assert "solicitó" not in text
    assert "Solicitud" not in text


def test_the_next_year_s_offer_gets_a_tab_of_its_own_beside_the_last_one(desk: Desk) -> None:
    tick(desk, archive_rows(desk)[:2])
    for _ in range(3):
        desk.cycle()
    desk.now = datetime(2028, 7, 11, 9, tzinfo=BOGOTA)
    office = desk.office()
    danes = [m.dane for m in office.catalog.municipalities]
    (office.settings.scores_path / "siguiente.csv").write_bytes(scores_csv(danes, POLICIES, [2027]))
    run_results(desk.office())
    run_impact(desk.office())
    desk.cycle()
    book = load_workbook(desk.office().settings.sheet_path)
    assert {TAB, "Oferta 2028"} <= set(book.sheetnames)
    assert {row[1].value for row in book["Puntajes"].iter_rows(min_row=2)} >= {2027}
    assert book["Oferta 2028"].max_row > 1


def by_mail(desk: Desk, sender: str, purpose: Purpose, text: str, *files: str) -> None:
    """Answer the newest mail of a purpose, with files."""
    mail, asked = EmailMessage(), desk.outbox(purpose)[-1].mail
    mail["From"], mail["To"], mail["Subject"] = sender, "mesa.mipg@antioquia.gov.co", f"RE: {asked.subject}"
    mail["Date"] = f"{desk.now:%a, %d %b %Y %H:%M:%S} -0500"
    mail["Message-ID"] = f"<{len(desk.messages())}.oferta@example.gov.co>"
    mail["In-Reply-To"] = mail["References"] = asked.message_id
    mail.set_content(text)
    for name in files:
        mail.add_attachment(name.encode(), maintype="application", subtype="octet-stream", filename=name)
    desk.deliver(stamp(sender.rpartition("@")[2]).encode() + as_bytes(mail))
    desk.cycle()


@pytest.mark.parametrize("evidence_first", [True, False])
def test_one_session_of_several_municipalities_its_attendance_and_its_evidence_arrive_by_mail(
    desk: Desk, *, evidence_first: bool
) -> None:
    tick(desk, archive_rows(desk)[:4])
    for _ in range(3):
        desk.cycle()
    (letter,) = desk.letters()
    order(desk, letter.officer, letter.cases[0])
    desk.cycle()
    by_mail(desk, ARCHIVES_LEADER, Purpose.LETTER, "Proponemos una sola sesión virtual el 19 de agosto de 2027.")
    assert {desk.case(number).proposed for number in letter.cases} == {(date(2027, 8, 19),)}
    by_mail(desk, letter.officer, Purpose.LEADER_REPLY, "plan: 19/08/2027")
    assert {desk.case(number).agreed for number in letter.cases} == {date(2027, 8, 19)}
    desk.now = datetime(2027, 8, 20, 9, tzinfo=BOGOTA)
    held = "\n".join(f"asistencia {number}: 19/08/2027 virtual" for number in letter.cases[:3])
    proof = "La sesión se realizó ayer 19 de agosto con los municipios. Adjunto acta y listado de asistencia."
    files = ("Acta sesión 19-08-2027.pdf", "Listado de asistencia.xlsx")
    if evidence_first:
        by_mail(desk, ARCHIVES_LEADER, Purpose.LETTER, proof, *files)
        assert "Listado de asistencia.xlsx" in [e.name for e in desk.outbox(Purpose.LEADER_REPLY)[-1].mail.enclosures]
        by_mail(desk, letter.officer, Purpose.LEADER_REPLY, held)
    else:
        by_mail(desk, letter.officer, Purpose.LEADER_REPLY, held)
        assert {desk.case(number).state for number in letter.cases[:3]} == {State.ASSISTED}
        by_mail(desk, ARCHIVES_LEADER, Purpose.LETTER, proof, *files)
    came, absent = letter.cases[:3], letter.cases[3]
    assert {desk.case(number).state for number in came} == {State.FOLLOW_UP}
    assert (desk.case(absent).state, desk.case(absent).assistance) == (State.PLANNED, ())
    with desk.office().ledger.reading() as unit:
        (session,) = unit.cases.sessions(came[0])
    assert (session.day, session.cases) == (date(2027, 8, 19), came)
    assert all(any(files[0] in event.reason for event in desk.history(number)) for number in came)
    assert desk.audit() == []


def test_a_row_unticked_before_its_letter_left_takes_its_case_back(desk: Desk) -> None:
    keys = archive_rows(desk)[:2]
    tick(desk, keys)
    desk.cycle()
    tick(desk, keys[:1], "No")
    desk.now += timedelta(minutes=5)
    run_cycle(desk.office())
    desk.cycle()
    with desk.office().ledger.reading() as unit:
        states = sorted(case.state.value for case in unit.cases.all())
    assert states == sorted(["descartada", State.DRAFT.value])
    found = rows(desk)
    assert found[keys[0]]["Caso"] is None
    assert found[keys[1]]["Caso"]
