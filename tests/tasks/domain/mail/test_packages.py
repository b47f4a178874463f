"""What comes wrapped: signed messages, winmail.dat, invitations; programs are kept and told of."""

import base64
import struct
import time

import pytest
from asn1crypto import cms, core
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.domain.mail.message import Mail
from tasks.domain.mail.reading.filename import is_executable
from tasks.domain.mail.reading.parsing import MAX_BYTES, TooLarge, parse
from tasks.domain.mail.reading.tnef import unpack

INSIDE = "Content-Type: text/plain; charset=utf-8\r\n\r\nSolicitamos asesoría en PAC.\r\n".encode()


def signed(data: bytes) -> bytes:
    info = {"content_type": "data", "content": data}
    content = cms.SignedData({"version": "v1", "digest_algorithms": [], "encap_content_info": info, "signer_infos": []})
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": content}).dump())


def signed_in_pieces(data: bytes) -> bytes:
    """The same of indefinite length, as `openssl cms -stream` and some programs write it."""
    octets = core.OctetString(data[:20]).dump() + core.OctetString(data[20:]).dump()
    inner = b"\x30\x80" + core.ObjectIdentifier("1.2.840.113549.1.7.1").dump() + b"\xa0\x80\x24\x80" + octets
    sets = b"\x31\x00" + inner + b"\0\0" * 3 + b"\x31\x00"
    head = b"\x30\x80" + core.ObjectIdentifier("1.2.840.113549.1.7.2").dump() + b"\xa0\x80\x30\x80"
    return head + core.Integer(1).dump() + sets + b"\0\0" * 3


def wrapped(content: bytes, kind: str, name: str) -> Mail:
    head = f"From: a@x.gov.co\r\nSubject: Oficio\r\nContent-Type: {kind}; name={name}\r\n"
    return parse(f"{head}Content-Transfer-Encoding: base64\r\n\r\n".encode() + base64.encodebytes(content))


def attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(*given: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(given))
    for kind, name, value in given:
        counted = struct.pack("<II", 1, len(value)) if kind != 3 else b""
        out += struct.pack("<HH", kind, name) + counted + value + b"\0" * (-len(value) % 4)
    return out


def winmail(text: str = "Pedimos asesoría\0", name: str = "Oficio Asesoría.docx\0") -> bytes:
    message = properties((3, 0x3FDE, struct.pack("<I", 1252)), (0x1F, 0x1000, text.encode("utf-16-le")))
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + attribute(1, 0x9003, message)
        + attribute(2, 0x9002, b"\0" * 14)
        + attribute(2, 0x8010, b"OFICIO~1.DOC\0")
        + attribute(2, 0x800F, b"PK-docx")
        + attribute(2, 0x9005, properties((0x1F, 0x3707, name.encode("utf-16-le"))))
    )


@pytest.mark.parametrize("kind", ["application/pkcs7-mime", "application/x-pkcs7-mime", "application/octet-stream"])
@pytest.mark.parametrize("der", [signed(INSIDE), signed(signed(INSIDE)), signed_in_pieces(INSIDE)])
def test_what_an_opaque_signature_holds_is_the_message(kind: str, der: bytes) -> None:
    mail = wrapped(der, kind, "smime.p7m")
    assert mail.text == "Solicitamos asesoría en PAC."
    assert mail.attachments == ()


def test_files_inside_a_signed_message_are_its_files() -> None:
    inside = (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nVan.\r\n--b\r\nContent-Type: application/pdf\r\n"
    )
    mail = wrapped(
        signed(inside + b"Content-Disposition: attachment; filename=o.pdf\r\n\r\n%PDF\r\n--b--"), "a/b", "x.p7m"
    )
    assert (mail.text, [a.name for a in mail.attachments]) == ("Van.", ["o.pdf"])


