"""What a merge of Casos does with each thing people do."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tasks.domain.cases.case import Case, State
from tasks.domain.sheet.cells import Choice
from tasks.domain.sheet.columns import Choices, cases_layout, layouts, offer_layout
from tasks.domain.sheet.shadow import accepted, adopted, consumed, refused, updated
from tasks.domain.sheet.table import Row, Tab
from tasks.domain.sheet.views import CaseView, Cycle, case_row, merge_cases

CHOICES = Choices(
    (Choice("Integridad", "integridad"), Choice("Gobierno digital", "gobierno-digital")),
    (Choice("Jardín", "05364"), Choice("Jericó", "05368")),
    (Choice("Ana Restrepo", "ana@x.co"), Choice("Luis Ochoa", "luis@x.co")),
)
LAYOUT = cases_layout(CHOICES)
TODAY = date(2026, 11, 21)
HEADERS = tuple(column.header for column in LAYOUT.columns)


def view(number: str = "2026-0001", **fields) -> CaseView:
    case = Case(
        number=number, request="S-2026-0001", received=datetime(2026, 11, 20, 9), state=State.TO_ASSIGN,
        since=datetime(2026, 11, 20, 9), subject="Asesoría", entity="Alcaldía de Jardín",
    )  # fmt: skip
    return replace(CaseView(case, "Integridad", "Jardín", light="verde"), **fields)


class Desk:
    """A sheet in agreement with its ledger, to be disturbed."""

    def __init__(self, *views: CaseView) -> None:
        self.views, self.shadow, self.rows = list(views), {}, []
        self.headers = HEADERS
        self.reads = 0
        self.settle()

    def merge(self, again: bool = False, hidden: frozenset[str] = frozenset(), today: date = TODAY):
        rows = tuple(Row(n, {h: v for h, v in r.items() if v is not None}) for n, r in enumerate(self.rows, 2))
        tab = Tab("Casos", self.headers, tuple(row for row in rows if row.values))
        self.reads += not again
        return merge_cases(self.views, self.shadow, tab, CHOICES, Cycle(today, again, f"lectura {self.reads}"), hidden)

    def apply(self, result) -> None:
        for write in result.cells:
            self.rows[write.hint - 2][write.header] = write.value
        self.rows += [dict(append.values) for append in result.appends]
        self.commit(result.shadow_changes)
        self.commit(result.landed())

    def commit(self, changes) -> None:
        self.shadow = updated(self.shadow, changes)

    def settle(self, today: date = TODAY) -> None:
        self.apply(self.merge(again=True, today=today))

    def is_calm(self) -> bool:
        result = self.merge()
        return not (result.changes or result.staff_edits or result.orders or result.shadow_changes)


@pytest.fixture
def desk() -> Desk:
    return Desk(view("2026-0001"), view("2026-0002"), view("2026-0003"))


def test_a_new_case_gets_a_row_and_then_there_is_peace(desk):
    assert [row["Caso"] for row in desk.rows] == ["2026-0001", "2026-0002", "2026-0003"]
    assert desk.is_calm()


def test_a_typed_officer_comes_back_as_an_edit_until_it_is_taken(desk):
    desk.rows[1]["Responsable"] = "ana restrepo"
    edit = desk.merge().staff_edits[0]
    assert (edit.key, edit.header, edit.value, edit.shown, edit.row) == (
        "2026-0002", "Responsable", "ana@x.co", "Ana Restrepo", 3,
    )  # fmt: skip
    assert desk.merge().staff_edits == [edit]
    desk.commit(accepted(edit))
    desk.views[1] = view("2026-0002", officer_name="Ana Restrepo")
    desk.settle()
    assert desk.rows[1]["Responsable"] == "Ana Restrepo"
    assert desk.is_calm()


def test_a_later_mail_wins_over_an_edit_that_was_taken(desk):
    desk.rows[0]["Responsable"] = "Ana Restrepo"
    desk.commit(accepted(desk.merge().staff_edits[0]))
    desk.views[0] = view(officer_name="Luis Ochoa")
    assert not desk.merge().staff_edits
    desk.settle()
    assert desk.rows[0]["Responsable"] == "Luis Ochoa"


def test_when_both_changed_the_sheet_stays_and_the_other_is_offered(desk):
    desk.rows[0]["Responsable"] = "Ana Restrepo"
    desk.views[0] = view(officer_name="Luis Ochoa")
    result = desk.merge()
    assert result.staff_edits[0].other == "Luis Ochoa"
    assert not [w for w in result.cells if w.header == "Responsable"]
    assert any("Luis Ochoa" in str(w.value) for w in result.cells if w.header == "Alertas")


def test_what_is_not_understood_changes_nothing_and_says_so_once(desk):
    desk.rows[0]["Fecha acordada"] = "pronto"
    result = desk.merge()
    assert not result.staff_edits
    desk.apply(result)
    assert "Fecha acordada: «pronto» no es una fecha" in desk.rows[0]["Alertas"]
    assert desk.rows[0]["Fecha acordada"] == "pronto"
    assert desk.is_calm()
    desk.rows[0]["Fecha acordada"] = date(2026, 12, 3)
    assert desk.merge().staff_edits[0].value == date(2026, 12, 3)


def test_what_the_rules_refuse_stays_with_the_reason(desk):
    desk.rows[0]["Plan recibido"] = date(2026, 11, 20)
    desk.commit(refused(desk.merge().staff_edits[0], "el oficio no se ha enviado"))
    assert not desk.merge().staff_edits
    desk.settle()
    assert desk.rows[0]["Alertas"] == "Plan recibido: el oficio no se ha enviado"
    assert desk.rows[0]["Plan recibido"] == date(2026, 11, 20)
    assert desk.is_calm()


def test_a_system_cell_heals_and_what_was_typed_is_kept(desk):
    desk.rows[0]["Estado"] = "lista"
    result = desk.merge()
    assert [(o.key, o.header, o.typed) for o in result.overtyped] == [("2026-0001", "Estado", "lista")]
    desk.apply(result)
    assert desk.rows[0]["Estado"] == "por asignar"
    assert "«lista»" in desk.rows[0]["Alertas"]
    assert desk.is_calm()
    desk.settle(TODAY + timedelta(days=8))
    assert desk.rows[0]["Alertas"] is None


def test_staff_columns_are_read_and_never_written(desk):
    desk.rows[0]["Observaciones"] = "Llamar el lunes"
    edit = desk.merge().staff_edits[0]
    assert (edit.header, edit.value) == ("Observaciones", "Llamar el lunes")
    desk.commit(accepted(edit))
    assert not [w for w in desk.merge().cells if w.header == "Observaciones"]


def test_an_order_is_obeyed_once_even_if_its_cells_could_not_be_emptied(desk):
    desk.rows[0] |= {"Acción": "Cerrar", "Detalle": "se resolvió por teléfono"}
    order = desk.merge().orders[0]
    assert (order.key, order.action, order.detail) == ("2026-0001", "Cerrar", "se resolvió por teléfono")
    desk.commit(consumed(order, "Caso cerrado.", TODAY))
    for _ in range(2):
        result = desk.merge()
        assert not result.orders
    desk.apply(result)
    assert (desk.rows[0]["Acción"], desk.rows[0]["Detalle"]) == (None, None)
    assert desk.rows[0]["Alertas"] == "Caso cerrado."
    desk.rows[0] |= {"Acción": "Cerrar", "Detalle": "se resolvió por teléfono"}
    assert len(desk.merge().orders) == 1


def test_an_unknown_action_is_answered(desk):
    desk.rows[0]["Acción"] = "Serrar"
    desk.apply(desk.merge())
    assert "¿Quiso decir «Cerrar»?" in desk.rows[0]["Alertas"]


def test_a_deleted_row_comes_back_with_the_columns_of_the_staff(desk):
    desk.headers = (*HEADERS, "Mi color")
    desk.rows[1]["Mi color"] = "azul"
    desk.settle()
    del desk.rows[1]
    desk.settle()
    assert desk.rows[-1]["Caso"] == "2026-0002"
    assert desk.rows[-1]["Mi color"] == "azul"
    del desk.rows[-1]
    assert not desk.merge(hidden=frozenset({"2026-0002"})).appends


def test_a_refused_orders_answer_goes_when_the_case_goes_on_and_an_obeyed_ones_stays(desk):
    for row in desk.rows[:2]:
        row["Acción"] = "Reanudar"
    refused_order, obeyed = desk.merge().orders
    desk.commit(consumed(refused_order, "Está en «por asignar».", TODAY, "por asignar"))
    desk.commit(consumed(obeyed, "Hecho.", TODAY))
    desk.settle()
    assert [row["Alertas"] for row in desk.rows[:2]] == ["Está en «por asignar».", "Hecho."]
    for place in (0, 1):
        case = desk.views[place].case.model_copy(update={"state": State.DIRECT})
        desk.views[place] = replace(desk.views[place], case=case)
    desk.settle()
    assert [row["Alertas"] for row in desk.rows[:2]] == [None, "Hecho."]
    desk.settle(TODAY + timedelta(days=8))
    assert desk.rows[1]["Alertas"] is None


def test_a_pasted_copy_is_marked_and_stays_a_copy_when_sorted(desk):
    desk.rows.append(dict(desk.rows[0]))
    desk.settle()
    assert desk.rows[3]["Alertas"].startswith("Fila repetida")
    desk.rows[0]["Responsable"] = "Ana Restrepo"
    desk.rows.reverse()
    result = desk.merge()
    assert [(e.row, e.shown) for e in result.staff_edits] == [(5, "Ana Restrepo")]
    assert not result.cells


def test_a_copy_that_nobody_could_mark_yet_stays_one_when_it_is_sorted_above(desk):
    desk.rows.append(dict(desk.rows[0]))
    desk.rows[0]["Radicado oficial"] = "2026020001"
    taken = desk.merge()
    desk.commit(taken.shadow_changes)
    desk.commit(accepted(taken.staff_edits[0]))  # and the run died before it wrote a note into the copy
    desk.views[0] = view("2026-0001", case=desk.views[0].case.model_copy(update={"official_ref": "2026020001"}))
    desk.rows.reverse()
    result = desk.merge()
    assert not result.staff_edits
    assert [(cell.hint, cell.header) for cell in result.cells] == [(2, "Alertas")]


def test_of_two_equal_rows_the_one_that_somebody_works_in_rules_wherever_it_stands(desk):
    desk.rows.append(dict(desk.rows[0]))
    desk.commit(desk.merge().shadow_changes)
    desk.rows[3]["Observaciones"] = "Llamar el lunes"
    assert [(e.row, e.shown) for e in desk.merge().staff_edits] == [(5, "Llamar el lunes")]


def test_nothing_is_kept_of_a_copy_that_is_gone(desk):
    before = dict(desk.shadow)
    desk.rows.append(dict(desk.rows[0]))
    desk.settle()
    assert desk.is_calm()
    del desk.rows[3]
    desk.settle()
    assert desk.shadow == before


def test_a_number_dragged_over_another_cases_row_changes_neither_case():
    other = Case(
        number="2026-0002", request="S-2026-0002", received=datetime(2026, 10, 2, 7), state=State.SUSPENDED,
        since=datetime(2026, 11, 3, 9), subject="Datos abiertos", entity="Alcaldía de Jericó",
    )  # fmt: skip
    desk = Desk(CaseView(other, "Gobierno digital", "Jericó", "Ana Restrepo", light="gris"), view())
    desk.rows[0]["Caso"] = "2026-0001"
    result = desk.merge()
    assert result.staff_edits == []
    assert not [cell for cell in result.cells if cell.hint == 3]
    assert [row.key for row in result.appends] == ["2026-0002"]
    assert [cell.header for cell in result.cells] == ["Alertas"]


def test_a_row_typed_by_hand_is_adopted_when_two_cycles_saw_it_unchanged(desk):
    desk.rows.append({"Municipio": "jerico", "Asunto": "Llamaron por el PETI"})
    first = desk.merge()
    assert not first.adoptable
    desk.commit(first.shadow_changes)
    row = desk.merge().adoptable[0]
    assert (row.row, row.values["Municipio"], row.values["Asunto"]) == (5, ("05368",), "Llamaron por el PETI")
    desk.commit(adopted(row, "2026-0004"))
    desk.views.append(view("2026-0004", municipality_name="Jericó"))
    desk.rows.insert(0, desk.rows.pop())  # sorted before the number could be written
    assert not desk.merge().adoptable
    desk.settle()
    assert desk.rows[0]["Caso"] == "2026-0004"
    assert len(desk.rows) == 4
    desk.settle()
    assert desk.is_calm()


def test_a_typed_row_that_stood_beside_a_deleted_one_does_not_get_its_number(desk):
    desk.rows.append({"Municipio": "Jericó", "Política": "Integridad", "Asunto": "Llamaron por el PETI"})
    desk.commit(desk.merge().shadow_changes)
    desk.rows.append({"Municipio": "Jericó", "Política": "Integridad", "Asunto": "Llamaron por la auditoría"})
    second = desk.merge()
    desk.commit(second.shadow_changes | adopted(second.adoptable[0], "2026-0004"))
    desk.views.append(view("2026-0004", municipality_name="Jericó", policy_name="Integridad"))
    del desk.rows[-2]
    third = desk.merge()
    assert [row.values["Asunto"] for row in third.adoptable] == ["Llamaron por la auditoría"]
    assert [row.key for row in third.appends] == ["2026-0004"]


def test_a_half_typed_row_is_told_what_it_lacks(desk):
    desk.rows.append({"Solicitante": "Doña Rosa"})
    desk.apply(desk.merge())
    desk.apply(desk.merge())
    assert desk.rows[-1]["Alertas"] == "Fila nueva: falta el municipio para abrir el caso."
    assert not desk.merge().changes


def test_an_invented_number_is_answered_and_nothing_else(desk):
    desk.rows.append({"Caso": "2026-9999", "Municipio": "Jardín"})
    desk.apply(desk.merge())
    assert desk.rows[-1]["Alertas"].startswith("Número desconocido")
    assert desk.is_calm()


def test_without_the_number_column_nothing_is_done(desk):
    desk.headers = HEADERS[1:]
    result = desk.merge()
    assert not result.changes
    assert "Caso" in result.alerts[0]


def test_a_column_that_lost_everything_was_deleted_not_emptied():
    desk = Desk(*(view(f"2026-{n:04}", officer_name="Ana Restrepo") for n in range(1, 5)))
    for row in desk.rows:
        row["Responsable"] = None
    assert not desk.merge().staff_edits
    desk.settle()
    assert all(row["Responsable"] == "Ana Restrepo" for row in desk.rows)


def test_an_emptied_cell_is_an_edit():
    desk = Desk(view(officer_name="Ana Restrepo"), view("2026-0002"))
    desk.rows[0]["Responsable"] = None
    edit = desk.merge().staff_edits[0]
    assert (edit.value, edit.shown) == (None, None)


def test_every_cell_of_a_case_has_its_column():
    assert set(case_row(view())) == set(HEADERS) - {"Acción", "Detalle"}


def test_all_tabs_have_their_key_among_their_columns():
    tabs = (*layouts(CHOICES), offer_layout(2027, CHOICES))
    names = ["Casos", "Revisión", "Puntajes", "Líderes", "Equipo", "Municipios", "Ayuda", "Oferta 2027"]
    assert [tab.name for tab in tabs] == names
    for tab in tabs:
        headers = [column.header for column in tab.columns]
        assert tab.key in headers
        assert len(headers) == len(set(headers))


def test_a_row_edited_and_moved_after_its_adoption_gets_its_number_and_opens_no_second_case(desk):
    desk.rows.append({"Asunto": "por teléfono", "Municipio": "Jardín", "Política": "Integridad"})
    desk.apply(desk.merge())
    row = desk.merge().adoptable[0]
    opened = view("2026-0004")
    desk.views.append(replace(opened, case=opened.case.model_copy(update={"subject": "por teléfono"})))
    desk.commit(adopted(row, "2026-0004"))
    desk.rows.append({"Asunto": "otra llamada", "Municipio": "Jericó"})
    desk.rows[-2] |= {"Observaciones": "llaman mañana"}
    desk.rows.insert(0, desk.rows.pop(-2))
    for _ in range(3):
        desk.apply(desk.merge(again=True))
    assert [(r["Asunto"], r["Observaciones"]) for r in desk.rows if r.get("Caso") == "2026-0004"] == [
        ("por teléfono", "llaman mañana")
    ]
    assert not desk.rows[-1].get("Caso")


def test_what_only_the_system_writes_is_swept_out_of_a_row_without_number(desk):
    desk.rows += [{"Estado": "por asignar", "Por qué vence": "Vence el lunes"}, {"Estado": "urgente", "Asunto": "x"}]
    for _ in range(3):
        desk.apply(desk.merge())
    assert not any(desk.rows[-2].values())
    assert (desk.rows[-1]["Estado"], desk.rows[-1]["Asunto"]) == ("urgente", "x")


def test_an_emptied_system_cell_heals_without_a_word(desk):
    desk.rows[0]["Estado"] = None
    result = desk.merge()
    assert not result.overtyped
    desk.apply(result)
    assert desk.rows[0]["Estado"] == "por asignar"
    assert not desk.rows[0].get("Alertas")
