"""Random orders by anybody, in any order: no illegal state, no letter without approval, none twice, no number lost."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.bootstrap import Office
from tasks.domain.cases.case import EventKind, State, evolve
from tasks.domain.cases.decision import Actor
from tasks.domain.cases.machine import is_legal
from tasks.domain.letters.letter import LetterKind, LetterState
from tasks.domain.mail.commands import Order, Verb
from tasks.domain.mail.writing.outgoing import LETTER_MAILS, Purpose
from tasks.letters import run_letters
from tasks.orders import give
from tasks.outbox.sending import run_outbox
from tests.e2e.desk import ANA, ARCHIVES_LEADER, DIGITAL_LEADER, DIRECTOR, JORGE, ONE_POLICY, TWO_POLICIES, Desk

_SAID = {LetterKind.CLOSING: EventKind.CLOSED, LetterKind.EXTENSION: EventKind.EXTENDED}
GRANADA = "alcaldia@granada-antioquia.gov.co"
_ARGUMENTS = (
    "", "motivo suficiente", "Ana María", "Jorge Iván", "Gobierno digital; Integridad", "Sonsón; Granada",
    "15/01/2027", "27/11/2026 virtual", "Secretaría de Hacienda <hacienda@antioquia.gov.co>", "2026-0001", "2026-0002",
)  # fmt: skip
# What moves letters comes up more often than chance would bring it.
_USUAL = (
    (Verb.ASSIGN, "Ana María"), (Verb.APPROVE, ""), (Verb.RETURN, "motivo"), (Verb.VOID, "motivo"),
    (Verb.REOPEN, "motivo"), (Verb.RESUME, ""), (Verb.ASSIGN, "Jorge Iván"),
)  # fmt: skip
_STEP = st.tuples(
    st.integers(0, 3),
    st.one_of(st.sampled_from(_USUAL), st.tuples(st.sampled_from(Verb), st.sampled_from(_ARGUMENTS))),
    st.sampled_from((DIRECTOR, DIRECTOR, ANA, JORGE, DIGITAL_LEADER, ARCHIVES_LEADER, GRANADA, "quien@gmail.com")),
    st.sampled_from(("", "", "letters", "letters+outbox")),
)


@pytest.mark.timeout(600)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_STEP, min_size=4, max_size=14))
def test_a_walk_of_orders_keeps_every_promise(steps: list[tuple[int, tuple[Verb, str], str, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        desk.mail(GRANADA, "Asesoría", TWO_POLICIES)
        desk.cycle()
        for which, (verb, argument), who, runs in steps:
            _step(desk, which, Order(verb, argument, None, f"{verb}: {argument}"), who, runs)
        office = desk.office()
        run_letters(office)
        run_outbox(office)
        _hold(desk)


@pytest.mark.postgres
def test_two_workers_at_once_lose_no_number_and_send_nothing_twice(tmp_path: Path, postgres: str) -> None:
    desk = Desk(tmp_path, {"MIPG_LEDGER__URL": postgres})
    for turn in range(8):
        desk.mail(f"alcaldia{turn}@granada-antioquia.gov.co", f"Asesoría {turn}", f"{ONE_POLICY} Es la {turn}.")
    desk.cycle()
    numbers = [case.number for case in desk.cases()]
    offices = [desk.office(), desk.office()]

    def work(one: int) -> None:
        office = offices[one]
        for number in numbers[one::2]:
            for order in (Order(Verb.ASSIGN, "Ana María"), Order(Verb.TRANSFER, "Hacienda <h@antioquia.gov.co>")):
                with office.ledger.begin() as unit:
                    give(unit, office, order, number, Actor(DIRECTOR, "cli"))
                run_letters(office)
            with office.ledger.begin() as unit:
                give(unit, office, Order(Verb.APPROVE), number, Actor(DIRECTOR, "cli"))
            run_letters(office)
            run_outbox(office)

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(work, range(2)))
    desk.now += timedelta(minutes=5)
    run_letters(desk.office())
    run_outbox(desk.office())
    _hold(desk)
    assert len([letter for letter in desk.letters() if letter.kind is LetterKind.TRANSFER]) == len(numbers)


def _step(desk: Desk, which: int, order: Order, who: str, runs: str) -> None:
    desk.now += timedelta(minutes=2)
    office = desk.office()
    with office.ledger.begin() as unit:
        cases = unit.cases.all()
        give(unit, office, order, cases[which % len(cases)].number, Actor(who, "cli"))
    _run(office, runs)


def _run(office: Office, runs: str) -> None:
    if "letters" in runs:
        run_letters(office)
    if "outbox" in runs:
        run_outbox(office)


def _hold(desk: Desk) -> None:
    assert desk.audit() == []
    histories = {case.number: desk.history(case.number) for case in desk.cases()}
    for history in histories.values():
        case, states = None, list[State]()
        for event in history:
            case = evolve(case, event)
            states.append(case.state)
        assert all(is_legal(one, other) for one, other in pairwise(states)), states
    letters = desk.letters()
    assert [int(letter.number[-4:]) for letter in letters] == list(range(1, len(letters) + 1))
    for row in desk.outbox():
        if row.mail.purpose not in LETTER_MAILS:
            continue
        letter = next(letter for letter in letters if letter.number == row.mail.letter)
        said = _SAID.get(letter.kind, EventKind.APPROVED)
        assert any(event.kind is said for case in letter.cases for event in histories[case])
        assert letter.state is not LetterState.DRAFT
    keys = [row.mail.letter for row in desk.outbox(Purpose.LETTER)]
    assert len(keys) == len(set(keys))
    ids = [str(mail["Message-ID"]) for mail in desk.sent()]
    assert len(ids) == len(set(ids))
