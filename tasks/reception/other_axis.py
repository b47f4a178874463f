"""Mail on another axis than MIPG: passed on to the team that serves it."""

from dataclasses import replace

from tasks.domain.cases.case import SYSTEM, CaseEvent, EventKind, State
from tasks.domain.mail.writing.contexts.team import ForwardContext
from tasks.domain.mail.writing.outgoing import Enclosure, Purpose
from tasks.domain.spanish import date_in_words
from tasks.notices.notice import Notice, queue
from tasks.ports.records import Fate
from tasks.reception.desk import Desk, asked_in, open_asked

_AXES = {"politica-publica": "Política pública", "plan-desarrollo": "Plan de Desarrollo Territorial"}


def forward(desk: Desk) -> Fate:
    """Mail on another axis goes to its team and stays on the sheet as `trasladada`."""
    directory = desk.unit.books.directory()
    team = next((axis for axis in directory.axes if axis.axis == desk.judgement.axis), None)
    if team is None:
        return desk.record(Fate.REVIEW, reason="otro eje, sin equipo configurado a quien trasladarlo")
    asked = replace(asked_in(desk), policies=())
    request, (case,) = open_asked(desk, asked)
    desk.unit.cases.append([_transferred(desk, case.number, team.name)])
    enclosure = Enclosure(
        name="mensaje-original.eml", sha256=desk.arrival.sha256, content_type="application/octet-stream"
    )
    fields = ForwardContext(
        case=case.number,
        team=team.name,
        axis=_AXES.get(team.axis, ""),
        subject=asked.subject,
        requester=desk.judgement.requester,
        email=desk.judgement.email,
        received=date_in_words(asked.received.date()),
    )
    notice = Notice(
        Purpose.TRANSFER, case.number, "reenvio", fields, [team.email], cases=[case.number], enclosures=[enclosure]
    )
    queue(desk.unit, desk.office, notice)
    return desk.record(Fate.FORWARDED, (case.number,), request)


def _transferred(desk: Desk, case: str, team: str) -> CaseEvent:
    now = desk.office.clock.now()
    return CaseEvent(
        case=case,
        kind=EventKind.TRANSFERRED,
        at=now,
        actor=SYSTEM,
        reason=f"trasladada a {team}",
        source=desk.source,
        changes={"state": State.TRANSFERRED, "since": now.isoformat(), "previous": State.TO_CLASSIFY},
    )
