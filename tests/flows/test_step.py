"""Which trouble a step is tried again for."""

import pytest
from prefect.states import Failed

from flows.step import worth_another_try
from tasks.ports.errors import BadWorkbook, MailboxUnavailable, SenderUnavailable, SheetBusy


@pytest.mark.parametrize("error", [MailboxUnavailable("away"), SenderUnavailable("away")])
def test_a_server_that_is_away_is_asked_again(error: Exception) -> None:
    assert worth_another_try(None, None, Failed(data=error))  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [SheetBusy("open"), BadWorkbook("row 3"), ValueError("ours")])
def test_an_open_sheet_bad_input_and_mistakes_are_not(error: Exception) -> None:
    assert not worth_another_try(None, None, Failed(data=error))  # type: ignore[arg-type]
