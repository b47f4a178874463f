"""The last look at a mail before it leaves: what the way out cannot carry stays here, and the mail says so."""

from tasks.bootstrap import Office
from tasks.domain.mail.writing.fitting import LeftOut, overweight, place_of, without
from tasks.domain.mail.writing.outgoing import Enclosure, OutgoingMail

_TEXTS = 200_000  # octets for the headers, the text and its HTML, where the whole message is limited


def lighten(office: Office, mail: OutgoingMail) -> OutgoingMail:
    """Return the mail with every file it has no room for replaced by a note; the same mail when all of them fit."""
    octets = {part.sha256: len(office.archive.get(part.sha256)) for part in mail.enclosures}
    too_much = overweight(mail.enclosures, octets, room(office))
    return without(mail, {part: _note(mail, part, octets, office) for part in too_much}) if too_much else mail


def room(office: Office) -> int:
    """Return the octets that the files of one mail may have: base64 makes four of three (RFC 2045 §6.8)."""
    allowed = office.settings.outgoing.max_attachment_mb * 2**20
    largest = office.sender.largest
    return allowed if largest is None else min(allowed, (largest - _TEXTS) * 3 // 4)


def _note(mail: OutgoingMail, part: Enclosure, octets: dict[str, int], office: Office) -> tuple[Enclosure, str]:
    note = LeftOut(part.name, octets[part.sha256], place_of(mail.cases, part.sha256)).note
    (sha256,) = office.archive.put([f"{note}\r\n".encode()], ".txt")
    return Enclosure(name=f"{part.name} - no adjunto.txt", sha256=sha256, content_type="text/plain"), note
