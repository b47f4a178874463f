"""What several mails say."""

from pydantic import Field

from tasks.domain.letters.fields import Line, TemplateFields


class Link(TemplateFields):
    """A text that leads somewhere."""

    text: Line = Field(serialization_alias="texto")
    address: Line = Field(serialization_alias="direccion")


class CaseLine(TemplateFields):
    """One case in a list; an empty policy or municipality is shown as still to be defined."""

    number: Line = Field(serialization_alias="numero")
    policy: Line = Field("", serialization_alias="politica")
    municipality: Line = Field("", serialization_alias="municipio")
    entity: Line = Field("", serialization_alias="entidad")
