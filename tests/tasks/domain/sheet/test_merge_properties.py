"""Any interleaving of what people do, what the system does and what is lost on the way ends well."""

from datetime import date

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tasks.domain.sheet.cells import Reading, canonical, read_text
from tasks.domain.sheet.merge import merge_rows
from tasks.domain.sheet.merging import MergeResult, Request
from tasks.domain.sheet.shadow import accepted, adopted, consumed, updated
from tasks.domain.sheet.table import ColumnLayout, Row, Tab, TabLayout, Value
from tasks.ports.sheet import SheetChanges

LAYOUT = TabLayout(
    "Casos",
    (
        ColumnLayout("Caso", "system"),
        ColumnLayout("Estado", "system"),
        ColumnLayout("Responsable", "shared"),
        ColumnLayout("Municipio", "shared"),
        ColumnLayout("Observaciones", "staff"),
        ColumnLayout("Acción", "order", choices=("Cerrar", "Reabrir")),
        ColumnLayout("Detalle", "order"),
        ColumnLayout("Alertas", "system"),
    ),
    "Caso",
)
TODAY = date(2026, 11, 21)
PEOPLE = ("Ana", "Luis", "Paula", "")


class Grid:
    """The sheet as people see it: a list of rows."""

    def __init__(self) -> None:
        self.headers = [column.header for column in LAYOUT.columns] + ["Mi columna"]
        self.rows: list[dict[str, Value]] = []

    def tab(self) -> Tab:
        rows = [Row(n, {h: v for h, v in row.items() if v not in (None, "")}) for n, row in enumerate(self.rows, 2)]
        return Tab("Casos", tuple(self.headers), tuple(row for row in rows if row.values))

    def apply(self, changes: SheetChanges) -> None:
        places = []
        for write in changes.cells:
            assert str(self.rows[write.hint - 2].get("Caso") or "") == write.key
            places.append(self.rows[write.hint - 2])
        for write, row in zip(changes.cells, places, strict=True):
            row[write.header] = write.value
        known = {row.get("Caso") for row in self.rows}
        self.rows += [dict(append.values) for append in changes.appends if append.key not in known]


