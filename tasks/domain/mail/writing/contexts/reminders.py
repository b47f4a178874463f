"""What reminders say."""

from pydantic import Field

from tasks.domain.letters.fields import Line, TemplateFields
from tasks.domain.mail.writing.contexts.common import CaseLine


class ReminderItem(CaseLine):
    """One case that somebody waits for."""

    letter: Line = Field("", serialization_alias="oficio")
    what: Line = Field(serialization_alias="que_falta")  # "Enviar el plan de asistencia"
    due: Line = Field(serialization_alias="vence")
    lateness: Line = Field("", serialization_alias="plazo")  # "vence mañana", "venció hace 3 días hábiles"
    level: Line = Field("today", serialization_alias="nivel")  # before, today, late, officer, director
    informed: bool = Field(False, serialization_alias="solo_informa")  # somebody else is waited for
    stage: Line = Field("", serialization_alias="etapa")  # the state, as the sheet shows it
    waits_for: Line = Field("", serialization_alias="de_quien")  # "Marta Correa Gil (líder de la política)"
    news: Line = Field("", serialization_alias="novedad")  # "Usted recibe este caso de …"
    light: Line = Field("", serialization_alias="semaforo")  # rojo, amarillo, verde
    orders: tuple[Line, ...] = Field((), serialization_alias="ordenes")  # whole ones: "aprobado 2026-0041"


class ReminderContext(TemplateFields):
    """`recordatorio`: everything that waits for one member of the team, most urgent first."""

    name: Line = Field("", serialization_alias="nombre")
    items: tuple[ReminderItem, ...] = Field(min_length=1, serialization_alias="pendientes")
    more: int = Field(0, serialization_alias="otros")  # further cases, which the sheet shows
    sheet: Line = Field("", serialization_alias="enlace_hoja")


class OwnDigestContext(TemplateFields):
    """`resumen-equipo`: once a week, what one member of the team has in hand."""

    name: Line = Field("", serialization_alias="nombre")
    day: Line = Field(serialization_alias="fecha")
    total: int = Field(serialization_alias="total")  # cases in hand, shown or not
    late: int = Field(0, serialization_alias="cuantos_vencidos")
    drafts: tuple[ReminderItem, ...] = Field((), serialization_alias="borradores")  # wait for the reader's approval
    overdue: tuple[ReminderItem, ...] = Field((), serialization_alias="vencidos")
    soon: tuple[ReminderItem, ...] = Field((), serialization_alias="proximos")  # due within seven days
    later: tuple[ReminderItem, ...] = Field((), serialization_alias="despues")
    more: int = Field(0, serialization_alias="otros")  # further cases, which the sheet shows
    resting: int = Field(0, serialization_alias="en_espera")  # wait for results or for the municipality
    sheet: Line = Field("", serialization_alias="enlace_hoja")


class LeaderReminderContext(TemplateFields):
    """`recordatorio-lider`: what waits for a policy leader, the letters attached again."""

    name: Line = Field("", serialization_alias="nombre")
    items: tuple[ReminderItem, ...] = Field(min_length=1, serialization_alias="pendientes")
    more: int = Field(0, serialization_alias="otros")
    officer: Line = Field("", serialization_alias="responsable")
    officer_email: Line = Field("", serialization_alias="correo_responsable")
    attached: tuple[Line, ...] = Field((), serialization_alias="anexos")
