"""What a policy leader answers to a letter: a plan, a question, that it is not theirs, evidence. It proposes only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tasks.domain.cases.case import Mode
from tasks.domain.cases.names import folded
from tasks.domain.classification.kinds import signs
from tasks.domain.letters.modes import mode_offered
from tasks.domain.letters.offered import days_offered
from tasks.domain.mail.dates import dates_in

_READ = 20_000  # characters of a reply
_MAX_DAYS = 10


class ReplyKind(StrEnum):
    """What a reply is, in the words that tell the officer."""

    PLAN = "envió su plan de asistencia"
    DATES = "propone fecha para la asistencia"
    QUESTION = "hace una pregunta"
    REJECTION = "responde que no es de su competencia"
    EVIDENCE = "envió evidencias de la asistencia"
    ATTENDANCE = "envió la lista de asistencia"
    MESSAGE = "respondió"


@dataclass(frozen=True, slots=True)
class Reply:
    """A leader's reply as it was understood."""

    kind: ReplyKind
    days: tuple[date, ...] = ()  # to come for a plan, gone by for evidence
    mode: Mode | None = None  # how the session is or was to be held


_REJECTS = re.compile(
    r"\bno (?:es|son|resulta|seria|hace parte|esta|corresponde\w*|tenemos|tiene|tengo|recae|radica)\b"
    r"(?: \w+){0,6}? (?:competencias?|competentes?|resorte|funciones|alcance misional)\b|"
    r"\bno (?:nos|me|le) (?:compete|corresponde)\b|\bno (?:somos|soy) (?:la |el |los |las )?(?:\w+ )?"
    r"(?:competentes?|responsables?|encargad[oa]s?)\b|"
    r"\bno corresponde a (?:esta|nuestra|mi) (?:dependencia|secretaria|direccion|oficina|gerencia|entidad)\b|"
    r"\bcarec(?:e|emos) de competencia\b|\b(?:es|son) (?:de )?competencia de otr[ao]s?\b|"
    r"\bpor competencia,? (?:le |les |se )?(?:debe|deben|solicit\w+|pid\w+|sugier\w+|devolv\w+|remit\w+|traslad\w+)\b"
)
_HYPOTHESIS = re.compile(r"\b(?:si|en caso de que|cuando|siempre que|aunque)\b[^.;:\n]{0,60}$")
_ATTENDANCE = re.compile(r"\b(?:lista(?:do)?s?|planilla|registro|control) de (?:asistencia|asistentes|participantes)\b")
_ASKS = re.compile(
    r"[?¿]|\b(?:quisiera(?:mos)? saber|nos (?:pueden|podrian|puede|podria) (?:aclarar|indicar|confirmar|informar|"
    r"precisar|ampliar)|agradec\w+ (?:aclarar|precisar|ampliar|informar|indicar)|solicit\w+ (?:aclara\w+|amplia\w+|"
    r"precis\w+)|requerimos (?:mas|mayor) informacion|no es claro|no tenemos claro|dudas? sobre)\b"
)
_PLAN_FILE = re.compile(r"\b(?:plan|cronograma|programacion|propuesta|agenda)\b")
_SENDS_PLAN = re.compile(r"\b(?:plan (?:de )?(?:asistencia|asesoria|trabajo|accion)|cronograma|adjunto (?:el )?plan)\b")
_EVIDENCE_FILE = re.compile(r"\b(?:acta|evidencias?|memorias?|fotos?|fotografias|soportes?|presentacion|asistencia)\b")


def read_reply(text: str, files: Sequence[str], today: date) -> Reply:
    """Return what a leader's own words and the names of the files sent with them are.

    `today` is the day of the mail: days are offered after it; of a report of what was done they lie behind.
    """
    said = folded(text[:_READ])
    names = folded(" ".join(files)).replace("_", " ").replace("-", " ")
    if _rejects(said):
        return Reply(ReplyKind.REJECTION)
    coming, mode = days_offered(text[:_READ], today)[:_MAX_DAYS], mode_offered(text[:_READ])
    done = signs.DONE.search(said) and not signs.FUTURE.search(said)
    if done or (files and _EVIDENCE_FILE.search(names) and not (coming or _SENDS_PLAN.search(said))):
        held = tuple(day for day in dates_in(text[:_READ], today, nearest=True) if day <= today)[:_MAX_DAYS]
        listed = files and (_ATTENDANCE.search(said) or "asistencia" in names)
        return Reply(ReplyKind.ATTENDANCE if listed else ReplyKind.EVIDENCE, held, mode)
    if files and (_PLAN_FILE.search(names) or _SENDS_PLAN.search(said)):
        return Reply(ReplyKind.PLAN, coming, mode)
    if coming:
        return Reply(ReplyKind.DATES, coming, mode)
    if _ASKS.search(said):
        return Reply(ReplyKind.QUESTION)
    return Reply(ReplyKind.PLAN if _SENDS_PLAN.search(said) and files else ReplyKind.MESSAGE)


def _rejects(said: str) -> bool:
    """Whether the words refuse the matter; "si no es de nuestra competencia…" supposes, and refuses nothing."""
    return any(not _HYPOTHESIS.search(said[: match.start()][-90:]) for match in _REJECTS.finditer(said))
