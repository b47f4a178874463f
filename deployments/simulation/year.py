"""`mipg simulate`: an office lived through week by week by the real runs, under a clock that jumps.

Nothing of the service is played: mail goes in, people answer what comes out, and every run is the one that serves.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from config.settings import load
from deployments.simulation.acting import People
from deployments.simulation.cast import MX, SERVICE, arrivals, dice, people
from deployments.simulation.parts import MemoryMailbox, MemorySender, MemorySheet, break_sometimes
from deployments.simulation.watch import Watch
from tasks.bootstrap import Office
from tasks.domain.cases.case import State
from tasks.domain.mail.writing.outgoing import OutgoingMail
from tasks.operation.runs import perform
from tasks.operation.setup import prepare
from tasks.ports.clock import FixedClock
from tasks.ports.errors import Unavailable
from tasks.ports.records import OutboxState
from tasks.sheet import build_sheet

START = date(2026, 1, 5)  # a Monday, so that the new holiday of 2026 lies in the year
_SUNDAY = 6  # Saturdays show all that a day off can
_TRIES = 60  # a run that keeps failing is tried again, as schedules and retries would
_DAY = timedelta(days=1)
_MEMORY = Path("/dev/shm")  # where there is one nobody waits for a disk  # noqa: S108
_HOURS: Mapping[bool, tuple[tuple[time, tuple[str, ...]], ...]] = {
    True: (
        (time(7, 5), ("cycle", "digest", "outbox")),
        (time(7, 20), ("reminders", "outbox")),
        (time(14, 30), ("cycle", "reminders", "digest", "outbox")),
    ),
    False: ((time(12, 0), ("cycle", "reminders", "digest", "outbox")),),
}


@dataclass
class Year:
    """One simulated office and what was seen of it."""

    office: Office
    people: People
    sender: MemorySender
    watch: Watch
    seed: int
    seen: set[str] = field(default_factory=set)

    def live(self, start: date, weeks: int) -> None:
        """Let the weeks go by, and then a fortnight without new requests."""
        down = _downtime(start, weeks, self.seed)
        for number in range(7 * weeks):
            day = start + _DAY * number
            for arrival in arrivals(self.office.catalog, day, self.seed, self.office.zone):
                self.people.asked[arrival.message_id] = arrival
                self.people.mailbox.deliver(arrival.raw, arrival.at)
            self._day(day, is_down=day in down)

    def _day(self, day: date, *, is_down: bool) -> None:
        working = self.office.rules.calendar.is_business_day(day)
        for hour, runs in _HOURS[working]:
            now = datetime.combine(day, hour, tzinfo=self.office.zone)
            self.people.act_until(now)
            if not is_down and day.weekday() != _SUNDAY:
                self._moment(now, runs)
        if working and not is_down:
            self.watch.close_day(day)

    def _moment(self, now: datetime, runs: tuple[str, ...]) -> None:
        self.office.clock = FixedClock(now)
        for name in runs:
            _insist(self.office, name)
        while self._has_unsent():
            _insist(self.office, "outbox")
        self._deliver(now)

    def _has_unsent(self) -> bool:
        with self.office.ledger.reading() as unit:
            return bool(unit.outbox.by_state([OutboxState.SENDING]))

    def _deliver(self, now: datetime) -> None:
        """Hand each mail that left to its readers, once, in the order of the outbox."""
        fresh, self.sender.fresh = self.sender.fresh, []
        with self.office.ledger.reading() as unit:
            rows = [row for envelope in fresh if (row := unit.outbox.find(envelope.message_id))]
            drafted = unit.cases.all([State.DRAFT])
        for row in sorted(rows, key=lambda row: row.id):
            if row.mail.message_id not in self.seen:
                self.seen.add(row.mail.message_id)
                self._read(row.mail, now)
        self.people.suspend_some([case for case in drafted if case.since == now], now)

    def _read(self, mail: OutgoingMail, now: datetime) -> None:
        self.watch.saw(mail, now)
        self.people.receive(mail, now)


def simulate(weeks: int, seed: int, faults: float = 0.0, start: date = START) -> Watch:
    """Live through the weeks in a folder that is thrown away; returns what was seen. Deterministic in its arguments."""
    with tempfile.TemporaryDirectory(prefix="mipg-year-", dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        office = Office(load(None, Path(folder), _SETTINGS))
        office.clock = FixedClock(datetime.combine(start, time(6), tzinfo=office.zone))
        office.seed = people(office.catalog, start, weeks, seed)
        mailbox, sender, sheet = MemoryMailbox(), MemorySender(), MemorySheet()
        office.mailbox, office.sender, office.sheet = mailbox, sender, sheet
        office.draw = lambda spec: b""  # type: ignore[method-assign]  # nobody looks at the pictures
        prepare(office)
        build_sheet(office)
        watch = Watch(office, sender)
        year = Year(office, People(office, office.seed, mailbox, sheet, seed), sender, watch, seed)
        if faults:
            break_sometimes(office, faults, seed)
        year.live(start, weeks)
        watch.close()
        return watch


_SETTINGS = {
    "MIPG_MAILBOX__ADDRESS": SERVICE,
    "MIPG_MAILBOX__TRUSTED_AUTHSERV": json.dumps([MX]),
    "MIPG_LETTERS__PDF": "false",  # LibreOffice would take most of the time
}


def _insist(office: Office, name: str) -> None:
    """Run until it succeeds: what was away comes back, and a repeated run must do no harm."""
    for _ in range(_TRIES):
        try:
            perform(office, name)
        except Unavailable:
            continue
        return
    raise RuntimeError(f"{name} failed {_TRIES} times in a row")


def _downtime(start: date, weeks: int, seed: int) -> set[date]:
    """Return the days on which nothing runs: single ones now and then, and in a long year a whole week."""
    throw = dice(seed, "downtime")
    days = {start + _DAY * throw.randrange(7 * weeks) for _ in range(weeks // 8)}
    if weeks >= 20:
        monday = start + timedelta(weeks=throw.randrange(5, weeks - 5))
        days |= {monday + _DAY * n for n in range(7)}
    return days
