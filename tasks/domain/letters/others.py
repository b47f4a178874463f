"""The letters besides the referral to a policy leader: transfer, closing, extension, invitation and offer."""

from collections.abc import Mapping

from pydantic import Field

from tasks.domain.letters.fields import Line, Phrase, Prose, TemplateFields
from tasks.domain.letters.paper import Paper, Quoting, RequestPaper

_TWO_ROWS = ("Gestión documental", "Integridad")


class CaseRow(TemplateFields):
    """One case in a letter to whoever asked."""

    number: Line = Field(serialization_alias="numero")
    policy: Line = Field("", serialization_alias="politica")
    municipality: Line = Field("", serialization_alias="municipio")


_CASES = (CaseRow(number="2026-0041", policy="Gestión documental", municipality="Sonsón"),)


class AnswerPaper(RequestPaper):
    """A letter that answers a request, whoever it is for."""

    cases: tuple[CaseRow, ...] = Field(
        (),
        serialization_alias="casos",
        description="Lista de casos: caso.numero, .politica, .municipio",
        examples=[_CASES],
    )
    motive: Prose = Field(
        "",
        serialization_alias="motivo",
        description="Motivo que escribió quien dio la orden",
        examples=["El asunto es de competencia de la Secretaría de Hacienda."],
    )


class TransferLetter(AnswerPaper, Quoting):
    """`traslado`: the request goes to who is competent (Ley 1437 de 2011, art. 21; Ley 1755 de 2015)."""


class ClosingLetter(AnswerPaper):
    """`cierre`: the end of the advice, to the municipality."""

    sessions: Line = Field(
        "",
        serialization_alias="sesiones",
        description="Días de la asistencia, en letras",
        examples=["10 de diciembre de 2026 y 15 de enero de 2027"],
    )
    result: Prose = Field(
        "",
        serialization_alias="resultado",
        description="Párrafo con lo que dicen los puntajes, o por qué no se comparan",
        examples=["El puntaje de la política pasó de 61,4 a 70,2 puntos."],
    )
    offered: bool = Field(
        False,
        serialization_alias="es_oferta",
        description="Verdadero si la asistencia se ofreció, sin que el municipio la pidiera",
        examples=[False],
    )


class ExtensionLetter(AnswerPaper):
    """`prorroga`: the answer takes longer (Ley 1437 de 2011, art. 14, parágrafo; Ley 1755 de 2015)."""

    due: Line = Field(
        serialization_alias="vence", description="Término que no se cumplirá", examples=["16 de diciembre de 2026"]
    )
    new_due: Line = Field(
        serialization_alias="nueva_fecha", description="Día en que se responderá", examples=["8 de enero de 2027"]
    )


class GapRow(TemplateFields):
    """A policy of a municipality below its peers; figures as people read them ("61,4")."""

    policy: Line = Field("", serialization_alias="politica")
    municipality: Line = Field("", serialization_alias="municipio")
    score: Line = Field(serialization_alias="puntaje")
    peers: Line = Field(serialization_alias="pares")
    gap: Line = Field(serialization_alias="brecha")
    case: Line = Field("", serialization_alias="caso")
    leader: Line = Field("", serialization_alias="lider")


_GAPS = tuple(
    GapRow(
        policy=policy, municipality="Sonsón", score="61,4", peers="70,2", gap="8,8", case="2026-0051",
        leader="Dirección de Gestión Documental",
    )
    for policy in _TWO_ROWS
)  # fmt: skip


class InvitationLetter(Paper):
    """`invitacion`: what is offered to one municipality."""

    vigencia: Line = Field(serialization_alias="vigencia", description="Año que se midió", examples=["2026"])
    municipality: Line = Field(serialization_alias="municipio", description="Nombre del municipio", examples=["Sonsón"])
    gaps: tuple[GapRow, ...] = Field(
        serialization_alias="brechas",
        description="Políticas ofrecidas: brecha.politica, .puntaje, .pares, .brecha, .lider, .caso",
        examples=[_GAPS],
    )
    answer_by: Line = Field(
        "",
        serialization_alias="responder_antes",
        description="Día límite para aceptar",
        examples=["15 de julio de 2027"],
    )


class OfferLetter(Paper):
    """`oferta`: the municipalities that a policy leader is asked to assist, with a table as annex."""

    vigencia: Line = Field(serialization_alias="vigencia", description="Año que se midió", examples=["2026"])
    policies: Phrase = Field(
        serialization_alias="politicas",
        description="«la política de Gestión documental»",
        examples=["la política de Gestión documental"],
    )
    gaps: tuple[GapRow, ...] = Field(
        serialization_alias="brechas",
        description="Municipios, por prioridad: brecha.municipio, .politica, .puntaje, .pares, .brecha, .caso",
        examples=[_GAPS],
    )
    waiting: int = Field(
        0, serialization_alias="en_espera", description="Municipios que quedan en espera por capacidad", examples=[4]
    )
    plan_term: Line = Field(
        serialization_alias="plazo_plan", description="Plazo del plan en letras", examples=["diez (10) días hábiles"]
    )
    plan_due: Line = Field(
        serialization_alias="fecha_limite", description="Día límite del plan", examples=["18 de diciembre de 2026"]
    )


# Template by name → its fields; "default" and the policies' own are the referral (`context.LetterContext`).
OTHER_LETTERS: Mapping[str, type[Paper]] = {
    "traslado": TransferLetter,
    "cierre": ClosingLetter,
    "prorroga": ExtensionLetter,
    "invitacion": InvitationLetter,
    "oferta": OfferLetter,
}
