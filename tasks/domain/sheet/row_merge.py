"""The merge of one row that both the ledger and the sheet know."""

from collections.abc import Mapping
from datetime import date

from tasks.domain.sheet import shadow as marks
from tasks.domain.sheet.cells import Reading, canonical, clean_text, read_choice, sentence
from tasks.domain.sheet.dates import shown_date
from tasks.domain.sheet.merging import ACTION, ALERTS, DETAIL, STATE, Ground
from tasks.domain.sheet.rows import OUR_MARKS
from tasks.domain.sheet.shadow import Overtyped, SheetOrder, StaffEdit
from tasks.domain.sheet.table import ColumnLayout, Row, Value

_ALERT_LIMIT = 1_500  # characters in a row's Alertas
_EXTRA_HEADER = 100  # characters of a header that the shadow can keep
_OPEN_MARKS = frozenset({marks.PENDING, marks.REFUSED})  # they go once a cell agrees


class RowMerge:
    """One row: its record, its cells, its part of the shadow."""

    def __init__(self, ground: Ground, key: str, row: Row) -> None:
        self.ground, self.key, self.row = ground, key, row
        self.record: Mapping[str, Value] = ground.request.records[key]
        self.shadow = ground.shadow_of(key)
        self.marked = {entry[1:] for entry in self.shadow if entry[:1] in _OPEN_MARKS}
        self.notes: list[str] = []

    def run(self) -> None:
        """Merge every column, the order, then what Alertas has to tell about them."""
        for column in self.ground.merged:
            if self._is_settled(column):
                continue
            if column.owner == "system":
                self._system(column)
            else:
                self._shared(column)
        self._order()
        self._extras()
        if self.ground.alert_column:
            self._alerts(self.ground.alert_column)

    def _is_settled(self, column: ColumnLayout) -> bool:
        """Whether sheet, ledger and shadow plainly say the same, as nearly all cells do: nothing is to be done."""
        header = column.header
        value, recorded, agreed = self.ground.value(self.row, header), self.record.get(header), self.shadow.get(header)
        if header in self.marked or value != recorded or type(value) is not type(recorded):
            return False
        return value == agreed or canonical(value, column.format) == (agreed or "")

    def _system(self, column: ColumnLayout) -> None:
        said, wanted = self._said(column), self.ground.canonical(column, self.record)
        if said == wanted:
            return self._agree(column.header, wanted)
        if said and self._is_human(column.header, said):
            self._overtyped(column.header, said, self.record.get(column.header))
        return self._write(column, wanted)

    def _shared(self, column: ColumnLayout) -> None:
        """Merge a shared column, or a staff's one, which is read but never written."""
        said, wanted = self._said(column), self.ground.canonical(column, self.record)
        if said == wanted:
            return self._agree(column.header, wanted)
        emptied_with_all = not said and column.header in self.ground.blank
        if self._is_human(column.header, said) and not emptied_with_all:
            reading = self.ground.request.read(column.header, self.ground.value(self.row, column.header))
            if not reading.ok:
                return self.notes.append(f"{column.header}: {sentence(reading.note)} No se aplicó.")
            meant = canonical(reading.shown, column.format)
            if meant != wanted and self._is_human(column.header, meant):
                return self._edit(column, reading, meant, wanted)
            if meant == wanted and column.owner == "staff":
                return self._agree(column.header, wanted)
        if column.owner == "shared" or self._was_never_filled(column, said):  # ours to fill, or the same in other words
            self._write(column, wanted)
        return None

    def _was_never_filled(self, column: ColumnLayout, said: str) -> bool:
        """Whether a staff's cell is empty because its column is new: what they wrote in the lost one comes back."""
        return not said and (column.header in self.ground.blank or column.header not in self.shadow)

    def _edit(self, column: ColumnLayout, reading: Reading, meant: str, wanted: str) -> None:
        header = column.header
        refusal, _, why = self.shadow.get(marks.REFUSED + header, "").partition(marks.SPLIT)
        if why and refusal == meant:
            self.notes.append(f"{header}: {why}")
            if not meant and column.owner == "shared":  # emptied and may not be: it fills again
                self._write(column, wanted)
            return
        other = ""
        if column.owner == "shared" and wanted and self._is_human(header, wanted):
            other = str(self._shown(self.record.get(header)))
            self._note(header, f"{header} también cambió en el sistema: «{other}». Quedó lo escrito en la hoja.")
        edit = StaffEdit(
            self.key, header, self.record.get(header), reading.value, reading.shown, meant, self.row.number, other
        )
        self.ground.out.staff_edits.append(edit)

    def _order(self) -> None:
        action = canonical(self.ground.value(self.row, ACTION))
        if not action:
            return self.ground.keep(self.key, marks.DONE + ACTION, None)
        detail = canonical(self._shown(self.ground.value(self.row, DETAIL)))
        token = f"{action}{marks.SPLIT}{detail}"
        if token == self.shadow.get(marks.DONE + ACTION):
            for header in (ACTION, DETAIL):
                if canonical(self.ground.value(self.row, header)):
                    self.ground.put(self.key, self.row, header, None)
            return None
        reading = read_choice(action, self.ground.actions, "una acción")
        if not reading.ok:
            return self.notes.append(f"{ACTION}: {reading.note}.")
        order = SheetOrder(self.key, str(reading.value), detail, self.row.number, token)
        return self.ground.out.orders.append(order)

    def _extras(self) -> None:
        for header in self.ground.extras:
            if len(header) <= _EXTRA_HEADER:
                text = canonical(self.row.values.get(header))
                self.ground.keep(self.key, marks.EXTRA + header, text or None)

    def _alerts(self, column: ColumnLayout) -> None:
        said = self._said(column)
        wanted = self._alert_text()
        if said and said != wanted and self._is_human(ALERTS, said) and not said.startswith(OUR_MARKS):
            self._overtyped(ALERTS, said, wanted)
            wanted = self._alert_text()
        if said == wanted:
            self._agree(ALERTS, wanted)
        else:
            self._write(column, wanted, wanted or None)

    def _alert_text(self) -> str:
        """Return what the row has to tell: the record's own alerts, what was refused, the notes of the last days."""
        changes = self.ground.out.shadow_changes
        kept = []
        for entry, text in self.shadow.items():
            if entry.startswith(marks.NOTE) and (self.key, entry) not in changes:
                day, note, state = [*text.split(marks.SPLIT), ""][:3]
                if day >= self.ground.oldest_note and state in {"", canonical(self.record.get(STATE))}:
                    kept.append(note)
                else:
                    self.ground.keep(self.key, entry, None)
        own = canonical(self.record.get(ALERTS))
        return clean_text("\n".join(dict.fromkeys(line for line in (own, *self.notes, *kept) if line)), _ALERT_LIMIT)

    def _overtyped(self, header: str, typed: str, healed: Value) -> None:
        self.ground.out.overtyped.append(Overtyped(self.key, header, typed, healed, self.row.number))
        self._note(header, f"{header} la lleva el sistema; se había escrito «{clean_text(typed, 120)}».")

    def _note(self, label: str, text: str) -> None:
        day = self.ground.request.today
        self.ground.out.shadow_changes |= marks.noted(self.key, label, text, day)
        self.notes.append(text)

    def _said(self, column: ColumnLayout) -> str:
        return canonical(self.ground.value(self.row, column.header), column.format)

    def _is_human(self, header: str, said: str) -> bool:
        """Whether neither the last agreement nor our own last writing explains the value."""
        return said != self.shadow.get(header, "") and said != self.shadow.get(marks.PENDING + header)

    def _agree(self, header: str, said: str) -> None:
        self.ground.keep(self.key, header, said or None)
        for mark in _OPEN_MARKS if header in self.marked else ():
            self.ground.keep(self.key, mark + header, None)

    def _write(self, column: ColumnLayout, wanted: str, value: Value = None) -> None:
        # An earlier writing may have landed or not: what the sheet says now is settled before a new one is set out.
        self.ground.keep(self.key, column.header, self._said(column) or None)
        self.ground.intend(self.key, column.header, wanted)
        self.ground.put(
            self.key, self.row, column.header, value if column.header == ALERTS else self.record.get(column.header)
        )

    @staticmethod
    def _shown(value: Value) -> Value:
        return shown_date(value) if isinstance(value, date) else value
