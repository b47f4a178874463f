"""The yearly comparison: when a new version of the newest results is loaded, the report is written and sent, once."""

from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.case import SYSTEM, Case, CaseEvent, EntityType, EventKind, State
from tasks.domain.mail.contexts import ReportContext
from tasks.domain.mail.outgoing import Enclosure, Purpose
from tasks.domain.scores.results import Assistance
from tasks.notices.letters import DOCX, PDF
from tasks.notices.notice import Notice, director_and_substitute, queue
from tasks.ports.ledger import LoadedFile, UnitOfWork
from tasks.ports.letters import Picture
from tasks.release import converted
from tasks.results.versions import current_scores
from tasks.steps import Counts, Step, call


def run_impact(office: Office, step: Step = call) -> Counts:
    """Report every version that has no report yet; with none (a repeated event) do nothing. Counts: reports."""
    with office.ledger.lock("impact") as mine:
        if not mine:
            return {"busy": 1}
        with office.ledger.reading() as unit:
            waiting = [file for file in unit.books.score_files() if not file.reported]
        if not waiting:
            return {"reports": 0}
        # The newest version contains the others: one report speaks for all that waited.
        step(report, office, waiting[-1])
        with office.ledger.begin() as unit:
            for file in waiting:
                unit.books.mark_score_file(file.sha256, reported=True)
        return {"reports": 1}


def assistance_of(cases: list[Case]) -> list[Assistance]:
    """Return the days on which units were assisted, as the comparison takes them."""
    return [
        Assistance(
            dane_code=case.municipality,
            policy=case.policy,
            day=day,
            modality=case.origin.value,
            case=case.number,
            entity_type=case.entity_type.value if case.entity_type else EntityType.ALCALDIA.value,
        )
        for case in cases
        if case.municipality and case.policy
        for day in case.assistance
    ]


def known_assistance(office: Office) -> list[Assistance]:
    """Return every day of assistance that the ledger knows."""
    with office.ledger.reading() as unit:
        return assistance_of(unit.cases.all())


def comparison(office: Office) -> dict[str, Any]:
    """Return the comparison of all that is loaded and was assisted up to now (schema `mipg-compare/1`)."""
    from tasks.domain.scores.impact.comparison import Options, compare
    from tasks.domain.scores.impact.exposure import Blocks

    with office.ledger.reading() as unit:
        scores, problems = current_scores(unit)
        assistance = assistance_of(unit.cases.all())
    return compare(scores, assistance, Options(blocks=Blocks.parse(office.settings.scores.blocks)), problems)


def report(office: Office, file: LoadedFile) -> None:
    """Compare, score the cases, render the report and queue it to the director, in one transaction."""
    result = comparison(office)
    with office.ledger.reading() as unit:
        files = unit.books.score_files()
    document = _document(office, result, files)
    (pdf,) = converted(office, [document])
    hashes = office.archive.put([document], ".docx") + (office.archive.put([pdf], ".pdf") if pdf else [])
    with office.ledger.begin() as unit:
        _score_cases(unit, office, result["units"])
        _send(unit, office, file, result, hashes)


def _document(office: Office, result: dict[str, Any], files: list[LoadedFile]) -> bytes:
    from tasks.domain.scores.report.chart import forest_plot
    from tasks.domain.scores.report.improvements import InputFile, report_context

    inputs = [InputFile(f.name, f.sha256, f"Vigencias {', '.join(map(str, f.vigencias))}") for f in files]
    context = report_context(result, office.catalog, office.clock.today(), inputs)
    spec = forest_plot(result, office.catalog)
    if spec:
        context["forest_plot"] = Picture(office.draw(spec))
    return office.letters.render("reports/impact", context)


def _score_cases(unit: UnitOfWork, office: Office, units: list[dict[str, Any]]) -> None:
    """Write the scores before and after into the cases they belong to; followed-up cases close with them."""
    compared = {(row["dane_code"], row["policy"]): row for row in units if row["after_raw"] is not None}
    now = office.clock.now()
    events = []
    for case in unit.cases.all([State.ASSISTED, State.FOLLOW_UP]):
        row = compared.get((case.municipality, case.policy))
        if row is None or case.entity_type not in {None, EntityType.ALCALDIA} or not _measures(row, case):
            continue
        changes = {
            "score_before": row["before_raw"],
            "score_after": row["after_raw"],
            "score_change": row["change"] if row["scale"] == "raw" else None,
            "state": State.CLOSED,
            "since": now.isoformat(),
            "previous": case.state,
        }
        reason = f"puntajes de {row['before_vigencia']} y {row['after_vigencia']} comparados"
        events.append(
            CaseEvent(case=case.number, kind=EventKind.CLOSED, at=now, actor=SYSTEM, reason=reason, changes=changes)
        )
    unit.cases.append(events)


def _measures(row: dict[str, Any], case: Case) -> bool:
    """Whether the pair of vigencias lies around this case's own help: another case of the unit may be older."""
    from tasks.domain.scores.impact.exposure import Windows, exposure
    from tasks.domain.scores.impact.study import Options

    first = min(case.assistance, default=None)
    if first is None or row["flag"] == "earlier":
        return False
    enough = exposure(row["after_vigencia"], first) >= Options().min_exposure
    return enough and Windows().closing(row["before_vigencia"]) < first


def _send(unit: UnitOfWork, office: Office, file: LoadedFile, result: dict[str, Any], hashes: list[str]) -> None:
    from tasks.domain.scores.report.wording import headline

    vigencia = result["after_vigencia"]
    name = f"informe-de-mejoras-{vigencia}-v{file.version}"
    kinds = ((".docx", DOCX), (".pdf", PDF))
    enclosures = [
        Enclosure(name=name + suffix, sha256=sha, content_type=kind)
        for sha, (suffix, kind) in zip(hashes, kinds, strict=False)
    ]
    to, cc = director_and_substitute(unit.books.directory().on(office.clock.today()), office)
    director = unit.books.directory().director()
    fields = ReportContext(
        name=director.name if director else "",
        vigencia=str(vigencia or ""),
        headline=headline(result["pooled"]),
        attachments=tuple(part.name for part in enclosures),
    )
    queue(unit, office, Notice(Purpose.REPORT, file.sha256, "informe", fields, to, cc, enclosures=enclosures))
