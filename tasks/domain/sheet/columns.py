"""The tabs of the shared sheet: columns in the order of the work, their owners, drop-downs and colours."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.domain.cases.case import State
from tasks.domain.cases.names import GENERAL
from tasks.domain.catalog import MIPG_GENERAL, Catalog, Municipality
from tasks.domain.directory import Directory, Person, Role
from tasks.domain.mail.commands import ACTIONS
from tasks.domain.sheet.cells import Choice
from tasks.domain.sheet.guide import GUIDE
from tasks.domain.sheet.table import ColumnLayout, TabLayout, TabView

CASES, REVIEW, SCORES, LEADERS = "Casos", "Revisión", "Puntajes", "Líderes"
TEAM, MUNICIPALITIES, HELP = "Equipo", "Municipios", "Ayuda"

CASE_ACTIONS = tuple(ACTIONS.values())
REVIEW_ACTIONS = IGNORE_SENDER, HEED_SENDER = ("Ignorar remitente", "Volver a revisar remitente")
YES_NO = ("Sí", "No")

# Fills that stay apart in a grey print-out too, where the word itself tells: light, lighter, dark, very light.
LIGHT_COLOURS = (("verde", "C6E7C8"), ("amarillo", "FFE699"), ("rojo", "F1948A"), ("gris", "E7E6E6"))
STATE_COLOURS = (
    (State.TO_CLASSIFY.value, "FCE4D6"),
    (State.TO_ASSIGN.value, "FCE4D6"),
    (State.DRAFT.value, "FFF2CC"),
    (State.LETTER_SENT.value, "DDEBF7"),
    (State.PLANNED.value, "DDEBF7"),
    (State.DIRECT.value, "DDEBF7"),
    (State.ASSISTED.value, "E2EFDA"),
    (State.FOLLOW_UP.value, "E2EFDA"),
    (State.SUSPENDED.value, "EDEDED"),
    (State.CLOSED.value, "D9D9D9"),
    (State.TRANSFERRED.value, "D9D9D9"),
    (State.DISCARDED.value, "D9D9D9"),
)
_DATE_NOTE = "Una fecha, por ejemplo 3/12/2026. Primero va el día."
_ABSENCES_NOTE = "Una o varias: 2026-12-07 a 2026-12-11; 2027-01-04 a 2027-01-08"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the drop-downs offer today."""

    policies: tuple[Choice, ...] = ()
    municipalities: tuple[Choice, ...] = ()
    officers: tuple[Choice, ...] = ()
    team: tuple[Choice, ...] = ()  # everybody of Equipo, for substitutes


def choices_of(catalog: Catalog, directory: Directory) -> Choices:
    """Return the drop-downs for the catalogue and the people in post (`directory.on(today)`)."""
    policies = [Choice(p.name, p.slug, (p.slug, *p.headings)) for p in catalog.policies]
    if not catalog.policy(MIPG_GENERAL):
        policies.append(Choice(GENERAL[0], MIPG_GENERAL, GENERAL[1:]))
    return Choices(
        tuple(policies),
        _places(catalog.municipalities),
        _people(directory.officers()),
        _people(directory.people),
    )


def _people(people: Iterable[Person]) -> tuple[Choice, ...]:
    return tuple(Choice(p.name, p.email.casefold(), (p.email,)) for p in people)


_ENTITIES = ("Alcaldía", "Alcaldía Municipal", "Municipio")  # what people write before a municipality's name


@lru_cache(maxsize=2)  # the same municipalities every time
def _places(municipalities: tuple[Municipality, ...]) -> tuple[Choice, ...]:
    places = [
        Choice(m.name, m.dane, (m.dane, *m.aliases, *(f"{what} de {m.name}" for what in _ENTITIES)))
        for m in municipalities
    ]
    return tuple(sorted(places, key=lambda place: place.name))


