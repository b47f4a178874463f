"""A team lives in a Google sheet for many days: they sort, rename, move, insert, delete, paste and type while we write,
the service fails now and then, and the process is killed. Nothing that anybody typed is lost and no row is doubled."""

import os
import random
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from pathlib import Path

import pytest

from tasks.adapters.sheet.google.sheet import GoogleSheet
from tasks.bootstrap import Office
from tasks.cycle import run_cycle
from tasks.domain.cases.case import Case
from tasks.domain.cases.decision import Accepted, Actor
from tasks.domain.mail.commands import parse_orders
from tasks.domain.sheet.rows import COPY_MARK
from tasks.intake import run_intake
from tasks.operation.setup import initialise, prepare
from tasks.orders import give
from tasks.sheet import run_sheet
from tests.e2e.bombs import Fuse, arm
from tests.e2e.story import BOGOTA, an_office, state, write_mail
from tests.googlesheets.model import Sheet
from tests.googlesheets.server import BOOK, FakeClock, GoogleServer

NOW = datetime(2026, 11, 30, 9, tzinfo=BOGOTA)
TEXTS = (
    ("archivo@sonson-antioquia.gov.co", "Solicitamos asesoría en la política de Gestión Documental."),
    ("alcaldia@granada-antioquia.gov.co", "Granada solicita asesoría en Gobierno Digital y en Seguridad Digital."),
    ("planeacion@jardin-antioquia.gov.co", "Pedimos acompañamiento en la política de Integridad."),
    (
        "alcaldia@jerico-antioquia.gov.co",
        "Pedimos asesoría en dos políticas: Participación Ciudadana y Control Interno.",
    ),
    (
        "hacienda@andes-antioquia.gov.co",
        "Andes pide asesoría en Gestión Presupuestal y en Transparencia.",
    ),
)
DIRECTOR = "natalia.quiroz@antioquia.gov.co"
_NUMBER = re.compile(r"2026-\d{4}")
OFFICERS = ("Ana María Londoño Vera", "Jorge Iván Cano Tamayo", "Luz Dary Higuita Moreno")


@pytest.fixture
def google() -> Iterator[GoogleServer]:
    with GoogleServer() as server:
        yield server


def office_of(google: GoogleServer, home: Path, clock: FakeClock) -> Office:
    """Return the office as a new process sees it; waiting takes no time."""
    key = google.credentials(home)
    settings = {
        "MIPG_SHEET__BACKEND": "google",
        "MIPG_SHEET__GOOGLE__SPREADSHEET_ID": BOOK,
        "MIPG_SHEET__GOOGLE__CREDENTIALS_FILE": str(key),
        "MIPG_SHEET__GOOGLE__API_ENDPOINT": google.url,
    }
    office = an_office(home, NOW, settings)
    renew(office, clock)
    return office


def renew(office: Office, clock: FakeClock) -> None:
    """Give the office a sheet that remembers only what its file says."""
    chosen, settings = office.settings.sheet.google, office.settings
    key = settings.google_credentials_path
    assert key is not None
    memory = settings.google_memory_path
    office.sheet = GoogleSheet(chosen.spreadsheet_id, key, chosen.api_endpoint, memory=memory, sleep=clock.sleep)


def receive(home: Path) -> None:
    for number, (sender, text) in enumerate(TEXTS):
        write_mail(home, f"m{number}", sender, "Solicitud de asesoría", text)


def test_setting_up_builds_the_sheet_and_doing_it_again_builds_nothing(google: GoogleServer, tmp_path: Path) -> None:
    office = office_of(google, tmp_path, FakeClock())
    del office.sheet  # the one that the settings name
    assert initialise(office)[-1] == f"sheet: {office.sheet.ping()}"
    assert {sheet.title for sheet in google.book.sheets} > {"Casos", "Revisión", "Líderes", "Equipo", "Ayuda"}
    assert [row[0] for row in google.tab("Equipo").grid[1:]]
    google.calls.clear()
    initialise(office)
    assert google.count("write") == 0


# Staff days ---------------------------------------------------------------------------------------------------------


