"""What the text model learns from: sentences and messages whose policies a person knows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what it asks about; no policies: it asks about none, or only mentions one."""

    text: str
    policies: tuple[str, ...] = ()
    subject: str = ""
    group: str = ""  # texts of one group (a thread) are learnt from or measured on together, never split