def layouts(choices: Choices) -> tuple[TabLayout, ...]:
    """Return the tabs that always exist, in their order."""
    return (
        cases_layout(choices),
        review_layout(choices),
        _scores_layout(),
        _leaders_layout(choices),
        _team_layout(choices),
        _municipalities_layout(choices),
        TabLayout(HELP, (ColumnLayout("Ayuda", "system", 78, wrap=True),), "Ayuda", 0, GUIDE),
    )


def _names(choices: tuple[Choice, ...]) -> tuple[str, ...]:
    return tuple(choice.name for choice in choices)


def _system(header: str, width: int = 16, kind: str = "text", note: str = "", wrap: bool = False) -> ColumnLayout:
    return ColumnLayout(header, "system", width, kind, wrap=wrap, note=note)


def _shared_date(header: str, note: str) -> ColumnLayout:
    return ColumnLayout(header, "shared", 13, "date", wrap=True, note=f"{note} {_DATE_NOTE}")


def cases_layout(choices: Choices) -> TabLayout:
    """Return the tab Casos: what is worked with first, what is looked up last."""
    columns = (*_case_heart(choices), *_case_course(), *_case_staff(), *_case_origin(), *_case_result())
    return TabLayout(CASES, columns, "Caso", 3, views=_CASE_VIEWS)


_ENDED = {State.CLOSED, State.TRANSFERRED, State.DISCARDED}
_CASE_VIEWS = (
    TabView("Vencidos y por vencer", "Semáforo", ("rojo", "amarillo"), "Vence"),
    TabView("Por clasificar y asignar", "Estado", (State.TO_CLASSIFY.value, State.TO_ASSIGN.value), "Recibido"),
    TabView("Abiertos", "Estado", tuple(state.value for state in State if state not in _ENDED), "Vence"),
)


def archive_tab(year: int) -> str:
    """Return the name of the tab with the closed cases of a year."""
    return f"Archivo {year}"


def archive_layout(year: int) -> TabLayout:
    """Return the tab with the closed cases of a year: Casos without what is chosen or ordered there."""
    columns = tuple(
        replace(column, owner="system", choices=(), strict=False, note="")
        for column in cases_layout(Choices()).columns
        if column.owner != "order"
    )
    return TabLayout(archive_tab(year), columns, "Caso", 3)


def _case_heart(choices: Choices) -> tuple[ColumnLayout, ...]:
    several = "Elija de la lista; si son varias, sepárelas con punto y coma (;)."
    return (
        _system("Caso", 11, note="Número del caso. Por él se reconoce la fila aunque la mueva o la ordene."),
        ColumnLayout("Semáforo", "system", 11, colours=LIGHT_COLOURS, note=_LIGHT_NOTE),
        ColumnLayout("Estado", "system", 19, colours=STATE_COLOURS, note="Cambia con lo que usted escribe o elige."),
        _system("Recibido", 16, "datetime"),
        ColumnLayout(
            "Municipio", "shared", 19, choices=_names(choices.municipalities), wrap=True, note="Elija de la lista."
        ),
        _system("Entidad", 27, wrap=True),
        ColumnLayout("Política", "shared", 30, choices=_names(choices.policies), wrap=True, note=several),
        _system("Asunto", 34, wrap=True),
        ColumnLayout("Responsable", "shared", 21, choices=_names(choices.officers), wrap=True, note=_OFFICER_NOTE),
        ColumnLayout("Acción", "order", 18, choices=CASE_ACTIONS, strict=True, note=_ACTION_NOTE),
        ColumnLayout("Detalle", "order", 22, wrap=True, note="El motivo, la fecha o el caso que pide la acción."),
        _system("Alertas", 42, note="Lo que el sistema necesita decirle sobre esta fila.", wrap=True),
        _system("Vence", 12, "date", "Plazo interno del paso en que está el caso."),
        _system("Vence legal", 12, "date", "Plazo de la Ley 1755 de 2015 para responder al municipio."),
    )


