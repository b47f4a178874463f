"""Telling whoever got a letter that it was voided afterwards: nobody prepares a plan for what no longer stands."""

from tasks.bootstrap import Office
from tasks.domain.cases.case import State
from tasks.domain.letters.letter import Letter, LetterState
from tasks.domain.mail.writing.contexts.letters import VoidedContext
from tasks.domain.mail.writing.outgoing import Purpose, message_id
from tasks.domain.spanish import date_in_words
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue
from tasks.ports.ledger import UnitOfWork


def tell_voided(office: Office) -> int:
    """Queue one mail for every letter to a leader that was voided after it had left; returns how many."""
    with office.ledger.reading() as unit:
        untold = _untold(unit)
    if not untold:
        return 0
    with office.ledger.begin() as unit:
        return sum(_tell(unit, office, letter) for letter in _untold(unit))


def _untold(unit: UnitOfWork) -> list[Letter]:
    """Return the voided letters whose mail left; of one that bounced nobody has to hear."""
    voided = [letter for letter in unit.letters.all([LetterState.VOID]) if letter.kind.asks_a_leader]
    told = unit.outbox.has_keys([f"{Purpose.VOIDED}/{letter.number}" for letter in voided])
    return [
        letter
        for letter in voided
        if letter.final_sha256
        and letter.delivery != "bounced"
        and f"{Purpose.VOIDED}/{letter.number}" not in told
        and unit.outbox.is_sent(f"{Purpose.LETTER}/{letter.number}")
    ]


def _tell(unit: UnitOfWork, office: Office, letter: Letter) -> bool:
    domain = office.settings.mailbox.address.rpartition("@")[2]
    sent = unit.outbox.find(message_id(Purpose.LETTER, letter.number, domain, ""))
    if sent is None:
        return False
    cases = unit.cases.get_many(letter.cases)
    directory = unit.books.directory().on(office.clock.today())
    leader, officer = directory.leader(letter.policy), directory.person(letter.officer)
    same = leader is not None and leader.email.casefold() == letter.leader.casefold()
    fields = VoidedContext(
        name=leader.name if leader and same else "",
        letter=letter.number,
        dated=date_in_words(letter.dated) if letter.dated else "",
        cases=tuple(case_line(case, office) for case in cases),
        renewed=any(case.state is State.DRAFT for case in cases),
        officer=officer.name if officer else "",
        officer_email=letter.officer,
    )
    notice = Notice(
        Purpose.VOIDED,
        letter.number,
        "anulado",
        fields,
        sent.mail.to,
        sent.mail.cc,
        cases=letter.cases,
        letter=letter.number,
        in_reply_to=sent.mail.message_id,
    )
    return queue(unit, office, notice)
