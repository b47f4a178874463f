"""The archive on the disk."""

import os
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tasks.adapters.files.archive import FileArchive, put_whole
from tasks.ports.errors import ArchiveUnavailable
from tests.contracts.archive import ArchiveContract


@contextmanager
def disk_that_takes(octets: int) -> Iterator[None]:
    """Make the system refuse longer files, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (octets, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def archive(tmp_path: Path) -> FileArchive:
    return FileArchive(tmp_path / "archivo")


class TestFileArchive(ArchiveContract):
    @pytest.fixture
    def archive(self, tmp_path: Path) -> FileArchive:
        return FileArchive(tmp_path / "archivo")


def test_files_lie_by_hash_and_their_writers_leave_nothing_else(archive: FileArchive, tmp_path: Path) -> None:
    (sha256,) = archive.put([b"correo"], ".eml")
    files = [path for path in (tmp_path / "archivo").rglob("*") if path.is_file()]
    assert files == [tmp_path / "archivo" / sha256[:2] / f"{sha256[2:]}.eml"]


def test_a_full_disk_is_said_and_leaves_nothing_half_written(archive: FileArchive, tmp_path: Path) -> None:
    archive.ping()
    with disk_that_takes(1000), pytest.raises(ArchiveUnavailable, match="archivo"):
        archive.put([b"x" * 500, b"y" * 5000], ".eml")
    assert [path.stat().st_size for path in (tmp_path / "archivo").rglob("*.eml")] in ([], [500])
    assert list((tmp_path / "archivo" / ".tmp").iterdir()) == []
    assert archive.get(archive.put([b"y" * 5000], ".eml")[0]) == b"y" * 5000


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "ocupado").write_bytes(b"")
    archive = FileArchive(tmp_path / "ocupado")
    for reach in (archive.ping, lambda: archive.put([b"x"])):
        with pytest.raises(ArchiveUnavailable, match="ocupado"):
            reach()


def test_bytes_that_rotted_are_not_handed_out(archive: FileArchive) -> None:
    (sha256,) = archive.put([b"correo"], ".eml")
    archive.path(sha256).write_bytes(b"correa")
    with pytest.raises(ArchiveUnavailable, match="no longer holds"):
        archive.get(sha256)


def test_a_truncated_file_is_healed_by_putting_it_again(archive: FileArchive) -> None:
    (sha256,) = archive.put([b"correo"], ".eml")
    archive.path(sha256).write_bytes(b"co")
    archive.put([b"correo"])
    assert archive.get(sha256) == b"correo"
    assert archive.path(sha256).suffix == ".eml"


def test_leftovers_of_a_crash_go_after_a_day(archive: FileArchive, tmp_path: Path) -> None:
    temporary = tmp_path / "archivo" / ".tmp"
    temporary.mkdir(parents=True)
    (temporary / "fresh").write_bytes(b"x")
    (temporary / "stale").write_bytes(b"x")
    yesterday = time.time() - 25 * 3600
    os.utime(temporary / "stale", (yesterday, yesterday))
    archive.put([b"correo"])
    assert [path.name for path in temporary.iterdir()] == ["fresh"]


def test_writers_at_the_same_time_agree(tmp_path: Path) -> None:
    contents = [str(number).encode() for number in range(40)]
    with ThreadPoolExecutor(4) as writers:
        answers = list(writers.map(lambda _: FileArchive(tmp_path).put(contents, ".eml"), range(4)))
    assert all(answer == answers[0] for answer in answers)
    assert sum(1 for path in tmp_path.rglob("*.eml")) == 40


def test_a_file_has_its_bytes_on_the_disk_before_a_watcher_sees_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def named(part: Path, target: Path) -> None:
        done.append(target.name)
        part.rename(target)

    monkeypatch.setattr(os, "fsync", lambda descriptor: done.append(f"{os.fstat(descriptor).st_size} bytes"))
    monkeypatch.setattr(Path, "replace", named)
    put_whole(tmp_path, "mdi-2027.csv", b"dane_code;score")
    assert done == ["15 bytes", "mdi-2027.csv"]
    assert (tmp_path / "mdi-2027.csv").read_bytes() == b"dane_code;score"