class Team:
    """People at work in Casos, who know what they typed."""

    def __init__(self, google: GoogleServer, dice: random.Random) -> None:
        self.google, self.dice = google, dice
        self.typed: dict[tuple[str, str], str] = {}  # (case, what we call the column) → the last thing typed
        self.by_hand: list[str] = []
        self.today: dict[str, set[str | None]] = {}  # case → whom its cell named
        self._copies: list[list[object]] = []
        self.ordered: dict[str, str] = {}  # case → whom the director assigned today, by another way than the sheet
        self._count = 0
        self._names = {"Observaciones": "Observaciones", "Asistentes": "Asistentes", "Responsable": "Responsable"}

    @property
    def page(self) -> Sheet:
        return self.google.tab("Casos")

    def cases(self) -> dict[str, int]:
        """Return the rows of the cases, copies left out: what was told to be one when last all was calm is still."""
        alerts, numbers = self.page.column_of("Alertas"), self.page.column_of("Caso")
        rows = range(1, self.page.last_row())
        marked = [n for n in rows if str(self.page.get(n, alerts) or "").startswith(COPY_MARK)]
        if not self.google.meanwhile:
            self._copies = [self.page.grid[number] for number in marked]
        found: dict[str, int] = {}
        for number in rows:
            key, row = str(self.page.get(number, numbers) or ""), self.page.grid[number]
            if _NUMBER.fullmatch(key) and number not in marked and not any(row is copy for copy in self._copies):
                found.setdefault(key, number)
        return found

    def type(self) -> None:
        case, row = self._any_case()
        column = self.dice.choice(("Observaciones", "Asistentes"))
        self._put(case, row, column, self._words())

    def choose_an_officer(self, *of: str) -> None:
        """Choose somebody who is a change: what the cell says, or said today, may as well be our own writing."""
        self._look()
        cases = [found for found in sorted(self.cases().items()) if not of or found[0] in of]
        case, row = self.dice.choice(cases) if cases else ("", 0)
        if fresh := [name for name in OFFICERS if name not in self.today.get(case, OFFICERS)]:
            self._put(case, row, "Responsable", self.dice.choice(fresh))

    def begin_the_day(self) -> None:
        self.today.clear()
        self._look()

    def _look(self) -> None:
        column = self.page.column_of(self._names["Responsable"])
        for case, row in self.cases().items():
            self.today.setdefault(case, set()).add(self.page.get(row, column))

    def use_an_own_column(self) -> None:
        if "Mi columna" not in self.page.headers():
            self.page.columns += 1
            self.page.set(0, len(self.page.headers()), "Mi columna")
        case, row = self._any_case()
        words = self._words()
        self.page.set(row, self.page.column_of("Mi columna"), words)
        self.typed[case, "Mi columna"] = words

    def type_over_a_system_cell(self) -> None:
        self.page.set(self._any_case()[1], self.page.column_of("Estado"), self._words())

    def sort(self) -> None:
        self.page.last_row()
        self.page.shuffle(self.dice)

    def interfere(self) -> None:
        """Work in the moment before one of our calls: also in the very cells that it is about to write."""
        self._look()
        if self.dice.random() < 0.4:
            self.dice.choice([self.type, self.use_an_own_column])()
        while self.dice.random() < 0.4:
            self.dice.choice([self.sort, self.insert_a_row, self.move_a_column])()
        if self.dice.random() < 0.4:
            self.choose_an_officer(*self.ordered)

    def insert_a_row(self) -> None:
        self.page.insert(True, self.dice.randrange(1, self.page.last_row() + 1), 1)

    def move_a_column(self) -> None:
        width = len(self.page.headers())
        self.page.move_column(self.dice.randrange(width), self.dice.randrange(width))

    def rename_a_column(self) -> None:
        own = self.dice.choice(list(self._names))
        column = self.page.column_of(self._names[own])
        self._count += 1
        self._names[own] = self.dice.choice((own, f"{own[:4]} del equipo {self._count}"))
        self.page.set(0, column, self._names[own])

    def type_a_row_by_hand(self) -> None:
        if len(self.by_hand) < 3:
            words = f"Llamada {len(self.by_hand)}: piden asesoría"
            row = self.page.last_row()
            self.page.rows = max(self.page.rows, row + 1)
            self.page.set(row, self.page.column_of("Asunto"), words)
            self.page.set(row, self.page.column_of("Municipio"), "Jardín")
            self.page.set(row, self.page.column_of("Política"), "Integridad")
            self.by_hand.append(words)

    def delete_a_row(self) -> None:
        case, row = self._any_case()
        self.page.delete(True, row, 1)
        for typed in [typed for typed in self.typed if typed[0] == case]:
            del self.typed[typed]  # what no cycle had seen yet went with it

    def paste_a_copy(self) -> None:
        _, row = self._any_case()
        end = self.page.last_row()
        self.page.rows = max(self.page.rows, end + 1)
        self.page.grid.append(list(self.page.grid[row]))

    def calm(self) -> list[Callable[[], None]]:
        """What may happen at any moment, even while we write."""
        return [self.type, self.use_an_own_column, self.sort, self.insert_a_row, self.move_a_column]

    def day(self) -> list[Callable[[], None]]:
        """What may happen between two cycles."""
        rest = [self.choose_an_officer, self.type_over_a_system_cell, self.rename_a_column, self.delete_a_row]
        return [*self.calm(), self.type, *rest, self.type_a_row_by_hand]

    def _any_case(self) -> tuple[str, int]:
        return self.dice.choice(sorted(self.cases().items()))

    def _put(self, case: str, row: int, column: str, words: str) -> None:
        self.page.set(row, self.page.column_of(self._names[column]), words)
        self.typed[case, column] = words

    def _words(self) -> str:
        self._count += 1
        return f"palabras {self._count}"

    def check(self, office: Office) -> None:
        """Everything typed is in the ledger (or, in a column of theirs, in the row); each case has one row."""
        with office.ledger.reading() as unit:
            cases = {case.number: case for case in unit.cases.all()}
            officers = {person.email: person.name for person in unit.books.directory().people}
        keys = [str(row[self.page.column_of("Caso")]) for row in self.page.grid[1:] if any(row)]
        copies = [row for row in self.page.grid[1:] if COPY_MARK in str(row)]
        assert len(keys) - len(copies) == len(set(keys)) == len(cases)
        rows = self.cases()
        states = self.page.column_of("Estado")
        assert {n: self.page.get(row, states) for n, row in rows.items()} == {
            n: c.state.value for n, c in cases.items()
        }
        said: dict[str, Callable[[Case], str | None]] = {
            "Observaciones": lambda case: case.notes,
            "Asistentes": lambda case: case.attendees,
            "Responsable": lambda case: officers.get(case.officer or ""),
            "Mi columna": lambda case: self.page.get(rows[case.number], self.page.column_of("Mi columna")),
        }
        for (number, column), words in self.typed.items():
            assert said[column](cases[number]) == words, (number, column)
        assert sorted(case.subject for case in cases.values() if "Llamada" in case.subject) == sorted(self.by_hand)
        self.typed.clear()
        assert self.google.book.formulas() == []