_LIGHT_NOTE = (
    "Según el plazo más cercano: verde, a tiempo; amarillo, quedan 2 días hábiles o menos; rojo, vencido; "
    "gris, no corre ningún plazo."
)
_OFFICER_NOTE = "La directora o el director designa aquí a quien llevará el caso."
_ACTION_NOTE = "Elija qué hacer. Al cumplirse, la celda se vacía y el resultado queda en «Alertas»."


def _case_course() -> tuple[ColumnLayout, ...]:
    return (
        _system("Líder", 24, note="Quien lidera la política en el departamento (pestaña «Líderes»).", wrap=True),
        _system("Oficio", 18),
        _system("Fecha oficio", 12, "date"),
        _shared_date("Plan recibido", "Día en que llegó el plan de asistencia."),
        _shared_date("Fecha acordada", "Día acordado para la asesoría."),
        _shared_date("Fecha asistencia", "Día de la asesoría; si fueron varios, sepárelos con punto y coma (;)."),
        ColumnLayout("Modalidad", "shared", 12, choices=("presencial", "virtual")),
    )


def _case_staff() -> tuple[ColumnLayout, ...]:
    petitions = ("general", "documentos", "entre autoridades", "consulta")
    return (
        ColumnLayout("Tipo de petición", "staff", 17, choices=petitions, note="Vacío: petición general, 15 días."),
        ColumnLayout("Radicado oficial", "staff", 18, note="El del sistema de correspondencia de la Gobernación."),
        ColumnLayout("Asistentes", "staff", 24, wrap=True),
        ColumnLayout("Evidencias", "staff", 24, wrap=True, note="Actas, listas de asistencia, enlaces."),
        ColumnLayout("Observaciones", "staff", 32, wrap=True),
    )


def _case_origin() -> tuple[ColumnLayout, ...]:
    return (
        _system("Solicitud", 13),
        _system("Origen", 10, note="demanda: el municipio pidió; oferta: sus puntajes lo sugirieron."),
        _system("Solicitante", 24),
        _system("Correo", 36),
        _system("Resumen", 60),
        _system("Confianza y motivo", 32, note="Qué tan segura es la clasificación y por qué."),
        _system("Radicado de entrada", 18),
    )


def _case_result() -> tuple[ColumnLayout, ...]:
    return (
        _system("Recordatorios", 14, "number"),
        _system("Puntaje antes", 10, "score"),
        _system("Puntaje después", 10, "score"),
        _system("Cambio", 10, "score"),
        _system(
            "Por qué vence", 60, note="Cómo se contó cada fecha: desde cuándo, cuántos días hábiles y qué se descontó."
        ),
        _system("Enlace", 24, "link"),
    )


def review_layout(choices: Choices) -> TabLayout:
    """Return the tab Revisión: messages that a person decides on."""
    columns = (
        _system("Mensaje", 14),
        _system("Recibido", 16, "datetime"),
        _system("De", 36),
        _system("Asunto", 38, wrap=True),
        _system("Motivo", 34, note="Por qué se pide que una persona lo mire.", wrap=True),
        _system("Sugerencia", 30, wrap=True),
        ColumnLayout("¿Es solicitud?", "shared", 14, choices=YES_NO, strict=True),
        ColumnLayout("Política", "shared", 32, choices=_names(choices.policies), wrap=True),
        ColumnLayout("Municipio", "shared", 18, choices=_names(choices.municipalities)),
        ColumnLayout("Acción", "order", 18, choices=REVIEW_ACTIONS, strict=True, note=_ACTION_NOTE),
        ColumnLayout("Detalle", "order", 24, wrap=True),
        _system("Alertas", 36, wrap=True),
        _system("Enlace", 24, "link", "El correo completo."),
    )
    return TabLayout(REVIEW, columns, "Mensaje", 1)


