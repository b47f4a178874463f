"""What every letter on the office's paper says, whoever it is for: number, date, addressee, subject, signatures.

The names in Spanish are those that staff write between double braces; `catalogue` lists them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import Field

from tasks.domain.letters.fields import Line, OfficeFields, Phrase, Prose, TemplateFields
from tasks.domain.spanish import date_in_words

_SUBJECT = 210


class Addressee(TemplateFields):
    """Whom the letter is for; an entity of its own stands in the place of the office's."""

    name: Line = Field(serialization_alias="nombre")
    post: Line = Field("", serialization_alias="cargo")
    dependency: Line = Field("", serialization_alias="dependencia")
    entity: Line = Field("", serialization_alias="entidad")
    email: Line = Field("", serialization_alias="correo")


class Signatory(TemplateFields):
    """Who signs; without a post the office's unit stands under the name, which needs no gender."""

    name: Line = Field(serialization_alias="nombre")
    post: Line = Field("", serialization_alias="cargo")
    # The picture of a signature takes this place when the final letter is made (`ports.letters.Picture`).
    image: Line = Field("", serialization_alias="imagen")


class Paper(TemplateFields):
    """The fields of every letter."""

    number: Line = Field(
        serialization_alias="numero", description="Consecutivo del oficio", examples=["DSEGPP-2026-0107"]
    )
    is_draft: bool = Field(
        serialization_alias="es_borrador", description="Verdadero mientras no esté aprobado", examples=[True]
    )
    official_ref: Line = Field(
        "",
        serialization_alias="radicado_oficial",
        description="Radicado del sistema oficial",
        examples=["2026030123456"],
    )
    office: OfficeFields = Field(
        serialization_alias="oficina",
        description="Quien escribe: oficina.entidad, .dependencia, .unidad, .sigla, .ciudad, .direccion, .telefono, "
        ".sitio, .buzon, .membrete",
        examples=[
            OfficeFields(address="Calle 42 B # 52-106, Medellín", phone="604 000 00 00", mailbox="mesa@example.org")
        ],
    )
    day: Line = Field(
        serialization_alias="fecha", description="Fecha del oficio en letras", examples=["3 de diciembre de 2026"]
    )
    title: Line = Field(
        serialization_alias="titulo",
        description="Título del documento (propiedades del archivo)",
        examples=["Oficio DSEGPP-2026-0107 – Solicitud de asistencia técnica"],
    )
    addressee: Addressee = Field(
        serialization_alias="destinatario",
        description="A quién se dirige: destinatario.nombre, .cargo, .dependencia, .entidad, .correo",
        examples=[
            Addressee(
                name="Marta Isabel Correa Gil", dependency="Dirección de Gestión Documental", email="marta@example.org"
            )
        ],
    )
    subject: Line = Field(
        serialization_alias="asunto",
        description="Asunto del oficio",
        examples=["Solicitud de asistencia técnica en la política de Gestión documental para el municipio de Sonsón"],
    )
    signatory: Signatory = Field(
        serialization_alias="firmante",
        description="Quien firma: firmante.nombre, .cargo, .imagen (su firma, si se configuró)",
        examples=[Signatory(name="Natalia Andrea Quiroz Bedoya")],
    )
    prepared_by: Line = Field(
        "", serialization_alias="proyecto", description="Proyectó", examples=["Ana María Londoño"]
    )
    reviewed_by: Line = Field("", serialization_alias="reviso", description="Revisó", examples=["Jorge Iván Cano"])
    approved_by: Line = Field("", serialization_alias="aprobo", description="Aprobó", examples=["Natalia Quiroz"])
    annexes: tuple[Line, ...] = Field(
        (), serialization_alias="anexos", description="Lista de anexos", examples=[("Solicitud original (1 archivo)",)]
    )
    copies: tuple[Line, ...] = Field(
        (), serialization_alias="copias", description="Con copia a", examples=[("Alcaldía de Sonsón",)]
    )


class RequestPaper(Paper):
    """A letter about a request: what was asked, by whom and when."""

    request: Line = Field(
        "", serialization_alias="solicitud", description="Número de la solicitud", examples=["S-2026-0030"]
    )
    incoming_ref: Line = Field(
        "",
        serialization_alias="radicado_entrada",
        description="Radicado con que entró la solicitud",
        examples=["2026010098765"],
    )
    received: Line = Field(
        serialization_alias="recibida", description="Día en que llegó, en letras", examples=["24 de noviembre de 2026"]
    )
    requester: Line = Field(
        "", serialization_alias="solicitante", description="Quien escribió", examples=["Gloria Elena Cardona Ruiz"]
    )
    entities: Phrase = Field(
        "", serialization_alias="entidades", description="«la Alcaldía de Sonsón»", examples=["la Alcaldía de Sonsón"]
    )
    policies: Phrase = Field(
        "",
        serialization_alias="politicas",
        description="«la política de Gestión documental»; «las políticas de …»; vacío si no hay",
        examples=["la política de Gestión documental"],
    )


class Quoting(TemplateFields):
    """Of a letter that says the request in the words of whoever asked."""

    quoted: tuple[Prose, ...] = Field(
        (),
        serialization_alias="texto_solicitud",
        description="Texto de la solicitud, párrafo por párrafo",
        examples=[("Solicitamos asesoría para actualizar las tablas de retención documental.",)],
    )
    quoted_is_cut: bool = Field(
        False,
        serialization_alias="texto_recortado",
        description="Verdadero si el texto se recortó (completo va como anexo)",
        examples=[False],
    )


def fitting_subject(*wordings: str) -> str:
    """Return the first wording, from the fullest to the shortest, that an *Asunto* holds in about three lines."""
    return next((said for said in wordings if len(said) <= _SUBJECT), wordings[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """What the caller knows of any letter."""

    number: str
    office: OfficeFields
    day: date
    addressee: Addressee
    signatory: Signatory = field(default_factory=lambda: Signatory(name=""))
    prepared_by: str = ""
    approved_by: str = ""
    official_ref: str = ""
    annexes: Sequence[str] = ()
    copies: Sequence[str] = ()
    is_draft: bool = True

    def common(self, subject: str) -> dict[str, Any]:
        """Return the fields of `Paper` by their names in the code."""
        return {
            "number": self.number,
            "is_draft": self.is_draft,
            "official_ref": self.official_ref,
            "office": self.office,
            "day": date_in_words(self.day),
            "title": f"Oficio {self.number}: {subject}",
            "addressee": self.addressee,
            "subject": subject,
            "signatory": self.signatory,
            "prepared_by": self.prepared_by,
            "reviewed_by": self.prepared_by,
            "approved_by": self.approved_by,
            "annexes": tuple(self.annexes),
            "copies": tuple(self.copies),
        }
