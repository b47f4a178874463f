"""`mipg classify`: what the service would make of mail files, without ledger or mailbox."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.classification.attachments import read_letters
from tasks.domain.classification.judgement import Judgement, Kind
from tasks.domain.classification.sequence import judge_sequence
from tasks.domain.classification.subject.policies import Reading
from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import parts_of
from tasks.domain.mail.reading.parsing import parse
from tasks.reception.office_view import view_of


def classify_files(office: Office, paths: Iterable[Path], *, explain: bool = False) -> Iterator[dict[str, Any]]:
    """Yield one document per file, in order; files of one call know each other's threads. No file makes it raise.

    `explain` adds what speaks for each policy: its probability and the words.
    """
    files = list(paths)
    mails = [_mail(office, path) for path in files]
    readable = [mail for mail in mails if isinstance(mail, Mail)]
    judgements = iter(list(judge_sequence(readable, view_of(office, office.seed))))
    for path, mail in zip(files, mails, strict=True):
        judgement = next(judgements) if isinstance(mail, Mail) else Judgement(Kind.REVIEW, reasons=(mail,))
        yield _document(path, judgement) | (_evidence(office, judgement) if explain else {})


def _mail(office: Office, path: Path) -> Mail | str:
    try:
        mail = parse(path.read_bytes())
        return read_letters(mail, parts_of(mail), office.documents.text)
    except FileNotFoundError:
        return "no existe el archivo"
    except OSError as error:
        return f"no se pudo leer el archivo ({error.strerror or error})"
    except ValueError as error:
        return str(error)


def _document(path: Path, judgement: Judgement) -> dict[str, Any]:
    return {
        "file": path.name,
        "kind": judgement.kind.value,
        "policies": list(judgement.policies),
        "municipality": judgement.municipality,
        "entity_type": judgement.entity_type.value if judgement.entity_type else None,
        "confidence": round(judgement.confidence, 3),
        "auto": judgement.auto,
        "reasons": list(judgement.reasons),
    }


def _evidence(office: Office, judgement: Judgement) -> dict[str, Any]:
    reading = judgement.reading or Reading()
    return {
        "evidence": [
            {
                "policy": policy,
                "probability": round(reading.chances.get(policy, 0.0), 3),
                "words": list(reading.words.get(policy, ())),
            }
            for policy in reading.candidates
        ],
        "model": office.matchers.model.version,
    }
