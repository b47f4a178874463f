"""How well mail is judged, on the development corpus: `python -m tests.benchmarks.classification [CORPUS]`.

The corpus is a folder of .eml with labels.csv and directorio.csv. The shipped vocabulary was written with this corpus
in sight: the figures are a floor to keep, not a promise for mail that nobody has seen.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import config
from tasks.adapters.files.catalogs import load_catalog
from tasks.adapters.models.npz import read_model
from tasks.domain.classification.judgement import Judgement, Kind
from tasks.domain.classification.office import Matchers, OfficeView
from tasks.domain.classification.sequence import judge_sequence
from tasks.domain.directory import Directory, Leader, Person, Role
from tasks.domain.mail.parsing import parse

CORPUS = Path(__file__).parents[3] / "shared" / "data" / "mails"
_CASES = {"request", "review"}
_NOT_ASKED = {"noise", "auto", "followup", "duplicate", "command", "leader_plan", "leader_evidence", "results"}


@dataclass(slots=True)
class Report:
    """The figures of one run."""

    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)  # requests that became no case and no review
    false_cases: list[str] = field(default_factory=list)
    wrong_policies: list[str] = field(default_factory=list)
    wrong_places: list[str] = field(default_factory=list)
    requests: int = 0
    others: int = 0
    decided: int = 0  # policies chosen without a person
    automatic: int = 0  # the whole request handled without a person
    placed: int = 0
    placeable: int = 0
    seconds: float = 0.0
    mails: int = 0


def office_of(corpus: Path) -> OfficeView:
    """Return the office that the corpus assumes: its directory and the shipped catalog."""
    people: list[Person] = []
    leaders: list[Leader] = []
    with (corpus / "directorio.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["role"] == "leader":
                for policy in row["policies"].split("|"):
                    leaders.append(Leader(policy=policy, name=row["name"], email=row["address"]))
            else:
                role = Role.DIRECTOR if row["role"] == "director" else Role.OFFICER
                people.append(Person(name=row["name"], email=row["address"], role=role))
    catalog = load_catalog([Path(config.__file__).parent / "catalogs"])
    return OfficeView(
        catalog,
        Matchers.of(catalog, read_model(config.TEXT_MODEL)),
        Directory(people=tuple(people), leaders=tuple(leaders)),
        own_addresses=("mesa.mipg@antioquia.gov.co",),
        trusted_authserv=("mx.antioquia.gov.co",),
    )


def evaluate(corpus: Path) -> Report:
    """Judge the corpus in order and compare with its labels."""
    with (corpus / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        labels = list(csv.DictReader(file))
    mails = [parse((corpus / row["file"]).read_bytes()) for row in labels]
    office = office_of(corpus)
    start = time.perf_counter()
    judgements = list(judge_sequence(mails, office))
    report = Report(seconds=time.perf_counter() - start, mails=len(mails))
    for row, judgement in zip(labels, judgements, strict=True):
        _compare(row, judgement, report)
    return report


def _compare(row: dict[str, str], judged: Judgement, report: Report) -> None:
    report.kinds[row["kind"], judged.kind.value] += 1
    if row["kind"] == "request":
        report.requests += 1
        if judged.kind.value not in _CASES:
            report.lost.append(f"{row['file']} → {judged.kind.value}: {judged.reasons}")
        _compare_policies(row, judged, report)
    elif row["kind"] in _NOT_ASKED:
        report.others += 1
        if judged.kind is Kind.REQUEST:
            report.false_cases.append(f"{row['file']} ({row['kind']}): {judged.reasons}")
    if row["kind"] in {"request", "other_axis"}:
        _compare_place(row, judged, report)


def _compare_policies(row: dict[str, str], judged: Judgement, report: Report) -> None:
    report.automatic += judged.auto
    if judged.policies:
        report.decided += 1
        if set(judged.policies) != set(row["policies"].split("|")):
            report.wrong_policies.append(f"{row['file']}: {row['policies']} ≠ {'|'.join(judged.policies)}")


def _compare_place(row: dict[str, str], judged: Judgement, report: Report) -> None:
    report.placeable += bool(row["municipality_dane"])
    if judged.municipality:
        report.placed += 1
        if judged.municipality != row["municipality_dane"]:
            report.wrong_places.append(f"{row['file']}: {row['municipality_dane']} ≠ {judged.municipality}")


def _lines(report: Report) -> Iterable[str]:
    yield "kind (label → judged):"
    for (label, judged), count in sorted(report.kinds.items()):
        yield f"  {label:16} → {judged:16} {count:4}" + ("" if label == judged else "  *")
    kept = report.requests - len(report.lost)
    yield f"requests that become a case or a review: {kept}/{report.requests}"
    yield f"false cases among what asks nothing: {len(report.false_cases)}/{report.others}"
    right = report.decided - len(report.wrong_policies)
    yield f"policies decided: {report.decided}/{report.requests}, right {right}; wholly automatic {report.automatic}"
    right = report.placed - len(report.wrong_places)
    yield f"municipality given: {report.placed} of {report.placeable} known, right {right}"
    yield f"speed: {report.mails / report.seconds:.0f} mails/s"
    for title, items in (
        ("lost", report.lost),
        ("false case", report.false_cases),
        ("policies", report.wrong_policies),
        ("municipality", report.wrong_places),
    ):
        for item in items:
            yield f"  {title}: {item}"


def main() -> None:
    """Print the report of the corpus named on the command line, else of the one beside the project."""
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS
    sys.stdout.write("\n".join(_lines(evaluate(corpus))) + "\n")


if __name__ == "__main__":
    main()
