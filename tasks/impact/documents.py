"""The report's files: Word, PDF and the figures as a workbook, made outside any transaction and kept in the archive."""

from collections.abc import Sequence
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.mail.writing.outgoing import Enclosure
from tasks.notices.letters import DOCX, PDF
from tasks.ports.letters import Picture
from tasks.ports.records import LoadedFile
from tasks.release import converted

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SLOPE_WIDTH = 110  # millimetres: two charts a page


def make_documents(
    office: Office,
    result: dict[str, Any],
    files: Sequence[LoadedFile],
    name: str,
    changes: Sequence[str],
    opinions: Sequence[str],
) -> list[Enclosure]:
    """Return the report's files as they are enclosed; without LibreOffice there is no PDF."""
    from tasks.domain.scores.report.improvements import InputFile
    from tasks.domain.scores.report.wording import in_guide_order
    from tasks.domain.scores.report.workbook import figure_sheets

    result = in_guide_order(result, office.catalog)
    inputs = [InputFile(f.name, f.sha256, _contents(f)) for f in files]
    document = _document(office, result, inputs, changes, opinions)
    (pdf,) = converted(office, [document])
    book = office.workbook(figure_sheets(result, office.catalog, [(f.name, f.content, f.sha256) for f in inputs]))
    parts = [(document, ".docx", DOCX), *([(pdf, ".pdf", PDF)] if pdf else []), (book, ".xlsx", XLSX)]
    return [
        Enclosure(name=name + suffix, sha256=office.archive.put([content], suffix)[0], content_type=kind)
        for content, suffix, kind in parts
    ]


def _contents(file: LoadedFile) -> str:
    """Return "Vigencia 2025", or the several that the file tells of."""
    return f"{'Vigencia' if len(file.vigencias) == 1 else 'Vigencias'} {', '.join(map(str, file.vigencias))}"


def _document(
    office: Office, result: dict[str, Any], inputs: Sequence[Any], changes: Sequence[str], opinions: Sequence[str]
) -> bytes:
    from tasks.domain.scores.report.chart import forest_plot
    from tasks.domain.scores.report.improvements import report_context
    from tasks.domain.scores.report.slope import slope_charts

    context = report_context(result, office.catalog, office.clock.today(), inputs, changes, opinions)
    first = 1  # of the charts by municipality: the one of the policies, when there is one, is number 1
    if spec := forest_plot(result, office.catalog):
        context["forest_plot"] = Picture(office.draw(spec))
        first = 2
    context["graficos"] = [
        {"dibujo": Picture(office.draw(chart.spec), _SLOPE_WIDTH), "pie": f"Gráfico {place}. {chart.caption}"}
        for place, chart in enumerate(slope_charts(result, office.catalog), start=first)
    ]
    return office.letters.render("reports/impact", context)
