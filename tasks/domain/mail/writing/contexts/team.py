"""What the mails to the director, the team and the operator say."""

from pydantic import Field

from tasks.domain.letters.fields import Line, Prose, TemplateFields
from tasks.domain.mail.writing.contexts.common import CaseLine
from tasks.domain.mail.writing.contexts.municipality import ExtensionContext


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

    name: Line = Field("", serialization_alias="nombre")
    done: bool = Field(serialization_alias="hecho")  # at least one was carried out
    answers: tuple[Prose, ...] = Field(min_length=1, serialization_alias="respuestas")
    subject: Line = Field("", serialization_alias="asunto")  # of the mail that is answered
    possible: tuple[Line, ...] = Field((), serialization_alias="posibles")  # orders that would be accepted


class AlertContext(TemplateFields):
    """`alerta`: to the operator."""

    lines: tuple[Prose, ...] = Field((), serialization_alias="avisos")
    recovered: tuple[Prose, ...] = Field((), serialization_alias="recuperados")


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
    """`lider`: what a policy leader answered, or whoever asked wrote further, to the officer."""

    name: Line = Field("", serialization_alias="nombre")
    side: Line = Field("La dependencia líder", serialization_alias="parte")  # "Quien hizo la solicitud"
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


class BounceContext(TemplateFields):
    """`rebote`: a mail that came back, to whoever can correct the address."""

    name: Line = Field("", serialization_alias="nombre")
    subject: Line = Field("", serialization_alias="asunto")
    address: Line = Field(serialization_alias="direccion")
    why: Line = Field("", serialization_alias="motivo")  # the server's own line
    letter: Line = Field("", serialization_alias="oficio")
    is_leader: bool = Field(False, serialization_alias="es_lider")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")


class ExtensionDraftContext(ExtensionContext):
    """`prorroga-borrador`: the extension notice before its officer, who may approve it."""

    officer: Line = Field("", serialization_alias="responsable")
    changes: tuple[Prose, ...] = Field((), serialization_alias="cambios")  # of an edited document
