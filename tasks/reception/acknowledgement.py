"""Telling who asked that it was received: once per request, joined in one mail from the fourth of a day on."""

from collections import Counter
from datetime import datetime, time, timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case
from tasks.domain.mail.contexts import AcknowledgedRequest, AcknowledgementContext
from tasks.domain.mail.outgoing import Purpose
from tasks.domain.spanish import date_in_words
from tasks.domain.terms.clocks import legal_due
from tasks.notices.letters import case_line
from tasks.notices.notice import Notice, queue
from tasks.ports.ledger import RequestRecord, UnitOfWork

_SINGLE = 3  # acknowledgements a day to one address before they are joined
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
    sent_today = _sent_today(unit, office) if waiting else Counter()
    return sum(_acknowledge(unit, office, requests, sent_today[email]) for email, requests in waiting.items())


def _sent_today(unit: UnitOfWork, office: Office) -> Counter[str]:
    now = office.clock.now()
    rows = unit.outbox.queued_since(Purpose.ACKNOWLEDGEMENT, now - timedelta(days=1))
    return Counter(r.mail.to[0] for r in rows if r.queued.astimezone(office.zone).date() == now.date())


def _acknowledge(unit: UnitOfWork, office: Office, requests: list[RequestRecord], sent: int) -> int:
    alone = requests[: max(0, _SINGLE - sent)]
    rest = requests[len(alone) :]
    batches = [[request] for request in alone]
    if rest and (office.clock.now().time() >= _EVENING or _is_old(rest[0], office.clock.now())):
        batches.append(rest)
    for batch in batches:
        queue(unit, office, _notice(unit, office, batch))
        unit.cases.acknowledge([request.number for request in batch], office.clock.now())
    return len(batches)


def _is_old(request: RequestRecord, now: datetime) -> bool:
    """The evening it waited for went by while nothing ran."""
    return request.received.date() < now.date()


def _notice(unit: UnitOfWork, office: Office, batch: list[RequestRecord]) -> Notice:
    first = batch[0]
    lines = tuple(_line(office, request, unit.cases.of_request(request.number)) for request in batch)
    cases = [case.number for line in lines for case in line.cases]
    fields = AcknowledgementContext(name=first.requester, requests=lines)
    return Notice(
        Purpose.ACKNOWLEDGEMENT,
        first.number,
        "acuse",
        fields,
        [first.email],
        cases=cases,
        in_reply_to=first.message_id,
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
