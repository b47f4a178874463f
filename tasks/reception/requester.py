"""What whoever asked writes further: put before the officer at once, who would not see it otherwise."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, CaseEvent, EventKind, State
from tasks.domain.classification.asking import asks
from tasks.domain.classification.text import fold
from tasks.domain.mail.message import Mail, Thread
from tasks.domain.mail.quotes import Parts
from tasks.domain.mail.writing.contexts.team import LeaderReplyContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.notices.replies import Saying, Written, tell_officers
from tasks.ports.ledger import UnitOfWork
from tasks.reception.desk import of_the_house

_TOLD_A_DAY = 5  # of one case; every mail of a storm stands in the case's folder all the same
_COURTESY = re.compile(
    r"\b(?:(?:muchas |mil )?gracias(?: por (?:su|la|el|todo|tan)(?: \w+){0,3})?(?:,? (?:doctora?|equipo|ustedes))?|"
    r"agradec\w+ (?:su|la|el|tan)(?: \w+){0,4}|recibid[oa]s?|acus\w+ (?:de )?recib\w+|qued\w+ (?:muy )?atent[oa]s?|"
    r"enterad[oa]s?|(?:cordial(?:es)? )?saludos?|buen[oa]s? (?:dias?|tardes|noches)|feliz (?:dia|tarde|noche)|"
    r"ok|listo|perfecto|de acuerdo|(?:cordialmente|atentamente)(?:\W+\w+){0,6})\b"
)


def hear_requester(unit: UnitOfWork, office: Office, mail: Mail, parts: Parts, thread: Thread) -> None:
    """Tell who is in charge of the thread's open cases what came; a suspended one has what it waited for.

    Mere thanks are nobody's task. Cases without an officer are the director's anyway, who hears only of suspended ones.
    """
    directory = unit.books.directory().on(office.clock.today())
    if directory.person(mail.sender.email) is not None:
        return
    files = [part for part in mail.attachments if not part.inline]
    open_ones = [case for case in unit.cases.get_many(thread.cases) if case.is_open]
    waiting = [case for case in open_ones if case.state is State.SUSPENDED]
    cases = [case for case in open_ones if case.officer or case in waiting]
    if not cases or (not files and _is_courtesy(parts.own)):
        return
    inside = of_the_house(office, mail)
    if not inside:  # what a suspended case waits for comes from outside
        unit.cases.append(_heard(office, mail, case) for case in waiting)
    told = unit.outbox.queued_since(Purpose.REQUESTER_REPLY, office.clock.now() - timedelta(days=1))
    if sum(cases[0].number in row.mail.cases for row in told) < _TOLD_A_DAY:
        written = Written(Purpose.REQUESTER_REPLY, mail, parts.own)
        tell_officers(unit, office, written, cases, _saying(mail, inside=inside))


def _is_courtesy(text: str) -> bool:
    """Whether the text says nothing but thanks, greetings and that something arrived ("El jueves no, gracias" does)."""
    said = fold(text[:2000])
    return not re.search(r"\w", _COURTESY.sub(" ", said)) and not asks(text)


def _heard(office: Office, mail: Mail, case: Case) -> CaseEvent:
    now = office.clock.now()
    return CaseEvent(
        case=case.number,
        kind=EventKind.NOTED,
        at=now,
        actor=mail.sender.email,
        reason="escribió mientras el caso lo esperaba, suspendido",
        source=f"mail:{mail.message_id}",
        changes={"heard": now.date().isoformat()},
    )


def _saying(mail: Mail, *, inside: bool) -> Saying:
    def say(cases: Sequence[Case], common: dict[str, Any]) -> LeaderReplyContext:
        return LeaderReplyContext(
            **common,
            side="Una persona de la Gobernación" if inside else "Quien hizo la solicitud",
            who=mail.sender.name or mail.sender.email,
            what="escribió en el hilo" if inside else "escribió de nuevo",
            asks=_asks(cases),
        )

    return say


def _asks(cases: Sequence[Case]) -> str:
    """Return what the officer is asked to do about it."""
    first = cases[0]
    waiting = next((case for case in cases if case.state is State.SUSPENDED), None)
    if waiting is not None:
        return (
            f"El caso {waiting.number} está suspendido. Si con esto se puede seguir, responda «reanudar "
            f"{waiting.number}»; si aún falta algo, escríbale directamente."
        )
    if first.agreed is not None and first.state is State.PLANNED:
        return f"Si cambia la fecha de la asesoría, responda «plan {first.number}: FECHA» con la nueva."
    return "Léalo y respóndale directamente si hace falta; quedó unido al caso."
