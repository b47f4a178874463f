"""Files that go along with a mail: kept in the archive, enclosed as far as ordinary servers take them."""

from collections.abc import Iterable

from tasks.bootstrap import Office
from tasks.domain.mail.message import Attachment
from tasks.domain.mail.outgoing import Enclosure

# Most servers refuse mails beyond 25 MB, and base64 makes four octets of three (RFC 2045 §6.8).
MAIL_OCTETS = 18 * 2**20
_TYPE = "application/octet-stream"  # whatever it says to be: programs open it by its name, ours never


def enclosed(office: Office, files: Iterable[Attachment], room: int = MAIL_OCTETS) -> tuple[list[Enclosure], list[str]]:
    """Keep the files; return those that fit in a mail, in order, and what to say of the others."""
    parts, left_out = [], []
    for file in files:
        (sha256,) = office.archive.put([file.content], _suffix(file.name))
        if len(file.content) <= room:
            room -= len(file.content)
            parts.append(Enclosure(name=file.name, sha256=sha256, content_type=_TYPE))
        else:
            left_out.append(f"{file.name} ({megabytes(len(file.content))}), por su tamaño")
    return parts, left_out


def megabytes(octets: int) -> str:
    """Return a size as people read it: "30,2 MB"."""
    return f"{octets / 2**20:.1f} MB".replace(".", ",")


def _suffix(name: str) -> str:
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""
