"""What is read so far of one results file, and the cells of a row with their place, so that each defect is named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher, get_close_matches

from tasks.domain.catalog import Catalog
from tasks.domain.scores.results import Problem, Score, Spot, Table, Value
from tasks.domain.scores.tables import headings
from tasks.domain.scores.tables.cells import fold, is_not_given, parse_dane, parse_day, parse_score, text_of
from tasks.domain.scores.tables.headings import PolicyNames, find_column

_TOWN_HALL = "alcaldia"
_MISSPELT = 0.8  # likeness to "alcaldia" from which a word is that one with a slip
_FEWEST_TO_JUDGE = 5  # figures of a column below which nothing is concluded about all of it
_MANY = 10  # figures of a column that are all 0, or all small, by no chance
_TENTHS = 10


@dataclass(frozen=True)
class Header:
    """The header row of a table: 0-based index, headings as written and folded."""

    index: int
    written: tuple[str, ...]
    folded: tuple[str, ...]

    @classmethod
    def of(cls, index: int, row: Sequence[Value]) -> "Header":
        return cls(index, tuple(text_of(cell) for cell in row), tuple(fold(cell) for cell in row))

    def column(self, names: Sequence[str]) -> int | None:
        """Return the index of the first of the names that is a heading."""
        return find_column(self.folded, names)

    @property
    def has_code(self) -> bool:
        """Whether rows are known by DANE code."""
        return self.column(headings.DANE) is not None

    @property
    def has_names(self) -> bool:
        """Whether rows are known by department and municipality."""
        return self.column(headings.DEPARTMENT) is not None and self.column(headings.MUNICIPALITY) is not None


@dataclass
class Reading:
    """What has been read so far of one file, and what is needed to read on."""

    names: PolicyNames
    places: Mapping[str, tuple[str, ...]]  # folded name → DANE codes that answer to it
    codes: Mapping[str, str]  # DANE → name
    department: str  # folded name of the department of those places
    latest: int | None  # no vigencia after it exists yet; None: any
    unknown: set[str] = field(default_factory=set)  # municipalities already reported
    scores: list[Score] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)  # where each score stands
    problems: list[Problem] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)  # folded name of a measurement group → as first written

    @classmethod
    def of(cls, catalog: Catalog, department: str, latest: int | None) -> "Reading":
        places: dict[str, tuple[str, ...]] = {}
        for place in catalog.municipalities:
            for alias in {fold(name) for name in (place.name, *place.aliases)}:
                places[alias] = (*places.get(alias, ()), place.dane)
        codes = {place.dane: place.name for place in catalog.municipalities}
        return cls(PolicyNames.of(catalog.policies), places, codes, fold(department), latest)

    def add(self, score: Score, spot: Spot) -> None:
        """Keep a score with the place it was read from."""
        self.scores.append(score)
        self.spots.append(spot)

    def report_column(self, sheet: str, header: Header, column: int, code: str, detail: str) -> None:
        """Name a defect of a whole column, at its heading."""
        self.problems.append(Problem(code, detail, sheet, header.index + 1, header.written[column]))

    def is_near(self, code: str) -> bool:
        """Whether the code is of a department whose municipalities are known."""
        return any(known[:2] == code[:2] for known in self.codes)


@dataclass(frozen=True)
class Line:
    """One row of a table below its header."""

    sheet: str
    number: int  # as the spreadsheet numbers it
    cells: Sequence[Value]
    header: Header
    reading: Reading

    def value(self, column: int | None) -> Value:
        return self.cells[column] if column is not None and column < len(self.cells) else None

    def text(self, column: int | None) -> str:
        return text_of(self.value(column))

    def report(self, code: str, detail: str, column: int | None) -> None:
        """Name a defect of this row."""
        heading = "" if column is None else self.header.written[column]
        self.reading.problems.append(Problem(code, detail, self.sheet, self.number, heading))

    def keep(self, score: Score, column: int) -> None:
        """Keep a score that was read from the column."""
        self.reading.add(score, Spot(self.sheet, self.number, self.header.written[column]))

    @property
    def published(self) -> date | None:
        return parse_day(self.value(self.header.column(headings.PUBLISHED)))

    def group(self) -> str:
        """Return the measurement group as the file first wrote it: one spelt otherwise is the same group."""
        written = self.text(self.header.column(headings.GROUP))
        return self.reading.groups.setdefault(fold(written), written)

    def town_hall(self) -> str | None:
        """Return the DANE code of an alcaldía's row; None for every other entity: they share its municipality."""
        if not self._is_town_hall():
            return None
        return self._by_code() if self.header.has_code else self._by_name()

    def _is_town_hall(self) -> bool:
        columns = [self.header.column(names) for names in (headings.NATURE, headings.ENTITY)]
        known = [column for column in columns if column is not None]
        column = next((c for c in known if self.text(c)), None)
        if column is None:
            return not known  # without such columns every row is one; a row that leaves them empty is a total
        words = fold(self.value(column)).split()
        if _TOWN_HALL in words:
            return True
        if column != columns[0] or not words:
            return False
        written, entity = self.text(column)[:40], self.text(columns[1])[:40]
        if SequenceMatcher(None, words[0], _TOWN_HALL).ratio() >= _MISSPELT:
            detail = f"«{written}» no es una naturaleza jurídica; se espera ALCALDÍA y la fila no se usó"
            self.report("unknown_entity", detail, column)
        elif fold(entity).startswith(_TOWN_HALL):
            detail = f"la entidad dice «{entity}» y la naturaleza jurídica «{written}»; ¿fila corrida? No se usó"
            self.report("unknown_entity", detail, column)
        return False

    def _by_code(self) -> str | None:
        column, reading = self.header.column(headings.DANE), self.reading
        code = parse_dane(self.value(column))
        if code is None:
            detail = f"código DANE ilegible: «{self.text(column)[:40]}»; se esperan cinco dígitos, como 05001"
            self.report("bad_dane", detail, column)
        elif code not in reading.codes and code not in reading.unknown and reading.is_near(code):
            # Kept all the same: the code identifies, and the catalogue may be older than the file.
            reading.unknown.add(code)
            detail = f"el código {code} no está en el catálogo de municipios; se usó tal cual"
            self.report("unknown_municipality", detail, column)
        return code

    def _by_name(self) -> str | None:
        where, what = self.header.column(headings.DEPARTMENT), self.header.column(headings.MUNICIPALITY)
        department, codes = fold(self.value(where)), self.reading.places.get(fold(self.value(what)), ())
        if department != self.reading.department:
            if department not in headings.DEPARTMENTS:
                typed = f"«{self.text(where)[:40]}» no es un departamento"
                typed = typed if self.text(where) else "la celda del departamento está vacía"
                detail = f"{typed}; la fila de «{self.text(what)}» no se usó"
                self.report("unknown_department", detail, where)
            return None
        if len(codes) == 1:
            return codes[0]
        self.report("unknown_municipality", self._which(what, codes), what)
        return None

    def _which(self, column: int | None, codes: tuple[str, ...]) -> str:
        typed = f"el municipio «{self.text(column)[:60]}»" if self.text(column) else "la celda del municipio está vacía"
        if codes:
            names = " o ".join(self.reading.codes[code] for code in codes)
            return f"{typed} puede ser {names}; se espera el nombre completo y la fila no se usó"
        if not self.text(column):
            return f"{typed}; su fila no se usó"
        near = get_close_matches(fold(self.value(column)), self.reading.places, 1, 0.8)
        hint = f" (¿es {self.reading.codes[self.reading.places[near[0]][0]]}?)" if near else ""
        return f"{typed} no está en el catálogo{hint}; su fila no se usó"

    def vigencia(self, column: int | None, year: int | None) -> int | None:
        """Return the year if a vigencia can be of it; else name the defect."""
        if year is None:
            detail = f"vigencia ilegible: «{self.text(column)[:40]}»; se espera un año 20xx y la fila no se usó"
            self.report("bad_vigencia", detail, column)
        elif self.reading.latest is not None and year > self.reading.latest:
            detail = f"la vigencia {year} aún no existe (la última posible es {self.reading.latest}); la fila no se usó"
            self.report("bad_vigencia", detail, column)
            return None
        return year

    def score(self, column: int, scale: float) -> float | None:
        """Return the score of a cell; an illegible or impossible one is missing, and named. Missing is never 0."""
        value = self.value(column)
        score = parse_score(value)
        if score is None and not is_not_given(value):
            self.report("bad_score", _wrong_score(value), column)
        if score is None or scale == 0:
            return None
        if scale == 1 and 0 < score < 1:
            detail = f"puntaje muy bajo: «{self.text(column)[:40]}»; verifique que no sea una fracción (0,61 por 61 %)"
            self.report("suspicious_score", detail, column)
        return round(score * scale, 10)


