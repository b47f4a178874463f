"""What a policy leader answers to a letter: understood, noted, put before the officer; a leader only proposes."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tasks.domain.cases.case import Case, Mode, State
from tasks.domain.letters.letter import Letter
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.ports.records import Fate
from tests.e2e.desk import ANA, ARCHIVES_LEADER, DIGITAL_LEADER, SONSON, TWO_POLICIES, Desk, stamp

GRANADA = "alcaldia@granada-antioquia.gov.co"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def letter(desk: Desk) -> Letter:
    """A letter that left."""
    return _sent(desk, desk.assigned())


def _sent(desk: Desk, draft: Letter) -> Letter:
    desk.mail(ANA, "RE", f"aprobado {draft.cases[0]}")
    desk.cycle()
    return next(letter for letter in desk.letters() if letter.number == draft.number)


def _answer(desk: Desk, text: str, *, sender: str = ARCHIVES_LEADER, header: str | None = None) -> Case:
    """Let the leader answer the letter's mail; return the first case."""
    row = desk.outbox(Purpose.LETTER)[-1]
    desk.mail(sender, f"RE: {row.mail.subject}", text, answers=row.mail.message_id, header=header)
    desk.cycle()
    return desk.case(row.mail.cases[0])


def _told(desk: Desk) -> str:
    return desk.outbox(Purpose.LEADER_REPLY)[-1].mail.text


def test_proposed_dates_wait_for_the_officers_word(desk: Desk, letter: Letter) -> None:
    case = _answer(desk, "Cordial saludo. Proponemos el próximo martes 15 de diciembre, virtual.")
    assert (case.state, case.agreed, len(case.proposed)) == (State.PLANNED, None, 1)
    assert not desk.outbox(Purpose.SESSION_DATE)
    assert f"plan {case.number}: 15/12/2026" in _told(desk)
    assert desk.outbox(Purpose.LEADER_REPLY)[-1].mail.to == (ANA,)
    notice = desk.outbox(Purpose.LEADER_REPLY)[-1].mail.message_id
    desk.mail(ANA, "fecha", f"plan {case.number}: 15/12/2026", answers=notice, header="")
    desk.cycle()
    case = desk.case(case.number)
    assert (f"{case.agreed}", case.proposed) == ("2026-12-15", ())
    (told,) = desk.outbox(Purpose.SESSION_DATE)
    assert (told.mail.to, set(told.mail.cc)) == ((SONSON,), {ANA, ARCHIVES_LEADER})
    assert desk.letters()[0].delivery == "answered"
    assert desk.audit() == []


def test_the_mode_that_the_leader_names_fills_the_column_until_somebody_of_the_team_does(
    desk: Desk, letter: Letter
) -> None:
    case = _answer(desk, "Proponemos el martes 15 de diciembre, de manera presencial.")
    assert (case.mode, case.agreed) == (Mode.ON_SITE, None)
    assert _answer(desk, "Corrijo: el miércoles 16 de diciembre, por Teams.").mode is Mode.REMOTE
    assert f"plan {case.number}: 16/12/2026 virtual" in _told(desk)
    book = load_workbook(path := desk.office().settings.sheet_path)
    tab = book["Casos"]
    columns = {str(cell.value): place for place, cell in enumerate(tab[1], 1)}
    assert tab.cell(2, columns["Modalidad"]).value == "virtual"
    tab.cell(2, columns["Modalidad"]).value = "presencial"
    book.save(path)
    desk.cycle()
    assert _answer(desk, "Entonces el jueves 17 de diciembre, virtual.").mode is Mode.ON_SITE
    desk.mail(ANA, "fecha", f"plan {case.number}: 17/12/2026 virtual")
    desk.cycle()
    case = desk.case(case.number)
    assert (f"{case.agreed}", case.mode) == ("2026-12-17", Mode.REMOTE)
    assert _answer(desk, "Mejor el viernes 18 de diciembre, presencial.").mode is Mode.REMOTE
    assert desk.audit() == []


