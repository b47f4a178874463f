"""Word letters: a template filled in, and its PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing among a template's values: a PNG and the width it takes on the page, in millimetres."""

    png: bytes
    width: int = 160


class LetterRenderer(Protocol):
    """Fills .docx templates. Text from outside enters as text only: no Jinja, no fields, no markup."""

    def render(self, template: str, context: Mapping[str, Any]) -> bytes:
        """Return the .docx made of `templates/<template>.docx` ("letters/default", "reports/impact").

        A `Picture` among the values is drawn. The same context gives the same bytes.
        Raises `TemplateProblem` naming the template and the unknown field.
        """
        ...

    def template_for(self, policy: str) -> str:
        """Return the name of the policy's own letter template when there is one, else of the default one."""
        ...

    def check(self) -> list[str]:
        """Return one line per problem in the templates (unknown field: name, place, closest known)."""
        ...


class PdfConverter(Protocol):
    """Turns .docx files into PDF, a whole batch in one call."""

    def ping(self) -> str:
        """Say which converter and fonts there are. Raises `ConverterUnavailable` when there is none."""
        ...

    def convert(self, documents: Sequence[bytes], scratch: Path) -> list[bytes | None]:
        """Return the PDFs in order; None for a document that could not be converted."""
        ...