def _wrong_score(value: Value) -> str:
    if isinstance(value, date):
        return f"puntaje convertido en fecha: «{value:%d/%m/%Y}»; se espera un número de 0 a 100 y se dejó sin dato"
    return f"puntaje ilegible: «{text_of(value)[:40]}»; se espera un número de 0 a 100 y se dejó sin dato"


def body(table: Table, header: Header, reading: Reading) -> Iterator[Line]:
    """Return the rows below the header that hold anything."""
    for index in range(header.index + 1, len(table.rows)):
        row = table.rows[index]
        if any(cell not in (None, "") for cell in row):
            yield Line(table.sheet, index + 1, row, header, reading)


def scale_of(lines: Sequence[Line], column: int) -> float:
    """Return what a column's figures are multiplied by: 1; 100 for fractions; 0 when it holds nothing but zeros.

    Percent cells arrive as fractions, and some tools write 0 where a policy was not measured: both are seen only in the
    column as a whole, and both are reported. Other entities and totals have no say: only the rows that are used.
    """
    values = [parse_score(line.value(column)) for line in lines]
    code, detail, scale = _judged([value for value in values if value is not None])
    if code:
        lines[0].reading.report_column(lines[0].sheet, lines[0].header, column, code, detail)
    return scale


def _judged(found: Sequence[float]) -> tuple[str, str, float]:
    """What is wrong with a column of these figures (code and detail; both empty when nothing is), and its scale."""
    if len(found) >= _MANY and not any(found):
        detail = "todos los puntajes de la columna son 0: se toma como política no medida y se dejó sin dato"
        return "only_zeros", detail, 0
    if len(found) >= _FEWEST_TO_JUDGE and max(found) <= 1 and any(found):
        detail = "los puntajes de la columna son fracciones de 1 (celdas en porcentaje); se multiplicaron por 100"
        return "fractions", detail, 100
    if len(found) >= _MANY and max(found) <= _TENTHS:
        detail = (
            "ningún puntaje de la columna pasa de 10: verifique que no estén en una escala de 0 a 10; se usaron así"
        )
        return "suspicious_score", detail, 1
    return "", "", 1
