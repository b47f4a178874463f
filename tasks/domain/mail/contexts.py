"""What each mail says: typed values for the templates of `templates/mail/`, which name the fields in Spanish.

`MAILS` maps a template's name to its context. Besides these fields every template has `oficina` (who writes) and
`token` (the key of the one-click answers, "" when the mail invites no order).
"""

from collections.abc import Mapping

from pydantic import Field, computed_field

from tasks.domain.letters.fields import Line, Prose, TemplateFields


class Link(TemplateFields):
    """A text that leads somewhere."""

    text: Line = Field(serialization_alias="texto")
    address: Line = Field(serialization_alias="direccion")


# The guide's "Nota aclaratoria": what whoever asks for advice should have done before.
PREREQUISITES = (
    Link(
        text="Leer la última versión del Manual Operativo del MIPG",
        address="https://www1.funcionpublica.gov.co/web/mipg",
    ),
    Link(
        text="Hacer el curso virtual de MIPG del Espacio Virtual de Asesoría (EVA)",
        address="https://www.funcionpublica.gov.co/eva_/curso-mipg",
    ),
    Link(
        text="Conocer el módulo MIPG del sitio web de Función Pública",
        address="https://www1.funcionpublica.gov.co/web/mipg",
    ),
)


class CaseLine(TemplateFields):
    """One case in a list; an empty policy or municipality is shown as still to be defined."""

    number: Line = Field(serialization_alias="numero")
    policy: Line = Field("", serialization_alias="politica")
    municipality: Line = Field("", serialization_alias="municipio")
    entity: Line = Field("", serialization_alias="entidad")


class AcknowledgedRequest(TemplateFields):
    """A request that was received, with the cases it opened."""

    number: Line = Field(serialization_alias="numero")
    subject: Line = Field("", serialization_alias="asunto")
    received: Line = Field(serialization_alias="recibida")  # date in words
    answer_by: Line = Field("", serialization_alias="responder_antes")  # the legal date, in words
    cases: tuple[CaseLine, ...] = Field((), serialization_alias="casos")


class AcknowledgementContext(TemplateFields):
    """`acuse`: to who asked, once per request; several requests of one day share a mail."""

    name: Line = Field("", serialization_alias="nombre")
    requests: tuple[AcknowledgedRequest, ...] = Field(min_length=1, serialization_alias="solicitudes")
    prerequisites: tuple[Link, ...] = Field(PREREQUISITES, serialization_alias="requisitos")

    @computed_field(alias="por_definir")  # type: ignore[prop-decorator]
    @property
    def lacks_policy(self) -> bool:
        """Whether some case still waits for its policy."""
        return any(not case.policy for request in self.requests for case in request.cases)


class ToAssign(CaseLine):
    """A case that waits for its officer."""

    requester: Line = Field("", serialization_alias="solicitante")
    email: Line = Field("", serialization_alias="correo")
    subject: Line = Field("", serialization_alias="asunto")
    summary: Line = Field("", serialization_alias="resumen")
    received: Line = Field(serialization_alias="recibida")
    due: Line = Field("", serialization_alias="vence")  # day by which to assign
    legal_due: Line = Field("", serialization_alias="vence_legal")
    suggestion: Line = Field("", serialization_alias="sugerencia")  # a name of `team`, "" when none stands out
    why: Line = Field("", serialization_alias="motivo_sugerencia")
    note: Line = Field("", serialization_alias="nota")  # e.g. an absence, a case reopened


class AssignmentContext(TemplateFields):
    """`asignar`: to the director, with a one-click answer per member of the team."""

    name: Line = Field("", serialization_alias="nombre")
    cases: tuple[ToAssign, ...] = Field(min_length=1, serialization_alias="casos")
    team: tuple[Line, ...] = Field((), serialization_alias="equipo")
    sheet: Line = Field("", serialization_alias="enlace_hoja")


class DraftContext(TemplateFields):
    """`borrador`: a letter's draft to its officer, the .docx attached."""

    name: Line = Field("", serialization_alias="nombre")
    letter: Line = Field(serialization_alias="oficio")
    version: int = Field(1, serialization_alias="version")
    leader: Line = Field(serialization_alias="lider")
    dependency: Line = Field("", serialization_alias="dependencia")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    due: Line = Field("", serialization_alias="vence")  # day by which the letter should leave
    news: Line = Field("", serialization_alias="novedad")  # why there is a new draft
    edited: bool = Field(False, serialization_alias="editado")  # a person's own document stands in it
    changes: tuple[Prose, ...] = Field((), serialization_alias="cambios")  # of that document against the draft before
    release: Line = Field("approved", serialization_alias="liberacion")  # approved, signed, registered, transfer


