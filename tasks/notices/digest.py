"""What the weekly digest says: the figures in words, for its template."""

from collections.abc import Sequence

from tasks.bootstrap import Office
from tasks.domain.digest.figures import DigestFigures, Line, Week
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.contexts import Count, DigestContext, FigureRow, Need
from tasks.domain.spanish import number, span_in_words
from tasks.notices.letters import case_line
from tasks.ports.ledger import Fate, OutboxState, UnitOfWork

_FATES = {
    Fate.CASE_OPENED: "abrieron casos",
    Fate.ATTACHED: "se unieron a su caso",
    Fate.ORDER_DONE: "órdenes cumplidas",
    Fate.ORDER_REFUSED: "órdenes no cumplidas",
    Fate.RESULTS_LOADED: "resultados publicados",
    Fate.FORWARDED: "trasladados a otro eje",
    Fate.DUPLICATE: "repetidos",
    Fate.IGNORED: "automáticos o informativos",
    Fate.REVIEW: "en revisión",
    Fate.QUARANTINED: "ilegibles, en revisión",
}
_DONE_ALONE = {
    "opened": "casos abiertos",
    "drafted": "borradores de oficio elaborados",
    "letter_sent": "oficios enviados tras su aprobación",
    "reminded": "recordatorios",
    "closed": "casos cerrados con sus puntajes",
    "evidenced": "casos pasados a seguimiento",
}


def digest_fields(office: Office, unit: UnitOfWork, figures: DigestFigures, weeks: Sequence[Week]) -> DigestContext:
    """Return the fields of the digest's template."""
    director = unit.books.directory().on(office.clock.today()).director()
    return DigestContext(
        name=director.name if director else "",
        period=span_in_words(figures.period.start.date(), figures.period.end.date()),
        note=figures.period.note,
        is_empty=figures.is_empty,
        needs=tuple(
            Need(
                case=need.case.number,
                what=" · ".join(part for part in _about(office, need.case) if part) or need.case.subject,
                why=need.reason,
            )
            for need in figures.needs_director
        ),
        opened=figures.opened,
        closed=figures.closed,
        open=figures.open,
        overdue=figures.overdue,
        unassigned=figures.unassigned,
        review=figures.review,
        response=_days(figures.response_days),
        response_before=_before(weeks),
        received=figures.received,
        fates=tuple(
            Count(label=label, count=figures.fates[fate]) for fate, label in _FATES.items() if figures.fates.get(fate)
        ),
        by_itself=tuple(
            Count(label=label, count=figures.by_itself[kind])
            for kind, label in _DONE_ALONE.items()
            if figures.by_itself.get(kind)
        ),
        stages=_rows(figures.stages),
        policies=_rows(figures.policies),
        subregions=_rows(figures.subregions),
        leaders=_rows(figures.leaders),
        notices=tuple(_notices(unit)),
        sheet=office.sheet.link("Casos", ""),
    )


def _about(office: Office, case: object) -> tuple[str, str]:
    line = case_line(case, office)  # type: ignore[arg-type]
    return line.policy, line.municipality


def _rows(lines: Sequence[Line]) -> tuple[FigureRow, ...]:
    return tuple(
        FigureRow(label=line.label, open=line.open, overdue=line.overdue, opened=line.opened, closed=line.closed)
        for line in lines
    )


def _days(days: float | None) -> str:
    if days is None:
        return ""
    return "1 día hábil" if days == 1 else f"{number(days, 0 if days == int(days) else 1)} días hábiles"


def _before(weeks: Sequence[Week]) -> str:
    known = [week.response_days for week in weeks if week.response_days is not None]
    return f"{_days(sum(known) / len(known))} en las {len(weeks)} semanas anteriores" if known else ""


def _notices(unit: UnitOfWork) -> list[str]:
    """Return what the director should know of letters and mails: voided numbers, bounces, failures."""
    letters = unit.letters.all()
    lines = [f"Oficio {le.number}: anulado ({le.motive})." for le in letters if le.state is LetterState.VOID]
    lines += [f"Oficio {le.number}: el correo al líder rebotó." for le in letters if le.delivery == "bounced"]
    failed = unit.outbox.by_state([OutboxState.FAILED])
    if failed:
        lines.append(f"{len(failed)} correos no se pudieron enviar; el operador tiene el detalle.")
    return lines
