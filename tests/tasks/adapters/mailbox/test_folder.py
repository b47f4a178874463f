"""The folder mailbox: a flat directory and a Maildir."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from tasks.adapters.mailbox.folder import FolderMailbox
from tasks.ports.mailbox import After, Mailbox, MessageRef
from tests.contracts.mailbox import (
    MailboxContract,
    MovingMailboxContract,
    MovingPost,
    Post,
    contents,
    mail,
    unavailable,
)


class FlatPost(Post):
    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = 0

    def deliver(self, *messages: bytes) -> None:
        for raw in messages:
            self._count += 1
            (self.path / f"m{self._count:03}.eml").write_bytes(raw)

    def remove(self, ref: MessageRef) -> None:
        (self.path / ref.uid.split("|")[0]).unlink()

    def open(self, after: After = "keep") -> Mailbox:
        return FolderMailbox(self.path, after=after)


class MaildirPost(MovingPost):
    def __init__(self, path: Path) -> None:
        self.path = path
        self._count = 0
        for part in ("tmp", "new", "cur"):
            (path / part).mkdir(parents=True)

    def deliver(self, *messages: bytes) -> None:
        for raw in messages:
            self._count += 1
            self._put(raw, f"{time.time():.0f}.M{self._count:06}P1.host,S={len(raw)}")

    def _put(self, raw: bytes, name: str) -> None:
        path = self.path / "new" / name
        path.write_bytes(raw)
        os.utime(path, ns=(self._count * 10**9, self._count * 10**9))

    def remove(self, ref: MessageRef) -> None:
        self._find(ref).unlink()

    def open(self, after: After = "keep") -> Mailbox:
        return FolderMailbox(self.path, after=after, processed="Procesados/Año 2026")

    def inbox(self) -> list[bytes]:
        return [path.read_bytes() for path in self._all(self.path)]

    def processed(self) -> list[bytes]:
        return [path.read_bytes() for path in self._all(self.path / ".Procesados.A&APE-o 2026")]

    def read_marks(self) -> list[bool]:
        return ["S" in path.name.partition(":2,")[2] for path in self._all(self.path)]

    def _find(self, ref: MessageRef) -> Path:
        return next(path for path in self._all(self.path) if path.name.startswith(ref.uid))

    def _all(self, folder: Path) -> list[Path]:
        return sorted((*folder.glob("new/*"), *folder.glob("cur/*")), key=lambda path: path.name)


class TestFlatFolder(MailboxContract):
    @pytest.fixture
    def post(self, tmp_path: Path) -> FlatPost:
        return FlatPost(tmp_path)


class TestMaildir(MovingMailboxContract):
    @pytest.fixture
    def post(self, tmp_path: Path) -> MaildirPost:
        return MaildirPost(tmp_path / "Maildir")


@pytest.mark.parametrize("after", ["keep", "flag", "move"])
def test_flat_files_are_never_touched(tmp_path: Path, after: After) -> None:
    FlatPost(tmp_path).deliver(mail(1), mail(2))

    def state() -> dict[str, Any]:
        return {path.name: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    before = state()
    mailbox = FolderMailbox(tmp_path, after=after)
    mailbox.settle(mailbox.listing(None).refs)
    assert state() == before
    assert len(mailbox.listing(None).refs) == 2


def test_only_whole_mail_files_are_seen(tmp_path: Path) -> None:
    for name in (".oculto.eml", "a.eml.tmp", "b.eml.part", "notas.txt", "directorio.csv", "c.EML"):
        (tmp_path / name).write_bytes(mail(1))
    (tmp_path / "carpeta.eml").mkdir()
    os.mkfifo(tmp_path / "tubo.eml")
    refs = FolderMailbox(tmp_path).listing(None).refs
    assert [ref.uid.split("|")[0] for ref in refs] == ["c.EML"]


def test_a_file_that_grew_is_seen_again_and_its_old_place_is_gone(tmp_path: Path) -> None:
    mailbox = FolderMailbox(tmp_path)
    path = tmp_path / "m.eml"
    path.write_bytes(b"Subject: a medias\r\n")
    (half,) = mailbox.listing(None).refs
    path.write_bytes(mail(1))
    (whole,) = mailbox.listing(None).refs
    assert half != whole
    assert [message.ref for message in mailbox.fetch([half, whole])] == [whole]


def test_file_names_of_any_bytes_become_plain_places(tmp_path: Path) -> None:
    for name in ("mañana.eml".encode(), b"latin\xf1.eml", b"con %20 y | raya\n.eml"):
        (tmp_path / os.fsdecode(name)).write_bytes(mail(1))
    mailbox = FolderMailbox(tmp_path)
    refs = mailbox.listing(None).refs
    assert all(ref.uid.isascii() and ref.uid.isprintable() for ref in refs)
    assert contents(mailbox) == [mail(1)] * 3


def test_a_place_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secreto.eml").write_bytes(b"secreto")
    assert list(FolderMailbox(inner).fetch([MessageRef("folder", "..%2Fsecreto.eml|7|0")])) == []


def test_a_maildir_message_that_another_program_marked_is_still_found(tmp_path: Path) -> None:
    post = MaildirPost(tmp_path / "Maildir")
    post.deliver(mail(1), mail(2))
    mailbox = post.open("flag")
    refs = mailbox.listing(None).refs
    fetched = mailbox.fetch(refs)
    first = next(fetched)
    (moved,) = [path for path in (post.path / "new").iterdir() if path.name.startswith(refs[1].uid)]
    moved.rename(post.path / "cur" / f"{refs[1].uid}:2,F")
    assert [first.raw, next(fetched).raw] == [mail(1), mail(2)]
    mailbox.settle(refs[1:])
    assert (post.path / "cur" / f"{refs[1].uid}:2,FS").exists()
    assert mailbox.listing(None).refs == refs


def test_a_maildir_says_when_mail_was_delivered_and_a_flat_folder_does_not(tmp_path: Path) -> None:
    post = MaildirPost(tmp_path / "Maildir")
    post.deliver(mail(1))
    mailbox = post.open()
    (message,) = mailbox.fetch(mailbox.listing(None).refs)
    assert message.received is not None
    assert message.received.timestamp() == 1
    (tmp_path / "m.eml").write_bytes(mail(1))
    flat = FolderMailbox(tmp_path)
    assert [message.received for message in flat.fetch(flat.listing(None).refs)] == [None]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    assert "no-existe" in unavailable(FolderMailbox(tmp_path / "no-existe"))
