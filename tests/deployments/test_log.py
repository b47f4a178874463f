"""The log: addresses are covered wherever they stand."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tasks.operation.log import open_log, redact


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    open_log(tmp_path / "logs")
    yield tmp_path / "logs" / "mipg.log"
    for handler in [handler for handler in root.handlers if handler not in handlers]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_address_keeps_its_first_letter_and_domain() -> None:
    assert redact("De: Ana <ana.ruiz@antioquia.gov.co>, b@c.co") == "De: Ana <a***@antioquia.gov.co>, b***@c.co"


def test_addresses_are_covered_in_values_and_tracebacks(log: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError("bad sender ana.ruiz@antioquia.gov.co")
    except ValueError:
        structlog.get_logger("tasks.x").exception("poison", sender="ana.ruiz@antioquia.gov.co")
    logging.getLogger("library").warning("cannot send to %s", "ana.ruiz@antioquia.gov.co")
    written = log.read_text("utf-8")
    assert "ana.ruiz" not in written
    first, second = (json.loads(line) for line in written.splitlines())
    assert first["sender"] == "a***@antioquia.gov.co"
    assert "ValueError" in first["exception"]
    assert second["event"] == "cannot send to a***@antioquia.gov.co"
    assert "ana.ruiz" not in capsys.readouterr().err


def test_opening_the_log_twice_writes_each_line_once(log: Path) -> None:
    open_log(log.parent)
    structlog.get_logger("tasks.x").info("once")
    assert log.read_text("utf-8").count("once") == 1


def test_a_folder_that_cannot_be_made_is_said_and_work_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    open_log(Path("/dev/null/logs"))
    assert "no log is kept" in capsys.readouterr().err
