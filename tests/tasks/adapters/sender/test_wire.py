"""How messages and addresses look on the wire."""

from email import message_from_bytes
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.adapters.sender.wire import data_lines, has_utf8_header, seven_bit, wire_address


@pytest.mark.parametrize(
    ("address", "utf8", "expected"),
    [
        ("a@b.co", False, "a@b.co"),
        ("ana@señal.co", False, "ana@xn--seal-hqa.co"),
        ("ana@señal.co", True, "ana@señal.co"),
        ("peña@b.co", True, "peña@b.co"),
        ("peña@b.co", False, None),
        ("a@b.co>\r\nRCPT TO:<c@d.co", True, None),
        ("con espacio@b.co", True, None),
        ("@b.co", True, None),
        ("a@", True, None),
        ("a@" + "ñ" * 70 + ".co", False, None),
    ],
)
def test_addresses_go_as_the_server_can_take_them(address: str, utf8: bool, expected: str | None) -> None:
    assert wire_address(address, utf8) == expected


@given(st.text(), st.booleans())
def test_no_address_breaks_a_command_line(address: str, utf8: bool) -> None:
    wired = wire_address(address, utf8)
    assert wired is None or not set(wired) & set("\r\n\0 <>")


@given(st.binary())
def test_the_final_dot_comes_once_and_last(raw: bytes) -> None:
    lines = data_lines(raw)
    assert lines.endswith(b"\r\n.\r\n")
    assert lines.find(b"\r\n.\r\n") == len(lines) - 5
    assert not lines.startswith(b".\r\n") or raw == b""
    assert b"\r" not in lines.replace(b"\r\n", b"")
    assert b"\n" not in lines.replace(b"\r\n", b"")


def test_seven_bits_say_the_same() -> None:
    raw = (
        b"Subject: x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "Nariño\r\n".encode()
    )
    recoded = seven_bit(raw)
    assert recoded.isascii()
    assert message_from_bytes(recoded, policy=SMTP).get_content().strip() == "Nariño"


def test_bytes_of_no_known_charset_stay() -> None:
    raw = b"Subject: x\r\n\r\nNari\xf1o\r\n"
    assert seven_bit(raw) == raw


def test_only_the_header_decides_on_a_utf8_header() -> None:
    assert has_utf8_header("Subject: ñ\r\n\r\nx".encode())
    assert not has_utf8_header("Subject: n\r\n\r\nñ".encode())
