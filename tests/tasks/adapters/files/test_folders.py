"""One folder per case on the disk."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tasks.adapters.files.archive import FileArchive
from tasks.adapters.files.folders import DiskCaseFolders
from tasks.domain.cases.dossier import Filed

CASE = "2026-0041"


@pytest.fixture
def archive(tmp_path: Path) -> FileArchive:
    return FileArchive(tmp_path / "archive")


@pytest.fixture
def folders(tmp_path: Path, archive: FileArchive) -> DiskCaseFolders:
    return DiskCaseFolders(tmp_path / "casos", archive)


def _files(archive: FileArchive, *contents: bytes) -> list[Filed]:
    hashes = archive.put(contents, ".eml")
    return [Filed(f"{n}.eml", sha, "solicitud", date(2026, 11, 30)) for n, sha in enumerate(hashes)]


def test_files_and_manifest_say_the_same(folders: DiskCaseFolders, archive: FileArchive) -> None:
    files = _files(archive, b"uno", b"dos")
    for _ in range(2):
        folders.keep(CASE, files)
    folder = folders.path(CASE)
    assert (folder / "1.eml").read_bytes() == b"dos"
    manifest = json.loads((folder / "manifiesto.json").read_text(encoding="utf-8"))
    assert [(row["archivo"], row["sha256"]) for row in manifest["archivos"]] == [(f.name, f.sha256) for f in files]
    assert sorted(path.name for path in folder.iterdir()) == ["0.eml", "1.eml", "manifiesto.json"]


def test_what_people_add_stays_and_what_was_torn_is_mended(folders: DiskCaseFolders, archive: FileArchive) -> None:
    files = _files(archive, b"uno")
    folders.keep(CASE, files)
    folder = folders.path(CASE)
    (folder / "nota.txt").write_text("mía")
    (folder / "0.eml").unlink()
    (folder / "0.eml").write_bytes(b"")
    folders.keep(CASE, files)
    assert (folder / "0.eml").read_bytes() == b"uno"
    assert (folder / "nota.txt").read_text() == "mía"


def test_what_the_archive_forgot_leaves_the_manifest(folders: DiskCaseFolders, archive: FileArchive) -> None:
    files = _files(archive, b"uno", b"dos")
    archive.erase(files[0].sha256)
    folders.keep(CASE, files)
    manifest = json.loads((folders.path(CASE) / "manifiesto.json").read_text(encoding="utf-8"))
    assert [row["archivo"] for row in manifest["archivos"]] == ["1.eml"]


def test_what_stands_as_it_was_put_is_held_and_needs_no_bytes_again(
    folders: DiskCaseFolders, archive: FileArchive
) -> None:
    (mail,) = _files(archive, b"uno")
    plan = Filed("0 - 1 Plan.pdf", "0" * 64, "adjunto de solicitud", date(2026, 11, 30), b"%PDF-1.7")
    assert folders.held(CASE) == []
    folders.keep(CASE, [mail, plan])
    assert folders.held(CASE) == [mail, replace(plan, content=None)]
    before = (folders.path(CASE) / "manifiesto.json").read_bytes()
    folders.keep(CASE, [mail, replace(plan, content=None, is_placed=True)])
    assert (folders.path(CASE) / "manifiesto.json").read_bytes() == before


def test_a_folder_somebody_changed_is_filled_anew(folders: DiskCaseFolders, archive: FileArchive) -> None:
    files = _files(archive, b"uno", b"dos")
    folders.keep(CASE, files)
    (folders.path(CASE) / "1.eml").write_bytes(b"")
    assert folders.held(CASE) == []
    folders.keep(CASE, files)
    (folders.path(CASE) / "manifiesto.json").write_text("[]", encoding="utf-8")
    assert folders.held(CASE) == []


@pytest.mark.parametrize("number", ["../x", "2026-0041/..", "", "S-2026-0001"])
def test_only_a_case_number_names_a_folder(folders: DiskCaseFolders, number: str) -> None:
    with pytest.raises(ValueError, match="is no case number"):
        folders.path(number)


def test_a_file_that_has_another_name_now_lies_there_once_and_what_people_put_there_stays(
    folders: DiskCaseFolders, archive: FileArchive
) -> None:
    letter, request = _files(archive, b"oficio", b"solicitud")
    folders.keep(CASE, [letter, request])
    (folders.path(CASE) / "nota de Ana.txt").write_text("mía", encoding="utf-8")
    folders.keep(CASE, [replace(letter, name="0 ANULADO.eml"), request])
    names = sorted(path.name for path in folders.path(CASE).iterdir())
    assert names == ["0 ANULADO.eml", "1.eml", "manifiesto.json", "nota de Ana.txt"]
