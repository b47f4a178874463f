"""Telling who asked that it was received: once per request, joined in one mail from the fourth of a day on."""

from collections import Counter
from datetime import datetime, time, timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.mail.threading.belonging import organisation
from tasks.domain.mail.writing.contexts.municipality import AcknowledgedRequest, AcknowledgementContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.domain.terms.clocks import legal_due
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, alert_operator, queue_all
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import RequestRecord

_SINGLE = 3  # acknowledgements a day to one address before they are joined
_A_HOUSE = 20  # acknowledgements sent in 24 hours to one office, whatever the addresses
_EVENING = time(17, 0)


def queue_acknowledgements(unit: UnitOfWork, office: Office) -> int:
    """Queue the acknowledgement of every request that has none; returns how many mails.

    Looks at what is missing, so a template that was broken, or a run that died, only delays it. Requests without an
    address (or of another axis) need none.
    """
    waiting: dict[str, list[RequestRecord]] = {}
    for request in unit.cases.unacknowledged():
        if request.email:
            waiting.setdefault(request.email, []).append(request)
        else:
            unit.cases.acknowledge([request.number], office.clock.now())
    if not waiting:
        return 0
    sent, now = _sent_today(unit, office, list(waiting)), office.clock.now()
    held = _answering_machines(unit, office, list(waiting))
    batches = [
        batch
        for email, requests in waiting.items()
        for batch in _batches(requests, _SINGLE if email in held else sent[email], now)
    ]
    told = [request.number for batch in batches for request in batch]
    cases = unit.cases.of_requests(told)
    queue_all(unit, office, [_notice(office, batch, cases) for batch in batches])
    unit.cases.acknowledge(told, now)
    return len(batches)


def _sent_today(unit: UnitOfWork, office: Office, emails: list[str]) -> Counter[str]:
    midnight = office.clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    told = unit.cases.acknowledged_since(emails, midnight)
    # Of requests told of together only the first gave its number to the mail; others were told of without one.
    keys = {_key(number): email for email, number in told}
    return Counter(keys[key] for key in unit.outbox.has_keys(list(keys)))


def _answering_machines(unit: UnitOfWork, office: Office, emails: list[str]) -> set[str]:
    """Return the addresses of offices that got so many answers in a day that a robot seems to answer each of them.

    A robot that marks nothing and writes from a new address each time would make us answer for ever: from then on its
    office hears of all the rest in the evening, as a single address does from the fourth.
    """
    since = office.clock.now() - timedelta(days=1)
    written = Counter(organisation(email) for email in unit.outbox.written_to(Purpose.ACKNOWLEDGEMENT, since))
    held = {email for email in emails if (house := organisation(email)) and written[house] >= _A_HOUSE}
    for house in sorted({organisation(email) for email in held}):
        text = f"Se acusó recibo a {_A_HOUSE} correos de @{house} en un día: quizá responde un contestador. Revíselo."
        alert_operator(unit, office, f"contestador-{house}", text)
    return held


def _key(number: str) -> str:
    return f"{Purpose.ACKNOWLEDGEMENT}/{number}"


def _batches(requests: list[RequestRecord], sent: int, now: datetime) -> list[list[RequestRecord]]:
    """Return which requests of one address are told of now, by mail."""
    alone = requests[: max(0, _SINGLE - sent)]
    rest = requests[len(alone) :]
    batches = [[request] for request in alone]
    if rest and (now.time() >= _EVENING or _is_old(rest[0], now)):
        batches.append(rest)
    return batches


def _is_old(request: RequestRecord, now: datetime) -> bool:
    """The evening it waited for went by while nothing ran."""
    return request.received.date() < now.date()


def _notice(office: Office, batch: list[RequestRecord], cases: dict[str, list[Case]]) -> Notice:
    first = batch[0]
    lines = tuple(_line(office, request, cases[request.number]) for request in batch)
    return Notice(
        Purpose.ACKNOWLEDGEMENT,
        first.number,
        "acuse",
        AcknowledgementContext(name=first.requester, requests=lines),
        [first.email],
        cases=[case.number for line in lines for case in line.cases],
        in_reply_to=first.message_id,
        write_late=True,
    )


def _line(office: Office, request: RequestRecord, cases: list[Case]) -> AcknowledgedRequest:
    legal = legal_due(cases[0], office.rules) if cases else None
    return AcknowledgedRequest(
        number=request.number,
        subject=request.subject,
        received=date_in_words(request.received.date()),
        answer_by=date_in_words(legal.day) if legal else "",
        cases=tuple(case_line(case, office) for case in cases),
    )
