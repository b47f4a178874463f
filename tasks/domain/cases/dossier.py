"""What lies in a case's folder, under names that say what it is: a person finds it without a program."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from tasks.domain.letters.letter import Letter, LetterKind, LetterState
from tasks.domain.mail.reading.filename import safe_name

MANIFEST = "manifiesto.json"


@dataclass(frozen=True, slots=True)
class Filed:
    """One file of the folder: its name there, its bytes by hash, what it is and of which day."""

    name: str
    sha256: str
    what: str
    day: date
    content: bytes | None = None  # None: the archive has it under the hash
    is_placed: bool = False  # it stands in the folder already, and only the mail it came with has its bytes


_MESSAGES = {
    "request": "solicitud",
    "leader_plan": "plan del líder",
    "leader_evidence": "evidencia del líder",
    "command": "orden",
}
LETTER_NAMES = {
    LetterKind.REFERRAL: "oficio",
    LetterKind.TRANSFER: "traslado",
    LetterKind.EXTENSION: "prórroga",
    LetterKind.CLOSING: "carta de cierre",
    LetterKind.INVITATION: "invitación",
    LetterKind.OFFER: "oferta",
}


def filed_message(
    number: int, kind: str, day: date, sha256: str, attachments: Sequence[tuple[str, bytes]]
) -> list[Filed]:
    """Return a mail and its attachments (name, bytes) as they stand in the folder."""
    what, stem = _MESSAGES.get(kind, "mensaje"), _stem(number, kind, day)
    files = [Filed(f"{stem}.eml", sha256, what, day)]
    for place, (name, content) in enumerate(attachments, start=1):
        sha = hashlib.sha256(content).hexdigest()
        files.append(Filed(safe_name(f"{stem} - {place} {name}"), sha, f"adjunto de {what}", day, content))
    return files


def held_message(number: int, kind: str, day: date, sha256: str, held: Sequence[Filed]) -> list[Filed]:
    """Return a mail's files when the folder holds them, as its manifest says; none when it does not."""
    (mail,) = filed_message(number, kind, day, sha256, [])
    if not any((file.name, file.sha256) == (mail.name, sha256) for file in held):
        return []
    stem = f"{_stem(number, kind, day)} - "
    return [mail, *(replace(file, is_placed=True) for file in held if file.name.startswith(stem))]


def _stem(number: int, kind: str, day: date) -> str:
    return f"{day:%Y-%m-%d} {_MESSAGES.get(kind, 'mensaje')} M-{number}"


def filed_letter(letter: Letter) -> list[Filed]:
    """Return the files of a letter that left; a draft, or a void number without a final, has none."""
    if letter.dated is None or letter.state is LetterState.DRAFT:
        return []
    void = " ANULADO" if letter.state is LetterState.VOID else ""
    stem = f"{letter.dated:%Y-%m-%d} {LETTER_NAMES[letter.kind]} {letter.number}{void}"
    files = [(".pdf", letter.pdf_sha256), (".docx", letter.final_sha256)]
    return [Filed(stem + ending, sha, LETTER_NAMES[letter.kind], letter.dated) for ending, sha in files if sha]