@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", [*range(6), 13, 17, 48, 59, 75, 86])
def test_five_days_of_a_busy_team_lose_nothing_and_double_nothing(
    google: GoogleServer, tmp_path: Path, seed: int
) -> None:
    clock, dice = FakeClock(), random.Random(seed)
    office = office_of(google, tmp_path, clock)
    receive(tmp_path)
    prepare(office)
    run_cycle(office)
    google.quota = clock
    team = Team(google, dice)

    def cycle(times: int = 1) -> None:
        for _ in range(times):
            clock.now += 30
            renew(office, clock)
            run_sheet(office)

    cycle(2)
    for _ in range(5):
        team.begin_the_day()
        team.ordered = _assign_by_order(office, dice)
        for _ in range(dice.randrange(2, 8)):
            dice.choice(team.day())()
        if dice.random() < 0.5:
            team.paste_a_copy()
        else:
            google.meanwhile = lambda kind: team.interfere()
        google.fault_rate = 0.05
        cycle(2)
        google.fault_rate, google.meanwhile = 0.0, None
        cycle(5)
        team.check(office)
        before = google.count("write")
        cycle()
        assert google.count("write") == before


def _assign_by_order(office: Office, dice: random.Random) -> dict[str, str]:
    """Let the director assign some cases by another way than the sheet; return who got them."""
    assigned = {}
    with office.ledger.begin() as unit:
        for case in dice.sample(sorted(case.number for case in unit.cases.all()), 4):
            officer = dice.choice(OFFICERS)
            (order,) = parse_orders(f"asignar: {officer}")
            if isinstance(give(unit, office, order, case, Actor(DIRECTOR, "cli")), Accepted):
                assigned[case] = officer
    assert assigned
    return assigned


# Kills --------------------------------------------------------------------------------------------------------------


def _kept(google: GoogleServer) -> list[list[str]]:
    """Return what Casos says, rows in the order of the cases."""
    page = google.tab("Casos")
    return sorted([str(cell or "") for cell in row] for row in page.grid if any(row))


def _work(google: GoogleServer, home: Path, fuse: Fuse) -> None:
    office = arm(office_of(google, home, FakeClock()), fuse)
    run_sheet(office)
    run_sheet(office)


def _killed(google: GoogleServer, home: Path, dies_at: int) -> None:
    child = os.fork()
    if child == 0:
        _work(google, home, Fuse(dies_at))
        os._exit(0)
    assert os.waitpid(child, 0)[1] in {0, signal.SIGKILL}


@pytest.mark.timeout(300)
def test_killed_at_every_step_the_next_cycles_end_where_undisturbed_ones_do(
    google: GoogleServer, tmp_path: Path
) -> None:
    start, home = tmp_path / "start", tmp_path / "home"
    receive(start)
    office = office_of(google, start, FakeClock())
    prepare(office)
    run_sheet(office)
    run_intake(office)
    page = google.tab("Casos")
    for header, words in (("Asunto", "por teléfono"), ("Municipio", "Jardín"), ("Política", "Integridad")):
        page.set(1, page.column_of(header), words)
    book = google.book.saved()

    def again(dies_at: int) -> tuple[list[list[str]], object]:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(start, home)
        google.books[BOOK] = deepcopy(book)
        _killed(google, home, dies_at)
        office = office_of(google, home, FakeClock())
        for _ in range(3):
            run_sheet(office)
        found = state(office)
        assert found["audit"] == []
        return _kept(google), (found["cases"], found["messages"])

    expected = again(0)
    shutil.copytree(start, tmp_path / "counted")
    google.books[BOOK] = deepcopy(book)
    count = Fuse()
    _work(google, tmp_path / "counted", count)
    for effect in range(1, count.count + 1):
        assert again(effect) == expected, f"killed at {effect}: {count.names[effect - 1]}"
