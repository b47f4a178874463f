"""Answering `estado`: to the address that asked for the advice, about its own cases only, once a day."""

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.cases.standing import next_step, stands
from tasks.domain.classification.text import fold
from tasks.domain.mail.commands import Verb, parse_orders
from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import Parts
from tasks.domain.mail.writing.contexts.municipality import StatusContext, StatusLine
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue
from tasks.ports.ledger import UnitOfWork

_SHOWN = 20  # cases told of in one answer


def asks_status(parts: Parts) -> bool:
    """Whether a mail is the word `estado` and nothing else that is an order."""
    orders = parse_orders(parts.own) if Verb.STATUS in fold(parts.own) else ()
    return bool(orders) and all(order.verb is Verb.STATUS for order in orders)


def answer_status(unit: UnitOfWork, office: Office, mail: Mail) -> tuple[str, ...]:
    """Queue the answer and return the cases it is about; () when the address has none, and then nothing is sent."""
    address, today = mail.sender.email, office.clock.today()
    cases = _own(unit, address)[-_SHOWN:]
    if not address or not cases:
        return ()
    fields = StatusContext(
        name=cases[-1].requester,
        day=date_in_words(today),
        cases=tuple(
            StatusLine(
                **case_line(case, office).model_dump(),
                subject=case.subject,
                stands=stands(case),
                next_step=next_step(case, today),
            )
            for case in cases
        ),
    )
    numbers = tuple(case.number for case in cases)
    notice = Notice(
        Purpose.STATUS_ANSWER,
        f"{today}/{address}",
        "estado",
        fields,
        [address],
        cases=numbers,
        in_reply_to=mail.message_id,
    )
    queue(unit, office, notice)
    return numbers


def _own(unit: UnitOfWork, address: str) -> list[Case]:
    """Return what the address asked for, less what a successor in the post took over, and what it took over itself."""
    asked = [case for case in unit.cases.of_requester(address) if _is_told(case, address)]
    known = {case.number for case in asked}
    taken = [case for case in unit.cases.open() if case.number not in known and _is_told(case, address)]
    return sorted([*asked, *taken], key=lambda case: case.number)


def _is_told(case: Case, address: str) -> bool:
    """Whether what happens to the case is written to the address."""
    return address.casefold() in {one.casefold() for one in (case.email, *case.also)}
