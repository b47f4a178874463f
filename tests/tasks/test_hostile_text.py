"""What strangers write costs no more than its length: each of these once kept the service busy for minutes or hours."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tasks.domain.letters.offered import days_offered
from tasks.domain.mail.message import Correspondent, Mail
from tasks.domain.mail.quotes import Parts
from tasks.domain.mail.reading.html import to_text
from tasks.domain.mail.reading.parsing import parse
from tasks.domain.mail.writing.outgoing import Purpose
from tasks.operation.log import redact
from tasks.reception.mailed_orders import owes_an_order

_PATIENCE = 10.0  # seconds of processor; a tenth of one is needed, and hours were


@pytest.fixture(autouse=True)
def _impatient() -> Iterator[None]:
    with _ended_after(_PATIENCE):
        yield


@contextmanager
def _ended_after(seconds: float) -> Iterator[None]:
    def end(*_: object) -> None:
        pytest.fail(f"not done after {seconds:.0f} seconds of processor")

    before = signal.signal(signal.SIGVTALRM, end)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _mail(kind: str, body: str) -> bytes:
    head = "From: ana@x.gov.co\r\nTo: mesa@x.gov.co\r\nSubject: RE: Consulta\r\nMIME-Version: 1.0\r\n"
    return f"{head}Content-Type: {kind}\r\n\r\n{body}".encode()


def test_blanks_behind_a_colour_do_not_hold_up_a_page_beside_its_plain_form() -> None:
    page = f"<p>color={' ' * 300_000}x</p>"
    plain = "--b\r\nContent-Type: text/plain\r\n\r\nSolicitamos asesoría.\r\n"
    body = f"{plain}--b\r\nContent-Type: text/html\r\n\r\n{page}\r\n--b--\r\n"
    assert parse(_mail("multipart/alternative; boundary=b", body)).text == "Solicitamos asesoría."


@pytest.mark.parametrize("declared", ["opacity:", ";font-size:0", "color: rgb( 1", "color: rgb(1 1 1", ";opacity: 0"])
def test_blanks_in_the_styles_of_a_page_do_not_hold_it_up(declared: str) -> None:
    page = f'<p style="{declared}{" " * 3900}x">Hola</p>' * 150
    assert "Hola" in to_text(page)


@pytest.mark.parametrize("piece", [" ", "@", "a@", "a@b", "<@", "2026-01-01 10:00 <@", "- "])
@pytest.mark.parametrize("end", ["x", " escribió x"])
def test_lines_that_might_head_a_repeated_message_do_not_hold_it_up(piece: str, end: str) -> None:
    line = (piece * 480)[:480] + end
    assert parse(_mail("text/plain; charset=utf-8", "\n".join([line] * 800))).text


def test_a_reply_of_nothing_but_days_is_read() -> None:
    assert days_offered("mañana " * 20_000, date(2026, 12, 1))[:1] == (date(2026, 12, 2),)


@pytest.mark.parametrize(("text", "owes"), [("Gracias, doctora.", False), (f"gracias {'a' * 20_000} . b c d e", True)])
def test_a_long_word_of_thanks_is_read(text: str, owes: bool) -> None:
    notice = SimpleNamespace(mail=SimpleNamespace(purpose=Purpose.BOUNCE, to=("ana@x.gov.co",), cc=()))
    unit: Any = SimpleNamespace(outbox=SimpleNamespace(find=lambda _: notice))
    mail = Mail(sender=Correspondent("Ana", "ana@x.gov.co"), in_reply_to="<aviso@x.gov.co>")
    assert owes_an_order(unit, mail, Parts(text)) is owes


def test_a_long_word_in_the_log_is_covered() -> None:
    assert redact("a" * 400_000 + " ana@x.co") == "a" * 400_000 + " a***@x.co"
