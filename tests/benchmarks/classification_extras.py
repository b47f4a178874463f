"""What is told of a request besides its policies: entity, modality, urgency and days, against `labels_extra.csv`."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tasks.domain.classification.judgement import Judgement, Kind
from tasks.domain.classification.subject.need import needs
from tasks.domain.classification.text import fold
from tasks.domain.classification.wishes import Wishes, wishes_in
from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import parts_of

_ASKING = frozenset({Kind.REQUEST, Kind.OTHER_AXIS, Kind.REVIEW})
_ENTITIES = frozenset({"alcaldia", "concejo", "personeria", "ese", "instituto", "empresa"})  # others count as none


@dataclass(slots=True)
class Extras:
    """Right answers of how many, and what was wrong, by what was asked for."""

    right: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def count(self, what: str, file: str, wanted: object, got: object) -> None:
        """Count one comparison."""
        self.all[what] += 1
        self.right[what] += wanted == got
        if wanted != got:
            self.wrong.append(f"{what} {file}: {wanted or '–'} ≠ {got or '–'}")


def compare_extras(
    corpus: Path, labels: Sequence[dict[str, str]], mails: Sequence[Mail], judged: Sequence[Judgement]
) -> Extras:
    """Return how the extras of the corpus's requests compare with its labels; nothing where nobody labelled them."""
    report, file = Extras(), corpus / "labels_extra.csv"
    extra = {row["name"]: row for row in csv.DictReader(file.open(encoding="utf-8"))} if file.is_file() else {}
    for label, mail, judgement in zip(labels, mails, judged, strict=True):
        row = extra.get(label["file"])
        if row is not None and label["kind"] in {"request", "other_axis"} and judgement.kind in _ASKING:
            _compare(report, row, mail, judgement)
    return report


def _compare(report: Extras, row: dict[str, str], mail: Mail, judgement: Judgement) -> None:
    name, day = row["name"], mail.sent.date() if mail.sent else None
    wishes = wishes_in(mail.subject, needs(mail, parts_of(mail)), day)
    wanted = fold(row["entity"]) if fold(row["entity"]) in _ENTITIES else ""
    report.count("entity", name, wanted, fold(judgement.entity_type.value) if judgement.entity_type else "")
    report.count("modality", name, row["modality"].replace("none", ""), _one(wishes))
    report.count("urgency", name, row["urgent"], "yes" if wishes.urgent else "no")
    report.count("summary", name, True, len(judgement.summary) >= 20 and _said(judgement, mail))
    told = {one for one in row["dates"].split("|") if len(one) == len("2026-01-31")}
    found = {one.isoformat() for one in wishes.days}
    for one in sorted(told | found):
        report.count("days found" if one in told else "days invented", name, one in told, one in found)


def _one(wishes: Wishes) -> str:
    return "" if " o " in wishes.modality else wishes.modality


def _said(judgement: Judgement, mail: Mail) -> bool:
    """Whether the summary, but for what is put in brackets behind it, stands in the message."""
    line = judgement.summary.rpartition(" (")[0] or judgement.summary
    everything = " ".join(f"{mail.subject} {mail.text}".split())
    return line.rstrip("…").strip() in everything or line.partition(" (")[0].rstrip("…") in everything


def lines(report: Extras) -> Iterator[str]:
    """Yield the report in words."""
    for what, number in report.all.items():
        yield f"{what}: right {report.right[what]}/{number}"
    yield from (f"  {wrong}" for wrong in report.wrong)
