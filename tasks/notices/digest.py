"""What the weekly digest says: the figures in words and pictures, for its template."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, EventKind, State
from tasks.domain.cases.survey import averages_in_words
from tasks.domain.digest.charts import Drawing, drawings
from tasks.domain.digest.figures import DigestFigures, Line, Week
from tasks.domain.digest.figures import Need as NeedOf
from tasks.domain.digest.headline import headline
from tasks.domain.digest.period import Period
from tasks.domain.directory import Directory, Role, is_away
from tasks.domain.learning.share import share_of
from tasks.domain.letters.letter import LetterState
from tasks.domain.mail.writing.contexts.digest import Chart, Count, DigestContext, FigureRow, Need, WeekRow
from tasks.domain.mail.writing.outgoing import Enclosure, Purpose
from tasks.domain.spanish import counted, join_list, number, percent, span_in_words
from tasks.domain.terms.clocks import Awaited, waits_for
from tasks.notices.letters import case_line
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import Fate, OutboxState

_SHOWN = 12  # decisions listed; the sheet has all
_BUTTONS = 6  # one-click answers beside one of them
_DOUBTS = 10
_FATES = {
    Fate.CASE_OPENED: ("abrió caso", "abrieron casos"),
    Fate.ATTACHED: ("se unió a su caso", "se unieron a su caso"),
    Fate.ORDER_DONE: ("orden cumplida", "órdenes cumplidas"),
    Fate.ORDER_REFUSED: ("orden no cumplida", "órdenes no cumplidas"),
    Fate.RESULTS_LOADED: ("con resultados publicados", "con resultados publicados"),
    Fate.FORWARDED: ("trasladado a otro eje", "trasladados a otro eje"),
    Fate.DUPLICATE: ("repetido", "repetidos"),
    Fate.IGNORED: ("automático o informativo", "automáticos o informativos"),
    Fate.REVIEW: ("en revisión", "en revisión"),
    Fate.QUARANTINED: ("ilegible, en revisión", "ilegibles, en revisión"),
}
_DONE_ALONE = {
    "opened": "casos abiertos",
    "drafted": "borradores de oficio elaborados",
    "letter_sent": "oficios enviados tras su aprobación",
    "reminded": "recordatorios",
    "assigned": "casos pasados a quien sigue en el cargo",
    "closed": "casos cerrados con sus puntajes",
    "evidenced": "casos pasados a seguimiento",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The weeks before, oldest first, and the same weeks of the year before."""

    recent: tuple[Week, ...]
    year_ago: tuple[Week, ...]


@dataclass(frozen=True, slots=True)
class Illustrated:
    """The digest's fields and the pictures that they show."""

    fields: DigestContext
    pictures: tuple[Enclosure, ...]


def illustrated(office: Office, unit: UnitOfWork, figures: DigestFigures, weeks: Comparison) -> Illustrated:
    """Return the digest of these figures, its charts drawn and kept in the archive."""
    charts = () if figures.is_empty else drawings(weeks.recent, weeks.year_ago, figures.stages)
    hashes = office.archive.put([office.draw(chart.spec) for chart in charts], ".png")
    shown = tuple(Chart(cid=_cid(chart), title=chart.title, description=chart.description) for chart in charts)
    pictures = tuple(
        Enclosure(name=f"{chart.name}.png", sha256=sha256, content_type="image/png", inline_id=_cid(chart))
        for chart, sha256 in zip(charts, hashes, strict=True)
    )
    return Illustrated(_fields(office, unit, figures, weeks).model_copy(update={"charts": shown}), pictures)


def _cid(chart: Drawing) -> str:
    return f"{chart.name}@mesa-mipg"


def _fields(office: Office, unit: UnitOfWork, figures: DigestFigures, weeks: Comparison) -> DigestContext:
    directory = unit.books.directory().on(office.clock.today())
    director = directory.director()
    return DigestContext(
        name=director.name if director else "",
        period=_days_told(figures.period, office),
        note=figures.period.note,
        headline=headline(figures, weeks.recent, weeks.year_ago),
        is_empty=figures.is_empty,
        needs=tuple(_need(office, directory, need) for need in figures.needs_director[:_SHOWN]),
        more_needs=max(0, len(figures.needs_director) - _SHOWN),
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
            Count(label=one if count == 1 else many, count=count)
            for fate, (one, many) in _FATES.items()
            if (count := figures.fates.get(fate, 0))
        ),
        by_itself=tuple(
            Count(label=label, count=figures.by_itself[kind])
            for kind, label in _DONE_ALONE.items()
            if figures.by_itself.get(kind)
        ),
        classified=tuple(_classified(unit, figures.period)),
        unsure=tuple(_unsure(office, figures)),
        opinions=averages_in_words(figures.surveyed),
        stages=_rows(figures.stages),
        policies=_rows(figures.policies),
        subregions=_rows(figures.subregions),
        leaders=_rows(figures.leaders),
        weeks=tuple(_week(week, then) for week, then in zip(weeks.recent, weeks.year_ago, strict=True)),
        notices=tuple(_notices(unit, figures.period)),
        sheet=office.sheet.link("Casos", ""),
    )


def _days_told(period: Period, office: Office) -> str:
    """Name the first and the last day told of; one whose office has not opened yet has not begun."""
    first, last = period.start.date(), period.end.date()
    if period.end.time() <= office.rules.office.opens:
        last = max(first, last - timedelta(days=1))
    return span_in_words(first, last)


