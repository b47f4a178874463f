"""Whatever looks like noise or like a machine's mail is passed over only where nothing is asked of the office."""

import csv
from pathlib import Path

import pytest

from tasks.domain.classification.judgement import Judgement, Kind, judge
from tasks.domain.classification.office import OfficeView
from tasks.domain.mail.message import Correspondent, Mail, Thread

DATA = Path(__file__).parents[4] / "data" / "heard"
SILENT = {Kind.NOISE, Kind.AUTO, Kind.DUPLICATE}
PLANEACION = "planeacion@yarumal-antioquia.gov.co"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def judged(office: OfficeView, row: dict[str, str], thread: Thread | None = None) -> Judgement:
    fields = (line.partition(":") for line in (row.get("headers") or "").split("|") if line)
    headers = {name.lower(): (value.strip(),) for name, _, value in fields}
    sender = Correspondent(row.get("name", ""), row["email"])
    return judge(Mail(sender=sender, subject=row["subject"], text=row["text"], headers=headers), thread, office)


@pytest.mark.parametrize("row", rows("asked.csv"), ids=lambda row: f"{row['how']}: {row['text'][:40]}")
def test_what_is_asked_of_the_office_is_never_passed_over(office: OfficeView, row: dict[str, str]) -> None:
    found = judged(office, row)
    assert found.kind not in SILENT, found.reasons


@pytest.mark.parametrize("row", rows("nothing.csv"), ids=lambda row: f"{row['how']}: {row['text'][:40]}")
def test_what_asks_nothing_still_needs_no_person(office: OfficeView, row: dict[str, str]) -> None:
    found = judged(office, row)
    assert found.kind in SILENT, found.reasons


@pytest.mark.parametrize(
    ("name", "email", "text"),
    [
        ("Marta Gil", "marta.gil@gmail.com", "El juez tuteló mi derecho y ordenó a la Gobernación responderme ya."),
        (
            "Oficina Jurídica",
            "juridica@dep.gov.co",
            "El juzgado requiere a esa dependencia rendir informe en dos días.",
        ),
        ("Planeación", PLANEACION, "Se abrió incidente de desacato contra la Gobernación por la petición 33."),
        ("Radicación", "radicacion@otra.example", "Se comunica a la Gobernación el fallo del 3 de mayo: cúmplase."),
    ],
)
def test_an_order_of_a_court_has_a_legal_term_whoever_brings_it(
    office: OfficeView, name: str, email: str, text: str
) -> None:
    thread = Thread(requests=("S-2026-0001",), policies=("integridad",), municipality="05756")
    row = {"name": name, "email": email, "subject": "Asunto", "text": text}
    for found in (judged(office, row), judged(office, row, thread)):
        assert (found.kind, found.auto, found.policies) == (Kind.REVIEW, False, ())
        assert "término legal" in found.reasons[0]


def test_who_asks_for_advice_about_an_order_given_to_him_asks_for_advice(office: OfficeView) -> None:
    text = "Un juez nos ordenó organizar el archivo municipal. Solicitamos asesoría de ustedes en tablas de retención."
    found = judged(office, {"email": PLANEACION, "subject": "Archivo", "text": text})
    assert (found.kind, found.policies) == (Kind.REQUEST, ("gestion-documental",))


def test_a_returned_mail_stays_a_machines_though_it_repeats_an_order(office: OfficeView) -> None:
    text = "550 5.1.1 user unknown <x@y.co>\n\nEl juzgado ordenó a la Gobernación responder en 48 horas."
    row = {"email": "mailer-daemon@y.co", "subject": "Undelivered Mail Returned to Sender", "text": text}
    assert judged(office, row).kind is Kind.AUTO
