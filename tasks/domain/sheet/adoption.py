"""An office's old spreadsheet read as cases: columns by name, values by the readers of Casos, nothing dropped.

What is not understood is never guessed: the cell goes into the case's Observaciones under its own heading.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rapidfuzz import fuzz, process

from tasks.domain.cases.case import Mode, Petition, State
from tasks.domain.sheet import cells
from tasks.domain.sheet.cells import Choice, Reading, canonical, clean_text, read_choice
from tasks.domain.sheet.columns import Choices
from tasks.domain.sheet.headers import header_key
from tasks.domain.sheet.table import Row, Tab, Value
from tasks.domain.sheet.views import reader

_ALIASES: dict[str, tuple[str, ...]] = {
    "Caso": ("No", "Nro", "N", "Número", "No caso", "Número de caso", "Consecutivo", "ID"),
    "Recibido": ("Fecha", "Fecha de recibido", "Fecha solicitud", "Fecha de solicitud", "Fecha de radicación"),
    "Municipio": ("Municipio solicitante", "Entidad territorial"),
    "Entidad": ("Entidad solicitante",),
    "Política": ("Políticas", "Política MIPG", "Política solicitada", "Tema"),
    "Asunto": ("Descripción", "Descripción de la solicitud", "Detalle de la solicitud", "Solicitud de asesoría"),
    "Responsable": ("Asignado a", "Profesional", "Profesional asignado", "Encargado", "Asesor"),
    "Estado": ("Estado del caso", "Estado de la solicitud"),
    "Solicitante": ("Nombre del solicitante", "Contacto", "Nombre"),
    "Correo": (
        "Correo electrónico",
        "Correo del solicitante",
        "Correo de contacto",
        "Correo contacto",
        "Email",
        "E-mail",
    ),
    "Resumen": (),
    "Radicado de entrada": ("Radicado", "No radicado", "Número de radicado"),
    "Fecha oficio": ("Fecha del oficio", "Fecha de envío del oficio"),
    "Plan recibido": ("Fecha del plan", "Fecha plan"),
    "Fecha acordada": ("Fecha programada",),
    "Fecha asistencia": ("Fecha de asistencia", "Fecha de asesoría", "Fecha asesoría"),
    "Modalidad": ("Tipo de asesoría",),
    "Tipo de petición": (),
    "Radicado oficial": ("Oficio", "Número de oficio", "No oficio"),
    "Asistentes": ("Participantes",),
    "Evidencias": ("Evidencia", "Soportes"),
    "Observaciones": ("Observación", "Obs", "Notas", "Comentarios"),
}
_TELLING = ("Municipio", "Entidad", "Política", "Asunto", "Solicitante", "Correo", "Resumen")
_SEVERAL = {"Política", "Municipio"}
_ALIKE = 75.0  # of 100: a heading worth asking about
_PARTING = re.compile(r"[,/+]|\s+y\s+|\s+-\s+")
_NUMBER = re.compile(r"(20\d\d)\s*-\s*(\d{1,6})")
_STATES = tuple(Choice(state.value, state.value) for state in State)
_ENDED = Choice("finalizada", State.CLOSED.value, ("cerrado", "finalizado", "terminado", "terminada", "atendido"))
_FIELDS = {
    "Municipio": "municipality", "Entidad": "entity", "Asunto": "subject", "Responsable": "officer",
    "Solicitante": "requester", "Correo": "email", "Resumen": "summary", "Radicado de entrada": "incoming_ref",
    "Fecha oficio": "letter_date", "Plan recibido": "plan_received", "Fecha acordada": "agreed",
    "Fecha asistencia": "assistance", "Modalidad": "mode", "Tipo de petición": "petition",
    "Radicado oficial": "official_ref", "Asistentes": "attendees", "Evidencias": "evidence",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnMatch:
    """Which old column is which of ours."""

    sure: Mapping[str, str] = field(default_factory=dict)  # our header → theirs
    unsure: Mapping[str, str] = field(default_factory=dict)  # our header → theirs, to be asked about
    others: tuple[str, ...] = ()  # theirs that are nobody's: kept in Observaciones

    def confirmed(self, answers: Sequence[str]) -> "ColumnMatch":
        """Return the match after a person said which of the unsure (our headers) are right."""
        yes = {ours: theirs for ours, theirs in self.unsure.items() if ours in answers}
        no = tuple(theirs for ours, theirs in self.unsure.items() if ours not in answers)
        return ColumnMatch({**self.sure, **yes}, {}, (*self.others, *no))


@dataclass(frozen=True, slots=True)
class OldCase:
    """One row of the old sheet as it will be in the ledger."""

    row: int
    number: str  # "" when it had none that can be kept
    received: date | None
    policies: tuple[str, ...]
    state: State
    fields: Mapping[str, Any]  # of Case, JSON-safe
    warnings: tuple[str, ...] = ()


def match_columns(headers: Sequence[str]) -> ColumnMatch:
    """Return the columns that are found by name or by a usual other name, and those that only resemble one."""
    left = {header_key(header): header for header in reversed(headers) if header}
    sure: dict[str, str] = {}
    for names in (lambda ours: (ours,), lambda ours: _ALIASES[ours]):
        for ours in _ALIASES:
            found = next((key for key in map(header_key, names(ours)) if key in left), None)
            if ours not in sure and found is not None:
                sure[ours] = left.pop(found)
    unsure: dict[str, str] = {}
    for key, theirs in list(left.items()):
        free = [ours for ours in _ALIASES if ours not in sure and ours not in unsure]
        open_ones = {header_key(name): ours for ours in free for name in (ours, *_ALIASES[ours])}
        near = process.extractOne(key, list(open_ones), scorer=fuzz.token_set_ratio, score_cutoff=_ALIKE)
        if near:
            unsure[open_ones[near[0]]] = theirs
            del left[key]
    return ColumnMatch(sure, unsure, tuple(header for header in headers if header in left.values()))


def best_tab(tabs: Mapping[str, Tab]) -> Tab | None:
    """Return the tab that looks most like a list of cases: it has a municipality and a policy or a subject."""
    fitting = [
        (len(match.sure), tab)
        for tab in tabs.values()
        for match in [match_columns(tab.headers)]
        if "Municipio" in {*match.sure, *match.unsure} and {"Política", "Asunto"} & {*match.sure, *match.unsure}
    ]
    return max(fitting, key=lambda one: (one[0], len(one[1].rows)))[1] if fitting else None


def read_old_cases(tab: Tab, match: ColumnMatch, choices: Choices) -> list[OldCase]:
    """Return the rows of the tab as cases, in their order; those that are none are left out (see `no_cases`)."""
    read = reader(choices)
    return [_old_case(row, match, read) for row in tab.rows if _is_case(row, match)]


def no_cases(tab: Tab, match: ColumnMatch) -> list[Row]:
    """Return the rows that hold something and are no case, such as totals and notes below the table."""
    return [row for row in tab.rows if not _is_case(row, match) and any(map(canonical, row.values.values()))]


def _is_case(row: Row, match: ColumnMatch) -> bool:
    """Whether the row says at least who asks or what for; a column only asked about counts."""
    columns = {**match.unsure, **match.sure}
    return any(canonical(row.values.get(columns[ours])) for ours in _TELLING if ours in columns)


def _old_case(row: Row, match: ColumnMatch, read: Callable[[str, Value], Reading]) -> OldCase:
    readings = {ours: _read(ours, row.values.get(theirs), read) for ours, theirs in match.sure.items()}
    said = {ours: reading.value for ours, reading in readings.items() if reading.ok and reading.value not in (None, ())}
    wrong = {ours: reading.note for ours, reading in readings.items() if not reading.ok}
    kept = [f"{match.sure[ours]}: {canonical(row.values.get(match.sure[ours]))}" for ours in wrong]
    kept += [f"{other}: {text}" for other in match.others if (text := canonical(row.values.get(other)))]
    number = _NUMBER.fullmatch(canonical(row.values.get(match.sure.get("Caso", ""))))
    if not number and said.get("Caso"):
        kept.append(f"Número anterior: {said['Caso']}")
    places = tuple(said.pop("Municipio", ()))
    if len(places) > 1:
        kept.append(f"{match.sure['Municipio']}: {canonical(row.values.get(match.sure['Municipio']))}")
    fields = {name: _json(said[ours]) for ours, name in _FIELDS.items() if ours in said}
    fields["municipality"] = places[0] if places else None
    fields["notes"] = clean_text("\n".join([str(said.get("Observaciones", "")), *kept]))
    policies = tuple(said.get("Política", ()))
    return OldCase(
        row.number,
        f"{number[1]}-{int(number[2]):04}" if number else "",
        said.get("Recibido"),
        policies,
        _state(said.get("Estado"), fields, bool(policies and places)),
        fields,
        tuple(f"{ours}: {note}" for ours, note in wrong.items()),
    )


def _read(ours: str, value: Value, read: Callable[[str, Value], Reading]) -> Reading:
    match ours:
        case "Estado":
            reading = read_choice(value, (*_STATES, _ENDED), "un estado")
            return reading if reading.ok else Reading()  # "en trámite" says less than the dates beside it
        case "Fecha oficio":
            return cells.read_day(value)
    reading = read(ours, value)
    if not reading.ok and ours in _SEVERAL:  # old sheets part names with whatever came to hand
        parted = read(ours, _PARTING.sub(";", canonical(value)))
        return parted if parted.ok else reading
    return reading


def _state(said: str | None, fields: Mapping[str, Any], placed: bool) -> State:
    """Return the state that was written, else the one that the dates speak for."""
    if said:
        return State(said)
    if fields.get("assistance"):
        return State.FOLLOW_UP if fields.get("evidence") else State.ASSISTED
    if fields.get("plan_received") or fields.get("agreed"):
        return State.PLANNED
    if fields.get("letter_date"):
        return State.LETTER_SENT
    return State.TO_ASSIGN if placed else State.TO_CLASSIFY


def _json(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    return value.value if isinstance(value, Mode | Petition) else value