class SheetLife(RuleBasedStateMachine):
    """The ledger, the sheet, the shadow and the people."""

    def __init__(self) -> None:
        super().__init__()
        self.grid = Grid()
        self.ledger: dict[str, dict[str, Value]] = {}
        self.shadow: dict[tuple[str, str], str] = {}
        self.typed: list[tuple[str, str, str]] = []  # what people typed and the ledger must come to know
        self.heard: list[tuple[str, str, str]] = []
        self.orders_given = 0
        self.orders_done = 0
        self.by_hand = 0
        self.adoptions = 0
        self.reads = 0

    @initialize()
    def start(self) -> None:
        self._open("2026-0001")
        self.cycle(crash=0)

    def _open(self, number: str, **values: Value) -> None:
        self.ledger[number] = {"Caso": number, "Estado": "por asignar", **values}

    @rule()
    def a_mail_opens_a_case(self) -> None:
        if len(self.ledger) < 6:
            self._open(f"2026-{len(self.ledger) + 1:04}", Municipio="Jardín")

    @rule(index=st.integers(0, 5), state=st.sampled_from(["oficio enviado", "cerrada", "por asignar"]))
    def the_state_moves(self, index: int, state: str) -> None:
        self._record(index)["Estado"] = state

    @rule(index=st.integers(0, 5), person=st.sampled_from(PEOPLE))
    def a_mail_names_an_officer(self, index: int, person: str) -> None:
        record = self._record(index)
        record["Responsable"] = person or None
        self.typed = [t for t in self.typed if t != (record["Caso"], "Responsable", person)]  # both said the same

    @rule(
        index=st.integers(0, 9), header=st.sampled_from(["Responsable", "Observaciones"]), text=st.sampled_from(PEOPLE)
    )
    def somebody_types(self, index: int, header: str, text: str) -> None:
        row = self._row(index)
        if row is not None and canonical(row.get(header)) != text:
            row[header] = text
            self.typed = [t for t in self.typed if t[:2] != (str(row["Caso"]), header)]
            if self._is_known_to_differ(str(row["Caso"]), header, text):
                self.typed.append((str(row["Caso"]), header, text))

    def _is_known_to_differ(self, key: str, header: str, text: str) -> bool:
        """Whether the ledger says otherwise and nothing of ours explains the value (a revert in flight does)."""
        ours = {self.shadow.get((key, header), ""), self.shadow.get((key, ">" + header))}
        return text not in ours and canonical(self.ledger[key].get(header)) != text

    @rule(index=st.integers(0, 9), text=st.sampled_from(["", "encima", "otra cosa"]))
    def somebody_types_over_a_system_cell(self, index: int, text: str) -> None:
        if row := self._row(index):
            row["Estado"] = text

    @rule(index=st.integers(0, 9), text=st.sampled_from(["mío", "tuyo"]))
    def somebody_uses_a_column_of_their_own(self, index: int, text: str) -> None:
        if row := self._row(index):
            row["Mi columna"] = text

    @rule(index=st.integers(0, 9), action=st.sampled_from(["Cerrar", "Reabrir"]))
    def somebody_gives_an_order(self, index: int, action: str) -> None:
        row = self._row(index)
        if row and not row.get("Acción") and not self.shadow.get((str(row["Caso"]), "#Acción")):
            row["Acción"], row["Detalle"] = action, "motivo"
            self.orders_given += 1

    @rule(seed=st.randoms(use_true_random=False))
    def somebody_sorts(self, seed) -> None:
        seed.shuffle(self.grid.rows)

    @rule(index=st.integers(0, 9))
    def somebody_deletes_a_row(self, index: int) -> None:
        row = self._row(index)
        if row and not row.get("Acción"):
            self.typed = [t for t in self.typed if t[0] != row["Caso"]]
            self.grid.rows = [r for r in self.grid.rows if r is not row]

    @rule(index=st.integers(0, 9))
    def somebody_pastes_a_copy(self, index: int) -> None:
        row = self._row(index)
        if row and not row.get("Acción") and len(self.grid.rows) < 9:
            self.grid.rows.append(dict(row))
            self.cycle(crash=4)  # the copy is marked; sorted before that, whichever stands first would rule

    @rule(text=st.sampled_from(["Andes", "Jericó"]))
    def somebody_types_a_row_by_hand(self, text: str) -> None:
        if self.by_hand < 2:
            self.by_hand += 1
            self.grid.rows.append({"Municipio": text, "Observaciones": f"llamaron {self.by_hand}"})

    @rule(crash=st.integers(0, 4), tries=st.integers(1, 2))
    def cycle(self, crash: int, tries: int = 1) -> None:
        """Run one cycle, killed after some step (4: not at all); taking the edits may be repeated."""
        tab = self.grid.tab()
        self.reads += 1
        for _ in range(tries if crash else 0):
            self._commit(self._merge(tab, again=False))
        if crash == 0:
            return
        second = self._merge(tab, again=True)
        assert not second.staff_edits
        assert not second.orders
        self.shadow = updated(self.shadow, second.shadow_changes)
        if crash == 1:
            return
        self.grid.apply(second.changes)
        if crash >= 3:
            self.shadow = updated(self.shadow, second.landed())

    def _merge(self, tab: Tab, again: bool) -> MergeResult:
        return merge_rows(
            Request(
                LAYOUT,
                self.ledger,
                self.shadow,
                tab,
                self._read,
                TODAY,
                missing=_missing,
                unknown="",
                again=again,
                mark=str(self.reads),
            )
        )

    @staticmethod
    def _read(header: str, value: Value) -> Reading:
        return read_text(value)

    def _commit(self, result: MergeResult) -> None:
        changes = dict(result.shadow_changes)
        for edit in result.staff_edits:
            self.ledger[edit.key][edit.header] = edit.shown
            self.heard.append((edit.key, edit.header, canonical(edit.shown)))
            changes |= accepted(edit)
        for order in result.orders:
            self.orders_done += 1
            changes |= consumed(order, "hecho", TODAY)
        for row in result.adoptable:
            number = f"2026-{len(self.ledger) + 1:04}"
            self._open(number, **row.values)
            self.adoptions += 1
            changes |= adopted(row, number)
        self.shadow = updated(self.shadow, changes)

    def _record(self, index: int) -> dict[str, Value]:
        return list(self.ledger.values())[index % len(self.ledger)]

    def _row(self, index: int) -> dict[str, Value] | None:
        """Return one of the rows that rule a case (copies are not worked in)."""
        rows: dict[str, dict[str, Value]] = {}
        for row in self.grid.rows:
            marked = str(row.get("Alertas") or "").startswith("Fila repetida")
            if row.get("Caso") and not marked:
                rows.setdefault(str(row["Caso"]), row)
        return list(rows.values())[index % len(rows)] if rows else None

    @rule()
    def left_in_peace_everything_agrees(self) -> None:
        for _ in range(4):
            self.cycle(crash=4)
        again = self._merge(self.grid.tab(), again=False)
        assert not again.changes
        assert not again.staff_edits
        assert not again.orders
        assert not again.adoptable
        heard = set(self.heard)
        assert all(typed in heard for typed in self.typed)
        self.typed = []
        ruling = {str(row["Caso"]): row for row in reversed(self.grid.rows) if row.get("Caso")}
        plain = [r for r in self.grid.rows if not str(r.get("Alertas") or "").startswith("Fila repetida")]
        assert sorted(str(r["Caso"]) for r in plain if r.get("Caso")) == sorted(self.ledger)
        assert ruling.keys() == self.ledger.keys()
        for row in plain:
            record = self.ledger[str(row["Caso"])]
            for header in ("Estado", "Responsable"):
                assert canonical(row.get(header)) == canonical(record.get(header))
        assert self.orders_done == self.orders_given
        assert self.adoptions == self.by_hand

    @invariant()
    def orders_are_never_obeyed_twice(self) -> None:
        assert self.orders_done <= self.orders_given


def _missing(readings) -> str:
    return "" if "Municipio" in readings else "falta el municipio"


TestSheetLife = SheetLife.TestCase
TestSheetLife.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
