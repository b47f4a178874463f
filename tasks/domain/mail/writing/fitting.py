"""Files that a mail cannot hold: a note in the text and a small file in their place say what is missing and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from tasks.domain.mail.writing.outgoing import Enclosure, OutgoingMail
from tasks.domain.spanish import join_list, number

_STYLE = "margin:0 0 10px;padding:10px 14px;border-left:4px solid #c98a00;font:15px/22px Arial,sans-serif"
_FOOT = '<tr><td class="pie"'  # of the shipped mails: the note stands above it
_SIGNATURE = "\n-- \n"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that stays behind: its name in the mail, its octets, and where it lies here."""

    name: str
    octets: int
    place: str

    @property
    def note(self) -> str:
        """What stands in the mail of it."""
        megabytes = number(max(self.octets / 2**20, 0.1), 1)
        return (
            f"El archivo «{self.name}» ({megabytes} MB) no se adjuntó porque no cabe en un correo. "
            f"Está {self.place}. Si lo necesita, responda a este correo y se lo haremos llegar por otro medio."
        )


def overweight(enclosures: Sequence[Enclosure], octets: Mapping[str, int], room: int) -> list[Enclosure]:
    """Return the enclosures, by their `octets` per hash, that have no room; pictures of the text always have.

    Taken in their order, so that the letter stays and a late annex goes.
    """
    found = []
    for part in enclosures:
        if part.inline_id:
            continue
        if octets[part.sha256] > room:
            found.append(part)
        else:
            room -= octets[part.sha256]
    return found


def place_of(cases: Sequence[str], sha256: str) -> str:
    """Return where the staff find a file: the folders of its cases, else the archive."""
    if not cases:
        return f"en el archivo de la mesa, con la clave {sha256[:16]}"
    folders = "la carpeta del caso" if len(cases) == 1 else "las carpetas de los casos"
    return f"en {folders} {join_list(cases)}"


def without(mail: OutgoingMail, notes: Mapping[Enclosure, tuple[Enclosure, str]]) -> OutgoingMail:
    """Return the mail with each of those enclosures replaced by another, and the note on it above the signature."""
    enclosures = tuple(notes[part][0] if part in notes else part for part in mail.enclosures)
    said = [note for _, note in notes.values()]
    text = _above(mail.text, _SIGNATURE, "\n" + "\n\n".join(said) + "\n")
    shown = "".join(f'<p style="{_STYLE}">{escape(note)}</p>' for note in said)
    html = (
        _above(mail.html, _FOOT, f'<tr><td style="padding:0 28px 14px">{shown}</td></tr>')
        if _FOOT in mail.html
        else _above(mail.html, "</body>", shown)
    )
    return mail.model_copy(update={"enclosures": enclosures, "text": text, "html": html})


def _above(text: str, mark: str, addition: str) -> str:
    """Return the text with the addition before the last `mark`, at the end if there is none."""
    head, found, tail = text.rpartition(mark)
    return f"{head}{addition}{found}{tail}" if found else text + addition