@pytest.mark.parametrize("der", [b"", b"nada", b"\x30\x80" * 2000, signed(INSIDE)[:-30], b"\x30\x84\xff\xff\xff\xff"])
def test_what_cannot_be_opened_is_kept_and_told(der: bytes) -> None:
    mail = wrapped(der, "application/pkcs7-mime", "smime.p7m")
    assert mail.warnings == ("trae una parte cifrada o firmada que no se pudo abrir",)
    assert [a.name for a in mail.attachments] == ["smime.p7m"]


def test_signed_bombs_cost_little() -> None:
    bomb = b"".join(b"Content-Type: multipart/mixed; boundary=a\r\n" for _ in range(3000))
    head = b"--b\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    part = head + base64.encodebytes(signed(bomb))
    started = time.perf_counter()
    mail = parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part * 40 + b"--b--")
    assert time.perf_counter() - started < 4
    assert any("demasiadas partes" in warning for warning in mail.warnings)


def test_winmail_dat_gives_its_text_and_files() -> None:
    mail = wrapped(winmail(), "application/ms-tnef", "winmail.dat")
    assert mail.text == "Pedimos asesoría"
    assert [(a.name, a.content) for a in mail.attachments] == [("Oficio Asesoría.docx", b"PK-docx")]


def test_the_text_beside_winmail_dat_is_said_once() -> None:
    part = b"--b\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    body = b"--b\r\n\r\nHola\r\n" + part + base64.encodebytes(winmail("Hola\0")) + b"--b--"
    assert parse(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + body).text == "Hola"


def test_counts_that_winmail_dat_announces_are_not_believed() -> None:
    for value in (struct.pack("<I", 0xFFFFFFFF), struct.pack("<IHHI", 1, 0x1002, 1, 0xFFFFFFFF)):
        started = time.perf_counter()
        assert unpack(struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x9003, value)) is not None
        assert time.perf_counter() - started < 1


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_winmail_dat_gives_what_it_can(data: st.DataObject) -> None:
    whole = winmail()
    at = data.draw(st.integers(0, len(whole)))
    broken = whole[:at] + data.draw(st.binary(max_size=12)) + whole[at + data.draw(st.integers(0, 12)) :]
    assert isinstance(wrapped(broken, "application/ms-tnef", "winmail.dat"), Mail)


def test_an_invitation_alone_is_read() -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY;LANGUAGE=es:Asesoría PAC\r\n"
        "DESCRIPTION:Solicitamos\\, por favor\\nasesoría en gesti\r\n ón documental\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    mail = parse(f"From: a@x.co\r\nContent-Type: text/calendar; charset=utf-8\r\n\r\n{calendar}".encode())
    assert mail.text == "Invitación: Asesoría PAC\nDescripción: Solicitamos, por favor\nasesoría en gestión documental"
    assert [a.name for a in mail.attachments] == ["adjunto.ics"]


@pytest.mark.parametrize(
    ("name", "content", "runs"),
    [
        ("oficio.pdf.exe", b"x", True),
        ("Foto.SCR", b"x", True),
        ("macro.docm", b"PK", True),
        ("oficio.pdf", b"MZ\x90\x00\x03\x00", True),
        ("script", b"#!/bin/sh", True),
        ("oficio.pdf", b"%PDF", False),
        ("resultados.xlsm", b"PK", False),
        ("MZ.txt", b"MZ es una sigla", False),
        ("exe.txt", b"x", False),
    ],
)
def test_programs_are_known_by_name_and_by_content(name: str, content: bytes, runs: bool) -> None:
    assert is_executable(name, content) is runs


def test_a_program_is_kept_and_told_of() -> None:
    raw = b'From: a@x.co\r\nContent-Type: application/x-msdownload; name="oficio.exe"\r\n\r\nMZ'
    mail = parse(raw)
    assert mail.attachments[0].name == "oficio.exe"
    assert mail.warnings == ("trae un archivo que se puede ejecutar (oficio.exe): no lo abra",)


def test_a_mail_over_the_limit_says_so_in_its_own_way() -> None:
    with pytest.raises(TooLarge):
        parse(b"From: a@x.co\r\n\r\n" + b"x" * MAX_BYTES)