def offer_tab(year: int) -> str:
    """Return the name of the tab with the offer of a year."""
    return f"Oferta {year}"


def offer_layout(year: int, choices: Choices) -> TabLayout:
    """Return the tab Oferta of a year; rows are known by policy and municipality, joined in Clave."""
    columns = (
        _system("Clave", 36, note="No la cambie: identifica la fila."),
        _system("Política", 34, wrap=True),
        _system("Municipio", 20),
        _system("Puntaje", 10, "score"),
        _system("Puesto", 11, note="Lugar del puntaje entre sus pares; 1 es el más bajo."),
        _system("Pares", 10, "score", "Mediana de los municipios comparables."),
        _system("Brecha", 10, "score", "Pares menos puntaje."),
        _system("Prioridad", 11, "score", "La brecha; la mitad si el municipio ya tuvo asistencia en la política."),
        ColumnLayout("Incluir", "shared", 10, choices=YES_NO, strict=True, note="Sí: se invita a este municipio."),
        _system("Caso", 11),
        _system("Alertas", 40, wrap=True),
    )
    return TabLayout(offer_tab(year), columns, "Clave", 3)


def _scores_layout() -> TabLayout:
    columns = (
        _system("Clave", 36, note="No la cambie: identifica la fila."),
        _system("Vigencia", 10, "number"),
        _system("DANE", 9),
        _system("Municipio", 22),
        _system("Política", 70),
        _system("Puntaje", 10, "score"),
    )
    return TabLayout(SCORES, columns, "Clave", 1)


def _staff(header: str, width: int, kind: str = "text", note: str = "") -> ColumnLayout:
    return ColumnLayout(header, "staff", width, kind, note=note)


def _leaders_layout(choices: Choices) -> TabLayout:
    columns = (
        ColumnLayout("Política", "staff", 42, choices=_names(choices.policies), wrap=True),
        _staff("Dependencia", 38),
        _staff("Nombre", 28),
        _staff("Correo", 34),
        _staff("Otros correos", 40, note="Su equipo, que también puede responder. Sepárelos con punto y coma (;)."),
        _staff("Desde", 12, "date", _DATE_NOTE),
        _staff("Hasta", 12, "date", "Vacío: sigue en el cargo."),
        _staff("Ausencias", 40, note=_ABSENCES_NOTE),
        _staff("Sustituto", 28, note="Correo o nombre de quien responde en su ausencia."),
        _system("Alertas", 42, wrap=True),
    )
    return TabLayout(LEADERS, columns, "Política", 1)


def _team_layout(choices: Choices) -> TabLayout:
    columns = (
        _staff("Nombre", 30),
        _staff("Correo", 34),
        ColumnLayout("Rol", "staff", 16, choices=tuple(role.value for role in Role), strict=True),
        _staff("Desde", 12, "date", _DATE_NOTE),
        _staff("Hasta", 12, "date", "Vacío: sigue en el equipo."),
        _staff("Ausencias", 40, note=_ABSENCES_NOTE),
        ColumnLayout("Sustituto", "staff", 30, choices=_names(choices.team), note="Un nombre de esta pestaña."),
        _system("Alertas", 42, wrap=True),
    )
    return TabLayout(TEAM, columns, "Nombre", 1)


def _municipalities_layout(choices: Choices) -> TabLayout:
    columns = (
        _staff("DANE", 9, note="Cinco dígitos, como 05364."),
        ColumnLayout("Municipio", "staff", 24, choices=_names(choices.municipalities)),
        _staff("Enlace MIPG", 30, note="La persona de contacto del municipio."),
        _staff("Correo", 36),
        _staff("Teléfono", 18),
        _staff("Desde", 12, "date", _DATE_NOTE),
        _staff("Hasta", 12, "date", "Vacío: sigue en el cargo."),
        _system("Alertas", 42, wrap=True),
    )
    return TabLayout(MUNICIPALITIES, columns, "DANE", 1)
