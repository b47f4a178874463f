"""What every archive must do."""

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.ports.archive import Archive


class ArchiveContract:
    """Subclasses give the fixture `archive`."""

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
    @given(contents=st.lists(st.binary(max_size=200), max_size=5))
    def test_what_is_put_comes_back_under_its_hash(self, archive: Archive, contents: list[bytes]) -> None:
        hashes = archive.put(contents, ".eml")
        assert hashes == [hashlib.sha256(content).hexdigest() for content in contents]
        assert [archive.get(sha256) for sha256 in hashes] == contents
        assert [archive.path(sha256).read_bytes() for sha256 in hashes] == contents

    def test_the_same_bytes_lie_there_once(self, archive: Archive) -> None:
        (first,) = archive.put([b"oficio"], ".docx")
        place = archive.path(first)
        before = place.stat()
        assert archive.put([b"oficio", b"oficio"], ".pdf") == [first, first]
        assert archive.path(first) == place
        assert (place.stat().st_ino, place.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)

    def test_the_suffix_stands_for_those_who_open_files(self, archive: Archive) -> None:
        (sha256,) = archive.put([b"oficio"], ".DOCX")
        assert archive.path(sha256).suffix == ".docx"

    @pytest.mark.parametrize("suffix", [".exe", ".js", "/../../x", ".docm", "docx", ".eml.exe", "\0"])
    def test_no_program_keeps_its_suffix(self, archive: Archive, suffix: str) -> None:
        (sha256,) = archive.put([b"x"], suffix)
        assert archive.path(sha256).suffix == ""
        assert archive.path(sha256).stat().st_mode & 0o111 == 0

    @pytest.mark.parametrize("unknown", ["ab" * 32, "", "..", "../../../etc/passwd", "AB" * 32])
    def test_what_was_never_put_is_a_key_error(self, archive: Archive, unknown: str) -> None:
        with pytest.raises(KeyError):
            archive.get(unknown)

    def test_ping_says_where_and_how_much_room(self, archive: Archive) -> None:
        assert "GB free" in archive.ping()

    def test_putting_nothing_is_nothing(self, archive: Archive) -> None:
        assert archive.put([]) == []

    def test_what_is_erased_is_gone_and_may_come_again(self, archive: Archive) -> None:
        (name,) = archive.put([b"olvidado"], ".eml")
        assert archive.erase(name)
        assert not archive.erase(name)
        with pytest.raises(KeyError):
            archive.get(name)
        assert archive.put([b"olvidado"], ".eml") == [name]
        assert archive.get(name) == b"olvidado"
