"""One line that says what a message asks, taken from its own words."""

from collections.abc import Sequence

from tasks.domain.classification.asking import Act, clauses
from tasks.domain.mail.quotes import bare_subject

MAX_LENGTH = 160
_LEAST = 20  # characters: "¿sí?" sums nothing up


def summary_of(subject: str, texts: Sequence[str]) -> str:
    """Return the first sentence that asks, else the subject, else the first sentence; at most 160 characters."""
    said = [clause for text in texts for clause in clauses(text)]
    asking = (clause.text for clause in said if clause.act is Act.ASKS and len(clause.text) >= _LEAST)
    stating = (clause.text for clause in said if len(clause.text) >= _LEAST)
    return _cut(next(asking, "") or bare_subject(subject) or next(stating, ""))


def _cut(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= MAX_LENGTH:
        return line
    return line[: MAX_LENGTH - 1].rpartition(" ")[0][: MAX_LENGTH - 1].rstrip(" ,;:") + "…"
