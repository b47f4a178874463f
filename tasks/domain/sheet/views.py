"""A case as one row of Casos, the readers of its columns, and the merge of that tab."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tasks.domain.cases.case import Case
from tasks.domain.sheet import cells
from tasks.domain.sheet.cells import Choice, Reading, clean_text, read_choice, read_choices
from tasks.domain.sheet.columns import Choices, cases_layout
from tasks.domain.sheet.merge import merge_rows
from tasks.domain.sheet.merging import MergeResult, Request
from tasks.domain.sheet.rows import UNKNOWN_MARK
from tasks.domain.sheet.shadow import Shadow
from tasks.domain.sheet.table import Tab, Value

_LONG, _SHORT = 1_000, 300  # characters of a summary and of a name or subject; the whole stands in the mail

UNKNOWN_CASE = f"{UNKNOWN_MARK}: no hay ningún caso «{{key}}». Si es una solicitud nueva, borre el número de esta fila."


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with the names and dates that people read beside it."""

    case: Case
    policy_name: str = ""
    municipality_name: str = ""
    officer_name: str = ""
    leader_name: str = ""
    due: date | None = None
    legal_due: date | None = None
    counted: str = ""  # how both dates were counted
    light: str = "gris"
    link: str = ""
    alerts: tuple[str, ...] = ()


def case_row(view: CaseView) -> dict[str, Value]:
    """Return the case's cells by header; an empty one is None."""
    row = {"Caso": view.case.number} | _heart(view) | _course(view) | _staff(view.case) | _origin(view.case)
    row |= _result(view)
    return {header: None if value == "" else value for header, value in row.items()}


def _heart(view: CaseView) -> dict[str, Value]:
    case = view.case
    return {
        "Semáforo": view.light,
        "Estado": case.state.value,
        "Recibido": case.received.replace(tzinfo=None, second=0, microsecond=0),
        "Municipio": view.municipality_name,
        "Entidad": clean_text(case.entity, _SHORT),
        "Política": view.policy_name,
        "Asunto": clean_text(case.subject, _SHORT),
        "Responsable": view.officer_name,
        "Alertas": clean_text("\n".join(view.alerts), _LONG),
        "Vence": view.due,
        "Vence legal": view.legal_due,
    }


def _course(view: CaseView) -> dict[str, Value]:
    case = view.case
    return {
        "Líder": view.leader_name,
        "Oficio": case.letter,
        "Fecha oficio": case.letter_date,
        "Plan recibido": case.plan_received,
        "Fecha acordada": case.agreed,
        "Fecha asistencia": cells.shown_days(case.assistance),
        "Modalidad": case.mode.value if case.mode else None,
    }


def _staff(case: Case) -> dict[str, Value]:
    return {
        "Tipo de petición": case.petition.value,
        "Radicado oficial": clean_text(case.official_ref, _SHORT),
        "Asistentes": clean_text(case.attendees),
        "Evidencias": clean_text(case.evidence),
        "Observaciones": clean_text(case.notes),
    }


def _origin(case: Case) -> dict[str, Value]:
    certainty = f"{round(case.confidence * 100)} % · {case.reasons}" if case.reasons else ""
    return {
        "Solicitud": case.request,
        "Origen": case.origin.value,
        "Solicitante": clean_text(case.requester, _SHORT),
        "Correo": clean_text(case.email, _SHORT),
        "Resumen": clean_text(case.summary, _LONG),
        "Confianza y motivo": clean_text(certainty, _SHORT),
        "Radicado de entrada": clean_text(case.incoming_ref, _SHORT),
    }


def _result(view: CaseView) -> dict[str, Value]:
    return {
        "Recordatorios": view.case.reminders or None,
        "Puntaje antes": view.case.score_before,
        "Puntaje después": view.case.score_after,
        "Cambio": view.case.score_change,
        "Por qué vence": clean_text(view.counted, _LONG),
        "Enlace": view.link,
    }


def reader(choices: Choices) -> Callable[[str, Value], Reading]:
    """Return how cells of Casos and Revisión are read: header and value → what it says (other headers are text)."""
    return _Readers(choices).read


class _Readers:
    """The readers by header, with the choices of one moment."""

    def __init__(self, choices: Choices) -> None:
        self._officers: tuple[Choice, ...] = choices.officers
        self._by_header: dict[str, cells.Reader] = {
            "Política": lambda value: read_choices(value, choices.policies, "una política"),
            "Municipio": lambda value: read_choices(value, choices.municipalities, "un municipio"),
            "Responsable": lambda value: read_choice(value, choices.officers, "una persona del equipo"),
            "Plan recibido": cells.read_day,
            "Fecha acordada": cells.read_day,
            "Fecha asistencia": cells.read_days,
            "Modalidad": cells.read_mode,
            "Tipo de petición": cells.read_petition,
            "¿Es solicitud?": cells.read_yes,
            "Incluir": cells.read_yes,
            "Recibido": cells.read_day,
            "Correo": cells.read_address,
        }

    def read(self, header: str, value: Value) -> Reading:
        """Return what the cell says."""
        return self._by_header.get(header, cells.read_text)(value)


def missing_for_a_case(readings: Mapping[str, Reading]) -> str:
    """Return what a hand-typed row lacks to become a case, "" if nothing."""
    if "Municipio" not in readings:
        return "falta el municipio para abrir el caso"
    return "" if {"Política", "Asunto"} & readings.keys() else "falta la política o el asunto para abrir el caso"


@dataclass(frozen=True, slots=True)
class Cycle:
    """When a merge happens, which read it works on, and whether it is the second one of that read."""

    today: date
    again: bool = False
    mark: str = ""


def merge_cases(
    views: Iterable[CaseView],
    shadow: Shadow,
    tab: Tab,
    choices: Choices,
    cycle: Cycle,
    hidden: frozenset[str] = frozenset(),
) -> MergeResult:
    """Return the merge of Casos (see merge.py for the cycle); `hidden` cases stay away once their row is deleted."""
    request = Request(
        layout=cases_layout(choices),
        records={view.case.number: case_row(view) for view in views},
        shadow=shadow,
        tab=tab,
        read=reader(choices),
        today=cycle.today,
        hidden=hidden,
        missing=missing_for_a_case,
        unknown=UNKNOWN_CASE,
        again=cycle.again,
        mark=cycle.mark,
    )
    return merge_rows(request)
