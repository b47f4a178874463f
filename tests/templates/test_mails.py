"""Every shipped mail, with every sample."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

import templates
from tasks.adapters.texts.jinja import JinjaTexts
from tasks.domain.letters.fields import field_names
from tasks.domain.mail.writing.contexts.mails import MAILS
from tests.templates.mail_samples import SAMPLES

TEXTS = JinjaTexts([templates.FOLDER])


def links(page: str) -> list[str]:
    """Return the addresses of the page's links."""
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', page)]


def test_every_mail_has_a_sample_and_both_forms() -> None:
    assert {template for template, _ in SAMPLES.values()} == set(MAILS)
    for mail in MAILS:
        assert (templates.FOLDER / "mail" / f"{mail}.txt").is_file()
        assert (templates.FOLDER / "mail" / f"{mail}.html").is_file()


def test_the_examination_finds_nothing_wrong_with_what_is_shipped() -> None:
    assert TEXTS.check() == []


@pytest.mark.parametrize("mail", sorted(MAILS))
def test_the_comment_at_the_top_names_every_field(mail: str) -> None:
    source = (templates.FOLDER / "mail" / f"{mail}.txt").read_text(encoding="utf-8")
    comment = source[source.index("{#") : source.index("#}")]
    assert [name for name in field_names(MAILS[mail]) if not re.search(rf"\b{name}\b", comment)] == []


@pytest.mark.parametrize("sample", sorted(SAMPLES))
def test_a_mail_is_whole_in_text_and_in_html(sample: str) -> None:
    template, context = SAMPLES[sample]
    mail = TEXTS.mail(template, context.fields())
    assert 10 < len(mail.subject) < 160
    for said in (mail.text, unescape(mail.html)):
        assert "{{" not in said
        assert "{%" not in said
        assert "None" not in said
        assert "Undefined" not in said
    assert "\n\n\n" not in mail.text
    assert len(mail.html) < 60_000  # Gmail cuts a mail at 102 KB
    for word in re.findall(r"2026-\d{4}", mail.text):
        assert word in mail.html


def test_the_acknowledgement_names_the_three_prerequisites_with_links() -> None:
    template, context = SAMPLES["acuse"]
    mail = TEXTS.mail(template, context.fields())
    for address in ("https://www1.funcionpublica.gov.co/web/mipg", "https://www.funcionpublica.gov.co/eva_/curso-mipg"):
        assert address in mail.text
        assert address in links(mail.html)
    assert "definimos a qué política" not in mail.text
    unknown = TEXTS.mail("acuse", SAMPLES["acuse-por-definir"][1].fields())
    assert "definimos a qué política" in unknown.text


@pytest.mark.parametrize("sample", ["asignar", "asignar-varios", "borrador", "recordatorio-antes"])
def test_one_click_answers_carry_case_order_and_token(sample: str) -> None:
    template, context = SAMPLES[sample]
    page = TEXTS.mail(template, {**context.fields(), "token": "abc123"}).html
    orders = [urlsplit(link) for link in links(page) if link.startswith("mailto:") and "?" in link]
    assert orders
    for order in orders:
        asked = parse_qs(order.query, strict_parsing=True)
        case = re.search(r"\d{4}-\d{4}", asked["subject"][0])
        assert case
        lines = asked["body"][0].split("\r\n")
        assert case[0] in lines[0]
        assert lines[-1] == "Clave de respuesta: abc123"


def test_an_empty_week_takes_two_lines() -> None:
    template, context = SAMPLES["resumen-vacio"]
    body = TEXTS.mail(template, context.fields()).text.split("\n-- \n")[0]
    assert len(body.strip().splitlines()) == 2


def test_the_text_stays_readable_when_names_are_missing() -> None:
    template, context = SAMPLES["acuse-por-definir"]
    assert "\nCordial saludo:\n" in "\n" + TEXTS.mail(template, context.fields()).text


def test_an_article_is_contracted_and_a_bare_office_gets_its_own() -> None:
    written = {name: TEXTS.mail(SAMPLES[name][0], SAMPLES[name][1].fields()).text for name in SAMPLES}
    assert "a petición del Concejo de Granada" in written["oficio-concejo"]
    assert "a petición de la Alcaldía de Sonsón" in written["oficio"]
    assert "trasladamos a la Secretaría de Hacienda" in written["traslado"]
    for text in written.values():
        assert " de el " not in text
        assert " a el " not in text
