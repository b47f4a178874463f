"""A suspended case waits for whoever asked: they are told so at once, and in one mail for what was said together."""

from pathlib import Path

from tasks.domain.cases.case import State
from tasks.domain.mail.writing.outgoing import Purpose
from tests.e2e.desk import ANA, TWO_POLICIES, Desk

GRANADA = "alcaldia@granada-antioquia.gov.co"


def test_the_municipality_hears_at_once_what_is_missing_in_one_mail_for_its_cases(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    first, second = desk.assigned(TWO_POLICIES, GRANADA).cases
    desk.mail(
        ANA, "RE", f"suspender {first}: falta el acto administrativo\nsuspender {second}: falta el acto administrativo"
    )
    for _ in range(3):
        desk.cycle()
    assert {desk.case(number).state for number in (first, second)} == {State.SUSPENDED}
    (told,) = [row.mail for row in desk.outbox(Purpose.STATUS_ANSWER)]
    assert (told.to, told.cases) == ((GRANADA,), (first, second))
    assert "falta el acto administrativo" in told.text
    desk.mail(ANA, "RE", f"reanudar {first}")
    desk.cycle()
    desk.mail(ANA, "RE", f"suspender {first}: falta otro documento")
    desk.cycle()
    assert "falta otro documento" in desk.outbox(Purpose.STATUS_ANSWER)[-1].mail.text
    assert desk.audit() == []
