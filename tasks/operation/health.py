"""The operator's alert: at most one mail a day about how the service itself is, and one when it is well again."""

import json
import shutil
from contextlib import suppress
from datetime import datetime, timedelta

from tasks.bootstrap import Office
from tasks.domain.health import Expiry, Failing, Health, report, troubles
from tasks.domain.mail.writing.contexts.team import AlertContext
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.notices.notice import Notice, operator_addresses, queue
from tasks.ports.errors import Unavailable
from tasks.ports.ledger import UnitOfWork
from tasks.ports.records import OutboxState
from tasks.remembering import left

_CHECKED, _TOLD, _TOLD_ON = "operator/checked", "operator/told", "operator/told-on"
_NEWEST = "operator/newest"
_PATIENT = (Purpose.REMINDER, Purpose.ALERT)  # the first wait for office hours; of the second no mail can tell
_PAUSE = timedelta(minutes=50)  # certificates are asked for over the network; nothing here changes by the minute


def look_after(office: Office) -> None:
    """Measure, and tell the operator what is wrong or right again. Never fails: it is no part of the work."""
    with suppress(Unavailable):
        with office.ledger.reading() as unit:
            checked = unit.books.cursor(_CHECKED)
        now = office.clock.now()
        if checked and timedelta() <= now - datetime.fromisoformat(checked) < _PAUSE:
            return
        expiries = office.expiries()  # before the ledger is locked
        with office.ledger.begin() as unit:
            unit.books.save_cursor(_CHECKED, now.isoformat())
            _tell(unit, office, measure(unit, office, expiries))


def measure(unit: UnitOfWork, office: Office, expiries: tuple[Expiry, ...]) -> Health:
    """Return how the service is now."""
    disk = shutil.disk_usage(office.settings.home)
    waiting = unit.outbox.by_state([OutboxState.QUEUED, OutboxState.SENDING])
    return Health(
        at=office.clock.now(),
        waiting_since=[row.queued.astimezone(office.zone) for row in waiting if row.mail.purpose not in _PATIENT],
        held=len(unit.outbox.by_state([OutboxState.HELD])),
        last_received=_last_received(unit, office),
        left=left(unit),
        failing=[
            Failing(run.flow, run.failed.astimezone(office.zone), run.error)
            for run in unit.books.runs()
            if run.error and run.failed
        ],
        free=disk.free,
        total=disk.total,
        expiries=expiries,
    )


def _last_received(unit: UnitOfWork, office: Office) -> datetime:
    """Return when a new message was first seen here: the date that a mail bears proves nothing of today."""
    newest, now = unit.messages.newest(), office.clock.now()
    known, _, seen = (unit.books.cursor(_NEWEST) or "").partition(" ")
    if known == str(newest) and datetime.fromisoformat(seen) <= now:
        return datetime.fromisoformat(seen)
    unit.books.save_cursor(_NEWEST, f"{newest} {now.isoformat()}")
    return now


def _tell(unit: UnitOfWork, office: Office, health: Health) -> None:
    today = office.clock.today().isoformat()
    if unit.books.cursor(_TOLD_ON) == today:
        return
    told = json.loads(unit.books.cursor(_TOLD) or "{}")
    found = report(troubles(health, office.rules.calendar), told)
    if found is None:
        return
    fields = AlertContext(lines=found.lines, recovered=found.recovered)
    to = operator_addresses(unit.books.directory().on(office.clock.today()), office)
    if queue(unit, office, Notice(Purpose.ALERT, f"salud/{today}", "alerta", fields, to)):
        unit.books.save_cursor(_TOLD, json.dumps(found.told, ensure_ascii=False))
        unit.books.save_cursor(_TOLD_ON, today)
