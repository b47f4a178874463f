"""Own words, quotes and forwards."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.quotes import bare_subject, radicado, split

OUTLOOK = """De: Ana Ruiz <ana@x.gov.co>
Enviado: lunes, 9 de febrero de 2026 4:15 p. m.
Para: Mesa MIPG
Asunto: Consulta"""


def test_answers_between_quoted_lines_are_the_writers_own() -> None:
    parts = split(
        "El lun, 9 feb 2026 a las 16:10, Mesa <m@x.co> escribió:\n> ¿Cuándo?\n\nEl martes.\n\n> ¿Dónde?\n\nAquí."
    )
    assert parts.own == "El martes.\n\n\nAquí."
    assert "¿Dónde?" in parts.quoted


def test_attribution_folded_over_lines_is_found() -> None:
    parts = split("Sí.\n\nEl lun, 9 feb 2026 a las 16:10, Mesa MIPG de la Gobernación\n<mesa@x.co> escribió:\n\n> hola")
    assert parts.own == "Sí."


@pytest.mark.parametrize("subject", ["RE: Consulta", "Re: RV: Consulta"])
def test_outlook_heading_under_a_reply_is_a_quote(subject: str) -> None:
    parts = split(f"Gracias, nos sirve.\n\n{OUTLOOK}\n\nTexto anterior", subject)
    assert parts.own == "Gracias, nos sirve."
    assert parts.forwarded is None
    assert parts.quoted.endswith("Texto anterior")


def test_heading_whose_lines_are_paragraphs_is_a_quote() -> None:
    apart = OUTLOOK.replace("\n", "\n\n")
    parts = split(f"Con eso cerramos, gracias.\n\n{apart}\n\n¿Nos ayudan a revisarlo?", "RE: Consulta")
    assert parts.own == "Con eso cerramos, gracias."
    assert parts.quoted.endswith("¿Nos ayudan a revisarlo?")


@pytest.mark.parametrize("subject", ["RV: Consulta", "Fwd: Consulta", "ENC: Consulta", "Remito oficio"])
def test_outlook_heading_under_another_subject_is_a_forward(subject: str) -> None:
    found = split(
        f"Para su trámite.\n\n________________________________\n{OUTLOOK}\n\nPedimos apoyo", subject
    ).forwarded
    assert found is not None
    assert (found.name, found.email, found.sent, found.subject, found.text) == (
        "Ana Ruiz",
        "ana@x.gov.co",
        date(2026, 2, 9),
        "Consulta",
        "Pedimos apoyo",
    )


def test_chain_of_forwards_ends_in_the_first_message() -> None:
    inner = OUTLOOK.replace("Ana Ruiz <ana@x.gov.co>", "Alcalde <alcalde@y.gov.co>")
    found = split(f"ver\n\n{OUTLOOK}\n\nver abajo\n\n{inner}\n\nPedimos apoyo", "RV: RV: Consulta").forwarded
    assert found is not None
    assert [level.email for level in found.chain] == ["ana@x.gov.co", "alcalde@y.gov.co"]
    assert found.origin.text == "Pedimos apoyo"
    assert found.everything == "ver abajo\n\nPedimos apoyo"


def test_memorandum_heading_is_the_letter_itself() -> None:
    text = "De: Planeación\nPara: Gobernación de Antioquia\nAsunto: apoyo\nFecha: 3 de marzo de 2026\n\nPedimos"
    assert split(text, "Oficio 12").own == text


def test_legal_notice_and_phone_line_leave_the_words_around_them() -> None:
    parts = split(
        "Pedimos apoyo.\n\nAVISO LEGAL: Correo confidencial.\n\nTambién para el hospital.\nEnviado desde mi iPhone"
    )
    assert parts.own == "Pedimos apoyo.\n\nTambién para el hospital."
    assert "confidencial" in parts.signature
    assert "iPhone" in parts.signature


def test_request_after_the_thanks_is_not_taken_for_a_signature() -> None:
    text = "Buenas.\n\nGracias,\nAdemás solicitamos asesoría en PAC.\nAna"
    assert split(text).own == text


def test_sender_name_announces_the_signature() -> None:
    parts = split("aprobado\n\nAna María Londoño\nDirección de Gobierno Digital", name="Ana María Londoño Vera")
    assert (parts.own, parts.signature) == ("aprobado", "Ana María Londoño\nDirección de Gobierno Digital")


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("RE: RV: Fwd:Consulta", "Consulta"),
        ("ENC: x", "x"),
        ("Re[2]: x", "x"),
        ("Reunión: x", "Reunión: x"),
        ("x (REENVIO)", "x"),
    ],
)
def test_subject_loses_its_prefixes(subject: str, bare: str) -> None:
    assert bare_subject(subject) == bare


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("con radicado N° 2026010123456 de hoy", "2026010123456"),
        ("Radicado: 2026-E-00871", "2026-E-00871"),
        ("bajo el radicado interno R-2026/1234.", "R-2026/1234"),
        ("radicado S-2026-0030", ""),
        ("será radicado mañana", ""),
    ],
)
def test_official_number_is_found_and_ours_is_not_taken_for_it(text: str, number: str) -> None:
    assert radicado(text) == number


PIECES = [
    *OUTLOOK.split("\n"),
    "> a",
    "",
    "hola",
    "El 9 feb 2026, X <a@b.co> escribió:",
    "--",
    "---------- Forwarded message ---------",
    "Gracias,",
    "_" * 30,
    "AVISO LEGAL: x",
]


@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from(["", "RE: x", "RV: x", "x"]))
def test_no_word_is_lost_whatever_the_shape(lines: list[str], subject: str) -> None:
    parts = split("\n".join(lines), subject)
    kept = parts.own + parts.quoted + parts.signature
    kept += "".join(level.text + level.signature for level in (parts.forwarded.chain if parts.forwarded else ()))
    assert kept.count("hola") == lines.count("hola")


@pytest.mark.parametrize(
    "piece",
    [" ", "> ", "_", "-", "gracias\n", "De: a@b.co\n", "El 9 ", "radicado ", "____________\n", "AVISO LEGAL\n\n"],
)
def test_hostile_text_costs_little(piece: str) -> None:
    started = time.perf_counter()
    split(piece * (400_000 // len(piece)) + "x")
    assert time.perf_counter() - started < 4
