"""The yearly comparison: when a new version of the newest results is loaded, the report is written and sent, once."""

import json
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.survey import averages_in_words
from tasks.domain.mail.writing.contexts.digest import ReportContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.impact.closing import score_cases
from tasks.impact.comparing import assisted_in, comparison
from tasks.impact.documents import make_documents
from tasks.notices.notice import Notice, director_and_substitute, queue
from tasks.offer.proposing import offer_new_results
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import LoadedFile
from tasks.results.versions import ISSUED, Issued, last_issued, unsent
from tasks.steps import Counts, Step, call


def run_impact(office: Office, step: Step = call) -> Counts:
    """Report every version that has no report yet and make the offer of it. Counts: reports.

    Both look at what is: a repeated event finds nothing to do, and what a killed run left undone the next one does. So
    does a report that nobody was in post to get.
    """
    with office.ledger.lock("impact") as mine:
        if not mine:
            return {"busy": 1}
        with office.ledger.reading() as unit:
            waiting = [file for file in unit.books.score_files() if not file.reported]
        if waiting:
            # The newest version contains the others: one report speaks for all that waited.
            step(report, office, waiting)
        else:
            step(send_again, office)
    step(offer_new_results, office)
    return {"reports": int(bool(waiting))}


def report(office: Office, waiting: list[LoadedFile]) -> None:
    """Compare, write the report, and in one transaction: score the cases, queue the report, mark it as issued."""
    from tasks.domain.scores.report.changes import changes_between

    result = comparison(office)
    with office.ledger.reading() as unit:
        files, issued = unit.books.score_files(), last_issued(unit)
        opinions = averages_in_words(assisted_in(unit.cases.all(), result["after_vigencia"]))
    again = issued if issued and issued.vigencia == result["after_vigencia"] else None
    changes = changes_between(json.loads(office.archive.get(again.result)), result, office.catalog) if again else []
    version = again.version + 1 if again else 1
    name = f"informe-de-mejoras-{result['after_vigencia']}-v{version}"
    enclosures = make_documents(office, result, files, name, changes, opinions)
    (kept,) = office.archive.put([json.dumps(result, ensure_ascii=False).encode()], ".json")
    made = Issued(
        vigencia=result["after_vigencia"],
        version=version,
        policies=tuple(row["policy"] for row in result["policies"]),
        result=kept,
        file=waiting[-1].sha256,
        changes=tuple(changes),
        enclosures=tuple(enclosures),
    )
    with office.ledger.begin() as unit:
        score_cases(unit, office, result)
        _send(unit, office, made, result)
        unit.books.save_cursor(ISSUED, made.model_dump_json())
        for file in waiting:
            unit.books.mark_score_file(file.sha256, reported=True)


def send_again(office: Office) -> None:
    """Queue the last report if there was nobody in post to get it when it was issued."""
    with office.ledger.reading() as unit:
        issued = unsent(unit)
    if issued is not None:
        result = json.loads(office.archive.get(issued.result))
        with office.ledger.begin() as unit:
            _send(unit, office, issued, result)


def _context(result: dict[str, Any], issued: Issued) -> ReportContext:
    from tasks.domain.scores.report.improvements import cautions, findings
    from tasks.domain.scores.report.wording import headline

    return ReportContext(
        vigencia=str(result["after_vigencia"] or ""),
        headline=headline(result["pooled"]),
        findings=tuple(findings(result)),
        cautions=tuple(cautions(result)),
        changes=issued.changes,
        attachments=tuple(part.name for part in issued.enclosures),
    )


def _send(unit: UnitOfWork, office: Office, issued: Issued, result: dict[str, Any]) -> None:
    directory = unit.books.directory()
    to, cc = director_and_substitute(directory.on(office.clock.today()), office)
    director = directory.director()
    fields = _context(result, issued).model_copy(update={"name": director.name if director else ""})
    queue(unit, office, Notice(Purpose.REPORT, issued.file, "informe", fields, to, cc, enclosures=issued.enclosures))
