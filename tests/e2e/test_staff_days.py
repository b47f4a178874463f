"""Random days of a team in the .xlsx sheet, under faults and kills: nothing they did is lost, no row is doubled."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tasks.bootstrap import Office
from tasks.domain.cases.case import CaseEvent, EventKind
from tasks.domain.cases.opening import Asked
from tasks.opening import open_request
from tasks.operation.setup import prepare
from tasks.ports.errors import SheetUnavailable, Unavailable
from tasks.sheet import run_sheet
from tasks.steps import P, R
from tests.e2e.story import BOGOTA, an_office

DAYS_A_WORLD, WORLDS = 10, (0, 1, 2, 22, 23, 50)
FAULTS = 0.05  # of calls
FREE = ("Observaciones", "Asistentes", "Radicado oficial")  # columns that take any text
OTHER_NAMES = {"Observaciones": "Notas del equipo", "Responsable": "Quién lo lleva", "Resumen": "De qué se trata"}
OWN = "Mi control"
TEAM = ("Ana María Londoño Vera", "Jorge Iván Cano Tamayo")


class Killed(BaseException):
    """The process died here."""


class Team:
    """People with the workbook open in a spreadsheet program; what they typed last is what must be there in the end."""

    def __init__(self, path: Path, dice: random.Random) -> None:
        self.path, self.dice = path, dice
        self.typed: dict[tuple[str, str], str] = {}
        self.by_hand: list[str] = []
        self.orders: Counter[str] = Counter()

    def works(self) -> None:
        """Do one thing and save."""
        book = openpyxl.load_workbook(self.path)
        page = book["Casos"]
        for row in page.iter_rows():
            for cell in row:
                cell.hyperlink = None  # openpyxl leaves links where they were when rows move, and fills empty cells
        does = self.dice.choices(
            [self.types, self.uses_own_column, self.sorts, self.renames, self.moves_a_column, self.deletes_a_row,
             self.pastes_a_block, self.types_a_row, self.types_over, self.deletes_a_column, self.orders_something],
            [8, 3, 2, 1, 1, 1, 1, 1, 2, 0.5, 2],
        )[0]  # fmt: skip
        does(page)
        book.save(self.path)

    def types(self, page: Any) -> None:
        number, row = self._a_case(page)
        header = self.dice.choice([*FREE, *FREE, "Responsable"])
        if number and (column := self._column(page, header)):
            value = self.dice.choice(TEAM) if header == "Responsable" else f"dicho {self.dice.randrange(10**6)}"
            page.cell(row, column, value)
            self.typed[number, header] = value

    def uses_own_column(self, page: Any) -> None:
        number, row = self._a_case(page)
        if number:
            column = self._column(page, OWN) or page.max_column + 1
            page.cell(1, column, OWN)
            page.cell(row, column, f"mío {self.dice.randrange(10**6)}")
            self.typed[number, OWN] = str(page.cell(row, column).value)

    def sorts(self, page: Any) -> None:
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
        self.dice.shuffle(rows)
        for number, row in enumerate(rows, start=2):
            for column, value in enumerate(row, start=1):
                page.cell(number, column).value = value

    def renames(self, page: Any) -> None:
        if len(list(self._rulers(page))) < 5:
            return
        for cell in page[1]:
            for ours, theirs in OTHER_NAMES.items():
                if cell.value in {ours, theirs} and self.dice.random() < 0.4:
                    cell.value = theirs if cell.value == ours else ours

    def gives_the_names_back(self) -> None:
        """Do what the sheet asked for where it was in doubt."""
        book = openpyxl.load_workbook(self.path)
        for cell in book["Casos"][1]:
            cell.value = {theirs: ours for ours, theirs in OTHER_NAMES.items()}.get(str(cell.value), cell.value)
        book.save(self.path)

    def moves_a_column(self, page: Any) -> None:
        columns = [[cell.value for cell in column] for column in page.iter_cols()]
        columns.insert(self.dice.randrange(len(columns)), columns.pop(self.dice.randrange(len(columns))))
        for index, values in enumerate(columns, start=1):
            for number, value in enumerate(values, start=1):
                page.cell(number, index).value = value

    def deletes_a_row(self, page: Any) -> None:
        number, row = self._a_case(page)
        if number and not page.cell(row, self._column(page, "Acción") or 1).value:
            page.delete_rows(row)
            self.typed = {place: text for place, text in self.typed.items() if place[0] != number}

    def deletes_a_column(self, page: Any) -> None:
        if column := self._column(page, "Confianza y motivo"):
            page.delete_cols(column)

    def pastes_a_block(self, page: Any) -> None:
        rulers = list(self._rulers(page))
        action = self._column(page, "Acción") or 1
        for _, row in self.dice.sample(rulers, min(2, len(rulers))):
            values = [cell.value for cell in page[row]]
            values[action - 1] = None
            place = page.max_row + 1
            for column, value in enumerate(values, start=1):
                page.cell(place, column).value = value

    def types_a_row(self, page: Any) -> None:
        if len(self.by_hand) >= 4:
            return
        subject = f"Llamada {self.dice.randrange(10**6)}"
        place = page.max_row + 1
        for header, value in (("Municipio", "Jardín"), ("Asunto", subject), ("Política", "Integridad")):
            page.cell(place, self._column(page, header) or 1, value)
        self.by_hand.append(subject)

    def types_over(self, page: Any) -> None:
        number, row = self._a_case(page)
        if number and (column := self._column(page, self.dice.choice(["Estado", "Asunto", "Recibido"]))):
            page.cell(row, column, self.dice.choice(["encima", 7, None]))

    def orders_something(self, page: Any) -> None:
        number, row = self._a_case(page)
        action, detail = self._column(page, "Acción"), self._column(page, "Detalle")
        if number and action and detail and not page.cell(row, action).value and not page.cell(row, detail).value:
            page.cell(row, action, "No recordar hasta")
            page.cell(row, detail, f"{self.dice.randrange(1, 28)}/12/2027")
            self.orders[number] += 1

    def _rulers(self, page: Any) -> Iterator[tuple[str, int]]:
        """Yield each case's first row that is not marked as a copy: the one people work in."""
        key, alerts = self._column(page, "Caso"), self._column(page, "Alertas")
        seen = set()
        for row in range(2, page.max_row + 1):
            number = page.cell(row, key or 1).value
            marked = str(page.cell(row, alerts or 1).value or "").startswith("Fila repetida")
            if number and not marked and number not in seen:
                seen.add(number)
                yield str(number), row

    def _a_case(self, page: Any) -> tuple[str, int]:
        rulers = list(self._rulers(page))
        return self.dice.choice(rulers) if rulers else ("", 0)

    @staticmethod
    def _column(page: Any, header: str) -> int | None:
        wanted = {header, OTHER_NAMES.get(header, header)}
        return next((cell.column for cell in page[1] if cell.value in wanted), None)


