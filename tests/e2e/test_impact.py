"""What new results do by themselves: report, scores, closings and corrections; once each, whatever is repeated."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from deployments.demo_scores import scores_csv
from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EntityType, EventKind, Origin, State
from tasks.domain.letters.letter import Letter, LetterKind, LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.impact.running import run_impact
from tasks.letters import run_letters
from tasks.notices.papers import papers_to_draw
from tasks.ports.clock import FixedClock
from tasks.ports.records import RequestRecord
from tasks.results.loading import run_results
from tasks.views.municipality import municipality_profile, page_fields
from tasks.views.reading import status
from tests.e2e.desk import ANA, Desk
from tests.e2e.story import BOGOTA

POLICIES = ["gestion-documental", "gobierno-digital", "integridad"]
HELPED = date(2026, 3, 10)


def followed_up(office: Office, at: datetime, *units: tuple[str, str, EntityType]) -> list[str]:
    """Put cases into the ledger that were assisted in March 2026 and wait for their scores."""
    numbers = [f"2026-{place:04d}" for place in range(1, len(units) + 1)]
    with office.ledger.begin() as unit:
        unit.books.save_cursor("closings-written", datetime(2027, 7, 1, tzinfo=BOGOTA).isoformat())
        unit.cases.add_request(RequestRecord("S-2026-0001", at, "", "", "Asesoría", "", "", "", "", None, None))
        for number, (dane, policy, kind) in zip(numbers, units, strict=True):
            changes = {
                "request": "S-2026-0001", "origin": Origin.DEMAND, "received": at.isoformat(), "state": State.FOLLOW_UP,
                "since": at.isoformat(), "policy": policy, "municipality": dane, "entity_type": kind,
                "assistance": [HELPED.isoformat()], "officer": ANA, "email": f"a{number}@example.org",
            }  # fmt: skip
            unit.cases.append([CaseEvent(case=number, kind=EventKind.OPENED, at=at, actor=SYSTEM, changes=changes)])
    return numbers


@pytest.fixture(name="desk")
def desk_fixture(tmp_path: Path) -> Desk:
    settings = {"MIPG_LETTERS__PDF": "false", "MIPG_SCORES__BLOCKS": "2022-2027"}
    return Desk(tmp_path / "home", settings, datetime(2027, 7, 12, 9, tzinfo=BOGOTA))


def publish(desk: Desk, name: str, vigencias: Sequence[int], change: tuple[bytes, bytes] = (b"", b"")) -> None:
    office = desk.office()
    office.settings.scores_path.mkdir(parents=True, exist_ok=True)
    content = scores_csv([m.dane for m in office.catalog.municipalities], POLICIES, vigencias)
    (office.settings.scores_path / name).write_bytes(content.replace(*change, 1) if change[0] else content)


def cases(desk: Desk) -> dict[str, Case]:
    with desk.office().ledger.reading() as unit:
        return {case.number: case for case in unit.cases.all()}


def test_results_close_cases_and_report_once_however_often_they_are_announced(desk: Desk) -> None:
    town, general, ese, late = followed_up(
        desk.office(), desk.now,
        ("05756", "gestion-documental", EntityType.ALCALDIA), ("05002", "mipg-general", EntityType.ALCALDIA),
        ("05004", "integridad", EntityType.ESE), ("05021", "control-interno", EntityType.ALCALDIA),
    )  # fmt: skip
    publish(desk, "r.csv", [2023, 2024, 2025, 2026])
    for _ in range(2):
        run_results(desk.office())
        run_impact(desk.office())
    found = cases(desk)
    assert {case.state for case in found.values()} == {State.CLOSED}
    before, after = found[town].score_before, found[town].score_after
    assert before is not None
    assert after is not None
    assert found[town].score_change == pytest.approx(after - before)
    with desk.office().ledger.reading() as unit:
        reasons = {number: unit.cases.history(number)[-1].reason for number in found}
    assert "Municipios parecidos" in reasons[town] or "no hay suficientes" in reasons[town]
    assert all(reasons[number].startswith("Sin puntaje comparable") for number in (general, ese, late))
    (report,) = [row.mail for row in desk.outbox() if row.mail.purpose is Purpose.REPORT]
    assert [part.name for part in report.enclosures] == [
        "informe-de-mejoras-2026-v1.docx",
        "informe-de-mejoras-2026-v1.xlsx",
    ]
    book = load_workbook(desk.office().archive.path(report.enclosures[1].sha256))
    assert book.sheetnames == ["Políticas", "Municipios", "Sensibilidad", "Advertencias", "Fuentes"]


def test_an_officer_gets_so_many_closing_letters_a_day_and_a_returned_one_at_once(desk: Desk) -> None:
    def closing(number: int, officer: str = ANA) -> Letter:
        return Letter(
            number=f"DSEGPP-2026-{number:04d}", kind=LetterKind.CLOSING, request="S-2026-0001", policy="integridad",
            leader="a@example.gov.co", officer=officer, cases=("2026-0001",), drawn=desk.now,
        )  # fmt: skip

    followed_up(office := desk.office(), desk.now, ("05756", "gestion-documental", EntityType.ALCALDIA))
    letters = [*(closing(number) for number in range(1, 21)), closing(21, "jorge.cano@antioquia.gov.co")]
    with office.ledger.begin() as unit:
        for letter in letters:
            unit.letters.save(letter)
        today = papers_to_draw(unit, office)
        assert today == [*letters[:15], letters[20]]
        for letter in today[1:]:
            unit.letters.save(letter.model_copy(update={"draft_sha256": "0" * 64}))
        unit.letters.save(letters[0].model_copy(update={"motive": "falta la fecha", "version": 2}))
        assert [letter.number for letter in papers_to_draw(unit, office)] == [letters[0].number, letters[15].number]
        office.clock = FixedClock(desk.now + timedelta(days=1))
        assert [letter.number for letter in papers_to_draw(unit, office)][1:] == [one.number for one in letters[15:20]]


def test_the_paragraph_goes_to_the_municipality_only_once_approved(desk: Desk) -> None:
    followed_up(desk.office(), desk.now, ("05756", "gestion-documental", EntityType.ALCALDIA))
    publish(desk, "r.csv", [2023, 2024, 2025, 2026])
    run_results(desk.office())
    run_impact(desk.office())
    for _ in range(2):
        run_letters(desk.office())
    with desk.office().ledger.reading() as unit:
        (letter,) = [one for one in unit.letters.all() if one.kind is LetterKind.CLOSING]
    assert (letter.state, letter.officer) == (LetterState.DRAFT, ANA)
    assert not [row for row in desk.outbox() if row.mail.purpose is Purpose.CLOSING]
    drafts = [row.mail for row in desk.outbox() if row.mail.purpose is Purpose.DRAFT_LETTER]
    assert [mail.to for mail in drafts] == [(ANA,)]


def test_a_correction_is_a_new_version_that_says_what_changed_and_corrects_closed_cases(desk: Desk) -> None:
    (town,) = followed_up(desk.office(), desk.now, ("05756", "gestion-documental", EntityType.ALCALDIA))
    publish(desk, "a.csv", [2023, 2024, 2025, 2026])
    run_results(desk.office())
    run_impact(desk.office())
    before = cases(desk)[town].score_after
    figure = f"05756,2026,gestion-documental,{before:.1f}".encode()
    publish(desk, "b.csv", [2026], (figure, b"05756,2026,gestion-documental,99.0"))
    run_results(desk.office())
    run_impact(desk.office())
    assert cases(desk)[town].score_after == 99.0
    with desk.office().ledger.reading() as unit:
        last = unit.cases.history(town)[-1]
        issued = json.loads(unit.books.cursor("impact/issued") or "{}")
    assert (last.kind, last.actor) == (EventKind.SCORED, SYSTEM)
    assert "corrigió" in last.reason
    assert issued["version"] == 2
    first, second = [row.mail for row in desk.outbox() if row.mail.purpose is Purpose.REPORT]
    assert "Corrección del informe" in second.subject
    assert first.enclosures[0].sha256 != second.enclosures[0].sha256


def corrected(desk: Desk, name: str, town: str, to: str) -> None:
    """Publish 2026 again with another score of Sonsón in document management, and let everything follow from it."""
    desk.now += timedelta(hours=2)
    figure = f"05756,2026,gestion-documental,{FIRST_SCORE}".encode()
    publish(desk, name, [2026], (figure, f"05756,2026,gestion-documental,{to}".encode()))
    run_results(desk.office())
    run_impact(desk.office())
    for _ in range(2):
        run_letters(desk.office())
    assert cases(desk)[town].score_after == float(to)


FIRST_SCORE = "78.6"


def test_a_correction_reaches_who_was_told_the_old_figures(desk: Desk) -> None:
    (town,) = followed_up(desk.office(), desk.now, ("05756", "gestion-documental", EntityType.ALCALDIA))
    publish(desk, "a.csv", [2023, 2024, 2025, 2026])
    run_results(desk.office())
    run_impact(desk.office())
    run_letters(desk.office())
    (draft,) = desk.letters()
    corrected(desk, "b.csv", town, "71.3")
    (again,) = desk.letters()  # not sent yet: the same letter, made again
    assert (again.number, again.version, again.state) == (draft.number, 2, LetterState.DRAFT)
    assert "71,3" in text_of(desk, again)
    assert "corrigió" in text_of(desk, again)
    assert text_of(desk, again) != text_of(desk, draft)
    desk.mail(ANA, "RE", f"aprobado {town}")
    for _ in range(2):
        desk.cycle()
    assert [letter.state for letter in desk.letters()] == [LetterState.SENT]
    corrected(desk, "c.csv", town, "72.9")
    sent, new = desk.letters()  # sent: it stands, and another one corrects it once approved
    assert (sent.number, sent.state, new.state) == (draft.number, LetterState.SENT, LetterState.DRAFT)
    assert "72,9" in text_of(desk, new)
    for _ in range(3):
        desk.cycle()
    assert len(desk.letters()) == 2
    assert desk.audit() == []


def text_of(desk: Desk, letter: Letter) -> str:
    document = Document(str(desk.office().archive.path(letter.draft_sha256)))
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_a_report_without_reader_is_told_and_goes_out_when_somebody_is_in_post(desk: Desk) -> None:
    with desk.office().ledger.begin() as unit:
        people = unit.books.directory()
        unit.books.save_directory(people.model_copy(update={"people": ()}))
    publish(desk, "r.csv", [2025, 2026])
    publish(desk, "roto.csv", [2031])
    assert run_results(desk.office())["refused"] == 1
    run_impact(desk.office())
    assert not desk.outbox()
    assert "mailed to nobody" in status(desk.office())["errors"][0]["error"]
    with desk.office().ledger.begin() as unit:
        unit.books.save_directory(people)
    assert run_results(desk.office())["refused"] == 1  # nobody had been told of the unreadable one either
    for _ in range(2):
        assert run_impact(desk.office()) == {"reports": 0}
        run_results(desk.office())
    purposes = [row.mail.purpose for row in desk.outbox()]
    assert (purposes.count(Purpose.REPORT), purposes.count(Purpose.ALERT)) == (1, 1)
    (report,) = [row.mail for row in desk.outbox() if row.mail.purpose is Purpose.REPORT]
    assert len(report.enclosures) == 2
    assert not status(desk.office())["errors"]


def test_the_page_of_a_municipality_marks_what_does_not_compare(desk: Desk) -> None:
    followed_up(desk.office(), desk.now, ("05756", "gestion-documental", EntityType.ALCALDIA))
    publish(desk, "r.csv", [2021, 2022, 2023])
    run_results(desk.office())
    office = desk.office()
    profile = municipality_profile(office, "5756")
    assert [(v["vigencia"], v["breaks"]) for v in profile["vigencias"]] == [(2021, False), (2022, True), (2023, False)]
    assert [row["day"] for row in profile["assistance"]] == [HELPED.isoformat()]
    page = office.texts.page("reports/municipality", page_fields(profile, office))
    assert "Sonsón" in page
    assert "corte" in page
