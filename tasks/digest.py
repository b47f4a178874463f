"""The weekly digest: once a week, on its day or as soon after as the service runs, to the director.

With `digest.team` each member of the team gets their own cases with it.
"""

from datetime import datetime, timedelta
from typing import Any

from tasks.bootstrap import Office
from tasks.domain.cases.names import policy_name
from tasks.domain.catalog import MIPG_GENERAL
from tasks.domain.digest.figures import DigestFigures, Labels, Mail, Week, compared_weeks, figures, weekly
from tasks.domain.digest.period import Period, iso_week, period
from tasks.domain.mail.writing.outgoing import Enclosure, Purpose
from tasks.domain.sheet.columns import layouts
from tasks.notices.digest import Comparison, illustrated
from tasks.notices.notice import Notice, director_and_substitute, queue, queue_all
from tasks.notices.own_digest import own_digests
from tasks.ports.errors import SheetUnavailable
from tasks.ports.ledger import UnitOfWork
from tasks.reconciliation.reading import todays_choices
from tasks.steps import Counts, Step, call
from tasks.views.cases import awaited, watched

_SENT = "digest/sent"
_LAST_MESSAGE = "digest/last-message"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def run_digest(office: Office, step: Step = call) -> Counts:
    """Queue the digest if one is due. Counts: digests."""
    with office.ledger.lock("digest") as mine:
        return {"digests": step(queue_digest, office)} if mine else {"busy": 1}


def queue_digest(office: Office) -> int:
    """Queue the digests of the week that is due; the week's key makes a second one impossible. Returns how many."""
    with office.ledger.reading() as unit:
        due = _due(unit, office)
    if due is None:
        return 0
    enclosures = _sheet_copy(office)
    with office.ledger.begin() as unit:
        due = _due(unit, office)
        if due is None:
            return 0
        to, cc = director_and_substitute(unit.books.directory().on(office.clock.today()), office)
        found = _figures(unit, office, due)
        made = illustrated(office, unit, found, _weeks(unit, office, due.end))
        notice = Notice(
            Purpose.DIGEST,
            due.week,
            "resumen",
            made.fields,
            to,
            cc,
            cases=[need.case for need in made.fields.needs],
            enclosures=[*made.pictures, *enclosures],
            invites_orders=bool(made.fields.needs),
        )
        own = queue_all(unit, office, _own(unit, office, due))
        if not queue(unit, office, notice):
            return len(own)  # that week had its digest before the clock was set back
        unit.books.save_cursor(_SENT, due.end.isoformat())
        last = max((record.id for record in unit.messages.after(int(unit.books.cursor(_LAST_MESSAGE) or 0))), default=0)
        if last:
            unit.books.save_cursor(_LAST_MESSAGE, str(last))
    return len(own) + 1


def _own(unit: UnitOfWork, office: Office, due: Period) -> list[Notice]:
    """Return the team's own digests, if the office wants them."""
    return list(own_digests(unit, office, awaited(unit, office), due.week)) if office.settings.digest.team else []


def digest_figures(office: Office) -> dict[str, Any]:
    """Return the figures of the digest that is due, else of the time since the last one (`mipg run digest --json`)."""
    with office.ledger.reading() as unit:
        due = _due(unit, office) or _since_last(unit, office)
        return _figures(unit, office, due).summary()


def _due(unit: UnitOfWork, office: Office) -> Period | None:
    rules = office.rules
    return period(office.clock.now(), _last(unit), office.digest_day, rules.office, rules.calendar)


def _last(unit: UnitOfWork) -> datetime | None:
    sent = unit.books.cursor(_SENT)
    return datetime.fromisoformat(sent) if sent else None


def _since_last(unit: UnitOfWork, office: Office) -> Period:
    now = office.clock.now()
    return Period(_last(unit) or now - timedelta(days=7), now, iso_week(now), now)


def _figures(unit: UnitOfWork, office: Office, of: Period) -> DigestFigures:
    # By the order of taking in, not by date: mail that waited out a failure of the server is told of when it came in.
    records = unit.messages.after(int(unit.books.cursor(_LAST_MESSAGE) or 0))
    fates: dict[str, int] = {}
    for record in records:
        fates[record.outcome] = fates.get(record.outcome, 0) + 1
    directory = unit.books.directory().on(office.clock.today())
    labels = Labels(
        policies={p.slug: p.name for p in office.catalog.policies}
        | {MIPG_GENERAL: policy_name(MIPG_GENERAL, office.catalog)},
        subregions={place.dane: place.subregion for place in office.catalog.municipalities},
        leaders={leader.policy: leader.name for leader in directory.leaders},
    )
    mail = Mail(len(records), fates, len(unit.messages.in_review()))
    cases = watched(unit, office, unit.cases.all())
    return figures(of, cases, unit.cases.events(of.start, of.end), mail, labels, office.rules)


def _weeks(unit: UnitOfWork, office: Office, end: datetime) -> Comparison:
    """Return the last eight weeks and the same weeks of the year before."""
    cases = unit.cases.all()

    def counted(moments: tuple[datetime, ...]) -> tuple[Week, ...]:
        first, last = moments[0] - timedelta(days=7), moments[-1] + timedelta(days=7)
        return weekly(cases, unit.cases.events(first, last), moments, office.rules)

    recent, year_ago = compared_weeks(end)
    return Comparison(counted(recent), counted(year_ago))


def _sheet_copy(office: Office) -> list[Enclosure]:
    """Return the sheet as it is now; a digest without it is better than none."""
    with office.ledger.reading() as unit:
        choices = todays_choices(unit, office)
    try:
        content = office.sheet.export(layouts(choices))
    except SheetUnavailable:
        return []
    (sha256,) = office.archive.put([content], ".xlsx")
    return [Enclosure(name=f"mesa-mipg-{office.clock.today()}.xlsx", sha256=sha256, content_type=XLSX)]
