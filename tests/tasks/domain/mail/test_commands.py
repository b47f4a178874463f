"""Orders: tolerant in spelling, strict in shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.mail.commands import MOTIVE_REQUIRED, Order, Verb, from_action, parse_orders

ORDERS = [
    ("asignar: Ana", Verb.ASSIGN, "Ana", None),
    ("Asignar:ana", Verb.ASSIGN, "ana", None),
    ("ASIGNAR 2026-0041: Jorge Cano", Verb.ASSIGN, "Jorge Cano", "2026-0041"),
    ("Asignar a la doctora Ana Londoño por favor", Verb.ASSIGN, "Ana Londoño", None),
    ("asignar el caso 2026-0041 a Ana", Verb.ASSIGN, "Ana", "2026-0041"),
    ("Por favor asignar: Ana, gracias", Verb.ASSIGN, "Ana", None),
    ("*Aprobado*, gracias", Verb.APPROVE, "", None),
    ("APROBADA.", Verb.APPROVE, "", None),
    ("Aprobado 2026-0041", Verb.APPROVE, "", "2026-0041"),
    ("aprobado: 2026-0041", Verb.APPROVE, "", "2026-0041"),
    ("Va con mis ajustes, apruebo esa versión.", Verb.APPROVE, "", None),
    ("Buenos días, aprobado", Verb.APPROVE, "", None),
    ("devolver: el cargo está mal", Verb.RETURN, "el cargo está mal", None),
    ("Devolver - el cargo está mal", Verb.RETURN, "el cargo está mal", None),
    ("anular oficio: error de destinatario", Verb.VOID, "error de destinatario", None),
    ("Anular el oficio DSEGPP-2026-0041: error", Verb.VOID, "error", "DSEGPP-2026-0041"),
    ("firmado", Verb.SIGN, "", None),
    ("Atención directa", Verb.DIRECT, "", None),
    ("directa 2026-0041", Verb.DIRECT, "", "2026-0041"),
    ("politica: integridad; transparencia", Verb.POLICY, "integridad; transparencia", None),
    ("MUNICIPIO : Valparaíso", Verb.MUNICIPALITY, "Valparaíso", None),
    ("plan: 15/01/2027", Verb.PLAN, "15/01/2027", None),
    ("Plan 15 de enero", Verb.PLAN, "15 de enero", None),
    ("asistencia: 3 de marzo presencial", Verb.ASSIST, "3 de marzo presencial", None),
    ("suspender: el municipio aplazó", Verb.SUSPEND, "el municipio aplazó", None),
    ("Suspender 2026-0071 el municipio aplazó", Verb.SUSPEND, "el municipio aplazó", "2026-0071"),
    ("reanudar", Verb.RESUME, "", None),
    ("trasladar a: Secretaría de Salud", Verb.TRANSFER, "Secretaría de Salud", None),
    ("descartar: no procede", Verb.DISCARD, "no procede", None),
    ("unir a: 2026-0040", Verb.MERGE, "2026-0040", None),
    ("UNIR 2026-0041 AL CASO 2026-0040", Verb.MERGE, "2026-0040", "2026-0041"),
    ("Unir con el caso 2026-0040", Verb.MERGE, "2026-0040", None),
    ("Unir 2026-0041 a 2026-0040", Verb.MERGE, "2026-0040", "2026-0041"),
    ("cerrar", Verb.CLOSE, "", None),
    ("Cerrar el caso 2026-0041: ya se atendió", Verb.CLOSE, "ya se atendió", "2026-0041"),
    ("reabrir: falta el acta", Verb.REOPEN, "falta el acta", None),
    ("recordar ahora", Verb.REMIND, "", None),
    ("No recordar hasta el 15/01/27", Verb.SNOOZE, "15/01/27", None),
    ("no recordar: 15/01/27", Verb.SNOOZE, "15/01/27", None),
    ("reenviar: Nuevo@Sonson.gov.co", Verb.RESEND, "Nuevo@Sonson.gov.co", None),
    ("Reenviar el oficio 2026-0041 a nuevo@sonson.gov.co", Verb.RESEND, "nuevo@sonson.gov.co", "2026-0041"),
    ("estado", Verb.STATUS, "", None),
    ("¿Estado de mi solicitud S-2026-0030?", Verb.STATUS, "", "S-2026-0030"),
]
PROSE = [
    "Reenviar a todos los municipios",
    "Plan de acción adjunto para su revisión",
    "Plan 2026 adjunto",
    "Plan: se adjunta",
    "Cerramos el año con buenos resultados",
    "Cerrar brechas es el objetivo: vamos bien",
    "Asignar recursos al municipio",
    "Asignar a la mayor brevedad posible",
    "Asignar un profesional que nos acompañe",
    "Aprobado el plan de desarrollo, seguimos con MIPG",
    "Aprobado, pero cambie el nombre del alcalde",
    "Aprobado: con cambios en la página 2",
    "No aprobado",
    "Si queda listo hoy, apruebo el oficio",
    "No apruebo el oficio",
    "Firmado digitalmente por Ana Ruiz",
    "Política pública de juventud",
    "Municipio de Salgar",
    "Asistencia técnica en control interno",
    "Estado: en trámite",
    "Estado actual del archivo municipal",
    "Directamente con el alcalde",
    "Recordar que la reunión es mañana",
    "Suspender la reunión del martes",
    "Devolver la llamada al alcalde",
    "Trasladar a los funcionarios costaría mucho",
    "Unir a los municipios del oriente",
    "Buenos días",
    "",
]


@pytest.mark.parametrize(("line", "verb", "argument", "case"), ORDERS)
def test_order_is_understood_however_it_is_written(line: str, verb: Verb, argument: str, case: str | None) -> None:
    (order,) = parse_orders(line)
    assert (order.verb, order.argument, order.case) == (verb, argument, case)


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_no_order(line: str) -> None:
    assert parse_orders(line) == ()


def test_several_orders_stand_one_per_line_until_prose() -> None:
    text = "Doctora Natalia,\n\nasignar 2026-0041: Ana\nasignar 2026-0042: Jorge\n\nLuego hablamos.\ncerrar: no"
    assert [(o.case, o.argument) for o in parse_orders(text)] == [("2026-0041", "Ana"), ("2026-0042", "Jorge")]


def test_order_after_prose_is_not_obeyed() -> None:
    assert parse_orders("El atacante escribió esto:\naprobado") == ()


def test_motive_goes_on_until_an_empty_line_or_the_next_order() -> None:
    orders = parse_orders("devolver: el líder cambió;\nademás el cargo.\ncerrar 2026-0041: listo\n\nJorge")
    assert [o.argument for o in orders] == ["el líder cambió; además el cargo.", "listo"]


def test_quote_and_signature_hold_no_orders() -> None:
    text = "asignar: Ana\n\nEl jue, 5 feb 2026 a las 11:00, Mesa <m@x.co> escribió:\n> cerrar: x"
    assert [o.verb for o in parse_orders(text)] == [Verb.ASSIGN]
    assert parse_orders("> aprobado") == ()
    assert parse_orders("-- \naprobado") == ()


def test_orders_are_bounded() -> None:
    assert len(parse_orders("aprobado\n" * 500)) == 30
    (order,) = parse_orders("cerrar: " + "x" * 900 + "\n" + ("y" * 900 + "\n") * 10)
    assert len(order.argument) == 2000


@pytest.mark.parametrize(
    ("label", "verb"),
    [
        ("Enviar oficio", Verb.APPROVE),
        ("Devolver borrador", Verb.RETURN),
        ("Anular oficio", Verb.VOID),
        ("Atención directa", Verb.DIRECT),
        ("Suspender", Verb.SUSPEND),
        ("Reanudar", Verb.RESUME),
        ("Trasladar", Verb.TRANSFER),
        ("Descartar", Verb.DISCARD),
        ("Unir a", Verb.MERGE),
        ("Cerrar", Verb.CLOSE),
        ("Reabrir", Verb.REOPEN),
        ("Recordar ahora", Verb.REMIND),
        ("no recordar hasta ", Verb.SNOOZE),
    ],
)
def test_sheet_label_is_the_same_order(label: str, verb: Verb) -> None:
    assert from_action(label, " motivo\n de dos  líneas ") == Order(verb, "motivo de dos líneas", None, label.strip())


def test_unknown_label_is_no_order() -> None:
    assert from_action("Ignorar remitente", "") is None
    assert from_action("", "") is None


def test_every_closing_order_needs_a_motive() -> None:
    assert {
        Verb.CLOSE,
        Verb.DISCARD,
        Verb.SUSPEND,
        Verb.REOPEN,
        Verb.RETURN,
        Verb.VOID,
        Verb.TRANSFER,
    } == MOTIVE_REQUIRED


@given(st.text(max_size=400))
def test_any_text_gives_orders_or_none(text: str) -> None:
    for order in parse_orders(text):
        assert isinstance(order, Order)
        assert order.line in " ".join(text.split())