class SignContext(TemplateFields):
    """`firma`: an approved letter that waits for the director's signature, attached."""

    name: Line = Field("", serialization_alias="nombre")
    letter: Line = Field(serialization_alias="oficio")
    leader: Line = Field(serialization_alias="lider")
    dependency: Line = Field("", serialization_alias="dependencia")
    officer: Line = Field("", serialization_alias="responsable")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")


class LetterMailContext(TemplateFields):
    """`oficio`: the mail to the leader that carries the letter."""

    name: Line = Field("", serialization_alias="nombre")
    letter: Line = Field(serialization_alias="oficio")
    official_ref: Line = Field("", serialization_alias="radicado_oficial")
    policies: Line = Field(serialization_alias="politicas")  # "la política de …"
    entities: Line = Field(serialization_alias="entidades")  # "la Alcaldía de …"
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    plan_due: Line = Field(serialization_alias="fecha_limite")
    plan_term: Line = Field("diez (10) días hábiles", serialization_alias="plazo_plan")
    officer: Line = Field("", serialization_alias="responsable")
    officer_email: Line = Field("", serialization_alias="correo_responsable")
    annexes: tuple[Line, ...] = Field((), serialization_alias="anexos")
    left_out: tuple[Line, ...] = Field((), serialization_alias="no_adjuntos")  # too big for a mail


class ReminderItem(CaseLine):
    """One case that somebody waits for."""

    letter: Line = Field("", serialization_alias="oficio")
    what: Line = Field(serialization_alias="que_falta")  # "Enviar el plan de asistencia"
    due: Line = Field(serialization_alias="vence")
    lateness: Line = Field("", serialization_alias="plazo")  # "vence mañana", "venció hace 3 días hábiles"
    level: Line = Field("today", serialization_alias="nivel")  # before, today, late, officer, director
    informed: bool = Field(False, serialization_alias="solo_informa")  # somebody else is waited for
    waits_for: Line = Field("", serialization_alias="de_quien")
    news: Line = Field("", serialization_alias="novedad")  # "Usted recibe este caso de …"
    orders: tuple[Line, ...] = Field((), serialization_alias="ordenes")  # whole ones: "aprobado 2026-0041"


class ReminderContext(TemplateFields):
    """`recordatorio`: everything that waits for one member of the team, most urgent first."""

    name: Line = Field("", serialization_alias="nombre")
    items: tuple[ReminderItem, ...] = Field(min_length=1, serialization_alias="pendientes")
    more: int = Field(0, serialization_alias="otros")  # further cases, which the sheet shows
    sheet: Line = Field("", serialization_alias="enlace_hoja")


class LeaderReminderContext(TemplateFields):
    """`recordatorio-lider`: what waits for a policy leader, the letters attached again."""

    name: Line = Field("", serialization_alias="nombre")
    items: tuple[ReminderItem, ...] = Field(min_length=1, serialization_alias="pendientes")
    more: int = Field(0, serialization_alias="otros")
    officer: Line = Field("", serialization_alias="responsable")
    officer_email: Line = Field("", serialization_alias="correo_responsable")
    attached: tuple[Line, ...] = Field((), serialization_alias="anexos")


class SuspendedContext(TemplateFields):
    """`suspendida`: to a municipality whose case has waited for it for a month."""

    name: Line = Field("", serialization_alias="nombre")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    since: Line = Field(serialization_alias="desde")
    motive: Prose = Field("", serialization_alias="motivo")  # what is missing
    answer_by: Line = Field(serialization_alias="responder_antes")


class ReviewItem(TemplateFields):
    """A message that a person must look at."""

    received: Line = Field(serialization_alias="recibido")
    sender: Line = Field("", serialization_alias="de")
    subject: Line = Field("", serialization_alias="asunto")
    reason: Line = Field("", serialization_alias="motivo")
    suggestion: Line = Field("", serialization_alias="sugerencia")
    legal_due: Line = Field("", serialization_alias="vence_legal")


