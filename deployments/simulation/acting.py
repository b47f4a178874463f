"""What people do when a mail reaches them: they answer, sooner or later, forget, and are reminded."""

import heapq
import itertools
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from deployments.simulation.cast import Arrival, dice, mail
from deployments.simulation.parts import MemoryMailbox, MemorySheet
from tasks.bootstrap import Office
from tasks.domain.cases.case import Case, State
from tasks.domain.directory import Directory, Leader, Person, is_away
from tasks.domain.mail.writing.outgoing import OutgoingMail, Purpose
from tasks.domain.terms.business_days import add_business_days

_FORGETS = 0.15  # share of mails that nobody acts on before a reminder
_QUICK = (0, 0, 1, 1, 2, 3)
_SLOW = (2, 4, 6, 9, 12, 16)
_LETTER = re.compile(r"[A-Z]+-\d{4}-\d{4}")
_Do = Callable[[datetime], None]


def matter(written: OutgoingMail) -> str:
    """Return what a mail is about, less its letter's number: of two letters of one cycle either may be the first."""
    return _LETTER.sub("", f"{written.key} {written.subject} {'+'.join(written.cases)}")


@dataclass
class People:
    """Everybody outside the machine. Whatever they decide depends on the seed and the matter, not on the order."""

    office: Office
    directory: Directory
    mailbox: MemoryMailbox
    sheet: MemorySheet
    seed: int
    asked: dict[str, Arrival] = field(default_factory=dict)  # by the Message-ID of the request
    _plans: list[tuple[datetime, int, _Do]] = field(default_factory=list)
    _count: "itertools.count[int]" = field(default_factory=itertools.count)
    _mails: int = 0

    def act_until(self, now: datetime) -> None:
        """Let everything happen that people planned up to now."""
        while self._plans and self._plans[0][0] <= now:
            at, _, do = heapq.heappop(self._plans)
            do(at)

    def receive(self, written: OutgoingMail, at: datetime) -> None:
        """Read one mail of the service and plan what comes of it."""
        throw = dice(self.seed, matter(written))
        match written.purpose:
            case Purpose.ASSIGN_NOTICE:
                self._director(written, at, throw)
            case Purpose.DRAFT_LETTER:
                self._officer(written, at, throw)
            case Purpose.LETTER:
                self._leader(written, at, throw)
            case Purpose.REVIEW_NOTICE:
                self._plan(written.to[0], at, 0, throw, self._clear_review)
            case Purpose.REMINDER:
                self._reminded(written, at, throw)

    def _plan(self, who: str, at: datetime, days: int, throw: random.Random, do: _Do) -> None:
        """Put a deed on the first working day of that person some business days on, at some hour of it."""
        calendar = self.office.rules.calendar
        day = add_business_days(at.date(), days, calendar)
        while not calendar.is_business_day(day) or self._is_away(who, day):
            day += timedelta(days=1)
        moment = datetime.combine(day, time(8 + throw.randrange(9), throw.randrange(60)), tzinfo=at.tzinfo)
        planned = moment if moment > at else at + timedelta(minutes=5 + throw.randrange(60))
        heapq.heappush(self._plans, (planned, next(self._count), do))

    def _is_away(self, who: str, day: date) -> bool:
        entries: tuple[Person | Leader, ...] = (*self.directory.people, *self.directory.leaders)
        return any(entry.email == who and is_away(entry, day) for entry in entries)

    def _answer(
        self, written: OutgoingMail, at: datetime, throw: random.Random, days: Sequence[int], text: str
    ) -> None:
        who = written.to[0]
        self._plan(who, at, throw.choice(days), throw, lambda when: self._mail(who, written, text, when))

    def _mail(self, who: str, written: OutgoingMail, text: str, at: datetime) -> None:
        self._mails += 1
        identifier = f"<respuesta-{self._mails}@{who.partition('@')[2]}>"
        self.mailbox.deliver(mail(who, f"RE: {written.subject}", text, at, identifier, answers=written.message_id), at)

    def _director(self, written: OutgoingMail, at: datetime, throw: random.Random) -> None:
        if throw.random() < _FORGETS:
            return
        self._answer(written, at, throw, _QUICK, self._assignments(written.cases, at, throw))

    def _assignments(self, cases: Sequence[str], at: datetime, throw: random.Random) -> str:
        officers = [p.name for p in self.directory.people if p.role.value == "responsable"]
        present = [name for name in officers if not self._is_away(self._address(name), at.date())] or officers
        lines = []
        for case in cases:
            fate = throw.random()
            unusual = f"descartar {case}: ya se atendió" if fate < 0.03 else f"directa {case}\n" if fate < 0.08 else ""
            lines.append(unusual if fate < 0.03 else f"{unusual}asignar {case}: {throw.choice(present)}")
        return "\n".join(lines)

    def _address(self, name: str) -> str:
        return next(person.email for person in self.directory.people if person.name == name)

    def _officer(self, written: OutgoingMail, at: datetime, throw: random.Random) -> None:
        if throw.random() < _FORGETS:
            return
        returned = written.key.endswith("/v1") and throw.random() < 0.08
        self._answer(written, at, throw, _QUICK, "devolver: falta el dato de contacto" if returned else "aprobado")

    def _leader(self, written: OutgoingMail, at: datetime, throw: random.Random) -> None:
        if throw.random() < 2 * _FORGETS:
            return
        self._propose(written, at, throw, throw.choice(_SLOW))

    def _propose(self, written: OutgoingMail, at: datetime, throw: random.Random, days: int) -> None:
        """The leader names a day; the officer notes it, and after the session what came of it."""
        calendar, leader = self.office.rules.calendar, written.to[0]
        session = add_business_days(at.date(), days + throw.randrange(5, 15), calendar)
        text = f"Buenos días. Proponemos la sesión virtual el {session:%d/%m/%Y}."
        self._plan(leader, at, days, throw, lambda when: self._mail(leader, written, text, when))
        for number in written.cases:
            self._note_plan(number, at, days + 1, session, throw)

    def _note_plan(self, number: str, at: datetime, days: int, session: date, throw: random.Random) -> None:
        officer = self._case(number).officer or ""
        order, held = f"plan {number}: {session:%d/%m/%Y}", f"asistencia {number}: {session:%d/%m/%Y} virtual"
        self._plan(officer, at, days, throw, lambda when: self._order(number, order, when))
        if throw.random() < _FORGETS:
            return
        after = datetime.combine(session, time(12), tzinfo=at.tzinfo)
        self._plan(officer, after, 1, throw, lambda when: self._order(number, held, when))
        if throw.random() < 0.8:
            self._plan(officer, after, 3, throw, lambda _: self._evidence(number))

    def _evidence(self, number: str) -> None:
        self.sheet.type_in("Casos", number, "Evidencias", "Acta")

    def _order(self, number: str, text: str, at: datetime) -> None:
        """Mail an order about one case, as its officer of that day."""
        case = self._case(number)
        if not case.officer or not case.is_open:
            return
        self._mails += 1
        identifier = f"<orden-{self._mails}@{case.officer.partition('@')[2]}>"
        self.mailbox.deliver(mail(case.officer, f"Caso {number}", text, at, identifier), at)

    def _case(self, number: str) -> Case:
        with self.office.ledger.reading() as unit:
            case = unit.cases.get(number)
        if case is None:
            raise LookupError(f"a mail names the case {number}, which does not exist")
        return case

    def _clear_review(self, _when: datetime) -> None:
        for row in list(self.sheet.rows["Revisión"]):
            self.sheet.type_in("Revisión", str(row["Mensaje"]), "¿Es solicitud?", "No")

    def _reminded(self, written: OutgoingMail, at: datetime, throw: random.Random) -> None:
        """A reminder wakes most people up: each case that waits for the reader gets its next step."""
        for number in written.cases:
            case = self._case(number)
            if throw.random() < 0.3:
                continue
            self._next_step(written, case, at, dice(self.seed, f"{matter(written)}/{number}"))

    def _next_step(self, written: OutgoingMail, case: Case, at: datetime, throw: random.Random) -> None:
        number, reader = case.number, written.to[0]
        match case.state:
            case State.TO_CLASSIFY:
                self._plan(reader, at, 0, throw, lambda when: self._classify(case, reader, written, when))
            case State.TO_ASSIGN:
                self._answer(written, at, throw, (0, 1), self._assignments([number], at, throw))
            case State.DRAFT if reader == case.officer:
                self._answer(written, at, throw, (0, 1), f"aprobado {number}")
            case State.LETTER_SENT if reader != case.officer and self._leads(reader):
                self._propose(written.model_copy(update={"cases": (number,)}), at, throw, 1)
            case State.DIRECT if reader != case.officer:
                self._answer(written, at, throw, (0, 1), self._assignments([number], at, throw).rpartition("\n")[2])
            case State.PLANNED | State.DIRECT if reader == case.officer or self._leads(reader):
                day = add_business_days(at.date(), 1, self.office.rules.calendar)
                text = f"asistencia {number}: {day:%d/%m/%Y} virtual"
                self._plan(case.officer or "", at, 2, throw, lambda when: self._order(number, text, when))
            case State.ASSISTED:
                self._plan(case.officer or "", at, 1, throw, lambda _: self._evidence(number))
            case State.SUSPENDED:
                wakes = reader == case.email and throw.random() < 0.5
                text = f"reanudar {number}" if wakes else f"cerrar {number}: el municipio no respondió"
                if wakes or reader == case.officer:
                    self._plan(case.officer or "", at, 2, throw, lambda when: self._order(number, text, when))

    def _leads(self, address: str) -> bool:
        return any(address in {leader.email, leader.substitute, *leader.contacts} for leader in self.directory.leaders)

    def _classify(self, case: Case, reader: str, written: OutgoingMail, at: datetime) -> None:
        with self.office.ledger.reading() as unit:
            request = unit.cases.request(case.request)
        truth = self.asked.get(request.message_id) if request else None
        if truth and self._case(case.number).state is State.TO_CLASSIFY:
            text = f"política {case.number}: {truth.policies[0]}\nmunicipio {case.number}: {truth.municipality}"
            self._mail(reader, written, text, at)

    def suspend_some(self, cases: Sequence[Case], at: datetime) -> None:
        """Officers put off a few cases that the municipality must complete."""
        for case in cases:
            throw = dice(self.seed, f"suspend/{case.number}")
            if throw.random() < 0.05 and case.officer:
                self._plan(case.officer, at, throw.choice(_QUICK), throw, self._suspension(case.number))

    def _suspension(self, number: str) -> _Do:
        return lambda when: self._order(number, f"suspender {number}: falta el acta del comité", when)
