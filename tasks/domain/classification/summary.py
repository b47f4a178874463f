"""One line that says what a message asks, taken from its own words."""

from collections.abc import Sequence

from tasks.domain.classification.asking import Act, Clause, asks_in_so_many_words, clauses
from tasks.domain.mail.quotes import bare_subject

MAX_LENGTH = 160
_TELLING = 7  # words: "¿nos pueden orientar?" does not say on what
_LEAST = 20  # characters: "¿sí?" sums nothing up


def summary_of(subject: str, texts: Sequence[str]) -> str:
    """Return the first sentence that asks, outright rather than by a turn; at most 160 characters.

    Where none asks: the subject, or the first sentence when the subject is a word or two.
    """
    said = [clause for text in texts for clause in clauses(text)]
    asking = [
        _with_what_follows(said, at)
        for at, clause in enumerate(said)
        if clause.act is Act.ASKS and len(clause.stems) >= _TELLING
    ]
    outright = next(filter(asks_in_so_many_words, asking), "")
    stating = next((clause.text for clause in said if len(clause.text) >= _LEAST), "")
    heading = bare_subject(subject)
    told = heading if len(heading) >= _LEAST or not stating else stating
    return _cut(outright or next(iter(asking), "") or told)


def _with_what_follows(said: Sequence[Clause], at: int) -> str:
    """Return a clause with what its colon announces: "asesoría en Gestión Documental: tablas de retención"."""
    text = said[at].text
    return f"{text} {said[at + 1].text}" if text.endswith(":") and at + 1 < len(said) else text


def _cut(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= MAX_LENGTH:
        return line
    return line[: MAX_LENGTH - 1].rpartition(" ")[0][: MAX_LENGTH - 1].rstrip(" ,;:") + "…"
