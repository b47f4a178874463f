"""Spoofed, stolen, replayed and hidden orders, each through the whole road: none of them is obeyed."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.ports.records import Fate, Token
from tests.e2e.attacks import ATTACKS, Loot
from tests.e2e.desk import ANA, JORGE, Desk, stamp, token_in

_EXPIRED = "feedfacefeedfacefeed"


class Siege:
    """A desk with a draft that waits for Ana; every attack was delivered to it and one cycle has run."""

    def __init__(self, home: Path) -> None:
        self.desk = Desk(home)
        self.draft, other = (
            self.desk.assigned(),
            self.desk.assigned(
                "Sonsón solicita asesoría en la política de Integridad.", officer="Jorge Iván Cano Tamayo"
            ),
        )
        used = self._spend_a_token()
        notices = {row.mail.to[0]: row for row in self.desk.outbox(Purpose.DRAFT_LETTER)}
        with self.desk.office().ledger.begin() as unit:
            past = self.desk.now - timedelta(minutes=1)
            unit.books.add_tokens([Token(_EXPIRED, ANA, self.draft.cases, past)])
        mine = notices[ANA]
        self.loot = Loot(
            self.draft.cases[0], other.cases[0], mine.mail.message_id, token_in(mine), used, _EXPIRED,
            token_in(notices[JORGE]),
        )  # fmt: skip
        self.history = self.desk.history(self.loot.case)
        self.raw = {name: self._deliver(name) for name in ATTACKS}
        self.desk.cycle()
        self.desk.cycle()

    def _spend_a_token(self) -> str:
        """Let Ana return the first draft from inside the house; its token served."""
        first = next(row for row in self.desk.outbox(Purpose.DRAFT_LETTER) if row.mail.to == (ANA,))
        self.desk.mail(ANA, "RE: borrador", "devolver: falta la fecha", answers=first.mail.message_id, header="")
        self.desk.cycle()
        return token_in(first)

    def _deliver(self, name: str) -> str:
        number = list(ATTACKS).index(name)
        head, blank, body = ATTACKS[name](self.loot).partition("\r\n\r\n")
        subject = "" if "Subject: " in head else f"\r\nSubject: Oficio, mensaje {number}"
        date = f"\r\nDate: {self.desk.now:%a, %d %b %Y %H:%M:%S} -0500\r\nMessage-ID: <ataque-{number}@x.example>"
        raw = f"{head}{subject}{date}{blank}{body}".encode()
        self.desk.deliver(raw)
        return hashlib.sha256(raw).hexdigest()

    def fate(self, name: str) -> Fate:
        return next(record.outcome for record in self.desk.messages() if record.sha256 == self.raw[name])


@pytest.fixture(scope="module")
def siege(tmp_path_factory: pytest.TempPathFactory) -> Siege:
    return Siege(tmp_path_factory.mktemp("siege"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_no_order(siege: Siege, attack: str) -> None:
    fate = siege.fate(attack)
    assert fate not in {Fate.ORDER_DONE, Fate.DUPLICATE}, fate


def test_no_attack_of_all_moved_the_letter_and_the_true_order_still_does(siege: Siege) -> None:
    desk = siege.desk
    letter = next(one for one in desk.letters() if one.number == siege.draft.number)
    assert (letter.state, letter.version) == (LetterState.DRAFT, 2)
    assert not desk.outbox(Purpose.LETTER)
    done = [event for event in desk.history(siege.loot.case)[len(siege.history) :] if event.changes]
    assert done == []
    desk.mail(ANA, "RE: borrador", "aprobado", answers=siege.loot.notice, header="")
    desk.cycle()
    assert desk.fates()[-1] is Fate.ORDER_DONE
    assert len(desk.outbox(Purpose.LETTER)) == 1
    assert desk.audit() == []


def test_there_are_more_than_forty_attacks() -> None:
    assert len(ATTACKS) > 40


@pytest.mark.parametrize("again", ["as it was", "under another Message-ID", "vouched for no more"])
def test_an_order_that_was_obeyed_is_not_obeyed_when_somebody_sends_it_again(tmp_path: Path, again: str) -> None:
    desk = Desk(tmp_path)
    letter = desk.assigned()
    desk.mail(ANA, "RE: borrador", f"suspender {letter.cases[0]}: falta un documento", answers="")
    desk.cycle()
    raw = sorted((tmp_path / "mailbox").glob("*.eml"))[-1].read_bytes()
    desk.mail(ANA, "RE: caso", f"reanudar {letter.cases[0]}")
    desk.cycle()
    before = desk.case(letter.cases[0])
    passed, failed = stamp("antioquia.gov.co").encode(), stamp("antioquia.gov.co", "fail").encode()
    changed = {
        "as it was": raw,
        "under another Message-ID": raw.replace(passed, failed).replace(b"<prueba-", b"<otra-"),
        "vouched for no more": raw.replace(passed, b"").replace(b"<prueba-", b"<otra-"),
    }[again]
    desk.deliver(changed)
    desk.cycle()
    assert desk.case(letter.cases[0]) == before
