"""Numbers, people, shadow, tokens, scores, cursors and runs in the ledger."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, case, delete, func, insert, select, update

from tasks.adapters.ledger import schema as t
from tasks.adapters.ledger.transaction import Transaction
from tasks.domain.directory import Absence, AxisTeam, Directory, Leader, Liaison, Person
from tasks.domain.scores.results import Score, ScoreFile
from tasks.ports.records import FlowRun, LoadedFile, Token

_LEADER, _AXIS, _LIAISON = "leader", "axis", "liaison"
_OTHERS = {_LEADER, _AXIS, _LIAISON}  # every other role is a member of the team
_BATCH = 5_000
_PLACE = ("sheet", "tab", "key", "header")
_OLD_PLACE = tuple(f"old_{name}" for name in _PLACE)
# What every mail needs is built once: building such a statement takes four times as long as running it.
_ADD_TOKEN = insert(t.token)
_CURSOR = select(t.cursor.c.value).where(t.cursor.c.name == bindparam("name"))
_CURSORS = select(t.cursor.c.name, t.cursor.c.value).where(t.cursor.c.name.in_(bindparam("names", expanding=True)))
_SHADOW = select(t.sheet_shadow.c.tab, t.sheet_shadow.c.key, t.sheet_shadow.c.header, t.sheet_shadow.c.value).where(
    t.sheet_shadow.c.sheet == bindparam("sheet")
)
_SHADOW_OF_ROW = _SHADOW.where(t.sheet_shadow.c.key == bindparam("key"))
_FORGET_SHADOW = delete(t.sheet_shadow).where(
    *(t.sheet_shadow.c[name] == bindparam(old) for name, old in zip(_PLACE, _OLD_PLACE, strict=True))
)
_RUN = update(t.flow_run).where(t.flow_run.c.flow == bindparam("of_flow"))
_RUN_SUCCEEDED = _RUN.values({name: bindparam(name) for name in ("succeeded", "error", "counts")})
_FIRST_FAILURE = case((t.flow_run.c.error == "", bindparam("failed")), else_=t.flow_run.c.failed)
_RUN_FAILED = _RUN.values({name: bindparam(name) for name in ("error", "counts")} | {"failed": _FIRST_FAILURE})
_NAMES = 300  # SQLite takes a bounded number of parameters
_ABSENCE = "absence/"  # cursors that hold what automatic answers told: first/last day
_ABSENCES = select(t.cursor.c.name, t.cursor.c.value).where(t.cursor.c.name.startswith(_ABSENCE, autoescape=True))
_PEOPLE = select(t.person.c.role, t.person.c.document).order_by(t.person.c.position)


@lru_cache(maxsize=8)  # asked for dozens of times a cycle, and changed some times a month
def _directory(rows: tuple[tuple[str, str], ...]) -> Directory:
    """Return the people of those rows (role, document)."""
    return Directory(
        people=tuple(Person.model_validate_json(document) for role, document in rows if role not in _OTHERS),
        leaders=tuple(Leader.model_validate_json(document) for role, document in rows if role == _LEADER),
        axes=tuple(AxisTeam.model_validate_json(document) for role, document in rows if role == _AXIS),
        liaisons=tuple(Liaison.model_validate_json(document) for role, document in rows if role == _LIAISON),
    )


def _absence(value: str) -> Absence:
    first, _, last = value.partition("/")
    return Absence(first=date.fromisoformat(first), last=date.fromisoformat(last))


class SqlBooks:
    """`ports.ledger.Books` over one connection."""

    def __init__(self, transaction: Transaction) -> None:
        self._c = transaction

    def next_number(self, series: str, year: int) -> int:
        return self._c.next_number(series, year)

    def directory(self) -> Directory:
        tabs = self._tabs()
        told = self._c.peek(_ABSENCES).all()
        return tabs.with_absences({row.name.removeprefix(_ABSENCE): _absence(row.value) for row in told})

    def note_absence(self, email: str, absence: Absence) -> bool:
        name, value = f"{_ABSENCE}{email.casefold()}", f"{absence.first}/{absence.last}"
        known = self.cursor(name)
        if known is not None and _absence(known).last == absence.last:
            return False
        self.save_cursor(name, value)
        return True

    def _tabs(self) -> Directory:
        """Return the people as the tabs have them."""
        rows = self._c.peek(_PEOPLE).all()
        return _directory(tuple((role, document) for role, document in rows))

    def save_directory(self, directory: Directory) -> None:
        if directory == self._tabs():
            return
        rows = [
            *(_person_row(p.role, p) for p in directory.people),
            *(_person_row(_LEADER, leader) for leader in directory.leaders),
            *(_person_row(_AXIS, axis) for axis in directory.axes),
            *(_person_row(_LIAISON, liaison) for liaison in directory.liaisons),
        ]
        self._c.execute(delete(t.person))
        if rows:
            self._c.execute(insert(t.person), [{"position": n, **row} for n, row in enumerate(rows)])

    def shadow(self, sheet: str, key: str | None = None) -> dict[tuple[str, str, str], str]:
        rows = self._c.execute(_SHADOW if key is None else _SHADOW_OF_ROW, {"sheet": sheet, "key": key}).all()
        return {(tab, row_key, header): value for tab, row_key, header, value in rows}

    def save_shadow(self, sheet: str, cells: Mapping[tuple[str, str, str], str | None]) -> None:
        pending = iter(cells.items())
        while some := list(islice(pending, _BATCH)):
            if kept := [(sheet, *cell, value) for cell, value in some if value is not None]:
                self._c.upsert(t.sheet_shadow, kept)
            if forgotten := [(sheet, *cell) for cell, value in some if value is None]:
                self._c.repeat(_FORGET_SHADOW, _OLD_PLACE, forgotten)

    def add_tokens(self, tokens: Sequence[Token]) -> None:
        rows = [
            {
                "token": token.token,
                "person": token.person.casefold(),
                "cases": json.dumps(token.cases),
                "expires": token.expires,
            }
            for token in tokens
        ]
        if rows:
            self._c.execute(_ADD_TOKEN, rows)

    def use_token(self, token: str, person: str, at: datetime) -> Token | None:
        c = t.token.c
        row = self._c.execute(
            update(t.token)
            .where(c.token == token, c.person == person.casefold(), c.used.is_(None), c.expires > at)
            .values(used=at)
            .returning(c.token, c.person, c.cases, c.expires)
        ).first()
        return None if row is None else Token(row.token, row.person, tuple(json.loads(row.cases)), row.expires)

    def cursor(self, name: str) -> str | None:
        value: str | None = self._c.peek(_CURSOR, {"name": name}).scalar()
        return value

    def cursors(self, names: Sequence[str]) -> dict[str, str]:
        parts = (names[start : start + _NAMES] for start in range(0, len(names), _NAMES))
        return {row.name: row.value for part in parts for row in self._c.peek(_CURSORS, {"names": part})}

    def save_cursor(self, name: str, value: str) -> None:
        self.save_cursors({name: value})

    def save_cursors(self, values: Mapping[str, str]) -> None:
        if values:
            self._c.upsert(t.cursor, list(values.items()))

    def add_scores(self, file: LoadedFile, rows: Iterable[Score]) -> None:
        position = (self._c.execute(select(func.max(t.score_file.c.position))).scalar() or 0) + 1
        self._c.execute(
            insert(t.score_file).values(
                sha256=file.sha256,
                position=position,
                name=file.name,
                vigencias=json.dumps(file.vigencias),
                loaded=file.loaded,
                version=file.version,
                announced=file.announced,
                reported=file.reported,
                findings=json.dumps(file.findings, ensure_ascii=False),
                headings=json.dumps(dict(file.headings), ensure_ascii=False),
            )
        )
        values = [
            {
                "file": file.sha256,
                "dane_code": row.dane_code,
                "policy": row.policy,
                "vigencia": row.vigencia,
                "score": row.score,
                "peer_group": row.group,
                "published": row.published,
            }
            for row in rows
        ]
        for start in range(0, len(values), _BATCH):
            self._c.execute(insert(t.score), values[start : start + _BATCH])

    def score_files(self) -> list[LoadedFile]:
        return [
            LoadedFile(
                sha256=row.sha256,
                name=row.name,
                vigencias=tuple(json.loads(row.vigencias)),
                loaded=row.loaded,
                version=row.version,
                announced=row.announced,
                reported=row.reported,
                findings=tuple(json.loads(row.findings)),
                headings=json.loads(row.headings),
            )
            for row in self._c.execute(select(t.score_file).order_by(t.score_file.c.position))
        ]

    def mark_score_file(self, sha256: str, *, announced: bool | None = None, reported: bool | None = None) -> None:
        marks = {"announced": announced, "reported": reported}
        values = {name: mark for name, mark in marks.items() if mark is not None}
        self._c.execute(update(t.score_file).where(t.score_file.c.sha256 == sha256).values(values))

    def scores(self) -> list[ScoreFile]:
        statement = select(t.score, t.score_file.c.position).join(t.score_file).order_by(t.score_file.c.position)
        files: dict[str, list[Score]] = {}
        for row in self._c.execute(statement):
            score = Score(row.dane_code, row.policy, row.vigencia, row.score, row.peer_group, row.published)
            files.setdefault(row.file, []).append(score)
        return [ScoreFile(tuple(rows)) for rows in files.values()]

    def record_run(self, flow: str, at: datetime, counts: Mapping[str, int], error: str = "") -> None:
        values: dict[str, Any] = {"failed": at, "error": error} if error else {"succeeded": at, "error": ""}
        values["counts"] = json.dumps(dict(counts))
        statement = _RUN_FAILED if error else _RUN_SUCCEEDED
        if self._c.execute(statement, {"of_flow": flow, **values}).rowcount == 0:
            self._c.execute(insert(t.flow_run).values(flow=flow, **values))

    def runs(self) -> list[FlowRun]:
        return [
            FlowRun(row.flow, row.succeeded, row.failed, row.error, json.loads(row.counts))
            for row in self._c.execute(select(t.flow_run).order_by(t.flow_run.c.flow))
        ]


def _person_row(role: str, row: Person | Leader | AxisTeam | Liaison) -> dict[str, Any]:
    dated = None if isinstance(row, AxisTeam) else row
    return {
        "role": role,
        "email": row.email,
        "valid_from": dated.valid_from if dated else None,
        "valid_to": dated.valid_to if dated else None,
        "document": row.model_dump_json(),
    }
