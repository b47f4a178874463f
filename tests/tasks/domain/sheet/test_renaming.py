"""Columns whose header staff changed: recognised by what is known besides it, or left alone."""

from dataclasses import replace

import pytest

from tasks.domain.sheet.renaming import (
    as_they_call_them,
    doubts,
    forgotten,
    in_our_words,
    in_their_words,
    recognise,
    remembered,
)
from tasks.domain.sheet.shadow import updated
from tasks.domain.sheet.table import CellWrite, ColumnLayout, Row, SheetChanges, Tab, TabLayout

LAYOUT = TabLayout(
    "Casos",
    (
        ColumnLayout("Caso", "system"),
        ColumnLayout("Estado", "system"),
        ColumnLayout("Responsable", "shared"),
        ColumnLayout("Radicado oficial", "staff"),
        ColumnLayout("Observaciones", "staff"),
        ColumnLayout("Alertas", "system"),
    ),
    "Caso",
)
HEADERS = tuple(column.header for column in LAYOUT.columns)
PEOPLE = ("Ana", "Luis", "Ana", "Paula", "Luis")


def tab(headers=HEADERS, places=HEADERS, **replaced) -> Tab:
    """Return five rows; `places` says under which header of the tab each of our columns stands."""
    rows = []
    for number, person in enumerate(PEOPLE, 1):
        ours = {"Caso": f"2026-{number:04}", "Estado": "por asignar", "Responsable": person}
        values = {header: ours[name] for name, header in zip(HEADERS, places, strict=True) if name in ours}
        rows.append(Row(number + 1, values | {h: v[number - 1] for h, v in replaced.items()}))
    return Tab("Casos", headers, tuple(rows))


def known(**more) -> dict[tuple[str, str], str]:
    shadow = {}
    for number, person in enumerate(PEOPLE, 1):
        shadow |= {(f"2026-{number:04}", "Estado"): "por asignar", (f"2026-{number:04}", "Responsable"): person}
    return updated(shadow, remembered(recognise(LAYOUT, tab(), shadow), tab(), shadow)) | more


def with_header(old: str, new: str) -> tuple[str, ...]:
    return tuple(new if header == old else header for header in HEADERS)


def test_rows_of_which_nothing_was_said_before_make_an_empty_column_nobodys():
    headers = with_header("Responsable", "Notas del equipo")
    found = tab(headers, with_header("Responsable", "otra"))
    copies = tuple(Row(20 + n, {"Caso": f"2026-{50 + n:04}"}) for n in range(9))
    assert "Responsable" not in recognise(LAYOUT, replace(found, rows=(*found.rows, *copies)), known()).present


def test_a_renamed_column_is_known_by_what_its_cells_say():
    headers = with_header("Responsable", "Quién lo lleva")
    naming = recognise(LAYOUT, tab(headers, headers), known())
    assert naming.present["Responsable"] == "Quién lo lleva"
    assert (naming.unsure, naming.deleted) == ((), ())
    ours = in_our_words(tab(headers, headers), naming)
    assert ours.headers == HEADERS
    assert ours.rows[0].values["Responsable"] == "Ana"


def test_the_key_column_too():
    headers = with_header("Caso", "N.º")
    assert recognise(LAYOUT, tab(headers, headers), known()).present["Caso"] == "N.º"


def test_a_renamed_and_moved_column_keeps_its_name_later_even_when_its_cells_change():
    headers = ("Quién lo lleva", *(h for h in HEADERS if h != "Responsable"))
    places = with_header("Responsable", "Quién lo lleva")
    shadow = known()
    first = tab(headers, places)
    shadow = updated(shadow, remembered(recognise(LAYOUT, first, shadow), first, shadow))
    changed = tab(headers, places, **{"Quién lo lleva": ["Rosa"] * 5})
    assert recognise(LAYOUT, changed, shadow).present["Responsable"] == "Quién lo lleva"


def test_an_empty_column_is_known_by_a_header_that_resembles_it():
    headers = with_header("Radicado oficial", "Radicado oficial (SIRENA)")
    assert recognise(LAYOUT, tab(headers), known()).present["Radicado oficial"] == "Radicado oficial (SIRENA)"


def test_an_empty_column_with_quite_another_name_in_its_place_is_left_alone():
    headers = with_header("Radicado oficial", "Pendientes míos")
    naming = recognise(LAYOUT, tab(headers), known())
    assert (naming.unsure, naming.deleted) == (("Radicado oficial",), ())
    assert "«Pendientes míos»" in doubts(LAYOUT, naming)[0]
    assert "Pendientes míos" not in in_our_words(tab(headers), naming).headers
    made = as_they_call_them([LAYOUT], {"Casos": naming})[0]
    assert "Radicado oficial" not in [column.header for column in made.columns]