class ReviewContext(TemplateFields):
    """`revision`: messages that wait for the team in the tab Revisión."""

    messages: tuple[ReviewItem, ...] = Field(min_length=1, serialization_alias="mensajes")
    waiting: int = Field(0, serialization_alias="en_espera")  # all that wait, these included
    sheet: Line = Field("", serialization_alias="enlace_hoja")


class OrderAnswerContext(TemplateFields):
    """`respuesta`: what became of the orders that somebody mailed."""

    done: bool = Field(serialization_alias="hecho")  # at least one was carried out
    answers: tuple[Prose, ...] = Field(min_length=1, serialization_alias="respuestas")
    subject: Line = Field("", serialization_alias="asunto")  # of the mail that is answered
    possible: tuple[Line, ...] = Field((), serialization_alias="posibles")  # orders that would be accepted


class OversizeContext(TemplateFields):
    """`demasiado-grande`: to who sent a mail that was too large to read."""

    name: Line = Field("", serialization_alias="nombre")
    subject: Line = Field("", serialization_alias="asunto")
    limit: Line = Field(serialization_alias="limite")  # "64 MB"


class AlertContext(TemplateFields):
    """`alerta`: to the operator."""

    lines: tuple[Prose, ...] = Field((), serialization_alias="avisos")
    recovered: tuple[Prose, ...] = Field((), serialization_alias="recuperados")


class Need(TemplateFields):
    """Something that waits for the director."""

    case: Line = Field(serialization_alias="caso")
    what: Line = Field(serialization_alias="que")
    why: Line = Field("", serialization_alias="motivo")
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
    unsure: tuple[Prose, ...] = Field((), serialization_alias="dudas")
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


class StatusLine(CaseLine):
    """Where one case of the requester's own stands."""

    subject: Line = Field("", serialization_alias="asunto")
    stands: Prose = Field(serialization_alias="situacion")  # a whole sentence
    next_step: Prose = Field("", serialization_alias="sigue")


class StatusContext(TemplateFields):
    """`estado`: to a requester who asked how it goes; no cases: there are none under that address."""

    name: Line = Field("", serialization_alias="nombre")
    day: Line = Field(serialization_alias="fecha")
    cases: tuple[StatusLine, ...] = Field((), serialization_alias="casos")


class ForwardContext(TemplateFields):
    """`reenvio`: a request on another axis or of another office's competence, the original attached."""

    case: Line = Field(serialization_alias="caso")
    team: Line = Field("", serialization_alias="equipo")
    axis: Line = Field("", serialization_alias="eje")  # "Política pública"; "" for a traslado to another office
    subject: Line = Field("", serialization_alias="asunto")
    requester: Line = Field("", serialization_alias="solicitante")
    email: Line = Field("", serialization_alias="correo")
    received: Line = Field("", serialization_alias="recibida")


class Proposal(TemplateFields):
    """A day that a leader offers or reports, and the order that confirms it."""

    day: Line = Field(serialization_alias="fecha")  # "martes 12 de enero de 2027"
    order: Prose = Field(serialization_alias="orden")  # one line per case
    note: Line = Field("", serialization_alias="nota")  # "es festivo"


class LeaderReplyContext(TemplateFields):
    """`lider`: what a policy leader answered, to the officer."""

    name: Line = Field("", serialization_alias="nombre")
    who: Line = Field(serialization_alias="quien")
    what: Line = Field(serialization_alias="que")  # "envió su plan de asistencia"
    done: Line = Field("", serialization_alias="hecho")  # what the service did with it
    letter: Line = Field("", serialization_alias="oficio")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    text: Prose = Field("", serialization_alias="texto")
    proposals: tuple[Proposal, ...] = Field((), serialization_alias="propuestas")
    asks: Line = Field("", serialization_alias="pide")  # what the officer is asked to do
    enclosed: tuple[Line, ...] = Field((), serialization_alias="adjuntos")
    left_out: tuple[Line, ...] = Field((), serialization_alias="no_adjuntos")  # too big for a mail


class SessionContext(TemplateFields):
    """`fecha`: the agreed session, to municipality and officer, the .ics attached."""

    name: Line = Field("", serialization_alias="nombre")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    day: Line = Field(serialization_alias="fecha")  # "jueves 3 de diciembre de 2026"
    hour: Line = Field("", serialization_alias="hora")
    mode: Line = Field("", serialization_alias="modalidad")
    place: Line = Field("", serialization_alias="lugar")
    leader: Line = Field("", serialization_alias="lider")
    dependency: Line = Field("", serialization_alias="dependencia")
    officer: Line = Field("", serialization_alias="responsable")
    officer_email: Line = Field("", serialization_alias="correo_responsable")
    previous: Line = Field("", serialization_alias="fecha_anterior")  # when it was moved


