"""Search finds cases, letters and messages by all their words, whatever the accents."""

from pathlib import Path

from tasks.views.search import search
from tests.e2e.desk import SONSON, Desk


def test_everything_that_says_all_the_words_is_found(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    letter = desk.assigned()
    office = desk.office()
    assert {found["kind"] for found in search(office, SONSON)} == {"case", "message"}
    assert [found["id"] for found in search(office, "gestion DOCUMENTAL sonson londono")] == ["2026-0001"]
    assert letter.number in {found["id"] for found in search(office, letter.number)}
    assert search(office, "gestion documental abejorral") == []
    assert search(office, "   ") == []
