"""The development corpus, where it lies beside the checkout."""

import csv
from pathlib import Path

import pytest

from tasks.domain.mail.authentication import Verdict, verdict
from tasks.domain.mail.automatic import automatic, bounce
from tasks.domain.mail.commands import parse_orders
from tasks.domain.mail.message import Mail
from tasks.domain.mail.quotes import parts_of
from tasks.domain.mail.reading.parsing import parse
from tasks.domain.mail.threading.identity import resemblance

CORPUS = Path(__file__).parents[5] / "shared" / "data" / "mails"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the development corpus is not beside the checkout")
TRUSTED = ("mx.antioquia.gov.co",)


@pytest.fixture(scope="module")
def corpus() -> dict[str, tuple[Mail, str]]:
    with (CORPUS / "labels.csv").open(encoding="utf-8", newline="") as labels:
        rows = {row["file"][:4]: row["kind"] for row in csv.DictReader(labels)}
    return {name: (parse((CORPUS / f"{name}.eml").read_bytes()), kind) for name, kind in rows.items()}


def test_machines_are_told_from_people(corpus: dict[str, tuple[Mail, str]]) -> None:
    found = {name for name, (mail, _) in corpus.items() if automatic(mail, ("mesa.mipg@antioquia.gov.co",))}
    autos = {name for name, (_, kind) in corpus.items() if kind == "auto"}
    assert autos <= found
    assert {corpus[name][1] for name in found - autos} <= {"noise"}


def test_bounces_name_who_did_not_get_the_mail(corpus: dict[str, tuple[Mail, str]]) -> None:
    found = {name: b.recipients for name, (mail, _) in corpus.items() if (b := bounce(mail))}
    assert found == {"m174": ("mipg@murindo-antioquia.gov.co",), "m199": ("juridica@taraza-antioquia.gov.co",)}


def test_orders_are_found_where_people_gave_them_and_nowhere_else(corpus: dict[str, tuple[Mail, str]]) -> None:
    found = {name for name, (mail, _) in corpus.items() if parse_orders(parts_of(mail).own)}
    assert found == {"m188", "m189", "m190", "m191", "m192", "m193", "m194", "m195", "m196", "m256"}


def test_forged_order_is_refused(corpus: dict[str, tuple[Mail, str]]) -> None:
    assert verdict(corpus["m195"][0], TRUSTED) is Verdict.FAIL
    assert corpus["m194"][0].sender.domain == "antioquia-gov.example"
    assert verdict(corpus["m188"][0], TRUSTED) is Verdict.PASS


@pytest.mark.parametrize(("first", "again"), [("m006", "m168"), ("m047", "m169"), ("m051", "m171")])
def test_same_request_sent_again_has_the_same_key(corpus: dict[str, tuple[Mail, str]], first: str, again: str) -> None:
    assert corpus[first][0].content_key == corpus[again][0].content_key != ""


@pytest.mark.parametrize(("first", "again"), [("m010", "m170"), ("m099", "m172")])
def test_reworded_repetition_resembles_the_first(corpus: dict[str, tuple[Mail, str]], first: str, again: str) -> None:
    own = [parts_of(corpus[name][0]).own for name in (first, again)]
    assert resemblance(*own) > 0.55


def test_no_two_different_requests_share_a_key(corpus: dict[str, tuple[Mail, str]]) -> None:
    keys = [mail.content_key for mail, kind in corpus.values() if kind == "request" and mail.content_key]
    assert len(set(keys)) == len(keys)


def test_different_requests_do_not_resemble(corpus: dict[str, tuple[Mail, str]]) -> None:
    owns = [parts_of(mail).own for mail, kind in corpus.values() if kind == "request"]
    assert max(resemblance(a, b) for i, a in enumerate(owns) for b in owns[:i]) < 0.5


def test_forwarded_requests_show_who_asked(corpus: dict[str, tuple[Mail, str]]) -> None:
    chain = parts_of(corpus["m226"][0]).forwarded
    assert chain is not None
    assert chain.origin.email == "personeria@sabanalarga-antioquia.gov.co"
    inner = corpus["m218"][0].inner
    assert inner is not None
    assert inner.sender.email == "alcaldia@caicedo-antioquia.gov.co"


def test_hidden_text_and_invisible_marks_are_gone(corpus: dict[str, tuple[Mail, str]]) -> None:
    assert "defensa" not in corpus["m227"][0].text
    assert corpus["m236"][0].subject == "Solicitud de asesoría"
    assert "municipio de Cisneros solicita" in corpus["m236"][0].text
