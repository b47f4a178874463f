"""The words of the mails the service writes: templates that staff may edit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class MailText:
    """A rendered mail: subject, plain text and the HTML twin (complete document, styles inlined)."""

    subject: str
    text: str
    html: str


class Texts(Protocol):
    """Renders `templates/mail/<name>.txt` and `.html` (a first line `Asunto: …` in the .txt gives the subject).

    Values are escaped; nothing inside a value is evaluated. Raises `TemplateProblem` naming template and field.
    """

    def mail(self, name: str, context: Mapping[str, Any]) -> MailText:
        """Return the mail `name` filled with `context`."""
        ...

    def page(self, name: str, context: Mapping[str, Any]) -> str:
        """Return the page `templates/<name>.html` filled with `context`: one document that needs no other file."""
        ...

    def check(self) -> list[str]:
        """Return one line per template that does not compile."""
        ...
