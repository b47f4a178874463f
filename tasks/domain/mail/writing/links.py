"""One-click answers: `mailto:` links that write an order for the reader (RFC 6068)."""

import re
from urllib.parse import quote

from tasks.domain.mail.reading.characters import clean, one_line

_SEARCHED = 100_000  # characters of a mail in which a token is looked for
TOKEN_LABEL = "Clave de respuesta:"  # the foot line that proves an order from inside the house  # noqa: S105


def token_line(token: str) -> str:
    """Return the foot line that carries the notice's token; "" without one."""
    return f"{TOKEN_LABEL} {token}" if token else ""


_TOKEN_LINE = re.compile(re.escape(TOKEN_LABEL) + r"\s*([0-9a-f]{20})\b")


def tokens_in(text: str) -> tuple[str, ...]:
    """Return the tokens that a text carries in foot lines like ours, each once, in order."""
    return tuple(dict.fromkeys(_TOKEN_LINE.findall(text[:_SEARCHED])))


def mailto(address: str, subject: str, body: str, token: str = "") -> str:
    """Return the link that opens a new mail with this subject and first line, and the token at its foot.

    A new mail has no In-Reply-To, so the token must stand in the body.
    """
    lines = [*clean(body).split("\n"), *(("", "", token_line(token)) if token else ())]
    text = quote("\r\n".join(lines), safe="")
    return f"mailto:{quote(one_line(address), safe='@')}?subject={quote(one_line(subject), safe='')}&body={text}"