def test_the_mode_in_a_forged_answer_fills_nothing(desk: Desk, letter: Letter) -> None:
    forged = stamp("antioquia.gov.co", "fail")
    assert _answer(desk, "Proponemos el martes 15 de diciembre, presencial.", header=forged).mode is None


def test_one_session_for_the_cases_of_a_letter_is_told_in_one_mail_and_told_anew_when_it_moves(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    draft = desk.assigned(TWO_POLICIES, GRANADA)
    desk.mail(ANA, "RE", f"aprobado {draft.cases[0]}")
    desk.cycle()
    letter = desk.outbox(Purpose.LETTER)[-1].mail
    desk.mail(ANA, "RE", "plan: 15/12/2026", answers=letter.message_id)
    desk.cycle()
    desk.cycle()
    (told,) = desk.outbox(Purpose.SESSION_DATE)
    assert told.mail.cases == draft.cases
    calendar = desk.office().archive.get(told.mail.enclosures[0].sha256).decode()
    (part,) = (
        part for mail in desk.sent() for part in mail.iter_attachments() if "calendar" in part.get_content_type()
    )
    assert part.get_param("method") == "PUBLISH"
    assert [calendar.count(f"UID:{number}@") for number in draft.cases] == [1, 1]
    first, second = draft.cases
    desk.mail(ANA, "RE", f"plan {second}: 17/12/2026")
    desk.cycle()
    moved = desk.outbox(Purpose.SESSION_DATE)[-1].mail
    assert moved.cases == (second,)
    assert "prevista para el martes 15 de diciembre de 2026" in moved.text
    assert f"UID:{first}@" not in desk.office().archive.get(moved.enclosures[0].sha256).decode()
    assert desk.audit() == []


def test_a_leaders_plan_order_is_a_proposal(desk: Desk, letter: Letter) -> None:
    case = _answer(desk, "plan: 15/12/2026")
    assert (case.agreed, [f"{day}" for day in case.proposed]) == (None, ["2026-12-15"])
    assert not desk.outbox(Purpose.SESSION_DATE)


def test_a_colleague_of_the_leaders_office_answers_the_letter_for_it_but_refuses_nothing(
    desk: Desk, letter: Letter
) -> None:
    colleague = "auxiliar.documental@antioquia.gov.co"
    case = _answer(desk, "Este asunto no es de nuestra competencia.", sender=colleague)
    assert case.state is State.LETTER_SENT
    assert "el caso no se movió" in _told(desk)
    case = _answer(desk, "Por instrucción de la doctora Marta, la sesión sería el 15 de enero.", sender=colleague)
    assert (case.state, [f"{day}" for day in case.proposed]) == (State.PLANNED, ["2027-01-15"])
    assert "una persona de la dependencia líder" in desk.history(case.number)[-1].reason
    assert desk.letters()[0].delivery == "answered"
    assert desk.audit() == []


def test_a_colleague_who_only_names_the_case_answers_for_nobody(desk: Desk, letter: Letter) -> None:
    desk.mail("auxiliar@antioquia.gov.co", "Caso", f"Sobre {letter.number}: la sesión sería el 15 de enero.")
    desk.cycle()
    assert desk.case(letter.cases[0]).state is State.LETTER_SENT
    assert not desk.outbox(Purpose.LEADER_REPLY)


def test_not_our_competence_sends_the_case_back_and_tells_the_officer(desk: Desk, letter: Letter) -> None:
    case = _answer(desk, "Le informo que este asunto no es de mi competencia; corresponde a TIC.")
    assert (case.state, case.policy, case.letter) == (State.TO_CLASSIFY, None, None)
    assert "no es de mi competencia" in _told(desk)
    assert "no es de mi competencia" in desk.history(case.number)[-1].reason
    desk.mail(ANA, "RE", f"política {case.number}: Gobierno digital")
    desk.cycle()
    assert desk.case(case.number).state is State.TO_ASSIGN
    assert desk.audit() == []


@pytest.mark.parametrize("header", [stamp("antioquia.gov.co", "fail"), stamp("antioquia.gov.co", "none")])
def test_a_forged_answer_moves_nothing(desk: Desk, letter: Letter, header: str) -> None:
    for text in ("No es de mi competencia.", "Adjunto el plan: sería el 15 de diciembre."):
        case = _answer(desk, text, header=header)
        assert (case.state, case.proposed) == (State.LETTER_SENT, ())
        assert "no venía autenticado" in _told(desk)


def test_a_question_is_put_before_the_officer(desk: Desk, letter: Letter) -> None:
    case = _answer(desk, "¿Cuántas personas asistirían?")
    assert case.state is State.LETTER_SENT
    assert "hace una pregunta" in _told(desk)
    assert "¿Cuántas personas asistirían?" in _told(desk)


def test_a_reply_serves_all_the_letters_cases_unless_it_names_one(desk: Desk) -> None:
    letter = _sent(desk, desk.assigned(TWO_POLICIES, GRANADA))
    first, second = letter.cases
    _answer(desk, f"Para el caso {second} proponemos el 15 de diciembre.", sender=DIGITAL_LEADER)
    assert [desk.case(n).state for n in (first, second)] == [State.LETTER_SENT, State.PLANNED]
    _answer(desk, "Proponemos el 16 de diciembre.", sender=DIGITAL_LEADER)
    assert [len(desk.case(n).proposed) for n in (first, second)] == [1, 1]


def test_evidence_moves_an_assisted_case_on_and_travels_to_the_officer(desk: Desk, letter: Letter) -> None:
    (number,) = letter.cases
    desk.mail(ANA, "RE", f"asistencia {number}: 27/11/2026 virtual")
    desk.cycle()
    row = desk.outbox(Purpose.LETTER)[-1]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ARCHIVES_LEADER, "mesa.mipg@antioquia.gov.co", f"RE: {row.mail.subject}"
    mail["Message-ID"], mail["In-Reply-To"] = "<evidencia@antioquia.gov.co>", row.mail.message_id
    mail.set_content("Se realizó la sesión el 27 de noviembre. Adjunto lista de asistencia.")
    mail.add_attachment(b"x" * 2000, "application", "pdf", filename="lista de asistencia.pdf")
    mail.add_attachment(b"y" * 30 * 2**20, "video", "mp4", filename="grabación.mp4")
    desk.deliver(stamp("antioquia.gov.co").encode() + mail.as_bytes())
    desk.cycle()
    assert desk.case(number).state is State.FOLLOW_UP
    assert desk.fates()[-1] is Fate.ATTACHED
    notice = desk.outbox(Purpose.LEADER_REPLY)[-1].mail
    assert [part.name for part in notice.enclosures] == ["lista de asistencia.pdf"]
    assert "30,0 MB" in notice.text
    assert f"asistencia {number}: 27/11/2026" in notice.text


def test_evidence_that_comes_before_the_session_is_written_down_is_not_asked_for_again(
    desk: Desk, letter: Letter
) -> None:
    (number,) = letter.cases
    row = desk.outbox(Purpose.LETTER)[-1]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ARCHIVES_LEADER, "mesa.mipg@antioquia.gov.co", f"RE: {row.mail.subject}"
    mail["Message-ID"], mail["In-Reply-To"] = "<acta@antioquia.gov.co>", row.mail.message_id
    mail.set_content("Se realizó la sesión el 27 de noviembre. Adjunto el acta.")
    mail.add_attachment(b"x" * 2000, "application", "pdf", filename="acta.pdf")
    desk.deliver(stamp("antioquia.gov.co").encode() + mail.as_bytes())
    desk.cycle()
    assert desk.case(number).state is State.LETTER_SENT
    desk.mail(ANA, "RE", f"asistencia {number}: 27/11/2026 virtual")
    desk.cycle()
    assert desk.case(number).state is State.FOLLOW_UP
    assert desk.audit() == []
