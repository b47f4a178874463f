"""`mipg demo` as a stranger plays it: to its end, and then the office that it leaves behind is asked."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

ROOT = Path(__file__).parents[2]


def mipg(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("MIPG_", "PREFECT_"))}
    command = [sys.executable, "-m", "deployments.cli.main", *arguments, "--home", str(home)]
    return subprocess.run(
        command, cwd=ROOT, env=clean, check=False, capture_output=True, text=True, encoding="utf-8", timeout=280
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo")
    done = mipg("demo", home=home)
    assert done.returncode == 0, done.stderr
    assert "Look at:" in done.stdout
    assert not done.stderr
    return home


def test_the_office_it_leaves_behind_tells_what_ran(home: Path) -> None:
    told = json.loads(mipg("status", "--json", home=home).stdout)
    assert set(told["last_success"]) == {
        "cycle", "intake", "sheet", "letters", "outbox", "reminders", "digest", "results", "impact",
    }  # fmt: skip
    assert told["errors"] == []
    assert told["states"]["cerrada"] == 10


def test_its_home_goes_on_without_its_servers_and_by_its_own_settings(home: Path) -> None:
    done = mipg("run", "cycle", "--now", "2028-07-10T10:00", home=home)
    assert done.returncode == 0, done.stderr
    assert "‖" not in mipg("municipality", "05756", home=home).stdout  # its years are comparable, as its report says


def test_its_report_counts_its_charts_from_one(home: Path) -> None:
    (report,) = (home / "demo" / "report").glob("*.docx")
    captions = [p.text for p in Document(str(report)).paragraphs if p.text.startswith("Gráfico")]
    assert [caption.split(".")[0] for caption in captions] == [f"Gráfico {n}" for n in range(1, len(captions) + 1)]
    assert captions


def test_a_year_in_its_sheet_is_no_quantity(home: Path) -> None:
    scores = load_workbook(home / "sheet" / "mesa-mipg.xlsx", read_only=True)["Puntajes"]
    heads, first = scores.iter_rows(min_row=1, max_row=2)
    year = first[[head.value for head in heads].index("Vigencia")]
    assert (year.value, year.number_format) == (2027, "0")
