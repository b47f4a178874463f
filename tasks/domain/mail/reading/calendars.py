"""What an invitation says, for the mail that is nothing else (RFC 5545, within bounds)."""

import re

from tasks.domain.mail.message import Attachment
from tasks.domain.mail.reading.characters import clean, decode

_MAX = 50_000  # bytes read
_LABELS = {"SUMMARY": "Invitación", "DESCRIPTION": "Descripción", "LOCATION": "Lugar"}
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"^(SUMMARY|DESCRIPTION|LOCATION)(?:;[^:\n]{0,300})?:(.{0,8000})", re.MULTILINE | re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\;,nN])")


def invitation_text(attachment: Attachment) -> str:
    """Return summary, description and place of a calendar file, a line each after its label; "" for any other file.

    The labels keep it from reading as an order: whoever accepts an invitation sends back what its author wrote.
    """
    if attachment.content_type != "text/calendar":
        return ""
    found = _LINE.findall(_FOLD.sub("", decode(attachment.content[:_MAX])).replace("\r", ""))
    said = {_ESCAPED.sub(_plain, value).strip(): _LABELS[name.upper()] for name, value in reversed(found)}
    return clean("\n".join(f"{label}: {text}" for text, label in reversed(said.items()) if text)).strip()


def _plain(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]
