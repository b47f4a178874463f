"""What reminders and review notices say."""

from collections.abc import Sequence
from datetime import timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, State
from tasks.domain.directory import Directory, Role, is_away
from tasks.domain.letters.letter import Letter
from tasks.domain.mail.writing.contexts.reminders import LeaderReminderContext, ReminderContext, ReminderItem
from tasks.domain.mail.writing.contexts.team import ReviewContext, ReviewItem
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.domain.spanish import business_days, date_in_words, join_list, weekday_in_words
from tasks.domain.terms.business_days import add_business_days
from tasks.domain.terms.clocks import Awaited, Light, was_heard
from tasks.domain.terms.escalation import Reminder, ReminderLine
from tasks.domain.terms.readers import Readers
from tasks.notices.letters import case_line, letter_files
from tasks.notices.notice import Notice
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import MessageRecord

_SHOWN = 30  # messages or cases listed in one mail; Gmail cuts one at 102 KB
_ATTACHED = 8  # letters attached again to one reminder
_SNOOZE = 5  # business days that the one-click answer asks for

_WHAT = {
    State.TO_CLASSIFY: "Escribir la política y el municipio del caso",
    State.TO_ASSIGN: "Designar a la persona responsable",
    State.DRAFT: "Aprobar el borrador del oficio para enviarlo al líder de política",
    State.LETTER_SENT: "Enviar el plan de asistencia",
    State.PLANNED: "Prestar la asistencia acordada",
    State.DIRECT: "Atender directamente la solicitud",
    State.ASSISTED: "Enviar las evidencias de la asistencia",
    State.CLOSED: "Aprobar la carta de cierre para enviarla a la entidad",
    State.TRANSFERRED: "Aprobar el traslado para enviarlo a quien es competente",
    State.SUSPENDED: "El municipio no ha respondido: cerrar el caso con motivo, o reanudarlo",
}
_HEARD = "El municipio respondió: reanudar el caso, o cerrarlo con motivo"
_ORDERS = {
    State.TO_CLASSIFY: ("política {}: ", "municipio {}: "),
    State.DRAFT: ("aprobado {}", "devolver {}: "),
    State.LETTER_SENT: ("plan {}: ",),
    State.PLANNED: ("asistencia {}: ",),
    State.DIRECT: ("asistencia {}: ",),
    State.CLOSED: ("aprobado {}", "devolver {}: "),
    State.TRANSFERRED: ("aprobado {}", "devolver {}: "),
    State.SUSPENDED: ("cerrar {}: el municipio no respondió", "reanudar {}"),
}
_RESUMES = ("reanudar {}", "cerrar {}: ")
_NEVER_ANSWERED = {State.ASSISTED: ("cerrar {}: ",), State.FOLLOW_UP: ("cerrar {}: ",)}  # the closing letter answers
_ROLES = {Awaited.OFFICER: "responsable", Awaited.LEADER: "líder de la política", Awaited.DIRECTOR: "dirección"}


def reminder_notice(unit: UnitOfWork, office: Office, reminder: Reminder) -> Notice:
    """Return one person's reminder: the team's with one-click answers, a leader's in office form with its letters."""
    directory = unit.books.directory().on(office.clock.today())
    about = f"{office.clock.today():%Y-%m-%d}/{reminder.email}"
    cases = [line.case.number for line in reminder.lines]
    if directory.person(reminder.email):
        fields = _for_team(office, directory, reminder)
        return Notice(
            Purpose.REMINDER, about, "recordatorio", fields, [reminder.email], cases=cases, invites_orders=True
        )
    letters = _letters(unit, reminder)
    return Notice(
        Purpose.REMINDER,
        about,
        "recordatorio-lider",
        _for_leader(office, directory, reminder, letters),
        [reminder.email],
        cases=cases,
        letter=letters[0].number if len(letters) == 1 else None,
        enclosures=[letter_files(office, letter)[0] for letter in letters],
    )


def _for_team(office: Office, directory: Directory, reminder: Reminder) -> ReminderContext:
    return ReminderContext(
        name=reminder.name,
        items=tuple(item_with_answers(office, directory, line, reminder.email) for line in reminder.lines[:_SHOWN]),
        more=max(0, len(reminder.lines) - _SHOWN),
        sheet=office.sheet.link("Casos", reminder.lines[0].case.number),
    )


def _for_leader(
    office: Office, directory: Directory, reminder: Reminder, letters: Sequence[Letter]
) -> LeaderReminderContext:
    officer = directory.person(reminder.lines[0].case.officer or "")
    return LeaderReminderContext(
        name=reminder.name,
        items=tuple(item_of(office, directory, line) for line in reminder.lines[:_SHOWN]),
        more=max(0, len(reminder.lines) - _SHOWN),
        officer=officer.name if officer else "",
        officer_email=officer.email if officer else "",
        attached=tuple(letter_files(office, letter)[0].name for letter in letters),
    )


