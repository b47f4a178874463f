"""Waiting for the disk, with and without a call for all files at once."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tasks.adapters.files import durable


@contextmanager
def opened(folder: Path, files: int) -> Iterator[list[int]]:
    descriptors = [os.open(folder / f"{number}", os.O_CREAT | os.O_WRONLY) for number in range(files)]
    try:
        yield descriptors
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The descriptors of every fsync."""
    seen: list[int] = []
    monkeypatch.setattr(os, "fsync", seen.append)
    return seen


def test_few_files_are_waited_for_one_by_one(tmp_path: Path, synced: list[int]) -> None:
    with opened(tmp_path, 3) as descriptors:
        durable.sync(descriptors)
        assert sorted(synced) == descriptors


def test_many_files_of_a_file_system_are_waited_for_at_once(
    tmp_path: Path, synced: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once: list[int] = []
    monkeypatch.setattr(durable, "_syncfs", lambda: at_once.append)
    with opened(tmp_path, 20) as descriptors:
        durable.sync(descriptors)
        assert (at_once, synced) == (descriptors[:1], [])


def test_where_no_system_call_does_it_each_file_is_waited_for(
    tmp_path: Path, synced: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "_syncfs", lambda: None)
    with opened(tmp_path, 20) as descriptors:
        durable.sync(descriptors)
        assert sorted(synced) == descriptors


@pytest.mark.parametrize("release", ["5.7.0-generic", "4.18.0-553.el8", "3.10"])
def test_a_kernel_that_keeps_failures_to_itself_is_not_relied_on(release: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable.platform, "release", lambda: release)
    assert durable._syncfs.__wrapped__() is None


@pytest.mark.skipif(durable._syncfs() is None, reason="this system has no syncfs to rely on")
def test_a_failure_is_an_os_error() -> None:
    call = durable._syncfs()
    assert call
    with pytest.raises(OSError) as caught:
        call(-1)
    assert caught.value.errno == errno.EBADF
