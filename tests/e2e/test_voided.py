"""A letter that had left is voided: whoever got it hears so, once; what was only a draft stays between us."""

from pathlib import Path

import pytest

from tasks.domain.cases.case import State
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tests.e2e.desk import ANA, ARCHIVES_LEADER, SONSON, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_leader_is_told_once_and_gets_the_new_letter_under_its_own_number(desk: Desk) -> None:
    (case,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"aprobado {case}")
    desk.cycle()
    desk.mail(ANA, "RE: no", f"anular oficio {case}: el municipio cambió lo que pide")
    for _ in range(3):
        desk.cycle()
    (letter,) = desk.outbox(Purpose.LETTER)
    (told,) = desk.outbox(Purpose.VOIDED)
    assert told.mail.to == (ARCHIVES_LEADER,)
    assert set(told.mail.cc) == {ANA, SONSON}
    assert told.mail.in_reply_to == letter.mail.message_id
    assert "No es necesario responderlo" in told.mail.text
    assert "Estamos preparando uno nuevo" in told.mail.text
    assert "cambió lo que pide" not in told.mail.text  # a motive is written for the team
    desk.mail(ANA, "RE", f"aprobado {case}")
    desk.cycle()
    desk.cycle()
    assert [le.state for le in desk.letters()] == [LetterState.VOID, LetterState.SENT]
    assert [row.mail.letter for row in desk.outbox(Purpose.LETTER)] == ["DSEGPP-2026-0001", "DSEGPP-2026-0002"]
    assert len(desk.outbox(Purpose.VOIDED)) == 1
    assert desk.case(case).state is State.LETTER_SENT
    assert desk.audit() == []


def test_nobody_outside_hears_of_a_draft_that_was_voided(desk: Desk) -> None:
    (case,) = desk.assigned().cases
    desk.mail(ANA, "RE: no", f"anular oficio {case}: otro líder")
    desk.cycle()
    desk.cycle()
    assert desk.letters()[0].state is LetterState.VOID
    assert not desk.outbox(Purpose.VOIDED)


def test_what_the_leader_still_answers_to_it_reaches_the_officer(desk: Desk) -> None:
    (case,) = desk.assigned().cases
    desk.mail(ANA, "RE", f"aprobado {case}")
    desk.cycle()
    desk.mail(ANA, "RE: no", f"anular oficio {case}: el municipio cambió lo que pide")
    desk.cycle()
    told = desk.outbox(Purpose.VOIDED)[-1].mail
    desk.mail(
        ARCHIVES_LEADER, f"RE: {told.subject}", "Ya tenía lista la sesión del 15 de diciembre.", answers=told.message_id
    )
    desk.cycle()
    assert desk.case(case).state is State.DRAFT
    heard = desk.outbox(Purpose.LEADER_REPLY)[-1].mail
    assert heard.to == (ANA,)
    assert "Ya tenía lista la sesión" in heard.text
    assert "está en «oficio en borrador»" in heard.text
