"""The yearly comparison: when a new version of the newest results is loaded, the report is written and sent, once."""

import json
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.mail.writing.contexts.digest import ReportContext
from tasks.domain.mail.writing.outgoing import Enclosure, Purpose
from tasks.impact.closing import score_cases
from tasks.impact.comparing import comparison
from tasks.impact.documents import make_documents
from tasks.notices.notice import Notice, director_and_substitute, queue
from tasks.offer.proposing import offer_new_results
from tasks.ports.ledger import LoadedFile, UnitOfWork
from tasks.results.versions import ISSUED
from tasks.steps import Counts, Step, call


def run_impact(office: Office, step: Step = call) -> Counts:
    """Report every version that has no report yet and make the offer of it. Counts: reports.

    Both look at what is: a repeated event finds nothing to do, and what a killed run left undone the next one does.
    """
    with office.ledger.lock("impact") as mine:
        if not mine:
            return {"busy": 1}
        with office.ledger.reading() as unit:
            waiting = [file for file in unit.books.score_files() if not file.reported]
        if waiting:
            # The newest version contains the others: one report speaks for all that waited.
            step(report, office, waiting)
    step(offer_new_results, office)
    return {"reports": int(bool(waiting))}


def report(office: Office, waiting: list[LoadedFile]) -> None:
    """Compare, write the report, and in one transaction: score the cases, queue the report, mark it as issued."""
    from tasks.domain.scores.report.changes import changes_between

    result = comparison(office)
    with office.ledger.reading() as unit:
        files, issued = unit.books.score_files(), json.loads(unit.books.cursor(ISSUED) or "{}")
    vigencia = result["after_vigencia"]
    again = bool(issued) and issued["vigencia"] == vigencia
    changes = changes_between(json.loads(office.archive.get(issued["result"])), result, office.catalog) if again else []
    version = issued["version"] + 1 if again else 1
    name = f"informe-de-mejoras-{vigencia}-v{version}"
    enclosures = make_documents(office, result, files, name, changes)
    (kept,) = office.archive.put([json.dumps(result, ensure_ascii=False).encode()], ".json")
    policies = [row["policy"] for row in result["policies"]]
    stamp = {"vigencia": vigencia, "version": version, "policies": policies, "result": kept}
    with office.ledger.begin() as unit:
        score_cases(unit, office, result)
        _send(unit, office, waiting[-1], _context(result, changes, enclosures), enclosures)
        unit.books.save_cursor(ISSUED, json.dumps(stamp))
        for file in waiting:
            unit.books.mark_score_file(file.sha256, reported=True)


def _context(result: dict[str, Any], changes: list[str], enclosures: list[Enclosure]) -> ReportContext:
    from tasks.domain.scores.report.improvements import cautions, findings
    from tasks.domain.scores.report.wording import headline

    return ReportContext(
        vigencia=str(result["after_vigencia"] or ""),
        headline=headline(result["pooled"]),
        findings=tuple(findings(result)),
        cautions=tuple(cautions(result)),
        changes=tuple(changes),
        attachments=tuple(part.name for part in enclosures),
    )


def _send(
    unit: UnitOfWork, office: Office, file: LoadedFile, context: ReportContext, enclosures: list[Enclosure]
) -> None:
    directory = unit.books.directory()
    to, cc = director_and_substitute(directory.on(office.clock.today()), office)
    director = directory.director()
    fields = context.model_copy(update={"name": director.name if director else ""})
    queue(unit, office, Notice(Purpose.REPORT, file.sha256, "informe", fields, to, cc, enclosures=enclosures))
