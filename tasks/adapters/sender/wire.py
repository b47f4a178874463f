"""How a message and its addresses must look for what an SMTP server can take: values in, values out."""

import re
from email import message_from_bytes
from email.policy import SMTP

_UNSAFE = re.compile(r"[\x00-\x20\x7f<>]")


def wire_address(address: str, utf8: bool) -> str | None:
    """Return the address as MAIL FROM and RCPT TO carry it; None when the server could not be told it.

    Without SMTPUTF8 (RFC 6531) a domain in national letters goes as IDNA, and a local part in them goes nowhere.
    """
    local, at, domain = address.rpartition("@")
    if not (local and at and domain) or _UNSAFE.search(address):
        return None
    if utf8 or address.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}" if local.isascii() else None
    except UnicodeError:
        return None


def seven_bit(raw: bytes) -> bytes:
    """Return the message with its 8-bit parts in base64 or quoted-printable, for want of 8BITMIME (RFC 6152).

    Bytes that do not say their charset cannot be recoded and stay: servers pass them on, in practice.
    """
    try:
        return message_from_bytes(raw, policy=SMTP.clone(cte_type="7bit")).as_bytes()
    except (UnicodeError, LookupError):
        return raw


def has_utf8_header(raw: bytes) -> bool:
    """Say whether a header holds bare 8-bit letters, which needs SMTPUTF8 where there is a choice."""
    return not re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0].isascii()


def data_lines(raw: bytes) -> bytes:
    """Return what follows DATA: CRLF line ends only (bare ones allow smuggling), dots doubled, the final dot."""
    text = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    if not text.endswith(b"\r\n"):
        text += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", text) + b".\r\n"
