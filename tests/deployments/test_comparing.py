"""`mipg compare` and `mipg export assistance` as other programs use them: files in, one document out."""

import csv
import json
from pathlib import Path

import pytest

from tasks.domain.scores.tables.assistance import as_csv
from tests.deployments.test_cli import mipg
from tests.tasks.domain.scores.world import World


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scores of two files (the last vigencia apart) and days of assistance."""
    folder = tmp_path_factory.mktemp("files")
    world = World(seed=3, places=60, policies=6).assist_lowest(effect=6)
    for name, last in (("before.csv", False), ("after.csv", True)):
        with (folder / name).open("w", newline="") as file:
            out = csv.writer(file)
            out.writerow(["dane_code", "vigencia", "policy_slug", "score"])
            rows = [row for row in world.rows() if (row.vigencia == world.vigencias[-1]) == last]
            out.writerows([row.dane_code, row.vigencia, row.policy, row.score] for row in rows)
    (folder / "help.csv").write_text(as_csv(world.assistance), encoding="utf-8")
    return folder


def compare(files: Path, *arguments: str) -> tuple[int, str, dict]:
    out = files / "out.json"
    out.unlink(missing_ok=True)
    done = mipg("compare", *arguments, "--json", str(out), home=files / "home")
    return done.returncode, done.stderr, json.loads(out.read_text("utf-8")) if out.exists() else {}


def test_several_files_after_one_option_make_one_document(files: Path) -> None:
    scores = [str(files / name) for name in ("before.csv", "after.csv")]
    code, _, result = compare(files, "--scores", *scores, "--assistance", str(files / "help.csv"))
    assert code == 0
    assert result["schema"] == "mipg-compare/1"
    assert result["after_vigencia"] == 2021
    again = compare(files, "--scores", scores[0], "--scores", scores[1], "--assistance", str(files / "help.csv"))
    assert again[2] == result


def test_document_goes_where_it_is_asked_without_a_home(files: Path) -> None:
    done = mipg(
        "compare", "--scores", str(files / "before.csv"), "--assistance", str(files / "help.csv"), "--json", "-"
    )
    assert json.loads(done.stdout)["after_vigencia"] == 2020
    assert not (files / "home").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--scores", "nope.csv", "--assistance", "help.csv"], "nope.csv: no se puede leer"),
        (["--scores", "help.csv", "--assistance", "help.csv"], "falta la columna"),
        (["--scores", "before.csv", "--assistance", "after.csv"], "falta la columna «fecha»"),
        (["--scores", "before.csv"], "falta «--assistance"),
        (["--assistance", "help.csv"], "falta «--scores"),
        (["--scores", "before.csv", "--assistance", "help.csv", "--after", "2030"], "no hay puntajes de la vigencia"),
        (["--scores", "before.csv", "--assistance", "help.csv", "--blocks", "x"], "se espera una vigencia o un rango"),
        (["--scores", "before.csv", "--assistance", "help.csv", "--min-exposure", "2"], "fracción del año"),
    ],
)
def test_wrong_use_is_said_in_spanish_with_exit_two(files: Path, arguments: list[str], words: str) -> None:
    placed = [str(files / part) if part.endswith(".csv") else part for part in arguments]
    code, told, result = compare(files, *placed)
    assert (code, result) == (2, {})
    assert words in told


def test_exported_assistance_is_read_back_as_it_was() -> None:
    from tasks.domain.scores.results import Table
    from tasks.domain.scores.tables.assistance import read_assistance
    from tests.tasks.domain.scores.world import catalog

    days = World(places=20, policies=4).assist_lowest().assistance
    rows = list(csv.reader(as_csv(days).splitlines()))
    read = read_assistance([Table("a", rows)], "a.csv", catalog())
    assert not read.problems
    assert sorted(read.rows, key=repr) == sorted(days, key=repr)