def _letters(unit: UnitOfWork, reminder: Reminder) -> list[Letter]:
    """Return the letters that went out about these cases, the most urgent first."""
    numbers = dict.fromkeys(line.case.letter for line in reminder.lines if line.case.letter)
    found = [letter for number in numbers if (letter := unit.letters.get(number)) and letter.final_sha256]
    return found[:_ATTACHED]


def item_with_answers(office: Office, directory: Directory, line: ReminderLine, reader: str) -> ReminderItem:
    """Return a case as its reader sees it, with the orders that one click sends."""
    return item_of(office, directory, line, _orders(office, directory, line, reader))


def item_of(office: Office, directory: Directory, line: ReminderLine, orders: tuple[str, ...] = ()) -> ReminderItem:
    """Return a case as mails about what is waited for show it."""
    return ReminderItem(
        **case_line(line.case, office).model_dump(),
        letter=line.case.letter or "",
        what=_what(line),
        due=weekday_in_words(line.due.day),
        lateness=lateness(line, office),
        level=line.level.value,
        informed=line.informed,
        stage=line.case.state.value,
        waits_for=_waited(office, directory, line) if line.informed else "",
        news=line.news,
        light="" if line.light is Light.GREY else line.light.value,
        orders=orders,
    )


def _waited(office: Office, directory: Directory, line: ReminderLine) -> str:
    """Return by name who has the next step, for those who are only told of it."""
    role = _ROLES.get(line.waits_for)
    names = [contact.name for contact in Readers(directory, office.clock.today()).of(line.case, line.waits_for)]
    if role is None or not any(names):
        return role or "alguien del equipo MIPG"
    return f"{join_list([name for name in names if name])} ({role})"


def _what(line: ReminderLine) -> str:
    if line.legal:
        return "Responder al municipio (término legal)"
    if _lacks_letter(line.case):
        return (
            "Completar el líder de la política en la pestaña Líderes (sin él no hay oficio), o atenderlo directamente"
        )
    if was_heard(line.case):
        return _HEARD
    return _WHAT.get(line.case.state, "Avanzar el caso")


def _lacks_letter(case: Case) -> bool:
    return case.state is State.DRAFT and not case.letter


def _orders(office: Office, directory: Directory, line: ReminderLine, reader: str) -> tuple[str, ...]:
    """Return the orders that the reader may send by one click.

    Who is only informed may put the reminders off, and an officer note what the leader did without writing.
    """
    number = line.case.number
    if not line.case.is_open:  # a letter that waits: nobody puts off a case that is over
        return () if line.informed else tuple(order.format(number) for order in _ORDERS[line.case.state])
    later = add_business_days(office.clock.today(), _SNOOZE, office.rules.calendar)
    silence = f"no recordar {number}: {later:%d/%m/%Y}"
    if line.informed and reader.casefold() != (line.case.officer or "").casefold():
        return (f"recordar {number}", silence)
    if line.case.state is State.TO_ASSIGN:
        return _assignments(office, directory, number)
    if _lacks_letter(line.case):
        return (f"directa {number}", silence)
    steps = _RESUMES if was_heard(line.case) else _ORDERS.get(line.case.state, ())
    steps += _answers(line, office) if line.legal else ()
    named = _assignments(office, directory, number) if _is_whoever_directs(directory, line.case) else ()
    return (*named, *(order.format(number) for order in steps), silence)


def _assignments(office: Office, directory: Directory, number: str) -> tuple[str, ...]:
    at_work = [p for p in directory.with_role(Role.OFFICER) if not is_away(p, office.clock.today())]
    return tuple(f"asignar {number}: {person.name}" for person in at_work[:_SHOWN])


def _is_whoever_directs(directory: Directory, case: Case) -> bool:
    """Whether a case of direct attention still waits for somebody to be designated."""
    officer = directory.person(case.officer or "")
    return case.state is State.DIRECT and (officer is None or officer.role is Role.DIRECTOR)


def _answers(line: ReminderLine, office: Office) -> tuple[str, ...]:
    """Return the orders that answer the municipality, which stops the legal clock."""
    extends = ("prórroga {}",) if line.due.day >= office.clock.today() and not line.case.extended_to else ()
    return extends + _NEVER_ANSWERED.get(line.case.state, ())


def lateness(line: ReminderLine, office: Office) -> str:
    """Return how the date stands to today, in Spanish."""
    if line.due.day == office.clock.today() + timedelta(days=1):
        return "vence mañana"
    if line.due.day > office.clock.today():
        return f"vence en {business_days(max(1, -line.days_late))}"
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
