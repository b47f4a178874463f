"""Outgoing mail into a folder."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.adapters.sender.folder import FolderSender, file_name
from tasks.ports.errors import SenderUnavailable
from tasks.ports.sender import Outcome, Sender
from tests.contracts.sender import Outside, SenderContract, envelope


class Folder(Outside):
    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> Sender:
        return FolderSender(self.path)

    def arrived(self) -> list[bytes]:
        return [path.read_bytes() for path in self.path.iterdir()]


class TestFolderSender(SenderContract):
    @pytest.fixture
    def outside(self, tmp_path: Path) -> Folder:
        return Folder(tmp_path / "salida" / "correo")


def test_the_file_is_named_after_the_message(tmp_path: Path) -> None:
    FolderSender(tmp_path).send(envelope())
    assert [path.name for path in tmp_path.iterdir()] == ["acuse-S-2026-0001.ab12@antioquia.gov.co.eml"]


def test_the_same_message_twice_is_one_file_that_stays_as_it_was(tmp_path: Path) -> None:
    sender = FolderSender(tmp_path)
    sender.send(envelope())
    assert sender.send(envelope(raw=b"otra\r\n")).outcome is Outcome.SENT
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [envelope().raw]
    assert sender.was_sent(envelope().message_id) is True


@given(st.text(max_size=400))
def test_any_message_id_gives_a_safe_name(message_id: str) -> None:
    name = file_name(message_id)
    assert len(name) <= 200
    assert not name.startswith(".") or name == ".eml"
    assert all(letter.isascii() and (letter.isalnum() or letter in "@._+-") for letter in name)
    assert name.endswith(".eml")


@given(st.lists(st.text("ab/._<>ñ", max_size=6), min_size=2, max_size=2, unique=True))
def test_different_messages_have_different_names(ids: list[str]) -> None:
    first, second = (f"<x{one}>" for one in ids)
    assert file_name(first) != file_name(second)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "ocupado").write_bytes(b"")
    sender = FolderSender(tmp_path / "ocupado")
    for reach in (sender.ping, lambda: sender.send(envelope())):
        with pytest.raises(SenderUnavailable, match="ocupado"):
            reach()
