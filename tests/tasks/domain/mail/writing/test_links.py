"""One-click answers."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.reading.characters import clean, one_line
from tasks.domain.mail.writing.links import mailto, order_label


def test_a_link_opens_a_mail_with_the_order_and_the_key() -> None:
    link = mailto("mesa@example.org", "2026-0041: asignar", "asignar 2026-0041: Luz Dary Ñáñez & Cía", "k1")
    assert link == (
        "mailto:mesa@example.org?subject=2026-0041%3A%20asignar&body=asignar%202026-0041%3A%20Luz%20Dary%20"
        "%C3%91%C3%A1%C3%B1ez%20%26%20C%C3%ADa%0D%0A%0D%0A%0D%0AClave%20de%20respuesta%3A%20k1"
    )


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_nothing_in_an_order_can_add_a_field_to_the_mail(subject: str, body: str) -> None:
    link = mailto("mesa@example.org", subject, body)
    parts = urlsplit(link)
    assert unquote(parts.path) == "mesa@example.org"
    asked = parse_qs(parts.query, keep_blank_values=True)
    assert set(asked) == {"subject", "body"}
    assert asked["subject"] == [one_line(subject)]
    assert asked["body"][0].replace("\r\n", "\n") == clean(body)


@pytest.mark.parametrize(
    ("order", "label"),
    [
        ("asignar 2026-0041: Ana María Londoño", "Asignar a Ana María Londoño"),
        ("no recordar 2026-0041: 12/01/2027", "No recordar hasta el 12 de enero"),
        ("devolver 2026-0041:", "Devolver…"),
        ("cerrar 2026-0041:", "Cerrar…"),
        ("cerrar 2026-0041: el municipio no respondió", "Cerrar: el municipio no respondió"),
        ("prórroga 2026-0041", "Enviar la prórroga"),
        ("algo nuevo 2026-0041: sí", "algo nuevo 2026-0041: sí"),
    ],
)
def test_a_button_says_the_order_in_plain_words(order: str, label: str) -> None:
    assert order_label(order) == label
