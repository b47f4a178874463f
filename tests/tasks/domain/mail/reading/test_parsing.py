"""Parsing: real shapes of broken mail, and any bytes at all."""

import json
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import parts_of
from tasks.domain.mail.reading.filename import MAX_NAME, safe_name
from tasks.domain.mail.reading.parsing import MAX_DEPTH, MAX_PARTS, parse

DATA = Path(__file__).parents[4] / "data" / "mail"
EXPECTED = json.loads((DATA / "expected.json").read_text(encoding="utf-8"))
SAMPLES = tuple(path.read_bytes() for path in sorted(DATA.glob("*.eml")))


def read(name: str) -> Mail:
    return parse((DATA / f"{name}.eml").read_bytes())


@pytest.mark.parametrize("name", EXPECTED)
def test_mail_of_the_field_is_read_as_expected(name: str) -> None:
    mail = read(name)
    parts = parts_of(mail)
    forwarded = parts.forwarded
    seen = {
        "sender": mail.sender.email,
        "subject": mail.subject,
        "own": parts.own,
        "signature": parts.signature,
        "quoted": parts.quoted[:30],
        "radicado": parts.radicado,
        "forwarded": forwarded and [forwarded.name, forwarded.email, forwarded.subject, forwarded.text],
        "inner": mail.inner and [mail.inner.sender.email, mail.inner.text],
        "attachments": [a.name for a in mail.attachments],
    }
    assert {key: seen[key] for key in EXPECTED[name]} == EXPECTED[name]


def test_broken_headers_are_still_understood() -> None:
    mail = read("broken-headers")
    assert (mail.sender.name, mail.sender.email) == (
        "Planeación, Oficina de <x>",
        "planeacion@olaya-antioquia.gov.co",
    )
    assert mail.to == ()
    assert [(p.name, p.email) for p in mail.cc] == [
        ("Luz María", "luz@x.co"),
        ("Pérez, Juan", "juan@x.co"),
        ("sin correo", ""),
    ]
    assert mail.message_id == "<sin-corchetes@olaya.co>"
    assert mail.references == ("<a@x>", "<b@x>", "<c@x>")
    assert mail.sent is None
    assert mail.defects == ("sin fecha legible",)


def test_encoded_words_in_other_headers_stay_encoded_so_that_they_forge_nothing() -> None:
    raw = b'Authentication-Results: mx.x.co; spf=pass smtp.mailfrom="=?utf-8?q?=3B_dmarc=3Dpass?="\r\n\r\nx'
    assert "dmarc=pass" not in parse(raw).header("authentication-results")


def test_a_mark_that_an_editor_put_before_the_headers_hides_none() -> None:
    assert parse(b"\xef\xbb\xbfFrom: ana@x.gov.co\r\n\r\nHola").sender.email == "ana@x.gov.co"


@pytest.mark.parametrize("raw", [b"", b" \r\n\t "])
def test_nothing_at_all_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(ValueError, match="vacío"):
        parse(raw)


def test_bomb_of_announced_parts_is_refused_before_it_costs_anything() -> None:
    with pytest.raises(ValueError, match="partes"):
        parse(b"From: a@x.co\r\n\r\n" + b"Content-Type: multipart/mixed; boundary=a\r\n" * 3000)


