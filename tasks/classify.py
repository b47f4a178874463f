"""`mipg classify`: what the service would make of mail files, without ledger or mailbox."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.classification.judgement import Judgement, Kind
from tasks.domain.classification.sequence import judge_sequence
from tasks.domain.mail.message import Mail
from tasks.domain.mail.parsing import parse
from tasks.reception.office_view import view_of


def classify_files(office: Office, paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    """Yield one document per file, in order; files of one call know each other's threads. No file makes it raise."""
    files = list(paths)
    mails = [_mail(path) for path in files]
    readable = [mail for mail in mails if isinstance(mail, Mail)]
    judgements = iter(list(judge_sequence(readable, view_of(office, office.seed))))
    for path, mail in zip(files, mails, strict=True):
        judgement = next(judgements) if isinstance(mail, Mail) else Judgement(Kind.REVIEW, reasons=(mail,))
        yield _document(path, judgement)


def _mail(path: Path) -> Mail | str:
    try:
        return parse(path.read_bytes())
    except (ValueError, OSError) as error:
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
