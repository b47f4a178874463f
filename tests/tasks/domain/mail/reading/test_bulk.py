"""Long base64 bodies set aside while the message around them is parsed."""

import base64
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.reading.bulk import put_back, set_aside
from tests.benchmarks.mails import mixed_mails

CORPUS = Path(__file__).parents[6] / "shared" / "data" / "mails"
BLOB = base64.encodebytes(bytes(range(256)) * 60)
HEADING = b"Content-Transfer-Encoding: base64"


def tree(message: Message) -> object:
    inside = message._payload  # type: ignore[attr-defined]
    parts = [tree(part) for part in inside] if isinstance(inside, list) else inside
    return list(message.raw_items()), message.preamble, message.epilogue, parts


def parsed_lean(raw: bytes) -> Message:
    lean, bodies = set_aside(raw)
    message = message_from_bytes(lean)
    put_back(message, bodies)
    return message


def assert_same(raw: bytes) -> None:
    assert tree(parsed_lean(raw)) == tree(message_from_bytes(raw))


PIECES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=b\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: message/delivery-status\n",
        b"Content-Type: multipart/digest; boundary=c\n",
        HEADING + b"\n",
        HEADING.upper() + b"\r\n",
        b"Subject: x\n",
        b"\n",
        b"\r\n",
        b"--b\n",
        b"--c\r\n",
        b"--b--\n",
        b"palabras\n",
        b"\0000\0\n",
        BLOB,
        BLOB.replace(b"\n", b"\r\n"),
        BLOB[:-1],
        BLOB.replace(b"\n", b"\r"),
    ]
)


@given(st.lists(PIECES, max_size=25))
def test_any_pieces_give_the_tree_that_the_standard_parser_gives(pieces: list[bytes]) -> None:
    assert_same(b"".join(pieces))


def test_mails_with_files_give_the_same_tree_and_lose_their_weight_before_the_parser() -> None:
    for raw in mixed_mails(40):
        assert_same(raw)
    heavy = max(mixed_mails(40), key=len)
    assert len(set_aside(heavy)[0]) < 10_000 < 400_000 < len(heavy)


@pytest.mark.skipif(not CORPUS.exists(), reason="the mail corpus is not beside the project")
def test_the_corpus_gives_the_same_trees() -> None:
    for path in CORPUS.glob("*.eml"):
        assert_same(path.read_bytes())
