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


class Signatures(Protocol):
    """The pictures of signatures that the office configured, by address."""

    def of(self, address: str) -> Picture | None:
        """Return the signature; None when none is configured. Raises `TemplateProblem` for one that cannot be used."""
        ...

    def check(self) -> list[str]:
        """Return one line per picture that cannot be used: whose it is, which file, what is wrong."""
        ...


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


@dataclass(frozen=True, slots=True)
class EditedLetter:
    """A draft as somebody edited it in Word, cleaned so that it may go out."""

    document: bytes
    changes: tuple[str, ...]  # against the draft, one Spanish line each; () when the words are the same


class LetterEditor(Protocol):
    """Takes in what people edited in Word, and makes the final letter of it. What comes is hostile until accepted."""

    def accept(self, edited: bytes, draft: bytes, must_say: Sequence[str]) -> EditedLetter:
        """Return the edited document, its tracked changes accepted and its comments taken off.

        Raises `UnfitDocument` when it is no .docx, has macros, embedded objects, fields or links that fetch anything,
        its text no longer says one of `must_say` (first the letter's number, then its cases), or another number
        stands at its head.
        """
        ...

    def finish(self, edited: bytes, draft: bytes, final: bytes, renewed: Mapping[str, str]) -> bytes:
        """Return the edited document with what the final letter has over the draft it was edited from.

        Marks of a draft go, radicado and approval come, `renewed` phrases (the dates) are exchanged.
        """
        ...


class PdfConverter(Protocol):
    """Turns .docx files into PDF, a whole batch in one call."""

    def ping(self) -> str:
        """Say which converter and fonts there are. Raises `ConverterUnavailable` when there is none."""
        ...

    def convert(self, documents: Sequence[bytes], scratch: Path) -> list[bytes | None]:
        """Return the PDFs in order; None for a document that could not be converted."""
        ...