def _need(office: Office, directory: Directory, need: NeedOf) -> Need:
    line = case_line(need.case, office)
    about = " · ".join(part for part in (line.policy, line.municipality or line.entity) if part)
    officer = directory.person(need.case.officer) if need.case.officer else None
    leader = directory.leader(need.case.policy) if waits_for(need.case) is Awaited.LEADER else None
    return Need(
        case=need.case.number,
        what=about or need.case.subject,
        why=need.reason,
        officer=officer.name if officer else "",
        waits_for=leader.name if leader else "",
        orders=_orders(office, directory, need.case),
    )


def _orders(office: Office, directory: Directory, case: Case) -> tuple[str, ...]:
    """Return the whole orders that the director may give by one click."""
    if case.state is State.TO_ASSIGN:
        team = [one for one in directory.with_role(Role.OFFICER) if not is_away(one, office.clock.today())]
        return (*(f"asignar {case.number}: {one.name}" for one in team[:_BUTTONS]), f"directa {case.number}")
    return (f"recordar {case.number}",)


def _classified(unit: UnitOfWork, period: Period) -> Iterator[str]:
    """Say how many cases the service classified alone, and how many of all people corrected."""
    share = share_of(unit.cases.events(period.start, period.end), unit.lessons.counted(period.start, period.end))
    if share.opened:
        cases = counted(share.opened, "caso que llegó", "casos que llegaron")
        alone = "se clasificó" if share.automatic == 1 else "se clasificaron"
        yield f"De {cases} por correo, {share.automatic} {alone} sin intervención ({percent(share.percent)})."
    if share.corrected:
        yield f"El equipo corrigió o completó la clasificación de {counted(share.corrected, 'caso', 'casos')}."


def _unsure(office: Office, figures: DigestFigures) -> Iterator[str]:
    """Say what the service did not dare to decide, and what it decided without being sure."""
    if figures.review:
        yield f"{counted(figures.review, 'mensaje espera', 'mensajes esperan')} en la pestaña Revisión."
    if figures.to_classify:
        waiting = counted(figures.to_classify, "caso espera", "casos esperan")
        yield f"{waiting} que alguien escriba su política o su municipio."
    for case in figures.doubtful[:_DOUBTS]:
        line = case_line(case, office)
        yield f"{case.number}: se clasificó como {line.policy} con una confianza del {percent(case.confidence)}."
    if len(figures.doubtful) > _DOUBTS:
        yield f"Y {len(figures.doubtful) - _DOUBTS} más, con su confianza y motivo en la hoja."


def _rows(lines: Sequence[Line]) -> tuple[FigureRow, ...]:
    return tuple(
        FigureRow(label=line.label, open=line.open, overdue=line.overdue, opened=line.opened, closed=line.closed)
        for line in lines
    )


def _week(week: Week, then: Week) -> WeekRow:
    return WeekRow(
        week=span_in_words(week.monday, week.sunday),
        opened=week.opened,
        closed=week.closed,
        response=_days(week.response_days),
        opened_before=then.opened,
        response_before=_days(then.response_days),
    )


def _days(days: float | None) -> str:
    if days is None:
        return ""
    return "1 día hábil" if days == 1 else f"{number(days, 0 if days == int(days) else 1)} días hábiles"


def _before(weeks: Comparison) -> str:
    """Compare with the means of the last whole weeks and of the same weeks a year ago."""
    said = [
        f"{_days(mean)} en {when}"
        for found, when in (
            (weeks.recent, f"las últimas {len(weeks.recent)} semanas"),
            (weeks.year_ago, "las mismas semanas del año anterior"),
        )
        if (mean := _mean(found)) is not None
    ]
    return "; ".join(said)


def _mean(weeks: Sequence[Week]) -> float | None:
    known = [week.response_days for week in weeks if week.response_days is not None]
    return round(sum(known) / len(known), 1) if known else None


_LEAVES_LETTER = frozenset(
    {EventKind.RETURNED, EventKind.DIRECT, EventKind.TRANSFERRED, EventKind.DISCARDED, EventKind.CLOSED}
)


def _notices(unit: UnitOfWork, of: Period) -> Iterator[str]:
    """Yield what happened since the last digest: results that came, voided numbers, bounces, failures."""
    for file in unit.books.score_files():
        if of.start < file.loaded <= of.end:
            years = join_list([str(vigencia) for vigencia in file.vigencias])
            named = "vigencia" if len(file.vigencias) == 1 else "vigencias"
            yield f"Llegaron resultados: {named} {years}, versión {file.version} («{file.name}»)."
    if unit.outbox.queued_since(Purpose.REPORT, of.start):
        yield "Con ellos salió el informe de mejoras, y la propuesta de oferta está en su pestaña de la hoja."
    events = unit.cases.events(of.start, of.end)
    left = {event.case for event in events if event.kind in _LEAVES_LETTER}
    noted = " ".join(event.reason for event in events if event.kind in {EventKind.NOTED, EventKind.BOUNCED})
    for letter in unit.letters.all():
        if letter.state is LetterState.VOID and left.intersection(letter.cases):
            yield f"Oficio {letter.number}: anulado ({letter.motive})."
        if letter.delivery == "bounced" and letter.number in noted:
            yield f"Oficio {letter.number}: el correo al líder rebotó."
    failed = [row for row in unit.outbox.by_state([OutboxState.FAILED]) if of.start < row.queued <= of.end]
    if failed:
        unsent = counted(len(failed), "correo no se pudo", "correos no se pudieron")
        yield f"{unsent} enviar; el operador tiene el detalle."
