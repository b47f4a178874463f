"""Rows that our writing emptied are taken out of a workbook; what people made of the others stays with them."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from tasks.adapters.sheet.excel import ExcelSheet
from tasks.adapters.sheet.excel_parts import NotPatchable
from tasks.adapters.sheet.excel_shift import Shift
from tasks.ports.sheet import CellWrite, RowAppend, SheetChanges
from tests.contracts.sheet import LAYOUTS

ROWS = st.integers(1, 40)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "mesa.xlsx"


@pytest.fixture
def sheet(path) -> ExcelSheet:
    sheet = ExcelSheet(path)
    sheet.prepare(LAYOUTS)
    keys = [f"2026-{n:04}" for n in range(2, 10)]  # the number tells the row
    sheet.write(LAYOUTS, SheetChanges(appends=[RowAppend("Casos", k, {"Caso": k, "Asunto": f"A{k}"}) for k in keys]))
    return sheet


def empty(sheet: ExcelSheet, *rows: int) -> None:
    tab = sheet.read(LAYOUTS).tabs["Casos"]
    going = [row for row in tab.rows if row.number in rows]
    cells = [
        CellWrite("Casos", str(row.values["Caso"]), row.number, header, None)
        for row in going
        for header in sorted(filter(None, tab.headers), key=lambda header: header == "Caso")
        if header in row.values
    ]
    sheet.write(LAYOUTS, SheetChanges(cells))


def keys(path: Path) -> list[object]:
    return [row[0].value for row in openpyxl.load_workbook(path)["Casos"].iter_rows(min_row=2)]


def test_no_hole_is_left_where_rows_were_emptied(sheet, path):
    empty(sheet, 3, 4, 9)
    assert keys(path) == ["2026-0002", "2026-0005", "2026-0006", "2026-0007", "2026-0008"]
    assert [row.number for row in sheet.read(LAYOUTS).tabs["Casos"].rows] == [2, 3, 4, 5, 6]


def test_a_row_that_still_holds_something_stays(sheet, path):
    book = openpyxl.load_workbook(path)
    book["Casos"]["N4"] = "anotado fuera de las columnas"
    book.save(path)
    empty(sheet, 4, 5)
    assert keys(path)[:4] == ["2026-0002", "2026-0003", None, "2026-0006"]
    assert openpyxl.load_workbook(path)["Casos"]["N4"].value == "anotado fuera de las columnas"


def test_everything_that_refers_to_a_row_follows_it(sheet, path):
    book = openpyxl.load_workbook(path)
    page, other = book["Casos"], book.create_sheet("Mis sumas")
    page["J1"] = "Largo"
    for row in range(2, 10):
        page.cell(row, 10, f"=LEN(C{row})+ROWS(C$2:C{row})")
        page.row_dimensions[row].height = 20 + row
    other["A1"], other["A2"], other["A3"] = "=SUM(Casos!J2:J9)", "=Casos!C8", "=Casos!A:A"
    fill = PatternFill("solid", bgColor="FFFF00")
    page.conditional_formatting.add("C5:C8", FormulaRule(formula=["LEN(C5)>LEN($C$6)"], fill=fill))
    rule = DataValidation(type="custom", formula1="LEN(H6)>1", sqref="H6:H8")
    page.add_data_validation(rule)
    page.merge_cells("L7:M8")
    page["L7"] = "unidas"
    page["H8"].comment = Comment("ojo con esta", "Ana")
    page["H3"].comment = Comment("se va con la fila", "Ana")
    page["H8"].fill = PatternFill("solid", fgColor="00FF00")
    chart = BarChart()
    chart.add_data(Reference(page, min_col=10, min_row=2, max_row=9))
    page.add_chart(chart, "P6")
    book.defined_names["Mios"] = DefinedName("Mios", attr_text="Casos!$A$2:$A$9")
    book.save(path)
    empty(sheet, 3, 4)
    book = openpyxl.load_workbook(path)
    page, other = book["Casos"], book["Mis sumas"]
    assert [page.cell(row, 10).value for row in (2, 3, 7)] == [
        "=LEN(C2)+ROWS(C$2:C2)", "=LEN(C3)+ROWS(C$2:C3)", "=LEN(C7)+ROWS(C$2:C7)",
    ]  # fmt: skip
    assert [other[f"A{n}"].value for n in (1, 2, 3)] == ["=SUM(Casos!J2:J7)", "=Casos!C6", "=Casos!A:A"]
    coloured = {str(one.sqref): one.rules[0].formula for one in page.conditional_formatting}
    assert coloured["C3:C6"] == ["LEN(C3)>LEN($C$4)"]
    assert ("H4:H6", "LEN(H4)>1") in {(str(r.sqref), r.formula1) for r in page.data_validations.dataValidation}
    assert [str(area) for area in page.merged_cells.ranges] == ["L5:M6"]
    notes = {cell.coordinate: cell.comment.text for row in page.iter_rows(min_row=2) for cell in row if cell.comment}
    assert notes == {"H6": "ojo con esta"}
    assert page["H6"].fill.fgColor.rgb == "0000FF00"
    assert page.row_dimensions[6].height == 28
    assert page._charts[0].series[0].val.numRef.f == "'Casos'!$J$2:$J$7"
    assert page._charts[0].anchor._from.row == 3
    assert book.defined_names["Mios"].attr_text == "Casos!$A$2:$A$7"
    assert page.auto_filter.ref.endswith("7")


def test_a_table_of_the_staffs_shrinks(sheet, path):
    book = openpyxl.load_workbook(path)
    book["Casos"].auto_filter.ref = None
    book["Casos"].add_table(Table(displayName="Mia", ref="A1:I9"))
    book.save(path)
    empty(sheet, 2, 5)
    assert openpyxl.load_workbook(path)["Casos"].tables["Mia"].ref == "A1:I7"


@pytest.mark.parametrize("formula", ["=Casos!C5", "=SUM(Casos!C5:C5)"])
def test_no_formula_of_the_staffs_loses_what_it_refers_to(sheet, path, formula):
    book = openpyxl.load_workbook(path)
    book.create_sheet("Mis sumas")["A1"] = formula
    book.save(path)
    empty(sheet, 5)
    assert openpyxl.load_workbook(path)["Mis sumas"]["A1"].value == formula
    assert keys(path)[3] is None


def test_a_workbook_with_controls_keeps_its_empty_rows(sheet, path):
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/ctrlProps/ctrlProp1.xml", "<formControlPr/>")
    empty(sheet, 5)
    assert keys(path)[3] is None


def test_a_conversation_goes_with_its_row_and_the_others_follow_theirs(sheet, path):
    talk = (
        b'<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        b'<threadedComment ref="C5" personId="{1}" id="{a}"><text>se va</text></threadedComment>'
        b'<threadedComment ref="C7" personId="{1}" id="{b}"><text>se queda &amp; sube</text></threadedComment>'
        b"</ThreadedComments>"
    )
    people = b'<personList><person displayName="Ana L." id="{1}"/></personList>'
    related = (
        b'<Relationship Id="rIdTalk" Target="../threadedComments/threadedComment1.xml" Type='
        b'"http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"/></Relationships>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/worksheets/_rels/sheet1.xml.rels":
                part = part.replace(b"</Relationships>", related)
            target.writestr(name, part)
        target.writestr("xl/threadedComments/threadedComment1.xml", talk)
        target.writestr("xl/persons/person.xml", people)
    path.write_bytes(buffer.getvalue())
    said = sheet.read(LAYOUTS).tabs["Casos"].remarks
    assert said == {
        5: ("Comentario en «Asunto» (Ana L.): se va",),
        7: ("Comentario en «Asunto» (Ana L.): se queda & sube",),
    }
    empty(sheet, 5)
    assert sheet.read(LAYOUTS).tabs["Casos"].remarks == {6: said[7]}


@given(st.sets(ROWS, min_size=1), ROWS, ROWS)
def test_a_range_keeps_exactly_the_rows_that_stay(gone, one, other):
    top, bottom = sorted((one, other))
    left = [row for row in range(top, bottom + 1) if row not in gone]
    moved = [row - len([g for g in gone if g < row]) for row in left]
    expected = f"A{moved[0]}:$B${moved[-1]}" if left else None
    assert Shift("Casos", gone).area(f"A{top}:$B${bottom}") == expected


@given(st.sets(ROWS, min_size=1), ROWS)
def test_a_formula_elsewhere_follows_its_cell_or_stops_everything(gone, row):
    shift, formula = Shift("Mis casos", gone), f"IF('Mis casos'!B{row}=\"B{row}\",B{row},'Otra'!B{row})"
    if row in gone:
        with pytest.raises(NotPatchable):
            shift.formula(formula, "Otra")
    else:
        moved = row - len([g for g in gone if g < row])
        assert shift.formula(formula, "Otra") == formula.replace(f"'Mis casos'!B{row}", f"'Mis casos'!B{moved}")
