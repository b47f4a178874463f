"""Rows typed by hand are known by what they say, however many say the same."""

from time import process_time

from tasks.domain.sheet.rows import fingerprints
from tasks.domain.sheet.table import Row


def test_a_row_dragged_down_ten_thousand_times_costs_no_more_than_its_rows() -> None:
    rows = tuple(Row(number, {"Asunto": "Solicitud de asesoría"}) for number in range(2, 10_002))
    start = process_time()
    named = fingerprints(rows, "Alertas")
    assert process_time() - start < 3
    assert list(named.values()) == list(rows)
    assert [name.rpartition("-")[2] for name in named] == [str(count) for count in range(1, 10_001)]
