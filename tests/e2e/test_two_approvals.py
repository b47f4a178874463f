"""Officer and director approve the same letters at the same moment, each in a process of their own."""

import multiprocessing
import multiprocessing.synchronize
from pathlib import Path

import pytest

from tasks.domain.cases.case import EventKind
from tasks.domain.cases.decision import Accepted, Actor
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.commands import Order, Verb
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.operation.runs import perform
from tasks.orders import give
from tests.e2e.desk import ANA, DIRECTOR, ONE_POLICY, Desk
from tests.e2e.workers import PATIENCE, together

_LEDGERS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
_LETTERS = 3


@pytest.fixture(params=_LEDGERS)
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Desk:
    """A desk with letters that wait for an approval."""
    url = {"MIPG_LEDGER__URL": request.getfixturevalue("postgres")} if request.param == "postgres" else {}
    desk = Desk(tmp_path, url)
    for turn in range(_LETTERS):
        desk.mail(f"alcaldia{turn}@granada-antioquia.gov.co", f"Asesoría {turn}", f"{ONE_POLICY} Es la {turn}.")
    desk.cycle()
    for case in desk.cases():
        desk.mail(DIRECTOR, f"Caso {case.number}", f"asignar {case.number}: Ana María Londoño Vera")
    desk.cycle()
    return desk


@pytest.mark.timeout(300)
def test_of_two_orders_at_the_same_moment_one_sends_the_letter_and_the_other_is_told_so(desk: Desk) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(2)
    with context.Pool(2, _keep, (start,)) as pool:
        said = pool.starmap(_approve_all, [(desk, ANA), (desk, DIRECTOR)], chunksize=1)
    for letter, answers in zip(desk.letters(), zip(*said, strict=True), strict=True):
        assert sorted(done for done, _ in answers) == [False, True]
        assert (False, f"El oficio {letter.number} ya estaba aprobado.") in answers
    _hold(desk)


@pytest.mark.timeout(300)
def test_two_mails_taken_in_by_two_workers_send_each_letter_once_and_both_are_answered(desk: Desk) -> None:
    for letter in desk.letters():
        for who in (ANA, DIRECTOR):
            desk.mail(who, f"RE: Borrador {letter.number}", f"aprobado {letter.cases[0]}")
    answers = len(desk.outbox(Purpose.ORDER_ANSWER))
    together(desk, ["cycle"] * 4)
    _hold(desk)
    assert len(desk.outbox(Purpose.ORDER_ANSWER)) == answers + 2 * _LETTERS


_barriers: list[multiprocessing.synchronize.Barrier] = []


def _keep(start: multiprocessing.synchronize.Barrier) -> None:
    _barriers.append(start)


def _approve_all(desk: Desk, who: str) -> list[tuple[bool, str]]:
    """Approve every letter as `mipg do` would, each from the moment on at which the other does too; then send."""
    office, said = desk.office(), []
    for letter in desk.letters():
        _barriers[0].wait(PATIENCE)
        with office.ledger.begin() as unit:
            decision = give(unit, office, Order(Verb.APPROVE), letter.cases[0], Actor(who, "cli"))
        said.append((isinstance(decision, Accepted), decision.answer))
    _barriers[0].wait(PATIENCE)
    for run in ("letters", "outbox") * 2:
        perform(office, run)
    return said


def _hold(desk: Desk) -> None:
    desk.cycle()
    letters = desk.letters()
    assert [int(letter.number[-4:]) for letter in letters] == list(range(1, _LETTERS + 1))
    assert {letter.state for letter in letters} == {LetterState.SENT}
    sent = [row.mail.letter for row in desk.outbox(Purpose.LETTER)]
    assert sorted(filter(None, sent)) == [letter.number for letter in letters]
    assert len(desk.sent()) == len(desk.outbox())
    for case in desk.cases():
        kinds = [event.kind for event in desk.history(case.number)]
        assert kinds.count(EventKind.APPROVED) == 1
    assert desk.audit() == []
