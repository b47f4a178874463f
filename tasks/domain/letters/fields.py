"""Values that templates show: Spanish field names for the staff who edit them, clean text only.

Each subclass declares its fields once: English name for the code, Spanish `serialization_alias` for the templates,
a description and, where a template is checked against it, an example.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tasks.domain.mail.reading.characters import clean, one_line

_LINE = 300  # a name, a subject, a sentence of a list
_PHRASE = 2000  # policies, entities or municipalities in a row
_PROSE = 4000  # a paragraph or two


def _bounded_line(text: str) -> str:
    return bounded(one_line(text[: 4 * _LINE]), _LINE)


def _bounded_phrase(text: str) -> str:
    return bounded(one_line(text[: 4 * _PHRASE]), _PHRASE)


def _bounded_prose(text: str) -> str:
    return bounded(clean(text[: 2 * _PROSE]).strip(), _PROSE)


def bounded(text: str, limit: int) -> str:
    """Return the text, cut at a word with "…" where it is longer than `limit` characters."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = head.rfind(" ")
    return f"{head[: cut if cut > limit // 2 else None].rstrip()}…"


Line = Annotated[str, AfterValidator(_bounded_line)]  # one line, whatever came
Phrase = Annotated[str, AfterValidator(_bounded_phrase)]  # one line that lists many names
Prose = Annotated[str, AfterValidator(_bounded_prose)]  # may hold line ends


class TemplateFields(BaseModel):
    """Base of everything that is handed to a template."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def fields(self) -> dict[str, Any]:
        """Return the values under the names that templates use."""
        return self.model_dump(by_alias=True)


def template_name(name: str, field: Any) -> str:
    """Return the name that templates use for a model field."""
    return field.serialization_alias or name


def field_names(model: type[TemplateFields]) -> tuple[str, ...]:
    """Return the names a template may use at its top level, in the order of the model."""
    computed = (field.alias or name for name, field in model.model_computed_fields.items())
    return (*(template_name(name, field) for name, field in model.model_fields.items()), *computed)


def catalogue(model: type[TemplateFields]) -> list[tuple[str, str]]:
    """Return (name in templates, what it holds) for each field, for the sample letter and the help page."""
    return [(template_name(name, field), field.description or "") for name, field in model.model_fields.items()]


def sample(model: type[TemplateFields]) -> Mapping[str, Any]:
    """Return the fields filled with their declared examples. Raises `ValueError` when one has none."""
    values = {}
    for name, field in model.model_fields.items():
        if not field.examples:
            raise ValueError(f"{model.__name__}.{name} has no example")
        values[name] = field.examples[0]
    return model.model_validate(values).fields()


class OfficeFields(TemplateFields):
    """Who writes: what letterheads, signatures and the foot of every mail say."""

    entity: Line = Field("Gobernación de Antioquia", serialization_alias="entidad")
    dependency: Line = Field("Departamento Administrativo de Planeación", serialization_alias="dependencia")
    unit: Line = Field(
        "Dirección de Seguimiento y Evaluación a la Gestión y Políticas Públicas", serialization_alias="unidad"
    )
    acronym: Line = Field("DSEGPP", serialization_alias="sigla")
    city: Line = Field("Medellín", serialization_alias="ciudad")
    department: Line = Field("Antioquia", serialization_alias="departamento")
    address: Line = Field("", serialization_alias="direccion")
    phone: Line = Field("", serialization_alias="telefono")
    website: Line = Field("", serialization_alias="sitio")
    mailbox: Line = Field("mesa@localhost", serialization_alias="buzon")
    desk: Line = Field("Mesa MIPG", serialization_alias="mesa")
    letterhead: tuple[Line, ...] = Field(
        default_factory=lambda data: (data["entity"], data["dependency"], data["unit"]), serialization_alias="membrete"
    )
