"""How well mail is judged: `python -m tests.benchmarks.classification [CORPUS …] [--fold] [--plot FILE.png]`.

A corpus is a folder of .eml with labels.csv and directorio.csv; without one named, the development corpus beside the
project (if it is there) and tests/data/classification. The shipped text model has seen neither. The vocabulary was
written with the development corpus in sight, so its figures are a floor; those of tests/data/classification count.

`--fold`: let the model learn the corpus too, cross-validated by thread (no mail is judged by a model that learnt its
thread). `--plot`: the reliability diagram, as PNG.
"""

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import config
from tasks.adapters.files.catalogs import load_catalog
from tasks.adapters.models.npz import read_model
from tasks.domain.classification.judgement import Judgement, Kind
from tasks.domain.classification.office import Matchers, OfficeView
from tasks.domain.classification.sequence import judge_sequence
from tasks.domain.classification.subject.policies import SURE
from tasks.domain.directory import Directory, Leader, Person, Role
from tasks.domain.mail.message import Mail
from tasks.domain.mail.reading.parsing import parse
from tests.benchmarks.classification_extras import Extras, compare_extras, lines
from tests.benchmarks.classification_folds import judged_in_folds

HERE = Path(__file__).parents[1]
CORPUS = HERE.parents[1] / "shared" / "data" / "mails"
INDEPENDENT = HERE / "data" / "classification"
TRICKY = HERE / "data" / "kinds"
_CASES = {"request", "review"}
_NOT_ASKED = {"noise", "auto", "followup", "duplicate", "command", "leader_plan", "leader_evidence", "results"}
_STEPS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98)
_BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.01)


@dataclass(slots=True)
class Report:
    """The figures of one run."""

    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)  # requests that became no case and no review
    false_cases: list[str] = field(default_factory=list)
    wrong_policies: list[str] = field(default_factory=list)
    wrong_places: list[str] = field(default_factory=list)
    believed: list[tuple[float, bool]] = field(default_factory=list)  # confidence in the likeliest set, whether right
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)  # missed policy, policy put in its place
    requests: int = 0
    others: int = 0
    decided: int = 0  # policies chosen without a person
    automatic: int = 0  # the whole request handled without a person
    placed: int = 0
    placeable: int = 0
    extras: Extras = field(default_factory=Extras)
    seconds: float = 0.0
    mails: int = 0


