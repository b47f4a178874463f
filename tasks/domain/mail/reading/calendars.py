"""What an invitation says, for the mail that is nothing else (RFC 5545, within bounds)."""

import re

from tasks.domain.mail.message import Attachment
from tasks.domain.mail.reading.characters import clean, decode

_MAX = 50_000  # bytes read
_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"^(SUMMARY|DESCRIPTION|LOCATION)(?:;[^:\n]{0,300})?:(.{0,8000})", re.MULTILINE | re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\;,nN])")


def invitation_text(attachment: Attachment) -> str:
    """Return summary, description and place of a calendar file, a line each; "" for any other file."""
    if attachment.content_type != "text/calendar":
        return ""
    found = _LINE.findall(_FOLD.sub("", decode(attachment.content[:_MAX])).replace("\r", ""))
    said = dict.fromkeys(_ESCAPED.sub(_plain, value).strip() for _, value in found)
    return clean("\n".join(line for line in said if line)).strip()


def _plain(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]
