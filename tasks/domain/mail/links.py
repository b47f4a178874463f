"""One-click answers: `mailto:` links that write an order for the reader (RFC 6068)."""

from urllib.parse import quote

from tasks.domain.mail.characters import clean, one_line

TOKEN_LABEL = "Clave de respuesta:"  # the foot line that proves an order from inside the house  # noqa: S105


def token_line(token: str) -> str:
    """Return the foot line that carries the notice's token; "" without one."""
    return f"{TOKEN_LABEL} {token}" if token else ""


def mailto(address: str, subject: str, body: str, token: str = "") -> str:
    """Return the link that opens a new mail with this subject and first line, and the token at its foot.

    A new mail has no In-Reply-To, so the token must stand in the body.
    """
    lines = [*clean(body).split("\n"), *(("", "", token_line(token)) if token else ())]
    text = quote("\r\n".join(lines), safe="")
    return f"mailto:{quote(one_line(address), safe='@')}?subject={quote(one_line(subject), safe='')}&body={text}"