def office_of(corpus: Path) -> OfficeView:
    """Return the office that the corpus assumes: its directory and the shipped catalog."""
    people: list[Person] = []
    leaders: list[Leader] = []
    contacts: dict[str, list[str]] = {}
    with (corpus / "directorio.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["role"] == "leader":
                for policy in row["policies"].split("|"):
                    leaders.append(Leader(policy=policy, name=row["name"], email=row["address"]))
            elif row["role"] == "contact":
                for policy in row["policies"].split("|"):
                    contacts.setdefault(policy, []).append(row["address"])
            else:
                role = Role.DIRECTOR if row["role"] == "director" else Role.OFFICER
                people.append(Person(name=row["name"], email=row["address"], role=role))
    leaders = [leader.model_copy(update={"contacts": tuple(contacts.get(leader.policy, ()))}) for leader in leaders]
    catalog = load_catalog([config.CATALOGS])
    return OfficeView(
        catalog,
        Matchers.of(catalog, read_model(config.TEXT_MODEL)),
        Directory(people=tuple(people), leaders=tuple(leaders)),
        own_addresses=("mesa.mipg@antioquia.gov.co",),
        trusted_authserv=("mx.antioquia.gov.co",),
    )


def labelled(corpus: Path) -> tuple[list[dict[str, str]], list[Mail]]:
    """Return the labels of a corpus and its parsed mails, in order."""
    with (corpus / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        labels = list(csv.DictReader(file))
    return labels, [parse((corpus / row["file"]).read_bytes()) for row in labels]


def evaluate(corpus: Path, *, folds: bool = False) -> Report:
    """Judge the corpus in order and compare with its labels."""
    labels, mails = labelled(corpus)
    office = office_of(corpus)
    start = time.process_time()
    judgements = judged_in_folds(labels, mails, office) if folds else list(judge_sequence(mails, office))
    report = Report(seconds=time.process_time() - start, mails=len(mails))
    for row, judgement in zip(labels, judgements, strict=True):
        _compare(row, judgement, report)
    report.extras = compare_extras(corpus, labels, mails, judgements)
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


def accepted(row: dict[str, str]) -> list[set[str]]:
    """Return the sets of policies that count as right: the label's, and that with what `also` says is right besides."""
    own = set(filter(None, row["policies"].split("|")))
    also = set(filter(None, (row.get("also") or "").split("|")))
    return [own, own | also] if own else [set()]


def _compare_policies(row: dict[str, str], judged: Judgement, report: Report) -> None:
    report.automatic += judged.auto
    truths = accepted(row)
    truth = truths[0]
    if judged.reading is not None:
        likeliest = set(judged.reading.likeliest)
        report.believed.append((judged.reading.confidence, likeliest in truths))
        for missed in truth - likeliest:
            for instead in sorted(likeliest - truth) or ["(none)"]:
                report.confused[missed, instead] += 1
    if judged.policies:
        report.decided += 1
        if set(judged.policies) not in truths:
            report.wrong_policies.append(f"{row['file']}: {row['policies']} ≠ {'|'.join(judged.policies)}")


def _compare_place(row: dict[str, str], judged: Judgement, report: Report) -> None:
    report.placeable += bool(row["municipality_dane"])
    if judged.municipality:
        report.placed += 1
        if judged.municipality != row["municipality_dane"]:
            report.wrong_places.append(f"{row['file']}: {row['municipality_dane']} ≠ {judged.municipality}")


def _lines(report: Report) -> Iterator[str]:
    yield "kind (label → judged):"
    for (label, judged), count in sorted(report.kinds.items()):
        yield f"  {label:16} → {judged:16} {count:4}" + ("" if label == judged else "  *")
    kept = report.requests - len(report.lost)
    yield f"requests that become a case or a review: {kept}/{report.requests}"
    yield f"false cases among what asks nothing: {len(report.false_cases)}/{report.others}"
    right = report.decided - len(report.wrong_policies)
    share = report.decided / max(1, report.requests)
    yield (
        f"policies decided: {report.decided}/{report.requests} ({share:.0%}), right {right}; "
        f"wholly automatic {report.automatic}"
    )
    right = report.placed - len(report.wrong_places)
    yield f"municipality given: {report.placed} of {report.placeable} known, right {right}"
    yield f"speed: {report.mails / report.seconds:.0f} mails per second of one core"
    yield from lines(report.extras)
    yield from _curve(report.believed)
    yield from _calibration(report.believed)
    yield "policies missed → put in their place:"
    for (missed, instead), count in report.confused.most_common(20):
        yield f"  {missed:32} → {instead:32} {count:3}"
    for title, items in (
        ("lost", report.lost),
        ("false case", report.false_cases),
        ("policies", report.wrong_policies),
        ("municipality", report.wrong_places),
    ):
        for item in items:
            yield f"  {title}: {item}"


def _curve(believed: Sequence[tuple[float, bool]]) -> Iterator[str]:
    yield f"whole set of policies right, by confidence asked for (the service asks for {SURE}):"
    for step in _STEPS:
        over = [right for confidence, right in believed if confidence >= step]
        if over:
            yield f"  ≥ {step:.2f}   coverage {len(over) / len(believed):6.1%}   precision {sum(over) / len(over):6.1%}"


def _calibration(believed: Sequence[tuple[float, bool]]) -> Iterator[str]:
    yield "calibration (confidence said → share right):"
    for low, high, said, share, number in bins(believed):
        yield f"  {low:.2f}–{min(high, 1):.2f}   said {said:6.1%}   right {share:6.1%}   n {number:3}"


def bins(believed: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, float, float, float, int]]:
    """Yield per bin of confidence: its bounds, the mean confidence, the share right, how many."""
    for low, high in pairwise(_BINS):
        inside = [(confidence, right) for confidence, right in believed if low <= confidence < high]
        if inside:
            said = sum(confidence for confidence, _ in inside) / len(inside)
            yield low, high, said, sum(right for _, right in inside) / len(inside), len(inside)


def plot(believed: Sequence[tuple[float, bool]]) -> bytes:
    """Return the reliability diagram as PNG: on the diagonal, confidence is what it says."""
    from tasks.adapters.charts.vega import draw

    points = [{"said": said, "right": share, "n": number} for _, _, said, share, number in bins(believed)]
    axes = {
        "x": {"field": "said", "type": "quantitative", "title": "confianza", "scale": {"domain": [0, 1]}},
        "y": {"field": "right", "type": "quantitative", "title": "aciertos", "scale": {"domain": [0, 1]}},
    }
    diagonal = [{"said": 0, "right": 0}, {"said": 1, "right": 1}]
    layers = [
        {
            "data": {"values": diagonal},
            "mark": {"type": "line", "color": "#999", "strokeDash": [4, 4]},
            "encoding": axes,
        },
        {
            "data": {"values": points},
            "mark": {"type": "point", "filled": True, "color": "#1f5c8b"},
            "encoding": axes | {"size": {"field": "n", "type": "quantitative", "title": "correos"}},
        },
    ]
    return draw({"width": 420, "height": 420, "layer": layers})


def main() -> None:
    """Print the report of each corpus."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="*", type=Path)
    parser.add_argument("--fold", action="store_true")
    parser.add_argument("--plot", type=Path)
    chosen = parser.parse_args()
    believed: list[tuple[float, bool]] = []
    for corpus in chosen.corpus or [folder for folder in (CORPUS, INDEPENDENT) if (folder / "labels.csv").is_file()]:
        report = evaluate(corpus, folds=chosen.fold)
        believed += report.believed
        sys.stdout.write(f"== {corpus}\n" + "\n".join(_lines(report)) + "\n")
    if chosen.plot:
        chosen.plot.write_bytes(plot(believed))


if __name__ == "__main__":
    main()
