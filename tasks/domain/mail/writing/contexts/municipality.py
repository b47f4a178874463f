"""What the mails to municipalities say."""

from pydantic import Field, computed_field

from tasks.domain.letters.fields import Line, Prose, TemplateFields
from tasks.domain.mail.writing.contexts.common import CaseLine, Link

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


class PausedContext(TemplateFields):
    """`en-espera`: to a municipality whose case was suspended until it answers."""

    name: Line = Field("", serialization_alias="nombre")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    motive: Prose = Field("", serialization_alias="motivo")  # what is missing
    officer: Line = Field("", serialization_alias="responsable")
    officer_email: Line = Field("", serialization_alias="correo_responsable")


class SuspendedContext(TemplateFields):
    """`suspendida`: to a municipality whose case has waited for it for a month."""

    name: Line = Field("", serialization_alias="nombre")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    since: Line = Field(serialization_alias="desde")
    motive: Prose = Field("", serialization_alias="motivo")  # what is missing
    answer_by: Line = Field(serialization_alias="responder_antes")


class OversizeContext(TemplateFields):
    """`demasiado-grande`: to who sent a mail that was too large to read."""

    name: Line = Field("", serialization_alias="nombre")
    subject: Line = Field("", serialization_alias="asunto")
    limit: Line = Field(serialization_alias="limite")  # "64 MB"


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


class SuccessionContext(TemplateFields):
    """`relevo`: to who follows as a municipality's contact, with the cases that go on."""

    name: Line = Field("", serialization_alias="nombre")
    municipality: Line = Field("", serialization_alias="municipio")
    before: Line = Field("", serialization_alias="anterior")  # who asked
    cases: tuple[StatusLine, ...] = Field(min_length=1, serialization_alias="casos")


class SessionContext(TemplateFields):
    """`fecha`: the agreed session, to municipality and officer, the .ics attached."""

    name: Line = Field("", serialization_alias="nombre")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    day: Line = Field(serialization_alias="fecha")  # "jueves 3 de diciembre de 2026"
    mode: Line = Field("", serialization_alias="modalidad")
    leader: Line = Field("", serialization_alias="lider")
    dependency: Line = Field("", serialization_alias="dependencia")
    officer: Line = Field("", serialization_alias="responsable")
    officer_email: Line = Field("", serialization_alias="correo_responsable")
    previous: Line = Field("", serialization_alias="fecha_anterior")  # when it was moved


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
    letter: Line = Field("", serialization_alias="oficio")  # attached


class AssistedCase(CaseLine):
    """A case and the day on which it was last assisted."""

    day: Line = Field(serialization_alias="fecha")


class SurveyContext(TemplateFields):
    """`encuesta`: three short questions after the assistance of one or more cases, answered by one click each."""

    name: Line = Field("", serialization_alias="nombre")
    cases: tuple[AssistedCase, ...] = Field(min_length=1, serialization_alias="casos")
    questions: tuple[Line, ...] = Field((), serialization_alias="preguntas")