def test_the_backend_may_know_better():
    headers = with_header("Radicado oficial", "Pendientes míos")
    read = Tab("Casos", headers, tab(headers).rows, {"Pendientes míos": "Radicado oficial"})
    assert recognise(LAYOUT, read, known()).present["Radicado oficial"] == "Pendientes míos"


def test_a_deleted_column_is_made_anew_and_what_was_agreed_there_forgotten():
    headers = tuple(header for header in HEADERS if header != "Responsable")
    naming = recognise(LAYOUT, tab(headers), known())
    assert (naming.unsure, naming.deleted) == ((), ("Responsable",))
    assert set(forgotten(known(), naming.deleted)) == {(f"2026-{n:04}", "Responsable") for n in range(1, 6)}


def test_a_column_of_their_own_is_never_taken_for_a_deleted_one():
    headers = (*(h for h in HEADERS if h != "Responsable"), "Copia")
    read = tab(headers, Copia=list(PEOPLE))
    shadow = known() | {("2026-0001", "*Copia"): "Ana"}
    assert recognise(LAYOUT, read, shadow).deleted == ("Responsable",)
    other = tab(headers, Copia=["rojo"] * 5)
    assert recognise(LAYOUT, other, known()).deleted == ("Responsable",)


def test_two_columns_that_both_could_be_it_are_a_doubt():
    headers = (*with_header("Responsable", "Quién"), "Quién 2")
    naming = recognise(LAYOUT, tab(headers, with_header("Responsable", "Quién"), **{"Quién 2": PEOPLE}), known())
    assert naming.unsure == ("Responsable",)


@pytest.mark.parametrize("header", ["Quién", "responsable", "  RESPONSABLE:"])
def test_what_we_write_goes_under_the_header_of_the_tab(header):
    headers = with_header("Responsable", header)
    naming = recognise(LAYOUT, tab(headers, headers), known())
    changes = SheetChanges([CellWrite("Casos", "2026-0001", 2, "Responsable", "Ana")])
    written = in_their_words(changes, {"Casos": naming}).cells[0].header
    assert written in {header, "Responsable"}  # adapters see through case, blanks and accents by themselves
    assert naming.present["Responsable"] == header


def test_a_header_that_got_its_name_back_is_remembered_no_longer():
    headers = with_header("Responsable", "Quién")
    renamed = tab(headers, headers)
    shadow = known()
    shadow = updated(shadow, remembered(recognise(LAYOUT, renamed, shadow), renamed, shadow))
    assert shadow["", "=Responsable"] == "Quién"
    shadow = updated(shadow, remembered(recognise(LAYOUT, tab(), shadow), tab(), shadow))
    assert ("", "=Responsable") not in shadow


def test_the_identity_that_the_backend_keeps_tells_a_column_that_was_always_empty():
    headers = with_header("Radicado oficial", "ORFEO")
    found = replace(tab(headers, headers), identities={"ORFEO": "Radicado oficial"})
    assert recognise(LAYOUT, found, known()).renamed == {"Radicado oficial": "ORFEO"}


def test_an_identity_that_stayed_behind_does_not_speak_against_the_cells():
    headers = with_header("Responsable", "Quién lo lleva")
    found = tab(headers, headers)
    rows = tuple(replace(row, values=row.values | {"Notas nuevas": "x"}) for row in found.rows)
    found = replace(found, headers=(*headers, "Notas nuevas"), rows=rows, identities={"Notas nuevas": "Responsable"})
    assert recognise(LAYOUT, found, known()).renamed == {"Responsable": "Quién lo lleva"}


def test_a_column_that_passed_for_one_of_the_staffs_is_ours_again_once_its_mark_is_read():
    headers = with_header("Radicado oficial", "Su número")
    seen = updated(known(), {("2026-0001", "*Su número"): "4711"})
    assert not recognise(LAYOUT, tab(headers, headers), seen).present.get("Radicado oficial")
    marked = replace(tab(headers, headers), identities={"Su número": "Radicado oficial"})
    assert recognise(LAYOUT, marked, seen).present["Radicado oficial"] == "Su número"


def test_a_known_column_of_the_staff_never_passes_for_a_deleted_one_of_ours():
    headers = (*tuple(header for header in HEADERS if header != "Responsable"), "Mi control")
    rows = tuple(
        Row(n + 1, {"Caso": f"2026-{n:04}", "Estado": "por asignar", "Mi control": f"x{n}"}) for n in range(1, 6)
    )
    found = Tab("Casos", headers, rows, identities={"Mi control": "Responsable"})
    naming = recognise(LAYOUT, found, known() | {("2026-0001", "*Mi control"): "x1"})
    assert (naming.renamed, naming.deleted) == ({}, ("Responsable",))
