"""What the mails that carry letters say."""

from pydantic import Field

from tasks.domain.letters.fields import Line, Phrase, Prose, TemplateFields
from tasks.domain.mail.writing.contexts.common import CaseLine


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
    policies: Phrase = Field(serialization_alias="politicas")  # "la política de …"
    entities: Phrase = Field(serialization_alias="entidades")  # "la Alcaldía de …"; of an offer "12 municipios"
    offered: bool = Field(False, serialization_alias="es_oferta")  # nobody asked: the desk offers it
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    plan_due: Line = Field(serialization_alias="fecha_limite")
    plan_term: Line = Field("diez (10) días hábiles", serialization_alias="plazo_plan")
    officer: Line = Field("", serialization_alias="responsable")
    officer_email: Line = Field("", serialization_alias="correo_responsable")
    annexes: tuple[Line, ...] = Field((), serialization_alias="anexos")
    left_out: tuple[Line, ...] = Field((), serialization_alias="no_adjuntos")  # too big for a mail


class VoidedContext(TemplateFields):
    """`anulado`: to whoever got a letter that was voided afterwards."""

    name: Line = Field("", serialization_alias="nombre")
    letter: Line = Field(serialization_alias="oficio")
    dated: Line = Field("", serialization_alias="fecha")
    cases: tuple[CaseLine, ...] = Field(min_length=1, serialization_alias="casos")
    renewed: bool = Field(False, serialization_alias="se_renueva")  # another letter follows
    officer: Line = Field("", serialization_alias="responsable")
    officer_email: Line = Field("", serialization_alias="correo_responsable")


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
