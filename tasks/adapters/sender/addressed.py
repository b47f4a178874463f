"""Messages for servers that read the recipients in the headers (Graph, EWS): exactly the envelope's, nobody else."""

from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from tasks.adapters.sender.wire import wire_address


def addressed(raw: bytes, recipients: tuple[str, ...]) -> bytes:
    """Return the message so that To, Cc and Bcc name just these recipients.

    A header that names someone who is not to get it is taken out whole, and whom no header names goes to Bcc: the
    server takes that line out before it delivers. Bytes that already say it are returned untouched.
    """
    head = message_from_bytes(raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    wanted = {address.lower() for address in recipients}
    wrong = {header for header in ("to", "cc", "bcc") if _named(head, header) - wanted}
    named = {address for header in ("to", "cc", "bcc") if header not in wrong for address in _named(head, header)}
    kept = _without(raw, wrong) if wrong else raw
    missing = [address for address in recipients if address.lower() not in named]
    return f"Bcc: {', '.join(missing)}\r\n".encode() + kept if missing else kept


def usable(recipients: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Split the recipients into those a header can carry and those refused, with the reason."""
    good = tuple(address for address in recipients if wire_address(address, utf8=True))
    return good, tuple((address, "not an address") for address in recipients if address not in good)


def _named(head: Message, header: str) -> set[str]:
    values = [str(value) for value in head.get_all(header, [])]
    return {address.lower() for _, address in getaddresses(values) if address}


def _without(raw: bytes, headers: set[str]) -> bytes:
    """Return the message without these header fields and their folded lines."""
    head, gap, body = raw.partition(b"\r\n\r\n")
    kept: list[bytes] = []
    skipping = False
    for line in head.split(b"\r\n"):
        if not line[:1].isspace():
            skipping = line.partition(b":")[0].strip().lower().decode("latin-1") in headers
        if not skipping:
            kept.append(line)
    return b"\r\n".join(kept) + gap + body