class BounceContext(TemplateFields):
    """`rebote`: a mail that came back, to whoever can correct the address."""

    name: Line = Field("", serialization_alias="nombre")
    subject: Line = Field("", serialization_alias="asunto")
    address: Line = Field(serialization_alias="direccion")
    why: Line = Field("", serialization_alias="motivo")  # the server's own line
    letter: Line = Field("", serialization_alias="oficio")
    is_leader: bool = Field(False, serialization_alias="es_lider")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")


class TransferContext(TemplateFields):
    """`traslado`: the letter by which a request goes to whom it concerns, with a copy to whoever asked."""

    name: Line = Field("", serialization_alias="nombre")
    letter: Line = Field(serialization_alias="oficio")
    to: Line = Field(serialization_alias="destino")  # the office it goes to
    is_copy: bool = Field(False, serialization_alias="solo_copia")  # no address known: only whoever asked gets it
    case: Line = Field(serialization_alias="caso")
    subject: Line = Field("", serialization_alias="asunto")
    received: Line = Field("", serialization_alias="recibida")
    annexes: tuple[Line, ...] = Field((), serialization_alias="anexos")
    left_out: tuple[Line, ...] = Field((), serialization_alias="no_adjuntos")  # too big for a mail


class ClosingContext(TemplateFields):
    """`cierre`: the end of a case, to the municipality."""

    name: Line = Field("", serialization_alias="nombre")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    sessions: Line = Field("", serialization_alias="sesiones")  # dates in words
    result: Prose = Field("", serialization_alias="resultado")  # what the scores say, or why there is none
    motive: Prose = Field("", serialization_alias="motivo")
    letter: Line = Field("", serialization_alias="oficio")  # attached


class InvitationContext(TemplateFields):
    """`invitacion`: what is offered to a municipality after new results, the letter attached."""

    name: Line = Field("", serialization_alias="nombre")
    letter: Line = Field(serialization_alias="oficio")
    municipality: Line = Field(serialization_alias="municipio")
    vigencia: Line = Field(serialization_alias="vigencia")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    answer_by: Line = Field("", serialization_alias="responder_antes")


class ExtensionContext(TemplateFields):
    """`prorroga`: the notice that the answer takes longer (Ley 1755 de 2015, art. 14, parágrafo)."""

    name: Line = Field("", serialization_alias="nombre")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    received: Line = Field(serialization_alias="recibida")
    due: Line = Field(serialization_alias="vence")
    new_due: Line = Field(serialization_alias="nueva_fecha")
    motive: Prose = Field(serialization_alias="motivo")


class ExtensionDraftContext(ExtensionContext):
    """`prorroga-borrador`: the extension notice before its officer, who may approve it."""

    officer: Line = Field("", serialization_alias="responsable")


class SurveyContext(TemplateFields):
    """`encuesta`: three short questions after the assistance, answered by one click each."""

    name: Line = Field("", serialization_alias="nombre")
    case: CaseLine = Field(serialization_alias="caso")
    day: Line = Field(serialization_alias="fecha")
    questions: tuple[Line, ...] = Field((), serialization_alias="preguntas")


MAILS: Mapping[str, type[TemplateFields]] = {
    "acuse": AcknowledgementContext,
    "alerta": AlertContext,
    "asignar": AssignmentContext,
    "borrador": DraftContext,
    "demasiado-grande": OversizeContext,
    "cierre": ClosingContext,
    "invitacion": InvitationContext,
    "encuesta": SurveyContext,
    "estado": StatusContext,
    "fecha": SessionContext,
    "firma": SignContext,
    "informe": ReportContext,
    "lider": LeaderReplyContext,
    "oficio": LetterMailContext,
    "prorroga": ExtensionContext,
    "prorroga-borrador": ExtensionDraftContext,
    "rebote": BounceContext,
    "recordatorio": ReminderContext,
    "recordatorio-lider": LeaderReminderContext,
    "reenvio": ForwardContext,
    "respuesta": OrderAnswerContext,
    "resumen": DigestContext,
    "revision": ReviewContext,
    "traslado": TransferContext,
    "suspendida": SuspendedContext,
}
