"""What the weekly digest and the yearly report say."""

from pydantic import Field

from tasks.domain.letters.fields import Line, Prose, TemplateFields


class Need(TemplateFields):
    """Something that waits for the director."""

    case: Line = Field(serialization_alias="caso")
    what: Line = Field(serialization_alias="que")
    why: Line = Field("", serialization_alias="motivo")
    officer: Line = Field("", serialization_alias="responsable")
    waits_for: Line = Field("", serialization_alias="de_quien")  # who has the next step, where it is not the officer
    orders: tuple[Line, ...] = Field((), serialization_alias="ordenes")  # whole ones: "asignar 2026-0041: Ana"


class Count(TemplateFields):
    """A label and how many."""

    label: Line = Field(serialization_alias="nombre")
    count: int = Field(serialization_alias="cantidad")


class FigureRow(TemplateFields):
    """One line of a digest's table."""

    label: Line = Field(serialization_alias="nombre")
    open: int = Field(0, serialization_alias="abiertos")
    overdue: int = Field(0, serialization_alias="vencidos")
    opened: int = Field(0, serialization_alias="nuevos")
    closed: int = Field(0, serialization_alias="cerrados")


class WeekRow(TemplateFields):
    """One of the weeks before, for comparison."""

    week: Line = Field(serialization_alias="semana")
    opened: int = Field(0, serialization_alias="nuevos")
    closed: int = Field(0, serialization_alias="cerrados")
    response: Line = Field("", serialization_alias="tiempo_respuesta")
    opened_before: int = Field(0, serialization_alias="nuevos_hace_un_ano")
    response_before: Line = Field("", serialization_alias="respuesta_hace_un_ano")


class Chart(TemplateFields):
    """A picture that goes inside the mail, and the same said in words."""

    cid: Line = Field(serialization_alias="cid")
    title: Line = Field(serialization_alias="titulo")
    description: Line = Field(serialization_alias="descripcion")


class DigestContext(TemplateFields):
    """`resumen`: the week, to the director."""

    name: Line = Field("", serialization_alias="nombre")
    period: Line = Field(serialization_alias="periodo")  # "del 23 al 29 de noviembre de 2026"
    note: Prose = Field("", serialization_alias="nota")  # late, weeks missed
    headline: Prose = Field("", serialization_alias="titular")
    is_empty: bool = Field(False, serialization_alias="sin_novedad")
    needs: tuple[Need, ...] = Field((), serialization_alias="decisiones")
    more_needs: int = Field(0, serialization_alias="otras_decisiones")
    opened: int = Field(0, serialization_alias="nuevos")
    closed: int = Field(0, serialization_alias="cerrados")
    open: int = Field(0, serialization_alias="abiertos")
    overdue: int = Field(0, serialization_alias="vencidos")
    unassigned: int = Field(0, serialization_alias="por_asignar")
    review: int = Field(0, serialization_alias="en_revision")
    response: Line = Field("", serialization_alias="tiempo_respuesta")  # "6 días hábiles"
    response_before: Line = Field(
        "", serialization_alias="tiempo_antes"
    )  # "8 días hábiles en las 8 semanas anteriores"
    received: int = Field(0, serialization_alias="recibidos")
    fates: tuple[Count, ...] = Field((), serialization_alias="destinos")
    by_itself: tuple[Count, ...] = Field((), serialization_alias="automatico")
    classified: tuple[Prose, ...] = Field((), serialization_alias="clasificacion")  # how much of it without people
    unsure: tuple[Prose, ...] = Field((), serialization_alias="dudas")
    opinions: tuple[Line, ...] = Field((), serialization_alias="opiniones")  # what municipalities say of the advice
    stages: tuple[FigureRow, ...] = Field((), serialization_alias="etapas")
    policies: tuple[FigureRow, ...] = Field((), serialization_alias="politicas")
    subregions: tuple[FigureRow, ...] = Field((), serialization_alias="subregiones")
    leaders: tuple[FigureRow, ...] = Field((), serialization_alias="lideres")
    weeks: tuple[WeekRow, ...] = Field((), serialization_alias="semanas")
    charts: tuple[Chart, ...] = Field((), serialization_alias="graficas")
    notices: tuple[Prose, ...] = Field((), serialization_alias="avisos")  # annulled numbers, letters that bounced
    sheet: Line = Field("", serialization_alias="enlace_hoja")


class ReportContext(TemplateFields):
    """`informe`: the comparison of results, the report attached."""

    name: Line = Field("", serialization_alias="nombre")
    vigencia: Line = Field(serialization_alias="vigencia")
    headline: Prose = Field(serialization_alias="titular")
    findings: tuple[Prose, ...] = Field((), serialization_alias="hallazgos")
    cautions: tuple[Prose, ...] = Field((), serialization_alias="cautelas")
    changes: tuple[Prose, ...] = Field((), serialization_alias="cambios")  # against the report issued before
    attachments: tuple[Line, ...] = Field((), serialization_alias="anexos")
