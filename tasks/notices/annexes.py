"""Files that go along with a mail: kept in the archive, enclosed as far as ordinary servers take them."""

from collections.abc import Iterable
from dataclasses import dataclass

from tasks.bootstrap import Office
from tasks.domain.mail.message import Attachment
from tasks.domain.mail.reading.parsing import parse
from tasks.domain.mail.writing.outgoing import Enclosure
from tasks.notices.fitting import room as mail_room
from tasks.ports.errors import BadInput

# Most servers refuse mails beyond 25 MB, and base64 makes four octets of three (RFC 2045 §6.8).
MAIL_OCTETS = 18 * 2**20
_TYPE = "application/octet-stream"  # whatever it says to be: programs open it by its name, ours never


def enclosed(office: Office, files: Iterable[Attachment], room: int = MAIL_OCTETS) -> tuple[list[Enclosure], list[str]]:
    """Keep the files; return those that fit in a mail, in order, and what to say of the others."""
    parts, left_out = [], []
    room = min(room, mail_room(office))
    for file in files:
        (sha256,) = office.archive.put([file.content], _suffix(file.name))
        if len(file.content) <= room:
            room -= len(file.content)
            parts.append(Enclosure(name=file.name, sha256=sha256, content_type=_TYPE))
        else:
            left_out.append(f"{file.name} ({megabytes(len(file.content))})")
    return parts, left_out


@dataclass(frozen=True, slots=True)
class Annexes:
    """What goes along with a letter: what it lists, what is enclosed, and what is too big for a mail."""

    names: tuple[str, ...] = ()
    enclosures: tuple[Enclosure, ...] = ()
    left_out: tuple[str, ...] = ()


def request_annexes(office: Office, sha256: str, room: int = MAIL_OCTETS) -> Annexes:
    """Return the mail that asked and its attachments, as far as a mail holds them; `sha256` "" for none.

    The mail goes as a plain file: a mail inside a mail is re-encoded by servers, and this one must stay as it came.
    """
    if not sha256:
        return Annexes()
    try:
        raw = office.archive.get(sha256)
    except KeyError:  # forgotten by request of whoever wrote it
        return Annexes()
    whole = Attachment("solicitud-original.eml", _TYPE, raw)
    try:
        files = [part for part in parse(raw).attachments if not part.inline]
    except BadInput:
        files = []
    # The attachments stand in the mail as well: where both do not fit, the mail alone says everything.
    parts, left_out = enclosed(office, [whole, *files[:_LISTED]], room)
    names = ("Solicitud original (correo electrónico)", *(part.name for part in files[:_LISTED]))
    return Annexes(names, tuple(parts), tuple(left_out))


_LISTED = 20  # attachments of one request


def megabytes(octets: int) -> str:
    """Return a size as people read it: "30,2 MB"."""
    return f"{octets / 2**20:.1f} MB".replace(".", ",")


def _suffix(name: str) -> str:
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""
