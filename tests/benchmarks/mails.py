"""Mails to measure with: the demo's, over and over with new words, alone or among heavier ones."""

import random
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from functools import cache
from pathlib import Path

DEMO = Path(__file__).parents[2] / "deployments" / "demo_data"
_WORDS = ("asesoría", "municipio", "política", "solicitud", "revisión", "soportes", "del", "plan", "y", "la", "de")
# Of twenty mails of an office: what they carry, by bytes before base64. The others are the demo's, plain and short.
_HEAVY = {
    3: (50_000, 120_000),
    8: (60_000, 200_000),
    13: (80_000, 200_000),
    17: (200_000, 500_000),
    19: (500_000, 1_000_000),
}
_PAGES = {1, 6, 11, 16}  # replies in HTML over a long thread
_FILES = (
    ("application", "pdf", "soporte.pdf"),
    ("image", "jpeg", "acta.jpg"),
    ("application", "zip", "evidencias.zip"),
)


def plain_mails(count: int, first: int = 0) -> Iterator[bytes]:
    """Yield the demo's mails over and over, each with its own Message-ID, sender, subject and text (2 KB a mail)."""
    return (_varied(number).as_bytes(policy=SMTP) for number in range(first, first + count))


def mixed_mails(count: int, first: int = 0) -> Iterator[bytes]:
    """Yield mails as an office gets them: 11 in 20 plain, 4 long HTML threads, 5 with 50 KB to 1 MB attached.

    100 KB a mail. Those from another `first` number on are others.
    """
    return (_mixed(number) for number in range(first, first + count))


def _mixed(number: int) -> bytes:
    mail, chance = _varied(number), random.Random(number)
    heavy = _HEAVY.get(number % 20)
    if heavy is None and number % 20 not in _PAGES:
        return mail.as_bytes(policy=SMTP)
    message = EmailMessage(policy=SMTP)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Authentication-Results"):
        if mail[name]:
            message[name] = str(mail[name]).replace("\n", "").replace("\r", "")
    text = _text(mail)
    message.set_content(text)
    thread = _thread(chance) if heavy is None else ""
    message.add_alternative(f"<html><body><p>{text}</p>{thread}</body></html>", subtype="html")
    if heavy:
        kind, subkind, name = chance.choice(_FILES)
        message.add_attachment(chance.randbytes(chance.randint(*heavy)), kind, subkind, filename=name)
    return message.as_bytes()


def _thread(chance: random.Random) -> str:
    """Return 10 to 40 KB of quoted HTML, as Outlook leaves it under a reply."""
    said = (" ".join(chance.choices(_WORDS, k=40)) for _ in range(chance.randint(15, 60)))
    style = "margin:0cm;font-size:11.0pt;font-family:&quot;Calibri&quot;,sans-serif"
    return (
        "<blockquote>"
        + "".join(f'<p class="MsoNormal" style="{style}"><span lang="ES">{s}</span></p>' for s in said)
        + "</blockquote>"
    )


def _text(mail: Message) -> str:
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            return content.decode(errors="replace")
    return f"Solicitud de asesoría {mail['Subject']}"


@cache
def _kinds() -> list[bytes]:
    return [path.read_bytes() for path in sorted((DEMO / "mail").glob("*.eml"))]


def _varied(number: int) -> Message:
    mail = message_from_bytes(_kinds()[number % len(_kinds())])
    changed = {
        "Message-ID": f"<{number}.{mail['Message-ID'].strip().lstrip('<')}",
        "From": mail["From"].replace("@", f".{number}@"),
        "Subject": f"{mail['Subject'] or 'Solicitud'} {number}",
    }
    for name, value in changed.items():
        del mail[name]
        mail[name] = value
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            del part["Content-Transfer-Encoding"]
            part.set_payload(f"{content.decode()}\nConsecutivo {number}\n", "utf-8")
    return mail
