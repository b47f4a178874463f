"""What reminders and review notices say."""

from collections.abc import Sequence

from tasks.bootstrap import Office
from tasks.domain.cases.case import State
from tasks.domain.mail.contexts import ReminderContext, ReminderItem, ReviewContext, ReviewItem
from tasks.domain.spanish import business_days, date_in_words, day_and_month
from tasks.domain.terms.clocks import Awaited
from tasks.domain.terms.escalation import Reminder, ReminderLine
from tasks.notices.letters import case_line
from tasks.ports.ledger import MessageRecord, UnitOfWork

_SHOWN = 30  # messages listed in a review notice

_WHAT = {
    State.TO_CLASSIFY: "Escribir la política y el municipio del caso",
    State.TO_ASSIGN: "Designar a la persona responsable",
    State.DRAFT: "Aprobar el borrador del oficio para enviarlo al líder de política",
    State.LETTER_SENT: "Enviar el plan de asistencia",
    State.PLANNED: "Prestar la asistencia acordada",
    State.DIRECT: "Atender directamente la solicitud",
    State.ASSISTED: "Enviar las evidencias de la asistencia",
}
_ORDERS = {
    State.TO_ASSIGN: ("asignar",),
    State.DRAFT: ("aprobado", "devolver"),
    State.LETTER_SENT: ("plan",),
    State.PLANNED: ("asistencia",),
    State.DIRECT: ("asistencia",),
}
_WAITED = {
    Awaited.TEAM: "el equipo MIPG",
    Awaited.DIRECTOR: "la dirección",
    Awaited.OFFICER: "la persona responsable",
    Awaited.LEADER: "el líder de política",
    Awaited.MUNICIPALITY: "el municipio",
}


def reminder_fields(office: Office, unit: UnitOfWork, reminder: Reminder) -> ReminderContext:
    """Return the fields of one person's reminder."""
    in_team = unit.books.directory().person(reminder.email) is not None
    return ReminderContext(
        name=reminder.name,
        items=tuple(_item(office, line, in_team=in_team) for line in reminder.lines),
        sheet=office.sheet.link("Casos", reminder.lines[0].case.number) if in_team else "",
    )


def _item(office: Office, line: ReminderLine, *, in_team: bool) -> ReminderItem:
    what = "Responder al municipio (término legal)" if line.legal else _WHAT.get(line.case.state, "Avanzar el caso")
    return ReminderItem(
        **case_line(line.case, office).model_dump(),
        letter=line.case.letter or "",
        what=what,
        due=date_in_words(line.due.day),
        lateness=lateness(line, office),
        level=line.level.value,
        informed=line.informed,
        waits_for=_WAITED[line.waits_for],
        orders=_ORDERS.get(line.case.state, ()) if in_team and not line.informed else (),
    )


def lateness(line: ReminderLine, office: Office) -> str:
    """Return how the date stands to today, in Spanish."""
    if line.due.day > office.clock.today():
        return f"vence el {day_and_month(line.due.day)}"
    if line.due.day == office.clock.today():
        return "vence hoy"
    return f"venció hace {business_days(max(1, line.days_late))}"


def review_fields(office: Office, waiting: Sequence[MessageRecord]) -> ReviewContext:
    """Return the fields of the notice about messages in Revisión, the newest first."""
    newest = sorted(waiting, key=lambda record: record.received, reverse=True)[:_SHOWN]
    return ReviewContext(
        messages=tuple(
            ReviewItem(
                received=date_in_words(record.received.astimezone(office.zone).date()),
                sender=record.sender,
                subject=record.subject,
                reason=record.reason,
                suggestion=record.suggestion,
            )
            for record in newest
        ),
        waiting=len(waiting),
        sheet=office.sheet.link("Revisión", f"M-{newest[0].id}"),
    )