def test_parts_beyond_the_limit_are_left_out_and_told() -> None:
    body = b"".join(b"--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n" for _ in range(MAX_PARTS + 50))
    mail = parse(b"From: a@x.co\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + body + b"--b--")
    assert len(mail.attachments) < MAX_PARTS
    assert any("partes" in defect for defect in mail.defects)


def test_nesting_beyond_the_limit_is_left_out_and_told() -> None:
    def nested(levels: int) -> bytes:
        head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
        return b"From: a@x.co\r\n" + head + b"Content-Type: text/plain\r\n\r\nfondo"

    assert parse(nested(MAX_DEPTH)).text == "fondo"
    assert parse(nested(MAX_DEPTH + 5)).defects[0] == f"tiene más de {MAX_DEPTH} niveles"
    assert isinstance(parse(nested(900)), Mail)


@pytest.mark.parametrize(
    ("label", "data"),
    [
        ("us-ascii", "Señores: petición".encode()),
        ("iso-8859-1", "Señores: petición".encode("cp1252")),
        ("utf-8", "Señores: petición".encode("latin-1")),
        ("x-nunca-visto", "Señores: petición".encode()),
        ("punycode", "Señores: petición".encode()),
        ("utf-16", "Señores: petición".encode("utf-16")),
        ("windows-1252", "Señores: petición".encode()),
    ],
)
def test_text_is_right_whatever_the_charset_label_claims(label: str, data: bytes) -> None:
    raw = f'From: a@x.co\r\nContent-Type: text/plain; charset="{label}"\r\n\r\n'.encode() + data
    assert parse(raw).text == "Señores: petición"


def test_plain_part_that_only_points_at_the_html_gives_way_to_it() -> None:
    message = EmailMessage()
    message.set_content("Su lector de correo no puede mostrar este mensaje. Véalo en formato HTML.")
    message.add_alternative("<p>Pedimos apoyo en <b>PAC</b>.</p>", subtype="html")
    assert parse(message.as_bytes()).text == "Pedimos apoyo en PAC."


def test_files_beside_the_html_twin_are_kept_once() -> None:
    message = EmailMessage()
    message.set_content("Ver logo")
    message.add_alternative("<p>Ver logo</p><img src='cid:x'>", subtype="html")
    message.get_payload()[1].add_related(b"PNG", "image", "png", cid="<x>")  # type: ignore[index,union-attr]
    mail = parse(message.as_bytes())
    assert mail.text == "Ver logo"
    assert [(a.content_type, a.inline) for a in mail.attachments] == [("image/png", True)]


def test_second_message_inside_is_kept_as_a_file() -> None:
    message = EmailMessage()
    message.set_content("van dos")
    for subject in ("uno", "dos"):
        child = EmailMessage()
        child["Subject"] = subject
        child.set_content(subject)
        message.add_attachment(child)
    mail = parse(message.as_bytes())
    assert mail.inner is not None
    assert mail.inner.subject == "uno"
    assert [a.name for a in mail.attachments] == ["dos.eml"]


def test_content_key_ignores_sender_wrapper_prefix_and_spelling() -> None:
    first = parse(b"From: a@x.co\nSubject: Asesoria PAC\n\nPedimos ayuda con el PAC.")
    again = parse("From: b@y.co\nSubject: RV: Asesoría  PAC\n\npedimos ayuda con el pac".encode())
    other = parse(b"From: a@x.co\nSubject: Asesoria PAC\n\nPedimos ayuda con el SUIT.")
    assert first.content_key == again.content_key != other.content_key
    assert parse(b"From: a@x.co\n\n").content_key == ""


def test_content_key_of_a_forward_with_files_is_that_of_the_direct_mail() -> None:
    def mail(subject: str, text: str, file: bytes) -> Mail:
        message = EmailMessage()
        message["From"], message["Subject"] = "a@x.co", subject
        message.set_content(text)
        message.add_attachment(file, "application", "pdf", filename="o.pdf")
        return parse(message.as_bytes())

    below = "De: Ana <ana@y.co>\nEnviado: lunes, 2 de febrero de 2026 9:00\nPara: x\nAsunto: Asesoría\n\nPedimos PAC."
    direct = mail("Asesoría", "Pedimos PAC.", b"%PDF")
    assert mail("RV: Asesoría", f"Para su trámite.\n\n{below}", b"%PDF").content_key == direct.content_key
    assert mail("RV: Asesoría", f"Para su trámite.\n\n{below}", b"otro").content_key != direct.content_key


@pytest.mark.parametrize(
    "raw",
    [
        "\r\n\r\n" + "a" + "\u0301\u0323" * 150_000,
        "From: " + '"\\' * 8000 + "\r\n\r\nx",
        "X: y\r\n" * 100_000 + "\r\nx",
        "Content-Type: message/rfc822\r\n\r\n" * 1900 + "x\r\n" * 10_000,
        "From: a@b.co\r\n\r\n" + " " * 3_000_000 + "x",
        "Subject: " + "=?utf-8?q?a?= " * 50_000 + "\r\n\r\nx",
    ],
)
def test_hostile_message_costs_little(raw: str) -> None:
    started = time.perf_counter()
    parse(raw.encode())
    assert time.perf_counter() - started < 4


def test_many_boundaries_over_many_lines_are_refused() -> None:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(200))
    with pytest.raises(ValueError, match="partes"):
        parse(head + b"x\n" * 300_000)


def seems_clean(text: str) -> bool:
    return not any(
        (ord(c) < 32 and c not in "\n\t") or 0xD800 <= ord(c) <= 0xDFFF or c in "\u200b\u202e\ufeff" for c in text
    )


def check(raw: bytes) -> None:
    """Any bytes give a clean Mail or a reason."""
    try:
        mail = parse(raw)
    except ValueError as reason:
        assert str(reason)
        return
    current: Mail | None = mail
    while current is not None:
        assert seems_clean(current.subject + current.sender.name + current.text)
        assert "\n" not in current.subject
        for attachment in current.attachments:
            assert attachment.name == safe_name(attachment.name)
        json.dumps([current.text, current.subject, current.headers and list(current.headers)]).encode()
        current.text.encode()
        parts_of(current)
        current = current.inner


@given(st.binary(max_size=4000))
def test_any_bytes_give_a_message_or_a_reason(raw: bytes) -> None:
    check(raw)


@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), st.data())
def test_mutated_mail_gives_a_message_or_a_reason(raw: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(raw)))
        end = data.draw(st.integers(start, min(len(raw), start + 200)))
        piece = data.draw(
            st.binary(max_size=30)
            | st.sampled_from(
                [
                    b"\r\n",
                    b"--b",
                    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n",
                    b"=?utf-8?b?",
                    b'"',
                    b"<",
                    b"\x00",
                ]
            )
        )
        raw = raw[:start] + piece + raw[end:]
    check(raw)


@given(st.text(max_size=300))
def test_attachment_name_is_safe_whatever_was_given(given_name: str) -> None:
    name = safe_name(given_name, "application/pdf")
    assert 0 < len(name) <= MAX_NAME
    assert not set(name) & set('/\\<>:"|?*\x00\n')
    assert not name.startswith((".", " "))
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\CON.pdf", "_CON.pdf"),
        ("", "adjunto.pdf"),
        ("a\u202efdp.exe", "afdp.exe"),
    ],
)
def test_attachment_name_loses_path_device_and_direction_marks(given_name: str, name: str) -> None:
    assert safe_name(given_name, "application/pdf" if not given_name else "") == name
