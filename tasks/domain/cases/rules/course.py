"""The course of a case: plans, sessions, pauses, terms and reminders."""

from collections.abc import Callable
from typing import Any

from tasks.domain.cases.case import Mode, State
from tasks.domain.cases.decision import Asked, Decision, Refused
from tasks.domain.cases.names import folded
from tasks.domain.mail.dates import parse_date
from tasks.domain.spanish import weekday_in_words


def plan(asked: Asked) -> Decision:
    """The leader's plan names a day: it becomes the agreed one."""
    typed, changes = _with_mode(asked.argument)
    day = parse_date(typed, asked.world.at.date())
    if day is None:
        return Refused(f"No se entiende la fecha «{typed}». Escríbala así: 15/01/2027.")
    received = (asked.case.plan_received or asked.world.at.date()).isoformat()
    changes |= {"agreed": day.isoformat(), "plan_received": received, "proposed": []}
    return asked.accept(f"fecha acordada {weekday_in_words(day)}.", **changes)


def _with_mode(argument: str) -> tuple[str, dict[str, Any]]:
    """Return the day as it was typed, and the mode that may stand after it: "15/01/2027 virtual"."""
    words = argument.split()
    mode = next((mode for mode in Mode if words and folded(words[-1]) == mode.value), None)
    return (" ".join(words[:-1]), {"mode": mode}) if mode else (" ".join(words), {})


def assist(asked: Asked) -> Decision:
    """A session was held, or is still to come; what proves it may have been mailed before."""
    typed, changes = _with_mode(asked.argument)
    day = parse_date(typed, asked.world.at.date(), nearest=True)  # it may have been held already
    if day is None:
        return Refused(f"No se entiende la fecha «{typed}». Escriba «asistencia: 15/01/2027 virtual».")
    following = asked.case.state is State.FOLLOW_UP  # one more session: what the case waits for stays the same
    if day > asked.world.at.date() and following:
        why = "ya está en seguimiento: registre esa sesión cuando se haya prestado"
        return Refused(f"El caso {asked.case.number} {why}.")
    if day > asked.world.at.date():
        # A session still to come is an agreement, not an assistance.
        to = State.PLANNED if asked.case.state is State.LETTER_SENT else asked.case.state
        return asked.accept(
            f"fecha acordada {weekday_in_words(day)}.", to, agreed=day.isoformat(), proposed=[], **changes
        )
    held = sorted({*asked.case.assistance, day})
    changes["assistance"] = [d.isoformat() for d in held]
    proven = asked.case.evidence_mailed is not None and held[-1] <= asked.case.evidence_mailed
    after = State.FOLLOW_UP if following or proven else State.ASSISTED
    return asked.accept(f"asistencia del {day:%d/%m/%Y} registrada.", after, **changes)


def resume(asked: Asked) -> Decision:
    """A suspended case goes back to where it stood."""
    to = asked.case.previous or State.TO_CLASSIFY
    return asked.accept(f"vuelve a «{to}».", to)


def reopen(asked: Asked) -> Decision:
    """An ended case goes back to where it stood, and is no longer part of another."""
    to = asked.case.previous or State.TO_CLASSIFY
    return asked.accept(f"vuelve a «{to}».", to, merged_into=None)


def extend(asked: Asked) -> Decision:
    """The legal term is extended once, with its motive, while it runs (Ley 1755 de 2015, art. 14)."""
    case, until = asked.case, asked.world.extension
    if case.extended_to:
        return Refused(f"El caso {case.number} ya tiene ampliado su término hasta el {case.extended_to:%d/%m/%Y}.")
    if until is None:
        return Refused(f"El caso {case.number} no tiene un término legal en curso que se pueda ampliar.")
    changes: dict[str, Any] = {"extended_to": until.isoformat(), "extension_motive": asked.argument}
    return asked.accept(
        f"sale el aviso al municipio, que ofrece responder a más tardar el {until:%d/%m/%Y}.", **changes
    )


def snooze(asked: Asked) -> Decision:
    """Reminders of the case rest until a day."""
    day = parse_date(asked.argument, asked.world.at.date())
    if day is None:
        wrong = f"No se entiende la fecha «{asked.argument}»." if asked.argument else "Falta la fecha."
        return Refused(f"{wrong} {asked.example('15/01/2027')}")
    if day <= asked.world.at.date():
        return Refused(f"El {day:%d/%m/%Y} no está por venir. {asked.example('15/01/2027')}")
    return asked.accept(f"sin recordatorios hasta el {day:%d/%m/%Y}.", snoozed_until=day.isoformat())


def remind(asked: Asked) -> Decision:
    """Whoever is waited for is reminded with the next reminders."""
    changes: dict[str, Any] = {"snoozed_until": None, "remind_now": "Se pidió recordarlo ahora."}
    return asked.accept("entra en los próximos recordatorios (uno por persona y día hábil).", **changes)


def move(answer: str) -> Callable[[Asked], Decision]:
    """The case enters the rule's state; nothing else changes."""
    return lambda asked: asked.accept(answer)


def leave_letter(answer: str) -> Callable[[Asked], Decision]:
    """The case goes on without the draft it stood in: nobody was written to about it."""
    return lambda asked: asked.accept(answer, letter=None, letter_date=None)
