"""A backup brings back everything: ledger, archive, sheet; also into the other kind of database."""

import json
import stat
from pathlib import Path
from zipfile import ZipFile

import pytest

from tasks.bootstrap import Office
from tasks.operation.backup import BadBackup, back_up, restore
from tasks.ports.errors import UsageError
from tests.e2e.desk import Desk
from tests.e2e.story import an_office


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "old")
    desk.assigned()
    return desk


def empty(desk: Desk, home: Path, **settings: str) -> Office:
    home.mkdir()
    return an_office(home, desk.now, settings)


def told(office: Office) -> dict[str, list[str]]:
    """Return what the ledger says, table by table, row order apart."""
    tables: dict[str, list[str]] = {}
    office.ledger.dump(lambda name, lines: tables.update({name: sorted(line.decode() for line in lines)}))
    return tables


def test_a_backup_brings_back_every_row_and_file(desk: Desk, tmp_path: Path) -> None:
    back_up(desk.office(), tmp_path / "copy.zip")
    fresh = empty(desk, tmp_path / "new")
    restore(fresh, tmp_path / "copy.zip")
    assert told(fresh) == told(desk.office())
    assert fresh.ledger.audit() == []
    for path in (desk.home / "archive").rglob("*.eml"):
        assert (tmp_path / "new" / path.relative_to(desk.home)).read_bytes() == path.read_bytes()
    again = Desk(tmp_path / "new", now=desk.now)
    assert again.cycle().get("intake.case_opened", 0) == 0
    assert len(again.cases()) == len(desk.cases())


@pytest.mark.postgres
def test_a_copy_of_sqlite_goes_on_under_postgresql_and_numbers_go_on(desk: Desk, tmp_path: Path, postgres: str) -> None:
    back_up(desk.office(), tmp_path / "copy.zip")
    fresh = empty(desk, tmp_path / "new", MIPG_LEDGER__URL=postgres)
    restore(fresh, tmp_path / "copy.zip")
    assert told(fresh) == told(desk.office())
    again = Desk(tmp_path / "new", {"MIPG_LEDGER__URL": postgres}, now=desk.now)
    letter = again.assigned("Solicitamos asesoría en la política de Gobierno Digital.", "tic@urrao-antioquia.gov.co")
    assert letter.number.endswith("0002")
    assert again.audit() == []


def test_a_ledger_that_holds_anything_is_never_written_over(desk: Desk, tmp_path: Path) -> None:
    back_up(desk.office(), tmp_path / "copy.zip")
    before = told(desk.office())
    with pytest.raises(UsageError, match="not empty"):
        restore(desk.office(), tmp_path / "copy.zip")
    assert told(desk.office()) == before


def test_files_that_are_there_stay_and_are_named(desk: Desk, tmp_path: Path) -> None:
    (desk.home / "config").mkdir(exist_ok=True)
    (desk.home / "config" / "mipg.toml").write_text("# old\n")
    back_up(desk.office(), tmp_path / "copy.zip")
    fresh = empty(desk, tmp_path / "new")
    (tmp_path / "new" / "config").mkdir()
    (tmp_path / "new" / "config" / "mipg.toml").write_text("# new\n")
    _, stayed = restore(fresh, tmp_path / "copy.zip")
    assert stayed == ["config/mipg.toml"]
    assert (tmp_path / "new" / "config" / "mipg.toml").read_text() == "# new\n"


def test_only_its_owner_reads_it_and_a_failed_one_leaves_nothing(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "copy.zip"
    back_up(desk.office(), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def stop(_done: int, _all: int) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        back_up(desk.office(), tmp_path / "other.zip", stop)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["copy.zip"]


@pytest.mark.parametrize("name", ["home/../../evil", "home//etc/evil", "home/a\\..\\evil"])
def test_a_name_that_leads_out_of_the_home_is_refused(desk: Desk, tmp_path: Path, name: str) -> None:
    file = tmp_path / "evil.zip"
    with ZipFile(file, "w") as pack:
        pack.writestr("manifest.json", json.dumps({"format": "mipg-backup/1", "revision": "0001", "made": ""}))
        pack.writestr(name, "x")
    with pytest.raises(BadBackup, match="outside"):
        restore(empty(desk, tmp_path / "new"), file)


def test_what_is_no_backup_or_a_newer_one_is_said(desk: Desk, tmp_path: Path) -> None:
    fresh = empty(desk, tmp_path / "new")
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(BadBackup, match="no backup"):
        restore(fresh, tmp_path / "text.zip")
    with ZipFile(tmp_path / "newer.zip", "w") as pack:
        pack.writestr("manifest.json", json.dumps({"format": "mipg-backup/1", "revision": "9999", "made": ""}))
    with pytest.raises(BadBackup, match="newer"):
        restore(fresh, tmp_path / "newer.zip")
    with pytest.raises(UsageError, match="no file"):
        restore(fresh, tmp_path / "missing.zip")