class Weather:
    """Ports that fail, answer too late, meet a colleague who types, or die with the process."""

    def __init__(self, office: Office, team: Team) -> None:
        self.office, self.team, self.dice = office, team, team.dice
        self.calm = False

    def over(self) -> Office:
        sheet, ledger, weather = self.office.sheet, self.office.ledger, self

        class Sheet:
            def __getattr__(self, name: str) -> Any:
                return getattr(sheet, name)

            def write(self, *args: Any) -> Any:
                if weather.strikes():
                    raise SheetUnavailable("la red se cayó")
                if weather.strikes():
                    weather.team.works()
                report = sheet.write(*args)
                if weather.strikes():
                    raise SheetUnavailable("la respuesta se perdió")
                return report

        class Ledger:
            def __getattr__(self, name: str) -> Any:
                return getattr(ledger, name)

            @contextmanager
            def begin(self) -> Iterator[Any]:
                with ledger.begin() as unit:
                    yield unit
                    if weather.strikes():
                        raise Killed
                if weather.strikes():
                    raise Killed

        self.office.sheet, self.office.ledger = Sheet(), Ledger()
        return self.office

    def strikes(self) -> bool:
        return not self.calm and self.dice.random() < FAULTS

    def step(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Repeat a step now and then, as a flow engine does whose answer was lost."""
        result = function(*args, **kwargs)
        if self.strikes() and function.__name__ == "take_edits":
            function(*args, **kwargs)
        return result


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", WORLDS)
def test_random_days_lose_nothing_and_double_nothing(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    moment = datetime(2026, 11, 30, 9, tzinfo=BOGOTA)
    office = an_office(tmp_path, moment)
    prepare(office)
    _requests(office, 8, moment)
    run_sheet(office)
    team = Team(office.settings.sheet_path, dice)
    opened = 8
    for day in range(DAYS_A_WORLD):
        today = moment + timedelta(days=day + 1)
        office = an_office(tmp_path, today)
        weather = Weather(office, team)
        rough = weather.over()
        for _ in range(5):
            for _ in range(dice.randrange(3)):
                team.works()
            with suppress(Killed, Unavailable):
                run_sheet(rough, weather.step)
        weather.calm = True
        if dice.random() < 0.4:
            _requests(office, 1, today)
            opened += 1
        _mail_changes_something(office, dice, today)
    last = moment + timedelta(days=DAYS_A_WORLD + 1)
    team.gives_the_names_back()
    office = an_office(tmp_path, last)
    for _ in range(5):
        run_sheet(office)
    _settled(office, team, opened)


def _requests(office: Office, count: int, at: datetime) -> None:
    with office.ledger.begin() as unit:
        for number in range(count):
            asked = Asked(
                at, f"Asesoría {number}", "mail:x", policies=("integridad",), municipality="05364",
                summary=f"Piden ayuda con el código {at:%d%H%M}{number}.", reasons="«código de integridad»",
            )  # fmt: skip
            open_request(unit, office, asked, text="Pedimos asesoría")


def _mail_changes_something(office: Office, dice: random.Random, at: datetime) -> None:
    with office.ledger.begin() as unit:
        case = dice.choice(unit.cases.all())
        unit.cases.append([
            CaseEvent(case=case.number, kind=EventKind.NOTED, at=at, actor="correo", changes={"summary": f"Visto {at}"})
        ])  # fmt: skip


def _settled(office: Office, team: Team, opened: int) -> None:
    with office.ledger.reading() as unit:
        cases = {case.number: case for case in unit.cases.all()}
        people = {person.email: person.name for person in unit.books.directory().people}
        snoozed = Counter(e.case for n in cases for e in unit.cases.history(n) if e.kind is EventKind.SNOOZED)
    subjects = Counter(case.subject for case in cases.values())
    assert all(subjects[subject] == 1 for subject in team.by_hand)
    assert len(cases) == opened + len(team.by_hand)
    assert snoozed == team.orders
    fields = {"Observaciones": "notes", "Asistentes": "attendees", "Radicado oficial": "official_ref"}
    for (number, header), text in team.typed.items():
        if header in fields:
            assert getattr(cases[number], fields[header]) == text, (number, header)
        elif header == "Responsable":
            assert people[cases[number].officer or ""] == text
    rows = _rows(office, team)
    assert sorted(rows) == sorted(cases)
    for (number, header), text in team.typed.items():
        assert rows[number].get(header) == text, (number, header)
    for number, case in cases.items():
        assert (rows[number]["Estado"], rows[number]["Asunto"]) == (case.state.value, case.subject)
        assert not rows[number].get("Acción")
    assert run_sheet(office).get("written") == 0


def _rows(office: Office, team: Team) -> dict[str, dict[str, Any]]:
    """Return the rows that rule a case, by our headers; one case has one."""
    back = {theirs: ours for ours, theirs in OTHER_NAMES.items()}
    rows: dict[str, dict[str, Any]] = {}
    for row in office.sheet.read().tabs["Casos"].rows:
        values = {back.get(header, header): value for header, value in row.values.items()}
        if not str(values.get("Alertas", "")).startswith("Fila repetida"):
            number = str(values["Caso"])
            assert number not in rows, f"{number} twice"
            rows[number] = values
    return rows
